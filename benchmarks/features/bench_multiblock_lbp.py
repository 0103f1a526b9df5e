import cv2
import imgmine as im
import numpy as np
from skimage.feature import multiblock_lbp
from skimage.transform import integral_image

from ..pictures import picture


def bench_multiblock_lbp(race, threads):
    """scikit-image computes the code of one place a call."""
    image = cv2.cvtColor(picture(60, 80), cv2.COLOR_RGB2GRAY)

    def peer():
        sums = integral_image(image)
        return [multiblock_lbp(sums, y, x, 3, 3) for y in range(52) for x in range(72)]

    race(
        lambda: im.features.multiblock_lbp(image, 3),
        {"skimage": peer},
        lambda ours, theirs: np.testing.assert_array_equal(ours.ravel(), theirs),
        turns=5,
    )


def bench_multiblock_lbp_1080p(race, threads):
    image = cv2.cvtColor(picture(1080, 1920), cv2.COLOR_RGB2GRAY)
    race(
        lambda: im.features.multiblock_lbp(image, 3),
        {},
        np.testing.assert_array_equal,
        moves=2 * image.nbytes,
    )

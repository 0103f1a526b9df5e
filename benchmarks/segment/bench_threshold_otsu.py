import cv2
import imgmine as im
import numpy as np
import pytest

from ..pictures import picture


@pytest.mark.targets
@pytest.mark.parametrize("size", [(1080, 1920), (4096, 4096)], ids=str)
def bench_threshold_otsu(race, threads, size):
    """OpenCV gives the mask, too, whether it is wanted or not."""
    image = cv2.cvtColor(picture(*size), cv2.COLOR_RGB2GRAY)
    race(
        lambda: im.segment.threshold_otsu(image),
        {"opencv": lambda: cv2.threshold(image, 0, 255, cv2.THRESH_OTSU)[0]},
        np.testing.assert_equal,
        moves=2 * image.nbytes,
    )


@pytest.mark.parametrize("size", [(1080, 1920), (4096, 4096)], ids=str)
def bench_threshold_otsu_and_mask(race, threads, size):
    image = cv2.cvtColor(picture(*size), cv2.COLOR_RGB2GRAY)
    race(
        lambda: image > im.segment.threshold_otsu(image),
        {"opencv": lambda: cv2.threshold(image, 0, 1, cv2.THRESH_OTSU)[1]},
        np.testing.assert_array_equal,
        moves=3 * image.nbytes,
    )

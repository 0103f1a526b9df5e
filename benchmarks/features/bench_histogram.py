import cv2
import imgmine as im
import mahotas
import numpy as np
import pytest
from PIL import Image

from ..pictures import picture


def image_of(kind):
    image = cv2.cvtColor(picture(1080, 1920), cv2.COLOR_RGB2GRAY)
    if kind == "constant":
        image[:] = 130
    elif kind == "skewed":
        image = np.where(image > 150, image, np.uint8(7))
    elif kind == "noise":
        image = np.random.default_rng(0).integers(0, 256, image.shape, np.uint8)
    return image


@pytest.mark.parametrize("kind", ["picture", "constant", "skewed", "noise"])
@pytest.mark.parametrize("bins", [8, 256])
def bench_histogram(race, threads, bins, kind):
    image = image_of(kind)
    pillow = Image.fromarray(image)

    def fold(counts):
        all_values = np.zeros(256, np.float32)
        all_values[: len(counts)] = counts  # mahotas stops at the largest value
        return all_values.reshape(bins, -1).sum(1)

    race(
        lambda: im.features.histogram(image, bins, normalize=None),
        {
            "opencv": lambda: cv2.calcHist([image], [0], None, [bins], [0, 256]).ravel(),
            "mahotas": lambda: fold(mahotas.fullhistogram(image)),
            "pillow": lambda: fold(pillow.histogram()),
            "numpy": lambda: fold(np.bincount(image.ravel(), minlength=256)),
        },
        np.testing.assert_array_equal,
        moves=2 * image.nbytes,
    )

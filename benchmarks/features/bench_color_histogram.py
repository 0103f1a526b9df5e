import cv2
import imgmine as im
import numpy as np
import pytest

from ..pictures import picture

CODES = {"rgb": None, "hsv": cv2.COLOR_RGB2HSV, "lab": cv2.COLOR_RGB2Lab}


@pytest.mark.parametrize("space", CODES)
def bench_color_histogram(race, threads, space):
    image = picture(1080, 1920)
    ranges = [0, 180 if space == "hsv" else 256, 0, 256, 0, 256]

    def opencv():
        converted = image if space == "rgb" else cv2.cvtColor(image, CODES[space])
        return cv2.calcHist([converted], [0, 1, 2], None, [8, 8, 8], ranges).ravel()

    race(
        lambda: im.features.color_histogram(image, 8, space, normalize=None),
        {"opencv": opencv},
        np.testing.assert_array_equal,
        moves=2 * image.nbytes,
    )

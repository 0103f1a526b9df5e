import cv2
import imgmine as im
import numba
import numpy as np
import pytest
from skimage.feature import graycomatrix

from ..pictures import picture

DIRECTIONS = (0, np.pi / 4, np.pi / 2, 3 * np.pi / 4)


@numba.njit
def loop(image, levels):
    counts = np.zeros((levels, levels, 1, 4), np.uint32)
    height, width = image.shape
    for y in range(height):
        for x in range(width):
            level = image[y, x]
            if x + 1 < width:
                counts[level, image[y, x + 1], 0, 0] += 1
            if y + 1 < height:
                if x + 1 < width:
                    counts[level, image[y + 1, x + 1], 0, 1] += 1
                counts[level, image[y + 1, x], 0, 2] += 1
                if x > 0:
                    counts[level, image[y + 1, x - 1], 0, 3] += 1
    return counts


def images(levels):
    smooth = cv2.cvtColor(picture(1080, 1920), cv2.COLOR_RGB2GRAY)
    noise = np.random.default_rng(0).integers(0, 256, smooth.shape, np.uint8)
    return {"picture": smooth // (256 // levels), "noise": noise // (256 // levels)}


@pytest.mark.parametrize("kind", ["picture", "noise"])
@pytest.mark.parametrize("levels", [8, 32, 256])
def bench_glcm(race, threads, levels, kind):
    image = images(levels)[kind]
    race(
        lambda: im.features.glcm(image, levels=levels),
        {
            "numba": lambda: loop(image, levels),
            "skimage": lambda: graycomatrix(image, [1], DIRECTIONS, levels),
        },
        np.testing.assert_array_equal,
        turns=7,
    )

import cv2
import imgmine as im
import numpy as np
import pytest

from ..pictures import picture

numba = pytest.importorskip("numba")
SCALED_HUE = (np.arange(256) * 256 // 180).clip(0, 255).astype(np.uint8)
CODES = {"rgb": None, "hsv": cv2.COLOR_RGB2HSV, "lab": cv2.COLOR_RGB2Lab}


@numba.njit
def count(image):
    counts = np.zeros(512, np.int64)
    for y in range(image.shape[0]):
        for x in range(image.shape[1]):
            red, green, blue = image[y, x, 0] >> 5, image[y, x, 1] >> 5, image[y, x, 2] >> 5
            counts[red * 64 + green * 8 + blue] += 1
    return counts


@pytest.mark.parametrize("kind", ["picture", "constant"])
@pytest.mark.parametrize("space", CODES)
def bench_color_histogram(race, threads, space, kind):
    image = picture(1080, 1920)
    if kind == "constant":
        image[:] = 130, 20, 77
    ranges = [0, 180 if space == "hsv" else 256, 0, 256, 0, 256]

    def opencv():
        converted = image if space == "rgb" else cv2.cvtColor(image, CODES[space])
        return cv2.calcHist([converted], [0, 1, 2], None, [8, 8, 8], ranges).ravel()

    def loop():
        if space == "rgb":
            return count(image)
        converted = cv2.cvtColor(image, CODES[space])
        if space == "hsv":
            converted[..., 0] = SCALED_HUE[converted[..., 0]]
        return count(converted)

    race(
        lambda: im.features.color_histogram(image, 8, space, normalize=None),
        {"opencv": opencv, "numba": loop},
        np.testing.assert_array_equal,
        moves=2 * image.nbytes,
    )

import cv2
import imgmine as im
import numpy as np
import pytest

from ..pictures import picture


@pytest.mark.parametrize(
    ("dtype", "sigma", "ksize"), [("uint8", 0, 5), ("uint8", 3, 0), ("float32", 3, 0)]
)
@pytest.mark.parametrize("size", [(480, 640), (1080, 1920)], ids=str)
def bench_gaussian_blur(race, threads, dtype, sigma, ksize, size):
    image = cv2.cvtColor(picture(*size), cv2.COLOR_RGB2GRAY).astype(dtype)
    taps = ksize or (round(sigma * (6 if dtype == "uint8" else 8) + 1) | 1)
    kernel = cv2.getGaussianKernel(taps, sigma)

    def agree(ours, theirs):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1 if dtype == "uint8" else 1e-3)

    race(
        lambda: im.filters.gaussian_blur(image, sigma or None, ksize=ksize or None),
        {
            "GaussianBlur": lambda: cv2.GaussianBlur(image, (ksize, ksize), sigma),
            "sepFilter2D": lambda: cv2.sepFilter2D(image, -1, kernel, kernel),
        },
        agree,
        moves=2 * image.nbytes,
    )

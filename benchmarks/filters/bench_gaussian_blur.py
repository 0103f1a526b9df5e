import cv2
import imgmine as im
import numpy as np
import pytest

from ..pictures import picture

SIZES = [(1080, 1920), (4096, 4096)]


def gray(size, dtype):
    return cv2.cvtColor(picture(*size), cv2.COLOR_RGB2GRAY).astype(dtype)


def race_blurs(race, image, sigma, ksize):
    taps = ksize or (round(sigma * (6 if image.dtype == np.uint8 else 8) + 1) | 1)
    kernel = cv2.getGaussianKernel(taps, sigma)

    def agree(ours, theirs):
        np.testing.assert_allclose(
            ours, theirs, rtol=1e-5, atol=1 if ours.dtype == "uint8" else 1e-3
        )

    race(
        lambda: im.filters.gaussian_blur(image, sigma or None, ksize=ksize or None),
        {
            "GaussianBlur": lambda: cv2.GaussianBlur(image, (ksize, ksize), sigma),
            "sepFilter2D": lambda: cv2.sepFilter2D(image, -1, kernel, kernel),
        },
        agree,
        moves=2 * image.nbytes,
    )


@pytest.mark.targets
@pytest.mark.parametrize(("dtype", "sigma", "ksize"), [("uint8", 0, 5), ("float32", 3, 0)])
@pytest.mark.parametrize("size", SIZES, ids=str)
def bench_gaussian_blur(race, threads, dtype, sigma, ksize, size):
    race_blurs(race, gray(size, dtype), sigma, ksize)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(
    ("dtype", "sigma", "ksize"),
    [("uint8", 0, 3), ("uint8", 0, 5), ("uint8", 3, 0), ("float32", 0, 5)],
)
def bench_gaussian_blur_others(race, threads, dtype, sigma, ksize, channels):
    image = picture(1080, 1920).astype(dtype) if channels == 3 else gray((1080, 1920), dtype)
    race_blurs(race, image, sigma, ksize)


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("sigma", [10, 20, 50])
def bench_gaussian_blur_wide(race, threads, dtype, sigma):
    """On a coarser grid, against OpenCV's exact blur; its stackBlur is 12 levels off."""
    image = gray((1080, 1920), dtype)

    def agree(ours, theirs):
        np.testing.assert_allclose(ours.astype(float), theirs, atol=0.03 * 255)

    peers = {"GaussianBlur": lambda: cv2.GaussianBlur(image, (0, 0), sigma)}
    race(lambda: im.filters.gaussian_blur(image, sigma), peers, agree, moves=2 * image.nbytes)

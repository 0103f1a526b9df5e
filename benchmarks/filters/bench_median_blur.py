import cv2
import imgmine as im
import mahotas
import numpy as np
import pytest
from PIL import Image, ImageFilter
from scipy import ndimage

from ..pictures import picture

SIZES = [(1080, 1920), (4096, 4096)]


def gray(size, dtype=np.uint8):
    return cv2.cvtColor(picture(*size), cv2.COLOR_RGB2GRAY).astype(dtype)


@pytest.mark.targets
@pytest.mark.parametrize("ksize", [3, 5, 15])
@pytest.mark.parametrize("size", SIZES, ids=str)
def bench_median_blur(race, threads, ksize, size):
    image = gray(size)
    race(
        lambda: im.filters.median_blur(image, ksize, border="replicate"),
        {"opencv": lambda: cv2.medianBlur(image, ksize)},
        np.testing.assert_array_equal,
        moves=2 * image.nbytes,
        turns=5,
    )


@pytest.mark.parametrize("ksize", [3, 5])
def bench_median_blur_float(race, threads, ksize):
    image = gray(SIZES[0], np.float32)
    race(
        lambda: im.filters.median_blur(image, ksize, border="replicate"),
        {"opencv": lambda: cv2.medianBlur(image, ksize)},
        np.testing.assert_array_equal,
        moves=2 * image.nbytes,
    )


@pytest.mark.parametrize("ksize", [7, 31, 101])
def bench_median_blur_large(race, threads, ksize):
    image = gray(SIZES[0])
    race(
        lambda: im.filters.median_blur(image, ksize, border="replicate"),
        {"opencv": lambda: cv2.medianBlur(image, ksize)},
        np.testing.assert_array_equal,
        moves=2 * image.nbytes,
        turns=5,
    )


@pytest.mark.parametrize("ksize", [3, 5])
def bench_median_blur_slow_peers(race, ksize):
    """Peers more than twenty times slower, on a small image."""
    image = gray((120, 160))
    pillow = Image.fromarray(image)
    square = np.ones((ksize, ksize), np.uint8)

    def agree(ours, theirs):
        inside = (slice(ksize, -ksize),) * 2  # borders differ
        np.testing.assert_array_equal(np.asarray(ours)[inside], np.asarray(theirs)[inside])

    race(
        lambda: im.filters.median_blur(image, ksize, border="reflect"),
        {
            "scipy": lambda: ndimage.median_filter(image, ksize),
            "pillow": lambda: pillow.filter(ImageFilter.MedianFilter(ksize)),
            "mahotas": lambda: mahotas.median_filter(image, square),
        },
        agree,
        turns=5,
    )

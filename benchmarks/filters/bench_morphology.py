import cv2
import imgmine as im
import numpy as np
import pytest
from PIL import Image, ImageFilter
from scipy import ndimage
from skimage import morphology

from ..pictures import picture

SIZES = [(1080, 1920), (4096, 4096)]


def gray(size, dtype=np.uint8):
    return cv2.cvtColor(picture(*size), cv2.COLOR_RGB2GRAY).astype(dtype)


@pytest.mark.targets
@pytest.mark.parametrize("side", [3, 15])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("size", SIZES, ids=str)
def bench_erode(race, threads, side, dtype, size):
    image, square = gray(size, dtype), np.ones((side, side), np.uint8)
    race(
        lambda: im.filters.erode(image, side, border="replicate"),
        {"opencv": lambda: cv2.erode(image, square)},
        np.testing.assert_array_equal,
        moves=2 * image.nbytes,
        turns=7,
    )


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("side", [15, 101])
def bench_opening(race, threads, side, dtype):
    image, square = gray(SIZES[0], dtype), np.ones((side, side), np.uint8)
    race(
        lambda: im.filters.opening(image, side, border="replicate"),
        {"opencv": lambda: cv2.morphologyEx(image, cv2.MORPH_OPEN, square)},
        np.testing.assert_array_equal,
        moves=2 * image.nbytes,
        turns=7,
    )


@pytest.mark.parametrize("side", [5, 15])
def bench_dilate_disk(race, threads, side):
    image = gray(SIZES[0])
    disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    race(
        lambda: im.filters.dilate(image, disk),
        {"opencv": lambda: cv2.dilate(image, disk, borderType=cv2.BORDER_REFLECT_101)},
        np.testing.assert_array_equal,
        moves=2 * image.nbytes,
        turns=7,
    )


def bench_erode_slow_peers(race):
    """Peers more than twenty times slower, on a small image."""
    image = gray((120, 160))
    pillow, square = Image.fromarray(image), np.ones((5, 5), np.uint8)

    def agree(ours, theirs):
        inside = (slice(5, -5),) * 2  # borders differ
        np.testing.assert_array_equal(np.asarray(ours)[inside], np.asarray(theirs)[inside])

    race(
        lambda: im.filters.erode(image, 5),
        {
            "scipy": lambda: ndimage.grey_erosion(image, 5),
            "skimage": lambda: morphology.erosion(image, square),
            "pillow": lambda: pillow.filter(ImageFilter.MinFilter(5)),
        },
        agree,
        turns=5,
    )

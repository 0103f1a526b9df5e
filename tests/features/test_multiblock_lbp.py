import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.features import multiblock_lbp, multiblock_lbp_histogram
from skimage.feature import multiblock_lbp as peer
from skimage.transform import integral_image

from ..strategies import images

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

AROUND = [(0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0)]
gray = images(dtypes=[np.uint8], channels=[None])
blocks = st.tuples(st.integers(1, 4), st.integers(1, 4))


def reference(image, height, width):
    rows, columns = image.shape[0] - 3 * height + 1, image.shape[1] - 3 * width + 1
    if rows <= 0 or columns <= 0:
        return np.zeros((max(rows, 0), max(columns, 0)), np.uint8)
    windows = np.lib.stride_tricks.sliding_window_view(image.astype(np.int64), (height, width))
    sums = windows.sum((2, 3))

    def at(i, j):
        return sums[i * height : i * height + rows, j * width : j * width + columns]

    codes = np.zeros((rows, columns), np.int64)
    for bit, (i, j) in enumerate(AROUND):
        codes |= (at(i, j) >= at(1, 1)).astype(np.int64) << (7 - bit)
    return codes


@given(gray, blocks)
def test_matches_reference(image, block):
    actual = multiblock_lbp(image, block)
    assert actual.dtype == np.uint8
    np.testing.assert_array_equal(actual, reference(image, *block))


@pytest.mark.parametrize("block", [(1, 1), (2, 3), (4, 2)])
def test_equals_scikit_image(block):
    image = np.random.default_rng(0).integers(0, 256, (20, 23), np.uint8)
    sums = integral_image(image)
    codes = multiblock_lbp(image, block)
    for y, x in np.ndindex(codes.shape):
        assert codes[y, x] == peer(sums, y, x, block[1], block[0])


def test_threads_share_the_rows():
    image = np.random.default_rng(0).integers(0, 256, (700, 501), np.uint8)
    np.testing.assert_array_equal(multiblock_lbp(image, 5), reference(image, 5, 5))


@given(gray, blocks)
def test_histogram_counts_codes(image, block):
    expected = np.bincount(multiblock_lbp(image, block).ravel(), minlength=256)
    np.testing.assert_array_equal(multiblock_lbp_histogram(image, block, normalize=None), expected)


@pytest.mark.parametrize("block", [0, 4097, (1, 0), (1, 2, 3), -1])
def test_refuses_blocks_out_of_range(block):
    for shape in [(4, 4), (0, 4)]:
        with pytest.raises(ValueError, match=r"^block must be"):
            multiblock_lbp(np.zeros(shape, np.uint8), block)

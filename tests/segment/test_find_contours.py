import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.segment import find_contours
from skimage import measure

from ..strategies import images
from .label_images import blobs, masks

pytestmark = pytest.mark.usefixtures("n_threads")


def assert_same(ours, theirs):
    assert len(ours) == len(theirs)
    for mine, other in zip(ours, theirs, strict=True):
        assert mine.dtype == np.float64
        np.testing.assert_array_equal(mine, other)


def by_skimage(image, level=None):
    return measure.find_contours(image.astype(np.float64), level)


def big_enough(image):
    return min(image.shape) > 1


@given(masks().filter(big_enough))
def test_masks_equal_skimage(mask):
    assert_same(find_contours(mask), by_skimage(mask))


@given(
    images(channels=(None,), min_side=2),
    st.integers(0, 255) | st.floats(-100, 255, width=32) | st.none(),
)
def test_images_equal_skimage(image, level):
    assert_same(find_contours(image, level), by_skimage(image, level))


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("n", [2, 3, 5])
def test_values_on_the_level(seed, n):
    """Many corners lie on it: lines touch there, and must be joined in the same way."""
    image = np.random.default_rng(seed).integers(0, n, (25, 30)).astype(np.float64)
    for level in range(n):
        assert_same(find_contours(image, level), by_skimage(image, level))


def test_large_and_holes():
    image = blobs((300, 400)).astype(np.float32)
    assert_same(find_contours(image), by_skimage(image))
    image[np.random.default_rng(0).random(image.shape) < 0.01] = np.nan
    assert_same(find_contours(image), by_skimage(image))


def test_nothing_to_find():
    for shape in ((0, 4), (4, 0), (1, 1), (1, 5), (7, 1), (5, 6)):
        assert find_contours(np.zeros(shape, np.uint8)) == []
        assert find_contours(np.full(shape, np.nan, np.float32)) == []


def test_refuses_other_arguments():
    image = np.zeros((3, 3), np.uint8)
    with pytest.raises(ValueError, match=r"^level must be finite, got nan"):
        find_contours(image, float("nan"))
    with pytest.raises(TypeError, match=r"^level must be a number, got str"):
        find_contours(image, "high")
    with pytest.raises(TypeError, match=r"^image must be bool or uint8 or float32 or float64"):
        find_contours(image.astype(int))
    with pytest.raises(ValueError, match=r"^image must have shape \(H, W\), got \(3, 3, 1\)"):
        find_contours(image[..., None])

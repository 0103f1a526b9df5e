import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.segment import threshold_hysteresis
from scipy import ndimage
from skimage import filters

from ..strategies import images
from .gray_images import scene

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

limits = st.sampled_from([-np.inf, -1, 0, 60, 100.5, 130, 200, 254.5, 255, np.inf])


@given(images(channels=(None, 1), min_side=1), limits, limits, st.sampled_from([4, 8]))
def test_matches_reference(image, one, other, connectivity):
    low, high = sorted([one, other])
    found = threshold_hysteresis(image, low, high, connectivity=connectivity)
    assert found.dtype == bool
    plane = image.reshape(image.shape[:2])
    around = np.ones((3, 3)) if connectivity == 8 else None
    labels, _ = ndimage.label(plane > low, around)
    kept = np.unique(labels[(plane > high) & (labels > 0)])
    np.testing.assert_array_equal(found, np.isin(labels, kept))


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("pair", [(100, 150), (130, 180.5), (120, 120)])
def test_equals_scikit_image(dtype, pair):
    image = scene(3, (900, 1100)).astype(dtype)
    expected = filters.apply_hysteresis_threshold(image, *pair)
    np.testing.assert_array_equal(threshold_hysteresis(image, *pair), expected)


def test_limits_between_floats():
    image = np.float32([[0.1, np.nextafter(np.float32(0.1), np.float32(1)), np.nan]])
    below = np.nextafter(np.float64(np.float32(0.1)), 0)
    for low in (0.1, below, float(np.float32(0.1))):
        found = threshold_hysteresis(image, low, low)
        np.testing.assert_array_equal(found, image.astype(np.float64) > low)


def test_no_pixels():
    assert threshold_hysteresis(np.zeros((0, 5), np.uint8), 1, 2).shape == (0, 5)
    assert threshold_hysteresis(np.zeros((5, 0), np.float32), 1, 2).shape == (5, 0)


def test_refuses_wrong_arguments():
    image = np.zeros((4, 5), np.uint8)
    with pytest.raises(ValueError, match=r"^low must be at most high \(1.0+\), got 2"):
        threshold_hysteresis(image, 2, 1)
    with pytest.raises(ValueError, match=r"^low must be at most high"):
        threshold_hysteresis(image, np.nan, 1)
    with pytest.raises(ValueError, match=r"^connectivity must be 4 or 8, got 6"):
        threshold_hysteresis(image, 1, 2, connectivity=6)
    with pytest.raises(ValueError, match=r"^image must have one channel, got 3"):
        threshold_hysteresis(np.zeros((4, 5, 3), np.uint8), 1, 2)
    with pytest.raises(TypeError, match=r"^high must be a number, got NoneType"):
        threshold_hysteresis(image, 1, None)

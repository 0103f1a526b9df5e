import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.segment import flood_fill, flood_mask
from scipy import ndimage
from skimage import segmentation

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


def reference(image, seed, tolerance, connectivity):
    """Return the component of like pixels that the seed is in."""
    values = image.reshape(*image.shape[:2], -1).astype(np.float64)
    like = (np.abs(values - values[seed]) <= tolerance).all(axis=2)
    labels, _ = ndimage.label(like, ndimage.generate_binary_structure(2, connectivity // 4))
    return labels == labels[seed]


some_images = images(channels=(None, None, 1, 2, 3), min_side=1)
seeds = st.tuples(st.integers(0, 1000), st.integers(0, 1000))
tolerances = st.sampled_from([0, 1, 40.5, 90, 200, np.inf])


@given(some_images, seeds, tolerances, st.sampled_from([4, 8]))
def test_matches_reference(image, seed, tolerance, connectivity):
    seed = seed[0] % image.shape[0], seed[1] % image.shape[1]
    expected = reference(image, seed, tolerance, connectivity)
    mask = flood_mask(image, seed, tolerance=tolerance, connectivity=connectivity)
    assert mask.dtype == bool
    np.testing.assert_array_equal(mask, expected)
    before = image.copy()
    filled = flood_fill(image, seed, 99, tolerance=tolerance, connectivity=connectivity)
    assert filled.dtype == image.dtype
    np.testing.assert_array_equal(image, before)
    before[expected] = 99
    np.testing.assert_array_equal(filled, before)


@pytest.mark.parametrize("connectivity", [4, 8])
@pytest.mark.parametrize("tolerance", [0, 12, 60])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("sigma", [0, 2])
def test_equals_opencv_and_scikit_image(channels, tolerance, connectivity, sigma):
    image = large((301, 402, channels)).squeeze()
    if sigma:
        image = cv2.normalize(cv2.GaussianBlur(image, (0, 0), sigma), None, 0, 255, cv2.NORM_MINMAX)
    value = (1, 2, 3)[:channels]
    filled = flood_fill(image, (150, 77), value, tolerance=tolerance, connectivity=connectivity)
    flags = connectivity | cv2.FLOODFILL_FIXED_RANGE
    theirs = cv2.floodFill(
        image.copy(), None, (77, 150), value, (tolerance,) * 3, (tolerance,) * 3, flags
    )[1]
    np.testing.assert_array_equal(filled, theirs)
    if channels == 1:
        np.testing.assert_array_equal(
            filled,
            segmentation.flood_fill(
                image, (150, 77), 1, tolerance=tolerance, connectivity=connectivity // 4
            ),
        )


def test_a_spiral_is_followed_to_its_end():
    spiral = np.zeros((65, 131), np.uint8)
    top, left, bottom, right = 0, 0, 64, 130
    while top < bottom and left < right:
        spiral[top, left : right + 1] = spiral[top : bottom + 1, right] = 1
        spiral[bottom, left : right + 1] = spiral[top + 2 : bottom + 1, left] = 1
        spiral[top + 2, left : left + 3] = 1
        top, left, bottom, right = top + 2, left + 2, bottom - 2, right - 2
    np.testing.assert_array_equal(flood_mask(spiral, (0, 0)), reference(spiral, (0, 0), 0, 4))


def test_one_value_for_each_channel_and_nan():
    image = np.zeros((1, 2, 3), np.float32)
    image[0, 1, 2] = np.nan
    np.testing.assert_array_equal(
        flood_fill(image, (0, 0), (1.5, 2, 3), tolerance=np.inf)[0, 0], [1.5, 2, 3]
    )
    assert not flood_mask(image, (0, 1), tolerance=np.inf).any()


def test_refuses():
    image = np.zeros((4, 5, 3), np.uint8)
    for seed in ((4, 0), (0, 5), (-1, 0)):
        with pytest.raises(ValueError, match=r"^seed must be inside of the image, of 4 x 5 pix"):
            flood_mask(image, seed)
    with pytest.raises(TypeError, match=r"^seed must be \(row, column\), got 3"):
        flood_mask(image, 3)
    with pytest.raises(TypeError, match=r"^seed must be a whole number, got float"):
        flood_mask(image, (1.0, 2))
    with pytest.raises(ValueError, match=r"^image must not be empty"):
        flood_mask(image[:0], (0, 0))
    with pytest.raises(ValueError, match=r"^tolerance must be >= 0, got -1"):
        flood_mask(image, (0, 0), tolerance=-1)
    with pytest.raises(ValueError, match=r"^connectivity must be 4 or 8, got 5"):
        flood_fill(image, (0, 0), 1, connectivity=5)
    with pytest.raises(ValueError, match=r"^value must be one number or one for each of the 3"):
        flood_fill(image, (0, 0), (1, 2))
    for bad in (-1, 256, 0.5, np.nan):
        with pytest.raises(ValueError, match=r"^value must be whole and from 0 to 255, got"):
            flood_fill(image, (0, 0), bad)
    with pytest.raises(TypeError, match=r"^value must be a number, got str"):
        flood_fill(image, (0, 0), "red")

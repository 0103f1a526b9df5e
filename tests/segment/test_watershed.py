import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from imgmine.segment import watershed
from scipy import ndimage
from skimage import segmentation

from ..strategies import images, inside_larger, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


def with_markers(shape, rng, n):
    markers = np.zeros(shape, np.int32)
    for i in range(n):
        markers[tuple(rng.integers(extent) for extent in shape)] = rng.integers(1, n + 1)
        if i % 3 == 0:
            markers = ndimage.grey_dilation(markers, (3, 3)).astype(np.int32)
    return markers


def peer(image, markers, connectivity=4, compactness=0.0, mask=None):
    """scikit-image's, which takes distances for others where an image lies in Fortran's order."""
    return segmentation.watershed(
        np.ascontiguousarray(image),
        markers,
        connectivity=connectivity // 4,
        compactness=compactness,
        mask=mask,
    )


@given(
    images(channels=(None,), min_side=1),
    st.sampled_from([1, 3, 40, 256]),
    st.integers(0, 12),
    st.sampled_from([4, 8]),
    st.sampled_from([0, 0, 0.5, 3, 1e4]),
    st.booleans(),
)
def test_equals_scikit_image(image, n_levels, n, connectivity, compactness, masked):
    """Few levels make many ties, among markers and others."""
    image = (np.abs(image) // (256 / n_levels)).astype(image.dtype)
    rng = np.random.default_rng(n)
    markers = with_markers(image.shape, rng, n)
    mask = rng.random(image.shape) < 0.8 if masked else None
    labels = watershed(
        image, markers, connectivity=connectivity, compactness=compactness, mask=mask
    )
    assert labels.dtype == np.int32
    expected = peer(image, markers, connectivity, compactness, mask)
    np.testing.assert_array_equal(labels, expected)


@pytest.mark.parametrize("connectivity", [4, 8])
@pytest.mark.parametrize("step", [200, 17, 3])
def test_large_images(step, connectivity):
    """From few markers, all of which differ, to so many that the heap does all the work."""
    image = ndimage.gaussian_filter(large((301, 402)).astype(np.float32), 3)
    image = np.uint8(np.clip(20 * (image - 120), 0, 255))
    markers = np.zeros(image.shape, np.int32)
    markers[::step, ::step] = np.arange(1, markers[::step, ::step].size + 1).reshape(
        markers[::step, ::step].shape
    )
    np.testing.assert_array_equal(
        watershed(image, markers, connectivity=connectivity), peer(image, markers, connectivity)
    )


def hills(seed, n_levels):
    """Smooth ground of few levels with many markers, of which many are equally high."""
    rng = np.random.default_rng(seed)
    ground = ndimage.gaussian_filter(rng.random(rng.integers(30, 90, 2)), rng.choice([1, 2, 4]))
    ground = np.uint8((ground - ground.min()) / np.ptp(ground) * (n_levels - 1))
    return ground, with_markers(ground.shape, rng, rng.choice([20, 60, 200]))


@pytest.mark.parametrize(
    ("dtype", "compactness"), [(np.uint8, 0), (np.float32, 0), (np.uint8, 0.3), (np.uint8, 2)]
)
@pytest.mark.parametrize("connectivity", [4, 8])
@pytest.mark.parametrize("n_levels", [4, 30, 250])
def test_equal_markers_that_meet(n_levels, connectivity, dtype, compactness):
    """The order of markers that are not the lowest decides, here and there."""
    for seed in range(20):
        ground, markers = hills(seed, n_levels)
        labels = watershed(
            ground.astype(dtype), markers, connectivity=connectivity, compactness=compactness
        )
        expected = peer(ground, markers, connectivity, compactness)
        np.testing.assert_array_equal(labels, expected)


@given(
    images(dtypes=[np.uint8], channels=(None,), min_side=1),
    st.integers(1, 2000),
    st.booleans(),
    st.integers(0, 2**32 - 1),
)
def test_number_of_markers_is_scikit_images(image, n, masked, seed):
    mask = np.random.default_rng(seed).random(image.shape) < 0.6 if masked else None
    assume(mask is None or mask.any())  # where nothing can be flooded, scikit-image divides by 0
    np.testing.assert_array_equal(watershed(image, n, mask=mask), peer(image, n, mask=mask))


@pytest.mark.parametrize("shape", [(1, 90), (90, 1), (2, 70), (61, 3), (40, 40), (57, 83)])
@pytest.mark.parametrize("n", [1, 2, 5, 30, 89, np.int64(10000)])
def test_number_of_markers_in_narrow_images(shape, n):
    image = large((100, 100))[: shape[0], : shape[1]]
    np.testing.assert_array_equal(watershed(image, n), peer(image, n))


def test_number_of_markers_where_nothing_can_be_flooded():
    image = np.zeros((4, 5), np.uint8)
    assert not watershed(image, 3, mask=np.zeros((4, 5), bool)).any()
    assert watershed(image[:0], 3).shape == (0, 5)


def test_one_pixel_no_marker_all_masked_and_no_pixel():
    one = np.zeros((1, 1), np.uint8)
    np.testing.assert_array_equal(watershed(one, [[5]]), [[5]])
    np.testing.assert_array_equal(watershed(one, [[0]]), [[0]])
    np.testing.assert_array_equal(watershed(one, [[5]], mask=np.zeros((1, 1), bool)), [[0]])
    assert watershed(np.zeros((0, 4), np.uint8), np.zeros((0, 4), int)).shape == (0, 4)
    constant = np.full((3, 5), 7, np.uint8)
    np.testing.assert_array_equal(watershed(constant, constant.astype(np.int64)), constant)
    greatest = np.full((3, 5), 2**31 - 1)
    np.testing.assert_array_equal(watershed(constant, greatest), greatest)


def test_markers_of_any_layout_and_dtype_are_left_alone():
    image = large((30, 40))
    markers = with_markers(image.shape, np.random.default_rng(0), 9)
    expected = peer(image, markers)
    before = markers.copy()
    for given_ in (markers, np.asfortranarray(markers), inside_larger(markers), markers[::1]):
        np.testing.assert_array_equal(watershed(image, given_), expected)
    for dtype in (np.uint8, np.int16, np.uint64):
        np.testing.assert_array_equal(watershed(image, markers.astype(dtype)), expected)
    np.testing.assert_array_equal(markers, before)


def test_refuses():
    image, markers = np.zeros((4, 5), np.uint8), np.zeros((4, 5), np.int32)
    with pytest.raises(TypeError, match=r"^image must be uint8 or float32, got float64"):
        watershed(image.astype(float), markers)
    with pytest.raises(ValueError, match=r"^image must have one channel, got 3"):
        watershed(np.zeros((4, 5, 3), np.uint8), markers)
    with pytest.raises(ValueError, match=r"^image must be finite"):
        watershed(np.full((4, 5), np.nan, np.float32), markers)
    with pytest.raises(TypeError, match=r"^markers must hold whole numbers, got float64"):
        watershed(image, markers.astype(float))
    for bad in (0, -3):
        with pytest.raises(ValueError, match=rf"^markers must be at least 1, got {bad}"):
            watershed(image, bad)
    with pytest.raises(TypeError, match=r"^markers must be a whole number, got bool"):
        watershed(image, True)
    with pytest.raises(TypeError, match=r"^markers must hold whole numbers, got float64"):
        watershed(image, 2.5)
    with pytest.raises(ValueError, match=r"^markers must have shape \(H, W\), got \(20,\)"):
        watershed(image, markers.ravel())
    with pytest.raises(ValueError, match=r"^markers must have the shape of the image"):
        watershed(image, markers[:3])
    with pytest.raises(ValueError, match=r"^markers must be >= 0"):
        watershed(image, markers - 1)
    with pytest.raises(ValueError, match=r"^markers must be from 0 to 2147483647, got"):
        watershed(image, markers.astype(np.int64) + 2**31)
    with pytest.raises(TypeError, match=r"^mask must be bool or uint8, got int32"):
        watershed(image, markers, mask=markers)
    with pytest.raises(ValueError, match=r"^mask must have the shape of the image"):
        watershed(image, markers, mask=np.ones((5, 4), bool))
    with pytest.raises(ValueError, match=r"^connectivity must be 4 or 8, got 6"):
        watershed(image, markers, connectivity=6)
    for bad in (-0.5, np.inf, np.nan):
        with pytest.raises(ValueError, match=r"^compactness must be finite and >= 0, got"):
            watershed(image, markers, compactness=bad)

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.filters import remove_specks
from scipy import ndimage
from skimage import morphology

from ..strategies import LAYOUTS

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

connectivities = st.sampled_from([4, 8])


@st.composite
def masks(draw, dtypes=(bool, np.uint8)):
    shape = draw(st.tuples(st.integers(0, 20), st.sampled_from([0, 1, 7, 8, 9, 40, 70])))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    mask = rng.random(shape) < draw(st.sampled_from([0.1, 0.4, 0.6, 0.9, 0, 1]))
    dtype = draw(st.sampled_from(dtypes))
    mask = mask if dtype is bool else mask * rng.integers(1, 256, shape).astype(dtype)
    return LAYOUTS[draw(st.sampled_from(sorted(LAYOUTS)))](mask)


def reference(image, max_size, connectivity):
    labels, _ = ndimage.label(image, np.ones((3, 3)) if connectivity == 8 else None)
    sizes = np.bincount(labels.ravel(), minlength=1)
    return np.where(sizes[labels] > max_size, image, 0)


@given(masks(), st.integers(0, 50), connectivities)
def test_matches_reference(image, max_size, connectivity):
    actual = remove_specks(image, max_size, connectivity=connectivity)
    assert actual.dtype == image.dtype
    np.testing.assert_array_equal(actual, reference(image, max_size, connectivity))


@given(masks(dtypes=[bool]).filter(lambda m: m.size), st.integers(0, 50), connectivities)
def test_equals_skimage(mask, max_size, connectivity):
    peer = morphology.remove_small_objects(
        mask.copy(), max_size=max_size, connectivity=2 if connectivity == 8 else 1
    )
    actual = remove_specks(mask, max_size, connectivity=connectivity)
    np.testing.assert_array_equal(actual, peer)


def spiral(side):
    """Return one component that winds around itself, and never touches."""
    mask = np.zeros((side, side), bool)
    y, x, dy, dx = 0, 0, 0, 1
    for length in [side - 1, *np.repeat(np.arange(side - 1, 1, -2), 2)]:
        for _ in range(length):
            mask[y, x] = True
            y, x = y + dy, x + dx
        dy, dx = dx, -dy
    return mask


@pytest.mark.parametrize("connectivity", [4, 8])
@pytest.mark.parametrize("side", [9, 101])
def test_winding_component_is_one(side, connectivity):
    mask = spiral(side)
    size = np.count_nonzero(mask)
    kept = remove_specks(mask, size - 1, connectivity=connectivity)
    np.testing.assert_array_equal(kept, reference(mask, size - 1, connectivity))
    assert not remove_specks(mask, size, connectivity=connectivity).any()


@pytest.mark.parametrize("connectivity", [4, 8])
def test_large_noise(connectivity):
    mask = np.random.default_rng(1).random((500, 600)) < 0.45
    for max_size in (1, 12, 10**6):
        actual = remove_specks(mask, max_size, connectivity=connectivity)
        np.testing.assert_array_equal(actual, reference(mask, max_size, connectivity))


@pytest.mark.parametrize("dtype", [bool, np.uint8])
def test_out_is_written_and_returned(dtype):
    image = (np.random.default_rng(1).random((9, 40)) < 0.4).astype(dtype)
    frame = np.ones((11, 50), dtype)
    out = frame[1:10, 5:45]
    assert remove_specks(image, 3, out=out) is out
    np.testing.assert_array_equal(out, reference(image, 3, 8))
    assert frame[[0, -1]].all()
    assert frame[:, :5].all()
    assert frame[:, 45:].all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"max_size": -1}, "^max_size must be 0 or more, got -1"),
        ({"max_size": 3, "connectivity": 6}, "^connectivity must be 4 or 8, got 6"),
    ],
)
@pytest.mark.parametrize("shape", [(4, 4), (0, 4)])
def test_refuses_values_out_of_range(arguments, message, shape):
    """An empty image is no excuse for a wrong parameter."""
    with pytest.raises(ValueError, match=message):
        remove_specks(np.zeros(shape, bool), **arguments)


def test_refuses_other_images():
    with pytest.raises(ValueError, match=r"^image must have shape \(H, W\), got \(4, 4, 3\)"):
        remove_specks(np.zeros((4, 4, 3), np.uint8), 1)
    with pytest.raises(TypeError, match=r"^image must be bool or uint8, got float32"):
        remove_specks(np.zeros((4, 4), np.float32), 1)
    with pytest.raises(TypeError, match=r"^max_size must be a whole number"):
        remove_specks(np.zeros((4, 4), bool), 1.5)

import numpy as np
import pytest
from hypothesis import given
from imgmine.segment import fill_holes
from scipy import ndimage

from .label_images import blobs, connectivities, masks, spiral

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


def by_scipy(mask, connectivity):
    return ndimage.binary_fill_holes(mask, np.ones((3, 3)) if connectivity == 8 else None)


@given(masks(), connectivities)
def test_equals_scipy(mask, connectivity):
    filled = fill_holes(mask, connectivity=connectivity)
    assert filled.dtype == bool
    np.testing.assert_array_equal(filled, by_scipy(mask, connectivity))


@pytest.mark.parametrize("connectivity", [4, 8])
@pytest.mark.parametrize("shape", [(700, 900), (20_000, 9)])
def test_large(shape, connectivity):
    mask = blobs(shape, density=0.6)
    filled = fill_holes(mask, connectivity=connectivity)
    np.testing.assert_array_equal(filled, by_scipy(mask, connectivity))


def test_frame_is_filled_and_spiral_is_not():
    frame = np.pad(np.zeros((300, 500), bool), 2, constant_values=True)
    assert fill_holes(frame).all()
    np.testing.assert_array_equal(fill_holes(spiral(301)), spiral(301))


def test_nothing_and_everything():
    assert not fill_holes(np.zeros((5, 6), bool)).any()
    assert fill_holes(np.ones((5, 6), np.uint8)).all()
    assert fill_holes(np.zeros((0, 6), bool)).shape == (0, 6)


def test_refuses_other_arguments():
    with pytest.raises(ValueError, match=r"^connectivity must be 4 or 8, got 2"):
        fill_holes(np.zeros((3, 3), bool), connectivity=2)
    with pytest.raises(TypeError, match=r"^mask must be bool or uint8, got int64"):
        fill_holes(np.zeros((3, 3), np.int64))
    with pytest.raises(ValueError, match=r"^mask must have shape \(H, W\), got \(3, 3, 1\)"):
        fill_holes(np.zeros((3, 3, 1), bool))

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.segment import find_boundaries
from skimage import segmentation

from .label_images import blobs, connectivities, label_images, masks

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

MODES = ["thick", "inner", "outer"]


def reference(labels, mode, connectivity):
    """Compare with each neighbor."""
    padded = np.pad(labels.astype(np.int64), 1, mode="edge")
    height, width = labels.shape
    here = labels.astype(np.int64)
    differs = np.zeros(labels.shape, bool)
    between = np.zeros(labels.shape, bool)
    for dy, dx in np.ndindex(3, 3):
        other = padded[dy : dy + height, dx : dx + width]
        between |= (other != 0) & (other != here) & (here != 0)
        if connectivity == 8 or dy == 1 or dx == 1:
            differs |= other != here
    if mode == "inner":
        return differs & (here != 0)
    return differs & ((here == 0) | between) if mode == "outer" else differs


@given(
    label_images(dtypes=[np.uint8, np.int32, np.int64], min_side=1)
    | masks(dtypes=[bool]).filter(lambda m: m.size),
    st.sampled_from(MODES),
    connectivities,
)
def test_matches_reference_and_skimage(labels, mode, connectivity):
    found = find_boundaries(labels, mode=mode, connectivity=connectivity)
    assert found.dtype == bool
    np.testing.assert_array_equal(found, reference(labels, mode, connectivity))
    peer = segmentation.find_boundaries(
        np.ascontiguousarray(labels), mode=mode, connectivity=1 if connectivity == 4 else 2
    )
    np.testing.assert_array_equal(found, peer)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("connectivity", [4, 8])
def test_large(mode, connectivity):
    labels = blobs((700, 903)) * (1 + np.indices((700, 903))[1] // 40)
    found = find_boundaries(labels, mode=mode, connectivity=connectivity)
    np.testing.assert_array_equal(found, reference(labels, mode, connectivity))


def test_no_boundary():
    for shape in ((0, 4), (1, 1), (3, 40)):
        for value in (0, 5, 2**31 - 1):
            assert not find_boundaries(np.full(shape, value)).any()


def test_refuses_other_arguments():
    labels = np.zeros((3, 4), int)
    with pytest.raises(ValueError, match=r"^mode must be 'thick', 'inner' or 'outer', got 'sub'"):
        find_boundaries(labels, mode="sub")
    with pytest.raises(TypeError, match=r"^mode must be a string, got int"):
        find_boundaries(labels, mode=3)
    with pytest.raises(ValueError, match=r"^connectivity must be 4 or 8, got 1"):
        find_boundaries(labels, connectivity=1)
    with pytest.raises(TypeError, match=r"^labels must hold whole numbers, got float64"):
        find_boundaries(np.zeros((3, 4)))

import numpy as np
import pytest
from hypothesis import given
from imgmine.segment import label
from scipy import ndimage
from skimage import measure

from .label_images import blobs, connectivities, masks, spiral

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

ALL_AROUND = np.ones((3, 3))


def reference(mask, connectivity):
    """Flood from each pixel that no other has reached, row by row."""
    labels = np.zeros(mask.shape, np.int32)
    n = 0
    for start in zip(*np.nonzero(mask), strict=True):
        if labels[start]:
            continue
        n += 1
        labels[start] = n
        waiting = [start]
        while waiting:
            y, x = waiting.pop()
            for dy, dx in np.ndindex(3, 3):
                at = y + dy - 1, x + dx - 1
                if connectivity == 4 and dy != 1 and dx != 1:
                    continue
                inside = 0 <= at[0] < mask.shape[0] and 0 <= at[1] < mask.shape[1]
                if inside and mask[at] and not labels[at]:
                    labels[at] = n
                    waiting.append(at)
    return labels, n


@given(masks(), connectivities)
def test_matches_reference(mask, connectivity):
    labels, n = label(mask, connectivity=connectivity)
    assert labels.dtype == np.int32
    assert type(n) is int
    expected, count = reference(mask, connectivity)
    assert n == count
    np.testing.assert_array_equal(labels, expected)


@pytest.mark.parametrize("connectivity", [4, 8])
@pytest.mark.parametrize("shape", [(700, 900), (3, 200_001), (40_000, 3), (1, 1), (1, 70_000)])
@pytest.mark.parametrize("density", [0.3, 0.5, 0.8])
def test_equals_scipy_and_skimage(shape, connectivity, density):
    mask = blobs(shape, density=density)
    labels, n = label(mask, connectivity=connectivity)
    expected, count = ndimage.label(mask, ALL_AROUND if connectivity == 8 else None)
    assert n == count
    np.testing.assert_array_equal(labels, expected)
    peer = measure.label(mask, connectivity=1 if connectivity == 4 else 2)
    np.testing.assert_array_equal(labels, peer)


@pytest.mark.parametrize("connectivity", [4, 8])
def test_noise(connectivity):
    mask = np.random.default_rng(1).random((1000, 1000)) < 0.5
    labels, n = label(mask, connectivity=connectivity)
    expected, count = ndimage.label(mask, ALL_AROUND if connectivity == 8 else None)
    assert n == count
    np.testing.assert_array_equal(labels, expected)


@pytest.mark.parametrize("side", [9, 401])
def test_winding_component_is_one(side):
    mask = spiral(side)
    for turned in (mask, mask[::-1], mask.T, ~mask):
        expected, n = ndimage.label(turned)
        assert label(turned)[1] == n
        np.testing.assert_array_equal(label(turned)[0], expected)


def test_comb_joins_at_the_last_row():
    mask = np.zeros((1001, 801), bool)
    mask[:, ::2] = True
    assert label(mask)[1] == 401
    mask[-1] = True
    labels, n = label(mask)
    assert n == 1
    np.testing.assert_array_equal(labels, mask)


def test_checkerboard_has_most_labels():
    mask = np.indices((301, 302)).sum(0) % 2 == 0
    assert label(mask)[1] == mask.sum()
    assert label(mask, connectivity=8)[1] == 1


def test_nothing_and_everything():
    for shape in ((0, 5), (5, 0), (4, 7), (1, 1)):
        labels, n = label(np.zeros(shape, bool))
        assert n == 0
        np.testing.assert_array_equal(labels, np.zeros(shape))
    labels, n = label(np.full((300, 700), 255, np.uint8))
    assert n == 1
    assert (labels == 1).all()


def test_refuses_too_many_pixels():
    """They are never touched: rows of no extent in memory."""
    mask = np.broadcast_to(np.zeros((1, 1), bool), (2**16, 2**15))
    with pytest.raises(ValueError, match=r"^mask must have fewer than 2\^31 pixels, got 65536 x"):
        label(mask)


@pytest.mark.parametrize("shape", [(4, 4), (0, 4)])
def test_refuses_other_arguments(shape):
    with pytest.raises(ValueError, match=r"^connectivity must be 4 or 8, got 6"):
        label(np.zeros(shape, bool), connectivity=6)
    with pytest.raises(TypeError, match=r"^connectivity must be a whole number"):
        label(np.zeros(shape, bool), connectivity=4.5)
    with pytest.raises(ValueError, match=r"^mask must have shape \(H, W\), got"):
        label(np.zeros((*shape, 3), bool))
    with pytest.raises(TypeError, match=r"^mask must be bool or uint8, got float32"):
        label(np.zeros(shape, np.float32))

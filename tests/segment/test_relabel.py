import numpy as np
import pytest
from hypothesis import given
from imgmine.segment import relabel
from skimage.segmentation import relabel_sequential

from .label_images import label_images

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

HUGE = (0, 1, 5, 2**20, 2**31 - 1)
DTYPES = [np.int16, np.int32, np.int64, np.uint32, np.uint64]


@given(label_images() | label_images(dtypes=DTYPES[1:], values=HUGE) | label_images(dtypes=DTYPES))
def test_matches_reference(labels):
    result, n = relabel(labels)
    assert result.dtype == np.int32
    values = np.setdiff1d(labels, [0])
    assert n == len(values)
    expected = np.searchsorted(values, labels) + 1
    np.testing.assert_array_equal(result, np.where(labels, expected, 0))


@given(label_images(min_side=1))
def test_equals_skimage(labels):
    np.testing.assert_array_equal(relabel(labels)[0], relabel_sequential(labels.copy())[0])


@pytest.mark.parametrize("step", [1, 3, 20])
def test_many_labels(step):
    labels = np.random.default_rng(0).permutation(400_000).reshape(500, 800) * step
    result, n = relabel(labels)
    assert n == labels.size - 1
    np.testing.assert_array_equal(result, labels // step)


def test_takes_masks_and_small_numbers():
    np.testing.assert_array_equal(relabel(np.eye(3, dtype=bool))[0], np.eye(3))
    np.testing.assert_array_equal(relabel([[0, 200], [9, 9]])[0], [[0, 2], [1, 1]])
    assert relabel(np.full((1, 1), 200, np.uint8))[1] == 1
    assert relabel(np.zeros((0, 4), int))[1] == 0


def test_refuses_what_is_no_label():
    with pytest.raises(ValueError, match=r"^labels must not be negative, got -3"):
        relabel(np.int32([[1, -3]]))
    with pytest.raises(ValueError, match=r"^labels must be from 0 to 2147483647, got -3"):
        relabel(np.int64([[1, -3]]))
    with pytest.raises(ValueError, match=r"^labels must be from 0 to 2147483647, got 2147483648"):
        relabel(np.uint32([[1, 2**31]]))
    with pytest.raises(TypeError, match=r"^labels must hold whole numbers, got float64"):
        relabel(np.ones((3, 3)))
    with pytest.raises(ValueError, match=r"^labels must have shape \(H, W\), got \(3,\)"):
        relabel(np.ones(3, int))

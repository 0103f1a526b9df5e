import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.segment import clear_border
from skimage import segmentation

from .label_images import blobs, label_images, masks

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

HUGE = (0, 1, 2, 2**31 - 1)


@given(
    label_images(min_side=1)
    | label_images(dtypes=[np.int64, np.uint32], values=HUGE, min_side=1)
    | masks(dtypes=[bool]).filter(lambda mask: mask.size),
    st.integers(0, 5),
)
def test_equals_skimage(labels, margin):
    margin = min(margin, min(labels.shape) - 1)
    cleared = clear_border(labels, margin=margin)
    assert cleared.dtype == (bool if labels.dtype == bool else np.int32)
    peer = segmentation.clear_border(labels.copy(), buffer_size=margin)
    np.testing.assert_array_equal(cleared, peer)


@pytest.mark.parametrize("margin", [0, 7])
def test_large(margin):
    mask = blobs((700, 900), density=0.4)
    peer = segmentation.clear_border(mask, buffer_size=margin)
    np.testing.assert_array_equal(clear_border(mask, margin=margin), peer)
    labels = mask * (1 + np.indices(mask.shape)[1] // 50)
    peer = segmentation.clear_border(labels, buffer_size=margin)
    np.testing.assert_array_equal(clear_border(labels, margin=margin), peer)


def test_empty_and_single():
    assert clear_border(np.zeros((0, 4), bool)).shape == (0, 4)
    assert not clear_border(np.ones((1, 1), bool)).any()


def test_refuses_other_arguments():
    for margin in (-1, 4):
        with pytest.raises(ValueError, match=r"^margin must be 0 or more and below both sides"):
            clear_border(np.zeros((4, 9), bool), margin=margin)
    with pytest.raises(TypeError, match=r"^labels must hold whole numbers, got float32"):
        clear_border(np.zeros((4, 9), np.float32))
    with pytest.raises(ValueError, match=r"^labels must have shape \(H, W\), got \(4, 9, 1\)"):
        clear_border(np.zeros((4, 9, 1), bool))

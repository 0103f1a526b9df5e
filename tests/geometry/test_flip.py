import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine.geometry import flip

from ..strategies import images, large

some = settings(max_examples=20)
pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

CODES = {0: 0, 1: 1, (0, 1): -1}
axes = st.sampled_from([0, 1, (0, 1)])


@some
@given(images(), axes)
def test_equals_numpy(image, axis):
    flipped = flip(image, axis)
    assert flipped.flags.c_contiguous
    assert flipped.dtype == image.dtype
    np.testing.assert_array_equal(flipped, np.flip(image, axis))


@some
@given(images(channels=(None, 1, 3, 4), min_side=1), axes)
def test_equals_opencv(image, axis):
    peer = cv2.flip(np.ascontiguousarray(image), CODES[axis])
    np.testing.assert_array_equal(flip(image, axis), peer.reshape(image.shape))


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("axis", [0, 1, (0, 1)])
def test_threads_share_the_rows(dtype, axis):
    image = large((1500, 1101, 3), dtype)
    np.testing.assert_array_equal(flip(image, axis), np.flip(image, axis))


@some
@given(images(), axes)
def test_out_is_written_and_returned(image, axis):
    out = np.zeros(image.shape, image.dtype)
    assert flip(image, axis, out=out) is out
    np.testing.assert_array_equal(out, np.flip(image, axis))


def test_keeps_every_bit():
    image = np.array([[np.nan, np.inf, -0.0]], np.float32)
    assert flip(image, 1).tobytes() == image[:, ::-1].tobytes()


@pytest.mark.parametrize("axis", [[1, 0], np.array([0, 1]), (np.int64(0), 1)])
def test_takes_both_axes_in_any_order(axis):
    image = large((5, 7))
    np.testing.assert_array_equal(flip(image, axis), image[::-1, ::-1])


@pytest.mark.parametrize("shape", [(4, 4), (0, 4)])
@pytest.mark.parametrize(
    ("axis", "error", "message"),
    [
        (2, ValueError, r"^axis must be 0, 1 or \(0, 1\), got 2"),
        (-1, ValueError, "^axis must be"),
        ((0, 0), ValueError, "^axis must be"),
        ((0, 1, 1), ValueError, "^axis must be"),
        ((), ValueError, "^axis must be"),
        (1.0, TypeError, "^axis must be a whole number"),
        (None, TypeError, "^axis must be a whole number"),
        (True, TypeError, "^axis must be a whole number"),
        ("1", ValueError, "^axis must be"),
    ],
)
def test_refuses_other_axes(shape, axis, error, message):
    with pytest.raises(error, match=message):
        flip(np.zeros(shape, np.uint8), axis)


def test_refuses_to_flip_in_place():
    image = large((4, 4))
    with pytest.raises(ValueError, match=r"^out must not overlap"):
        flip(image, 1, out=image)

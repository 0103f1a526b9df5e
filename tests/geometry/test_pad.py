import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine.geometry import pad

from ..strategies import borders, images, large

some = settings(max_examples=20)
pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

MODES = {
    "reflect101": "reflect",
    "reflect": "symmetric",
    "replicate": "edge",
    "wrap": "wrap",
    "constant": "constant",
}
OPENCV = {
    "reflect101": cv2.BORDER_REFLECT_101,
    "reflect": cv2.BORDER_REFLECT,
    "replicate": cv2.BORDER_REPLICATE,
    "wrap": cv2.BORDER_WRAP,
    "constant": cv2.BORDER_CONSTANT,
}
widths = st.integers(0, 5) | st.integers(0, 150)


def reference(image, sides, border, value=0):
    options = {"constant_values": value} if border == "constant" else {}
    return np.pad(image, sides + ((0, 0),) * (image.ndim - 2), MODES[border], **options)


@some
@given(images(min_side=1), st.tuples(widths, widths, widths, widths), borders)
def test_equals_numpy(image, widths, border):
    sides = (widths[:2], widths[2:])
    padded = pad(image, sides, border=border)
    assert padded.dtype == image.dtype
    np.testing.assert_array_equal(padded, reference(image, sides, border))


@some
@given(images(channels=(None, 3, 4), min_side=1), st.integers(0, 9), borders)
def test_equals_opencv(image, width, border):
    width = min(width, *(extent - 1 for extent in image.shape[:2]))
    peer = cv2.copyMakeBorder(image.copy(), *(4 * [width]), OPENCV[border])
    np.testing.assert_array_equal(pad(image, width, border=border), peer)


@some
@given(images(), st.integers(0, 9), st.integers(0, 255))
def test_constant_has_a_value(image, width, value):
    sides = ((width, width), (width, width))
    padded = pad(image, width, value=value)
    np.testing.assert_array_equal(padded, reference(image, sides, "constant", value))


def test_width_has_three_forms():
    image = large((3, 4))
    np.testing.assert_array_equal(pad(image, 2), pad(image, ((2, 2), (2, 2))))
    np.testing.assert_array_equal(pad(image, (2, 1)), pad(image, ((2, 2), (1, 1))))
    np.testing.assert_array_equal(pad(image, (2, (0, 1))), pad(image, ((2, 2), (0, 1))))
    np.testing.assert_array_equal(pad(image, np.full((2, 2), 3)), pad(image, 3))


@pytest.mark.parametrize("border", sorted(MODES))
def test_threads_share_the_rows(border):
    image = large((1500, 1101, 3))
    sides = ((40, 1), (7, 90))
    np.testing.assert_array_equal(pad(image, sides, border=border), reference(image, sides, border))


def test_value_of_floats_may_be_anything():
    assert np.isnan(pad(np.zeros((0, 1), np.float32), 1, value=np.nan)).all()


@some
@given(images(min_side=0), borders)
def test_nothing_around_is_a_copy(image, border):
    padded = pad(image, 0, border=border)
    np.testing.assert_array_equal(padded, image)
    assert not np.may_share_memory(padded, image)


def test_there_must_be_something_to_repeat():
    with pytest.raises(
        ValueError, match=r"^image must not be empty where border is not 'constant'"
    ):
        pad(np.zeros((0, 4), np.uint8), 1, border="reflect")


@pytest.mark.parametrize("shape", [(4, 4), (0, 4)])
@pytest.mark.parametrize(
    ("width", "options", "error", "message"),
    [
        (-1, {}, ValueError, "^width must not be negative"),
        (((0, 0), (0, -1)), {}, ValueError, "^width must not be negative"),
        (2**23, {}, ValueError, "^width must leave the result at most 8388608"),
        ((1, 2, 3), {}, ValueError, "^width must be a number, "),
        (((1, 2, 3), 1), {}, ValueError, "^width must be a number, "),
        (1.0, {}, TypeError, "^width must be a whole number"),
        ((1, 2.0), {}, TypeError, "^width must be a whole number"),
        (1, {"border": "edge"}, ValueError, "^border must be 'reflect101', "),
        (1, {"value": 256}, ValueError, "^value must be a whole number from 0 to 255"),
        (1, {"value": 0.5}, ValueError, "^value must be a whole number from 0 to 255"),
        (1, {"value": "0"}, TypeError, "^value must be a number"),
    ],
)
def test_refuses_values_out_of_range(shape, width, options, error, message):
    with pytest.raises(error, match=message):
        pad(np.zeros(shape, np.uint8), width, **options)

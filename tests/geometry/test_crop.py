import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.geometry import crop

from ..strategies import images, large


@given(images(), st.data())
def test_equals_a_slice(image, data):
    top = data.draw(st.integers(0, image.shape[0]))
    left = data.draw(st.integers(0, image.shape[1]))
    height = data.draw(st.integers(0, image.shape[0] - top))
    width = data.draw(st.integers(0, image.shape[1] - left))
    part = crop(image, (top, left, height, width))
    np.testing.assert_array_equal(part, image[top : top + height, left : left + width])
    assert part.flags.c_contiguous
    assert not np.may_share_memory(part, image)


@pytest.mark.parametrize("box", [[1, 2, 3, 4], np.array([1, 2, 3, 4])])
def test_takes_any_four_whole_numbers(box):
    image = large((9, 9, 3))
    np.testing.assert_array_equal(crop(image, box), image[1:4, 2:6])


@pytest.mark.parametrize("shape", [(4, 5), (0, 5)])
@pytest.mark.parametrize(
    ("box", "error", "message"),
    [
        ((0, 0, 5, 1), ValueError, "^box must lie inside the image of"),
        ((0, 3, 0, 3), ValueError, "^box must lie inside the image of"),
        ((-1, 0, 1, 1), ValueError, "^box must not have negative numbers"),
        ((0, 0, 0, -1), ValueError, "^box must not have negative numbers"),
        ((0, 0, 1), ValueError, r"^box must be \(top, left, height, width\)"),
        (3, ValueError, r"^box must be \(top, left, height, width\)"),
        ((0, 0, 1.0, 1), TypeError, "^box must be a whole number"),
    ],
)
def test_refuses_other_boxes(shape, box, error, message):
    with pytest.raises(error, match=message):
        crop(np.zeros(shape, np.uint8), box)

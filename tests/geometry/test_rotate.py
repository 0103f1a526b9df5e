import cv2
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from imgmine.geometry import rotate
from PIL import Image
from skimage.transform import rotate as skimage_rotate

from ..strategies import borders, images, large
from .warp_reference import assert_close, grid, sample

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

angles = st.floats(-400, 400)


def places(angle, shape, size):
    """Where the result's pixels lie in an image of `shape`: both turned about their centers."""
    c, s = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    x, y = grid(size)
    x, y = x - (size[1] - 1) / 2, y - (size[0] - 1) / 2
    return c * x - s * y + (shape[1] - 1) / 2, s * x + c * y + (shape[0] - 1) / 2


@settings(max_examples=30)
@given(images(min_side=1), angles, borders, st.booleans(), st.sampled_from(["linear", "cubic"]))
def test_matches_reference(image, angle, border, expand, method):
    actual = rotate(image, angle, expand=expand, border=border, method=method, value=7)
    x, y = places(angle, image.shape, actual.shape[:2])
    assert_close(actual, sample(image, x, y, method, border, 7), image, 7)


@settings(max_examples=40)
@given(images(), st.integers(-9, 9))
def test_quarter_turns_move_pixels(image, quarters):
    actual = rotate(image, 90 * quarters, expand=True)
    assert actual.dtype == image.dtype
    np.testing.assert_array_equal(actual, np.rot90(image, quarters))
    if quarters % 2 == 0 or image.shape[0] == image.shape[1]:
        np.testing.assert_array_equal(rotate(image, 90 * quarters), actual)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("channels", [(), (2,), (3,), (4,), (7,)])
@pytest.mark.parametrize("quarters", [1, 2, 3, 4])
def test_threads_share_the_rows_of_quarter_turns(dtype, channels, quarters):
    image = (
        large((1003, 1021, *channels), dtype)
        if channels == ()
        else large((301, 411, *channels), dtype)
    )
    np.testing.assert_array_equal(
        rotate(image, 90 * quarters, expand=True), np.rot90(image, quarters)
    )


@pytest.mark.parametrize("shape", [(5, 9), (9, 5), (6, 8)])
def test_a_quarter_without_expand_keeps_the_middle(shape):
    image = large(shape)
    turned = np.rot90(image)
    actual = rotate(image, 90, value=3)
    side = min(shape)
    middle = tuple(slice((n - side) // 2, (n + side) // 2) for n in shape)
    theirs = tuple(slice((n - side) // 2, (n + side) // 2) for n in turned.shape)
    np.testing.assert_array_equal(actual[middle], turned[theirs])
    outside = np.ones(shape, bool)
    outside[middle] = False
    assert (actual[outside] == 3).all()


@given(st.integers(1, 60), st.integers(1, 60), angles)
@settings(max_examples=60)
def test_expands_to_the_size_that_pillow_gives(height, width, angle):
    # It rounds sines to 15 digits: next to whole quarters the last bit decides about a pixel.
    assume(angle % 90 == 0 or 1e-6 < angle % 90 < 90 - 1e-6)
    expected = Image.new("L", (width, height)).rotate(angle, expand=True).size[::-1]
    assert rotate(np.zeros((height, width), np.uint8), angle, expand=True).shape == expected


@pytest.mark.parametrize("angle", [15, -100.5, 271])
def test_turns_as_the_others_do(angle):
    image = large((60, 81))
    matrix = cv2.getRotationMatrix2D((40, 29.5), angle, 1)
    actual = rotate(image, angle).astype(float)
    assert np.abs(actual - cv2.warpAffine(image, matrix, (81, 60))).max() <= 1
    theirs = skimage_rotate(image.astype(float), angle, order=1)
    inside = skimage_rotate(np.ones((60, 81)), angle, order=1) == 1
    assert np.abs(actual - theirs)[inside].max() <= 1


@pytest.mark.parametrize("angle", [1e300, 90 * 2.0**60, 1e-300, -1e-17])
def test_any_finite_angle(angle):
    image = large((5, 5))
    assert rotate(image, angle).shape == (5, 5)
    if abs(angle) < 1:
        np.testing.assert_array_equal(rotate(image, angle), image)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"angle": np.nan}, "^angle must be finite"),
        ({"angle": np.inf}, "^angle must be finite"),
        ({"method": "area"}, "^method must be"),
        ({"border": "mirror"}, "^border must be"),
        ({"value": 1.5}, "^value must be"),
        ({"value": (1, 2, 3)}, "^value must be one number or one per channel"),
    ],
)
@pytest.mark.parametrize("shape", [(4, 4), (0, 4)])
def test_refuses_values_out_of_range(changed, message, shape):
    for angle in (0, 90, 30):
        with pytest.raises(ValueError, match=message):
            rotate(np.zeros(shape, np.uint8), **({"angle": angle} | changed))


def test_refuses_wrong_kinds():
    image = np.zeros((4, 4), np.uint8)
    with pytest.raises(TypeError, match=r"^angle must be a number"):
        rotate(image, "90")
    with pytest.raises(TypeError, match=r"^expand must be True or False"):
        rotate(image, 90, expand=1)

import functools

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine.geometry import warp_affine

from ..strategies import borders, images, large
from .warp_reference import assert_close, grid, sample

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

OPENCV_BORDERS = {
    "reflect101": cv2.BORDER_REFLECT_101,
    "reflect": cv2.BORDER_REFLECT,
    "replicate": cv2.BORDER_REPLICATE,
    "wrap": cv2.BORDER_WRAP,
    "constant": cv2.BORDER_CONSTANT,
}
OPENCV = {"linear": cv2.INTER_LINEAR, "nearest": cv2.INTER_NEAREST, "cubic": cv2.INTER_CUBIC}
methods = st.sampled_from(["linear", "nearest", "cubic"])


def turn(angle, center, scale=1.0):
    return cv2.getRotationMatrix2D(center, angle, scale)


@st.composite
def matrices(draw):
    """Draw turns, shears, shifts and scales that can be undone."""
    kind = draw(st.sampled_from(["turn", "shift", "any", "mirror"]))
    shift = [draw(st.floats(-20, 20)), draw(st.floats(-20, 20))]
    if kind == "turn":
        matrix = turn(draw(st.floats(-180, 180)), (5, 5), draw(st.floats(0.3, 3)))
    elif kind == "any":
        matrix = np.array([[draw(st.floats(0.5, 2)), draw(st.floats(-0.4, 0.4)), 0],
                           [draw(st.floats(-0.4, 0.4)), draw(st.floats(0.5, 2)), 0]])  # fmt: skip
    else:
        matrix = np.array([[-1.0 if kind == "mirror" else 1.0, 0, 0], [0, 1, 0]])
        shift = np.round(shift) if draw(st.booleans()) else shift
    matrix[:, 2] += shift
    return matrix


def places(matrix, size):
    x, y = grid(size)
    return (matrix[0, 0] * x + (matrix[0, 1] * y + matrix[0, 2]),
            matrix[1, 0] * x + (matrix[1, 1] * y + matrix[1, 2]))  # fmt: skip


def off_halves(x, y):
    """Tell where the nearest pixel is not a matter of rounding."""
    return np.all([np.abs((c + 0.5) - np.round(c + 0.5)) > 1e-6 for c in (x, y)], axis=0)


@settings(max_examples=30)
@given(images(min_side=1), matrices(), methods, borders, st.data())
def test_matches_reference(image, matrix, method, border, data):
    size = data.draw(st.sampled_from([None, (20, 37), (3, 300)]))
    value = data.draw(st.sampled_from([0, 77, 255]))
    actual = warp_affine(
        image, matrix, size, method=method, border=border, value=value, inverse=True
    )
    x, y = places(matrix, size or image.shape[:2])
    expected = sample(image, x, y, method, border, value)
    if method == "nearest":
        sure = off_halves(x, y)
        np.testing.assert_array_equal(actual[sure], expected[sure])
        assert actual.shape == expected.shape
    else:
        assert_close(actual, expected, image, value)


@settings(max_examples=8)
@given(images(channels=(None, 1, 3, 4), min_side=2), matrices(), st.data())
def test_linear_agrees_with_opencv(image, matrix, data):
    """Noise, too: OpenCV 5's linear path rounds no places."""
    border = data.draw(st.sampled_from(sorted(set(OPENCV_BORDERS) - {"wrap"})))
    image = np.ascontiguousarray(image)
    peer = cv2.warpAffine(image, matrix, image.shape[1::-1], flags=cv2.INTER_LINEAR,
                          borderMode=OPENCV_BORDERS[border]).reshape(image.shape)  # fmt: skip
    actual = warp_affine(image, matrix, border=border)
    tolerance = 1 if image.dtype == np.uint8 else 1e-4 * np.abs(image).max()
    np.testing.assert_allclose(actual.astype(float), peer.astype(float), rtol=0, atol=tolerance)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("channels", [(), (3,)])
@pytest.mark.parametrize("border", ["constant", "reflect101", "wrap"])
def test_cubic_follows_opencv_on_smooth_images(dtype, channels, border):
    """OpenCV rounds places to 1/32 pixel there."""
    image = cv2.GaussianBlur(large((90, 131, *channels)), (0, 0), 4).astype(dtype)
    matrix = turn(20, (60, 40), 1.1)
    peer = cv2.warpAffine(
        image, matrix, (131, 90), flags=cv2.INTER_CUBIC, borderMode=OPENCV_BORDERS[border]
    )
    actual = warp_affine(image, matrix, method="cubic", border=border)
    inside = sample(np.ones((90, 131), np.float32), *places(
        cv2.invertAffineTransform(matrix), (90, 131)), "cubic", "constant") == 1  # fmt: skip
    difference = np.abs(actual.astype(float) - peer)[inside]
    assert difference.max() <= 1.5


@functools.cache
def shared_case(dtype, channels, method):
    image = large((150, 701, *channels), dtype)
    matrix = turn(-33.3, (350, 70), 0.9)
    x, y = places(matrix, image.shape[:2])
    return image, matrix, sample(image, x, y, method, "constant", 9), off_halves(x, y)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("channels", [(3,), (4,), (5,)])
@pytest.mark.parametrize("method", ["linear", "nearest", "cubic"])
def test_threads_share_the_rows(dtype, channels, method):
    image, matrix, expected, sure = shared_case(dtype, channels, method)
    actual = warp_affine(image, matrix, method=method, value=9, inverse=True)
    assert_close(actual[sure], expected[sure], image)


@given(images(min_side=1), methods, borders)
@settings(max_examples=6)
def test_identity_changes_nothing(image, method, border):
    actual = warp_affine(image, [[1, 0, 0], [0, 1, 0]], method=method, border=border)
    np.testing.assert_array_equal(actual, image)


@given(images(min_side=1), st.integers(-40, 40), st.integers(-40, 40), methods, borders)
@settings(max_examples=6)
def test_whole_shifts_move_pixels(image, dx, dy, method, border):
    actual = warp_affine(image, [[1, 0, dx], [0, 1, dy]], method=method, border=border)
    x, y = grid(image.shape[:2])
    expected = sample(image, x - dx, y - dy, "nearest", border)
    np.testing.assert_array_equal(actual, expected)


def test_forward_is_the_inverse_of_inverse():
    image = large((60, 70, 3))
    matrix = turn(30, (35, 30), 1.3)
    undo = cv2.invertAffineTransform(matrix)
    np.testing.assert_array_equal(
        warp_affine(image, matrix), warp_affine(image, undo, inverse=True)
    )


@pytest.mark.parametrize("method", ["linear", "nearest", "cubic"])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("angle", [0, 17])
def test_nan_reaches_as_far_as_its_weight(method, bad, angle):
    image = large((40, 50), np.float32)
    image[20, 30] = bad
    matrix = turn(angle, (25, 20))
    actual = warp_affine(image, matrix, method=method, inverse=True)
    x, y = places(matrix, image.shape)
    with np.errstate(invalid="ignore"):
        expected = sample(image, x, y, method, "constant")
    # A weight may be too small for a float32.
    finite = np.isfinite(expected)
    assert (np.isfinite(actual) == finite).all()
    np.testing.assert_allclose(actual[finite], expected[finite], atol=5e-3)


@pytest.mark.parametrize("border", ["constant", "replicate", "reflect", "reflect101", "wrap"])
@pytest.mark.parametrize("matrix", [
    [[1, 0, 1e300], [0, 1, -1e300]], [[1, 0, 2.0**31], [0, 1, 2.0**40]],
    [[1e9, 0, 0], [0, 1e-9, 0]], [[1e18, 1e17, -1e18], [1e17, 1e18, 1e30]],
    [[1, 0, -(2.0**26) + 3], [0, 1, 0]],
])  # fmt: skip
def test_far_away_is_well_defined(matrix, border):
    """No overflow: past the border, or some pixel of the image where it goes on for ever."""
    image = large((30, 40))
    actual = warp_affine(image, matrix, border=border, value=7, inverse=True)
    for method in ("nearest", "cubic"):
        warp_affine(image, matrix, method=method, border=border, inverse=True)
    if border == "constant":
        x, y = places(np.array(matrix), (30, 40))
        outside = (np.abs(x - 20) > 30) | (np.abs(y - 15) > 25)
        assert (actual[outside] == 7).all()
        assert outside.any()
    elif border == "replicate" and matrix[0][2] == 1e300:
        np.testing.assert_array_equal(actual, np.full((30, 40), image[0, -1]))


@pytest.mark.parametrize("size", [(0, 0), (0, 5), (5, 0)])
def test_empty_results(size):
    image = large((4, 5, 3))
    assert warp_affine(image, [[1, 0, 0], [0, 1, 0]], size).shape == (*size, 3)
    empty = np.zeros((*size, 3), np.float32)
    assert warp_affine(empty, [[1, 0, 0], [0, 1, 0]]).shape == (*size, 3)
    with pytest.raises(ValueError, match=r"^image must have pixels"):
        warp_affine(empty, [[1, 0, 0], [0, 1, 0]], (2, 2))


def test_a_constant_for_each_channel():
    image = large((9, 40, 3))
    actual = warp_affine(image, [[1, 0, 60], [0, 1, 0]], value=(1, 2, 3))
    np.testing.assert_array_equal(actual, np.broadcast_to([1, 2, 3], image.shape))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"matrix": [[1, 0, np.nan], [0, 1, 0]]}, "^matrix must be finite"),
        ({"matrix": [[np.inf, 0, 0], [0, 1, 0]]}, "^matrix must be finite"),
        ({"matrix": [[1, 2, 0], [2, 4, 0]]}, "^matrix must have an inverse"),
        ({"matrix": [[1e-200, 0, 0], [0, 1e-200, 0]]}, "^matrix must have an inverse"),
        ({"matrix": np.eye(3)}, r"^matrix must have shape \(2, 3\), got \(3, 3\)"),
        ({"size": (-1, 4)}, "^size must not be negative"),
        ({"size": (1, 2, 3)}, "^size must be"),
        ({"method": "area"}, "^method must be 'nearest', 'linear' or 'cubic', got 'area'"),
        ({"border": "mirror"}, "^border must be"),
        ({"value": 256}, "^value must be a whole number from 0 to 255"),
        ({"value": 0.5}, "^value must be a whole number from 0 to 255"),
        ({"value": np.nan}, "^value must be a whole number from 0 to 255"),
        ({"value": (1, 2)}, "^value must be one number or one per channel, got 2 for 1"),
    ],
)
@pytest.mark.parametrize("shape", [(4, 4), (0, 4)])
def test_refuses_values_out_of_range(changed, message, shape):
    arguments = {"matrix": [[1, 0, 0], [0, 1, 0]]} | changed
    for inverse in (False, True):
        with pytest.raises(ValueError, match=message):
            warp_affine(np.zeros(shape, np.uint8), **arguments, inverse=inverse)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"matrix": [["a"] * 3] * 2}, "^matrix must hold numbers"),
        ({"size": 5}, "^size must be"),
        ({"size": (1.5, 2)}, "^size must be a whole number"),
        ({"value": "0"}, "^value must be a number"),
        ({"inverse": 1}, "^inverse must be True or False"),
        ({"method": 1}, "^method must be a string"),
    ],
)
def test_refuses_wrong_kinds(changed, message):
    arguments = {"matrix": [[1, 0, 0], [0, 1, 0]]} | changed
    with pytest.raises(TypeError, match=message):
        warp_affine(np.zeros((4, 4), np.uint8), **arguments)

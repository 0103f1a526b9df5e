import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine.geometry import warp_affine, warp_perspective

from ..strategies import borders, images, large
from .warp_reference import assert_close, grid, sample

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


@st.composite
def matrices(draw):
    """Draw views of a plane; some have their horizon in the image."""
    angle = np.deg2rad(draw(st.floats(-180, 180)))
    c, s = np.cos(angle), np.sin(angle)
    dx, dy = draw(st.floats(-9, 9)), draw(st.floats(-9, 9))
    g, h = draw(st.floats(-0.02, 0.02)), draw(st.floats(-0.02, 0.02))
    matrix = np.array([[c, -s, dx], [s, c, dy], [g, h, 1]])
    return matrix * draw(st.sampled_from([1, -3, 1e-30, 1e200]))


def places(matrix, size):
    x, y = grid(size)
    m = matrix / np.abs(matrix).max()
    w = m[2, 0] * x + m[2, 1] * y + m[2, 2]
    with np.errstate(divide="ignore", invalid="ignore"):
        x, y = (m[i, 0] * x + m[i, 1] * y + m[i, 2] for i in (0, 1))
        return x / w, y / w


@settings(max_examples=30)
@given(images(min_side=1), matrices(), borders, st.sampled_from(["linear", "cubic"]))
def test_matches_reference(image, matrix, border, method):
    actual = warp_perspective(image, matrix, border=border, method=method, value=7, inverse=True)
    x, y = places(matrix, image.shape[:2])
    # Far from the origin a place is less well known; on the horizon it is not known at all.
    near = (np.abs(x) < 1e4) & (np.abs(y) < 1e4)
    expected = sample(
        image, np.where(near, x, 0), np.where(near, y, 0), method, border, 7
    )  # fmt: skip
    assert_close(actual[near], expected[near], image, 7)
    assert actual.shape == image.shape


@settings(max_examples=10)
@given(images(channels=(None, 3, 4), min_side=2), matrices())
def test_linear_agrees_with_opencv(image, matrix):
    image = np.ascontiguousarray(image)
    matrix = matrix / matrix[2, 2]
    x, y = places(np.linalg.inv(matrix), image.shape[:2])
    near = (np.abs(x) < 100) & (np.abs(y) < 100)
    peer = cv2.warpPerspective(image, matrix, image.shape[1::-1]).reshape(image.shape)
    difference = np.abs(warp_perspective(image, matrix).astype(float) - peer)[near]
    assert difference.max(initial=0) <= (
        1 if image.dtype == np.uint8 else 2e-4 * np.abs(image).max()
    )


def test_an_affine_matrix_gives_what_warp_affine_does():
    image = large((90, 120, 3))
    matrix = cv2.getRotationMatrix2D((60, 45), 21, 1.2)
    expected = warp_affine(image, matrix, inverse=True)
    actual = warp_perspective(image, np.vstack([5 * matrix, [0, 0, 5]]), inverse=True)
    assert np.abs(actual.astype(int) - expected).max() <= 1


def test_threads_share_the_rows():
    image = large((220, 1001))
    matrix = np.array([[1, 0.1, -40], [-0.05, 0.9, 20], [1e-4, 2e-4, 1]])
    expected = sample(image, *places(matrix, image.shape), "linear", "constant")
    assert_close(warp_perspective(image, matrix, inverse=True), expected, image)


def test_nearest_and_a_size():
    image = large((40, 50, 3))
    matrix = np.array([[1, 0.1, 0.013], [-0.05, 0.9, 0.021], [1e-3, 2e-3, 1]])
    expected = sample(image, *places(np.linalg.inv(matrix), (70, 33)), "nearest", "wrap")
    actual = warp_perspective(image, matrix, (70, 33), method="nearest", border="wrap")
    np.testing.assert_array_equal(actual, expected)


def test_the_horizon_is_past_the_border():
    image = large((8, 40))
    actual = warp_perspective(image, [[1, 0, 5], [0, 1, 0], [0, 0.25, -1]], value=9, inverse=True)
    assert (actual[4] == 9).all()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"matrix": np.full((3, 3), np.nan)}, "^matrix must be finite"),
        ({"matrix": np.zeros((3, 3))}, "^matrix must have an inverse"),
        ({"matrix": [[1, 2, 3], [2, 4, 6], [0, 0, 1]]}, "^matrix must have an inverse"),
        ({"matrix": np.eye(3)[:2]}, r"^matrix must have shape \(3, 3\), got \(2, 3\)"),
        ({"size": (4, -1)}, "^size must not be negative"),
        ({"method": "area"}, "^method must be"),
        ({"border": "mirror"}, "^border must be"),
        ({"value": -1}, "^value must be"),
    ],
)
@pytest.mark.parametrize("shape", [(4, 4), (0, 4)])
def test_refuses_values_out_of_range(changed, message, shape):
    arguments = {"matrix": np.eye(3)} | changed
    for inverse in (False, True):
        with pytest.raises(ValueError, match=message):
            warp_perspective(np.zeros(shape, np.uint8), **arguments, inverse=inverse)

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine.geometry import undistort

from ..strategies import borders, images, large
from .warp_reference import assert_close, grid, sample

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


@st.composite
def lenses(draw):
    number = draw(st.sampled_from([4, 5, 8]))
    limits = [0.3, 0.1, 0.02, 0.02, 0.05, 0.2, 0.1, 0.05][:number]
    return [draw(st.floats(-limit, limit)) for limit in limits]


def camera(shape, focal=1.1):
    height, width = shape[:2]
    f = focal * max(width, height)
    return np.array([[f, 0, width / 2 + 0.3], [0, 0.97 * f, height / 2 - 0.7], [0, 0, 1]])


def places(matrix, distortion, shape):
    k1, k2, p1, p2, k3, k4, k5, k6 = [*distortion, 0, 0, 0, 0][:8]
    u, v = grid(shape[:2])
    x, y = (u - matrix[0, 2]) / matrix[0, 0], (v - matrix[1, 2]) / matrix[1, 1]
    r2 = x * x + y * y
    radial = (1 + k1 * r2 + k2 * r2**2 + k3 * r2**3) / (1 + k4 * r2 + k5 * r2**2 + k6 * r2**3)
    bent_x = x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x)
    bent_y = y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y
    return matrix[0, 0] * bent_x + matrix[0, 2], matrix[1, 1] * bent_y + matrix[1, 2]


@settings(max_examples=30)
@given(images(min_side=1), lenses(), borders, st.sampled_from(["linear", "cubic"]))
def test_matches_reference(image, distortion, border, method):
    matrix = camera(image.shape)
    x, y = places(matrix, distortion, image.shape)
    actual = undistort(image, matrix, distortion, border=border, method=method, value=7)
    assert_close(actual, sample(image, x, y, method, border, 7), image, 7)


@pytest.mark.parametrize("number", [4, 5, 8])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_agrees_with_opencv(number, dtype):
    """With its float maps on noise; with undistort, which rounds places, on a smooth image."""
    distortion = np.array([-0.25, 0.08, 0.002, -0.003, 0.01, 0.05, 0.02, -0.01][:number])
    noise = large((120, 161, 3), dtype)
    matrix = camera(noise.shape)
    x, y = cv2.initUndistortRectifyMap(matrix, distortion, None, matrix, (161, 120), cv2.CV_32FC1)
    peer = cv2.remap(noise, x, y, cv2.INTER_LINEAR)
    difference = np.abs(undistort(noise, matrix, distortion).astype(float) - peer)
    assert difference.max() <= (1 if dtype == np.uint8 else 1e-4 * np.abs(noise).max())
    smooth = cv2.GaussianBlur(large((120, 161)), (0, 0), 4).astype(dtype)
    difference = undistort(smooth, matrix, distortion).astype(float)
    difference -= cv2.undistort(smooth, matrix, distortion)
    assert np.abs(difference[5:-5, 5:-5]).max() <= 1.5


def test_threads_share_the_rows():
    image = large((230, 1001))
    matrix, distortion = camera(image.shape), [-0.3, 0.1, 0.001, 0.002, 0, 0.01, 0, 0]
    expected = sample(image, *places(matrix, distortion, image.shape), "linear", "constant")
    assert_close(undistort(image, matrix, distortion), expected, image)


@given(images())
@settings(max_examples=10)
def test_a_perfect_lens_changes_nothing(image):
    matrix = [[200.0, 0, 8], [0, 128, 3], [0, 0, 1]]
    np.testing.assert_array_equal(undistort(image, matrix, np.zeros((1, 5))), image)


def test_a_wild_lens_is_well_defined():
    image = large((30, 40))
    actual = undistort(image, camera(image.shape), [1e300, -1e300, 1e300, 1, 5], value=9)
    assert (actual[:10, :10] == 9).all()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"camera_matrix": np.eye(2)}, "^camera_matrix must have shape"),
        ({"camera_matrix": np.full((3, 3), np.nan)}, "^camera_matrix must be finite"),
        ({"camera_matrix": np.diag([0, 1, 1])}, "^camera_matrix must be .*fx, 0, cx"),
        ({"camera_matrix": [[1, 2, 0], [0, 1, 0], [0, 0, 1]]}, "^camera_matrix must be .*fx, 0"),
        ({"distortion": [1, 2, 3]}, "^distortion must have 4, 5 or 8 coefficients, got 3"),
        ({"distortion": [0, 0, 0, np.inf]}, "^distortion must be finite"),
        ({"distortion": np.zeros((2, 2))}, "^distortion must be a vector"),
        ({"method": "area"}, "^method must be"),
        ({"border": "mirror"}, "^border must be"),
        ({"value": 1e9}, "^value must be"),
    ],
)
@pytest.mark.parametrize("shape", [(4, 4), (0, 4)])
def test_refuses_values_out_of_range(changed, message, shape):
    arguments = {"camera_matrix": np.eye(3), "distortion": [0, 0, 0, 0]} | changed
    with pytest.raises(ValueError, match=message):
        undistort(np.zeros(shape, np.uint8), **arguments)

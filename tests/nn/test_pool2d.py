import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine._core import nn
from numpy.lib.stride_tricks import sliding_window_view

pytestmark = pytest.mark.usefixtures("cpu_level")


@st.composite
def cases(draw):
    """Draw images, and size, strides and padding (top, left, bottom, right) of windows."""
    size = draw(st.tuples(st.integers(1, 5), st.integers(1, 5)))
    padding = tuple(draw(st.integers(0, size[i % 2] - 1)) for i in range(4))
    height, width = (
        draw(st.integers(max(1, size[i] - padding[i] - padding[i + 2]), 14)) for i in range(2)
    )
    shape = (draw(st.integers(0, 3)), height, width, draw(st.integers(1, 40)))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    x = rng.integers(-5, 6, shape).astype(np.float32)  # with equals in many windows
    strides = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    return x, size, strides, padding


def windows(x, size, strides, padding, fill):
    """Return (N, rows, columns, C, size) of x, `fill` around it."""
    top, left, bottom, right = padding
    padded = np.pad(x, [(0, 0), (top, bottom), (left, right), (0, 0)], constant_values=fill)
    seen = sliding_window_view(padded, size, (1, 2))[:, :: strides[0], :: strides[1]]
    return seen.reshape(*seen.shape[:4], size[0] * size[1])


def pixels(x, size, strides, padding):
    """Return which pixel each value of the windows is, -1 outside the image."""
    height, width = x.shape[1:3]
    numbers = np.arange(height * width).reshape(1, height, width, 1)
    return windows(numbers, size, strides, padding, -1)


@settings(max_examples=40)
@given(cases())
def test_largest(case):
    x, size, strides, padding = case
    seen = windows(x, size, strides, padding, -np.inf)
    y, winner = nn.max_pool2d(x, size, strides, padding)
    np.testing.assert_array_equal(y, seen.max(-1))
    first = np.take_along_axis(
        np.broadcast_to(pixels(*case), seen.shape), seen.argmax(-1)[..., None], -1
    )[..., 0]
    np.testing.assert_array_equal(winner, first)


@settings(max_examples=40)
@given(cases())
def test_gradient_of_largest(case):
    x, size, strides, padding = case
    y, winner = nn.max_pool2d(x, size, strides, padding)
    grad_y = np.random.default_rng(0).integers(-9, 9, y.shape).astype(np.float32)
    expected = np.zeros((len(x), x.shape[1] * x.shape[2], x.shape[3]))
    images, channels = np.arange(len(x))[:, None, None, None], np.arange(x.shape[3])
    np.add.at(expected, (images, winner, channels), grad_y)
    actual = nn.max_pool2d_gradient(grad_y, winner, x.shape[1:3])
    np.testing.assert_array_equal(actual, expected.reshape(x.shape))


@settings(max_examples=40)
@given(cases())
def test_mean_is_of_what_lies_inside(case):
    x, size, strides, padding = case
    sums = windows(x, size, strides, padding, 0).sum(-1)
    counts = (pixels(*case) >= 0).sum(-1)
    actual = nn.avg_pool2d(x, size, strides, padding)
    np.testing.assert_allclose(actual, sums / counts, rtol=1e-6, atol=1e-6)


@settings(max_examples=40)
@given(cases())
def test_gradient_of_mean(case):
    """It is the transpose: the same sum of products on either side."""
    x, size, strides, padding = case
    y = nn.avg_pool2d(x, size, strides, padding)
    grad_y = np.random.default_rng(0).integers(-9, 9, y.shape).astype(np.float32)
    grad_x = nn.avg_pool2d_gradient(grad_y, x.shape[1:3], size, strides, padding)
    assert grad_x.shape == x.shape
    left = np.einsum("nyxc,nyxc->nc", x.astype(np.float64), grad_x)
    right = np.einsum("nyxc,nyxc->nc", y.astype(np.float64), grad_y)
    np.testing.assert_allclose(left, right, rtol=1e-5, atol=1e-3)


def test_a_window_as_large_as_the_image_is_global():
    x = np.random.default_rng(0).standard_normal((3, 7, 9, 33), np.float32)
    size, none = (7, 9), (0, 0, 0, 0)
    y, _ = nn.max_pool2d(x, size, (1, 1), none)
    np.testing.assert_array_equal(y[:, 0, 0], x.max((1, 2)))
    mean = nn.avg_pool2d(x, size, (1, 1), none)
    np.testing.assert_allclose(mean[:, 0, 0], x.mean((1, 2), dtype=np.float64), atol=1e-6)

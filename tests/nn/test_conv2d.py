import math
from dataclasses import replace

import imgmine
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine._core import nn
from scipy.signal import correlate

from .layer_sums import (
    Case,
    assert_sums,
    cases,
    convolve,
    gradients,
    grouped_cases,
    pool,
    unpool,
)

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

# The layers of a small network for handwritten digits, and some whose loops differ from theirs.
LAYERS = {
    "one channel": Case(3, (28, 28), 1, (3, 3), 32, (1, 1), (0, 0, 0, 0), 0),
    "wide": Case(3, (13, 13), 32, (3, 3), 64, (1, 1), (0, 0, 0, 0), 1),
    "many weights": Case(9, (5, 5), 64, (3, 3), 64, (1, 1), (0, 0, 0, 0), 2),
    "large": Case(1, (40, 37), 48, (3, 3), 70, (1, 1), (1, 1, 1, 1), 3),
    "one pixel": Case(1, (1, 1), 1, (1, 1), 1, (1, 1), (0, 0, 0, 0), 4),
    "strides": Case(2, (31, 30), 3, (7, 7), 33, (2, 2), (3, 3, 3, 3), 5),
    "pixels": Case(2, (9, 11), 64, (1, 1), 16, (1, 1), (0, 0, 0, 0), 6),
    "all around": Case(3, (8, 7), 33, (3, 3), 130, (1, 1), (1, 1, 1, 1), 8),
    "uneven padding": Case(5, (5, 6), 16, (4, 3), 64, (1, 1), (3, 0, 1, 2), 9),
    "padded strides": Case(2, (13, 9), 48, (3, 5), 37, (2, 1), (1, 2, 1, 2), 10),
    "mostly padding": Case(4, (2, 1), 20, (5, 5), 40, (1, 1), (2, 2, 2, 2), 11),
    "several blocks": Case(2, (40, 23), 17, (3, 3), 31, (1, 1), (1, 1, 1, 1), 12),
}
GROUPED = {
    "each channel": Case(3, (9, 8), 37, (3, 3), 37, (1, 1), (1, 1, 1, 1), 13, 37),
    "each channel, strides": Case(2, (13, 12), 32, (3, 3), 32, (2, 2), (1, 1, 1, 1), 14, 32),
    "each channel, gaps": Case(2, (11, 12), 17, (2, 5), 17, (3, 4), (1, 0, 0, 4), 15, 17),
    "two filters a channel": Case(2, (7, 6), 5, (3, 3), 10, (1, 2), (1, 1, 1, 1), 16, 5),
    "two groups": Case(9, (8, 9), 24, (3, 3), 70, (1, 1), (1, 1, 1, 1), 17, 2),
}
layers = pytest.mark.parametrize("case", LAYERS.values(), ids=LAYERS)


def n_terms(case):
    return math.prod(case.kernel) * case.channels // case.groups + 1


def forward(case, x, kernel, bias, relu=False, precision="float32"):
    return nn.conv2d(x, kernel, bias, case.strides, case.padding, relu, precision, case.groups)


def backward(case, x, kernel, grad_y, choice=None):
    grad_x = nn.conv2d_backward_data(
        grad_y, kernel, choice, case.size, case.strides, case.padding, "float32", case.groups
    )
    grad_kernel, grad_bias = nn.conv2d_backward_weights(
        x, grad_y, kernel, choice, case.strides, case.padding, case.groups
    )
    return grad_x, grad_kernel.reshape(kernel.shape), grad_bias


def check_forward(case):
    x, kernel, bias, _ = case.arrays()
    expected = convolve(case, x, kernel, bias)
    actual = forward(case, x, kernel, bias)
    assert actual.shape == expected.shape
    assert_sums(actual, expected, n_terms(case))
    assert_sums(forward(case, x, kernel, None), expected - bias, n_terms(case))
    np.testing.assert_array_equal(forward(case, x, kernel, bias, relu=True), np.maximum(actual, 0))


def check_pooled(case, precision="float32"):
    x, kernel, bias, _ = case.arrays()
    expected, expected_choice = pool(forward(case, x, kernel, bias, precision=precision))
    pooled, choice = nn.conv2d_relu_pool(x, kernel, bias, case.strides, case.padding, precision)
    np.testing.assert_array_equal(pooled, expected)
    np.testing.assert_array_equal(choice, expected_choice)


def check_gradients(case, zeros=True):
    """Half of the gradients are zero, or none is: loops that leave products out, and others."""
    x, kernel, _, grad_y = case.arrays()
    if not zeros:
        grad_y[grad_y == 0] = 0.5
    n_outputs = max(1, case.n * math.prod(case.out_size))
    of_x, of_kernel, of_bias = gradients(case, x, kernel, grad_y)
    grad_x, grad_kernel, grad_bias = backward(case, x, kernel, grad_y)
    assert_sums(grad_x, of_x, math.prod(case.kernel) * case.filters)
    assert_sums(grad_kernel, of_kernel, n_outputs)
    assert_sums(grad_bias, of_bias, n_outputs)


def check_pooled_gradients(case):
    x, kernel, bias, _ = case.arrays()
    pooled, choice = nn.conv2d_relu_pool(x, kernel, bias, case.strides, case.padding, "float32")
    rng = np.random.default_rng(case.seed)
    grad_pooled = rng.standard_normal(pooled.shape, np.float32)
    grad_y = unpool(case, grad_pooled, choice)
    expected = gradients(case, x, kernel, grad_y)
    n_outputs = max(1, case.n * math.prod(case.out_size))
    terms = (math.prod(case.kernel) * case.filters, n_outputs, n_outputs)
    actual = backward(case, x, kernel, grad_pooled, choice)
    for found, right, n in zip(actual, expected, terms, strict=True):
        assert_sums(found, right, n)


@layers
def test_layers_of_networks(case):
    check_forward(case)
    check_pooled(case)
    check_gradients(case)
    check_gradients(case, zeros=False)
    check_pooled_gradients(case)


@pytest.mark.parametrize("case", GROUPED.values(), ids=GROUPED)
def test_groups_of_filters(case):
    check_forward(case)
    check_gradients(case)
    check_gradients(case, zeros=False)


@settings(max_examples=25)
@given(grouped_cases(), st.booleans())
def test_groups(case, zeros):
    check_forward(case)
    check_gradients(case, zeros)


@settings(max_examples=25)
@given(cases())
def test_forward(case):
    check_forward(case)


@settings(max_examples=25)
@given(cases(), st.booleans())
def test_gradients(case, zeros):
    check_gradients(case, zeros)


@settings(max_examples=25)
@given(cases(least_size=2), st.sampled_from(["float32", "bfloat16"]))
def test_pooled(case, precision):
    check_pooled(case, precision)
    check_pooled_gradients(case)


def test_agrees_with_scipy():
    case = Case(2, (11, 17), 5, (3, 4), 6, (1, 1), (0, 0, 0, 0), 7)
    x, kernel, _, _ = case.arrays()
    actual = forward(case, x, kernel, None)
    for i in range(case.n):
        for f in range(case.filters):
            expected = correlate(x[i].astype(np.float64), kernel[..., f], mode="valid")[..., 0]
            assert_sums(actual[i, ..., f], expected, n_terms(case))


@pytest.mark.parametrize("name", ["one channel", "wide", "strides", *GROUPED])
def test_gradients_are_those_of_the_definition(name):
    """Of finite differences in float64, along random directions."""
    case = replace((LAYERS | GROUPED)[name], n=2)
    x, kernel, bias, grad_y = case.arrays()
    grad_x, grad_kernel, grad_bias = backward(case, x, kernel, grad_y)
    rng = np.random.default_rng(0)
    step = 1e-3  # the loss is linear in each argument: any step will do

    def loss(x, kernel, bias):
        return np.sum(convolve(case, x, kernel, bias) * grad_y)

    arguments = [value.astype(np.float64) for value in (x, kernel, bias)]
    for i, gradient in enumerate((grad_x, grad_kernel, grad_bias)):
        move = step * rng.standard_normal(arguments[i].shape)
        ahead, behind = list(arguments), list(arguments)
        ahead[i], behind[i] = arguments[i] + move, arguments[i] - move
        slope = (loss(*ahead) - loss(*behind)) / 2
        assert np.sum(gradient * move) == pytest.approx(slope, rel=1e-4, abs=1e-6)


def rounded(values):
    """Round to the nearest bfloat16, ties to even."""
    bits = values.view(np.uint32)
    return (((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16) << 16).view(np.float32)


@settings(max_examples=25)
@given(cases())
def test_bfloat16_rounds_what_it_multiplies_and_nothing_else(case):
    x, kernel, bias, _ = case.arrays()
    actual = forward(case, x, kernel, bias, precision="bfloat16")
    if case.channels % 2:
        np.testing.assert_array_equal(actual, forward(case, x, kernel, bias))
    else:
        assert_sums(actual, convolve(case, rounded(x), rounded(kernel), bias), n_terms(case))


def test_bfloat16_is_within_its_bound():
    """Half a unit of 8 bits for each factor of each product."""
    case = LAYERS["wide"]
    x, kernel, bias, _ = case.arrays()
    magnitudes = convolve(case, np.abs(x), np.abs(kernel))
    error = np.abs(
        forward(case, x, kernel, bias, precision="bfloat16") - convolve(case, x, kernel, bias)
    )
    assert (error <= 2.01 * 2.0**-9 * magnitudes).all()
    assert error.max() > 0


@pytest.mark.parametrize("case", GROUPED.values(), ids=GROUPED)
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_groups_have_the_same_bits_on_every_cpu_level(case, precision):
    x, kernel, bias, grad_y = case.arrays()

    def results():
        y = forward(case, x, kernel, bias, precision=precision)
        return [y, *backward(case, x, kernel, grad_y)]

    found = results()
    level = imgmine.cpu_level()
    imgmine.set_cpu_level(imgmine.cpu_levels()[0])
    first = results()
    imgmine.set_cpu_level(level)
    for a, b in zip(found, first, strict=True):
        np.testing.assert_array_equal(a.view(np.uint8), b.view(np.uint8))


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("scale", [1.0, 1e-20])
@pytest.mark.parametrize("name", ["wide", "all around"])
@pytest.mark.parametrize("zeros", [True, False])
def test_every_cpu_level_gives_the_same_bits(precision, scale, name, zeros):
    """Even where products are too small for normal numbers."""
    case = LAYERS[name]
    x, kernel, _, grad_y = case.arrays()
    if not zeros:
        grad_y[grad_y == 0] = 0.5
    kernel *= np.float32(scale)
    x *= np.float32(scale)

    def results():
        pooled = nn.conv2d_relu_pool(x, kernel, None, case.strides, case.padding, precision)
        whole = forward(case, x, kernel, None, precision=precision)
        return [whole, *pooled, *backward(case, x, kernel, grad_y)]

    found = results()
    level = imgmine.cpu_level()
    imgmine.set_cpu_level(imgmine.cpu_levels()[0])
    first = results()
    imgmine.set_cpu_level(level)
    for a, b in zip(found, first, strict=True):
        np.testing.assert_array_equal(a.view(np.uint8), b.view(np.uint8))


@pytest.mark.parametrize("name", ["many weights", "all around"])
def test_results_do_not_depend_on_other_images(name):
    """Nor does it on theirs whether an image's gradients are taken for dense."""
    case = LAYERS[name]
    x, kernel, bias, grad_y = case.arrays()
    grad_y[0] = 1
    grad_y[1, 1:] = 0
    all_at_once = forward(case, x, kernel, bias)
    data = backward(case, x, kernel, grad_y)[0]
    for i in range(case.n):
        one = slice(i, i + 1)
        np.testing.assert_array_equal(forward(case, x[one], kernel, bias), all_at_once[one])
        np.testing.assert_array_equal(backward(case, x[one], kernel, grad_y[one])[0], data[one])


def test_nan_is_not_hidden():
    case = LAYERS["one channel"]
    x, kernel, bias, _ = case.arrays()
    kernel[...] = np.nan
    assert np.isnan(forward(case, x, kernel, bias, relu=True)).all()
    pooled, _ = nn.conv2d_relu_pool(x, kernel, bias, case.strides, case.padding, "float32")
    assert np.isnan(pooled).all()


def test_first_of_equals_is_chosen():
    x = np.ones((1, 4, 4, 1), np.float32)
    kernel = np.ones((1, 1, 1, 17), np.float32)
    pooled, choice = nn.conv2d_relu_pool(x, kernel, None, (1, 1), (0, 0, 0, 0), "float32")
    assert (pooled == 1).all()
    assert (choice == 0).all()
    _, choice = nn.conv2d_relu_pool(-x, kernel, None, (1, 1), (0, 0, 0, 0), "float32")
    assert (choice == 4).all()


def test_too_many_filters_to_go_back_through():
    kernel = np.zeros((1, 1, 1, 65536), np.float32)
    gradient = np.zeros((1, 1, 1, 65536), np.float32)
    with pytest.raises(ValueError, match="filters must be at most 65535 to be trained, got 65536"):
        nn.conv2d_backward_data(gradient, kernel, None, (1, 1), (1, 1), (0, 0, 0, 0), "float32")

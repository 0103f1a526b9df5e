import imgmine
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine._core import nn

from .layer_sums import assert_sums

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

SIZES = st.integers(1, 70) | st.sampled_from([576, 1000])


def arrays(n, inputs, units, seed=0):
    rng = np.random.default_rng(seed)
    draw = lambda *shape: rng.standard_normal(shape, np.float32)  # noqa: E731
    grad_y = draw(n, units)
    grad_y[rng.random(grad_y.shape) < 0.5] = 0
    return draw(n, inputs), draw(inputs, units), draw(units), grad_y


@settings(max_examples=25)
@given(st.sampled_from([0, 1, 2, 7, 16, 33]), SIZES, SIZES)
def test_forward(n, inputs, units):
    x, weights, bias, _ = arrays(n, inputs, units)
    expected = x.astype(np.float64) @ weights
    actual = nn.dense(x, weights, bias, False, "float32")
    assert actual.shape == (n, units)
    assert_sums(actual, expected + bias, inputs + 1)
    assert_sums(nn.dense(x, weights, None, False, "float32"), expected, inputs + 1)
    np.testing.assert_array_equal(
        nn.dense(x, weights, bias, True, "float32"), np.maximum(actual, 0)
    )


@settings(max_examples=25)
@given(st.sampled_from([0, 1, 2, 7, 16, 33]), SIZES, SIZES)
def test_gradients(n, inputs, units):
    x, weights, _, grad_y = arrays(n, inputs, units)
    wide = grad_y.astype(np.float64)
    assert_sums(nn.dense_backward_data(grad_y, weights, "float32"), wide @ weights.T, units)
    grad_weights, grad_bias = nn.dense_backward_weights(x, grad_y)
    assert_sums(grad_weights.reshape(inputs, units), x.T.astype(np.float64) @ wide, n)
    assert_sums(grad_bias, wide.sum(0), n)


def test_bfloat16_is_within_its_bound():
    """Half a unit of 8 bits for each factor of each product."""
    x, weights, bias, _ = arrays(9, 576, 64)
    actual = nn.dense(x, weights, bias, False, "bfloat16")
    error = np.abs(actual - (x.astype(np.float64) @ weights + bias))
    assert (error <= 2.01 * 2.0**-9 * (np.abs(x) @ np.abs(weights))).all()
    assert error.max() > 0


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_every_cpu_level_gives_the_same_bits(precision):
    x, weights, bias, grad_y = arrays(19, 100, 37)

    def results():
        return [
            nn.dense(x, weights, bias, True, precision),
            nn.dense_backward_data(grad_y, weights, precision),
            *nn.dense_backward_weights(x, grad_y),
        ]

    found = results()
    level = imgmine.cpu_level()
    imgmine.set_cpu_level(imgmine.cpu_levels()[0])
    first = results()
    imgmine.set_cpu_level(level)
    for a, b in zip(found, first, strict=True):
        np.testing.assert_array_equal(a.view(np.uint32), b.view(np.uint32))


def test_results_do_not_depend_on_other_samples():
    x, weights, bias, grad_y = arrays(21, 64, 10)
    y = nn.dense(x, weights, bias, True, "float32")
    grad_x = nn.dense_backward_data(grad_y, weights, "float32")
    for i in range(len(x)):
        one = slice(i, i + 1)
        np.testing.assert_array_equal(nn.dense(x[one], weights, bias, True, "float32"), y[one])
        np.testing.assert_array_equal(
            nn.dense_backward_data(grad_y[one], weights, "float32"), grad_x[one]
        )

"""Optimizers against their formulas in float64 and against PyTorch."""

import imgmine
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine._core.nn import adam, clip_by_norm, sgd
from numpy.testing import assert_allclose, assert_array_equal

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

lengths = st.sampled_from([0, 1, 15, 16, 17, 1000])
seeds = st.integers(0, 2**32)
rates = st.sampled_from([1e-4, 1e-2, 0.5])
decays = st.sampled_from([0, 1e-3, 0.1])


def drawn(n, seed):
    rng = np.random.default_rng(seed)
    return rng.normal(size=n).astype(np.float32), rng.normal(size=(6, n)).astype(np.float32)


@given(lengths, rates, st.sampled_from([0, 0.5, 0.9]), st.booleans(), decays, seeds)
def test_sgd(n, rate, momentum, nesterov, decay, seed):
    values, gradients = drawn(n, seed)
    velocity = np.zeros_like(values)
    p, v = values.astype(float), np.zeros(n)
    for gradient in gradients:
        sgd(values, gradient, velocity, rate, momentum, nesterov, decay)
        g = gradient + decay * p
        v = momentum * v + g
        p = p - rate * (g + momentum * v if nesterov else v)
    assert_allclose(values, p, rtol=1e-4, atol=1e-5)
    assert_allclose(velocity, v, rtol=1e-4, atol=1e-5)


@given(lengths, rates, st.sampled_from([0, 0.9]), st.sampled_from([0.9, 0.999]), decays,
       st.booleans(), seeds)  # fmt: skip
def test_adam(n, rate, beta1, beta2, decay, decoupled, seed):
    values, gradients = drawn(n, seed)
    first, second = np.zeros_like(values), np.zeros_like(values)
    p, m, v = values.astype(float), np.zeros(n), np.zeros(n)
    for i, gradient in enumerate(gradients, 1):
        adam(values, gradient, first, second, i, rate, beta1, beta2, 1e-7, decay, decoupled)
        g = gradient.astype(float)
        if decoupled:
            p = p - rate * decay * p
        else:
            g = g + decay * p
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        p = p - rate * (m / (1 - beta1**i)) / (np.sqrt(v / (1 - beta2**i)) + 1e-7)
    assert_allclose(values, p, rtol=1e-4, atol=2e-5)
    assert_allclose(first, m, rtol=1e-3, atol=1e-6)
    assert_allclose(second, v, rtol=1e-4, atol=1e-8)


def test_adam_after_many_steps():
    values, gradients = drawn(10, 0)
    first, second = np.ones(10, np.float32), np.ones(10, np.float32)
    before = values.copy()
    adam(values, gradients[0], first, second, 10**12, 0.1, 0.9, 0.999, 1e-7, 0, True)
    assert_allclose(values, before - 0.1 * first / (np.sqrt(second) + 1e-7), rtol=1e-5)


def test_as_pytorch():
    torch = pytest.importorskip("torch")
    for make, ours in (
        (lambda p: torch.optim.SGD(p, 0.1, momentum=0.9, nesterov=True, weight_decay=0.01),
         lambda v, g, a, b, i: sgd(v, g, a, 0.1, 0.9, True, 0.01)),
        (lambda p: torch.optim.Adam(p, 0.01, weight_decay=0.1, eps=1e-7),
         lambda v, g, a, b, i: adam(v, g, a, b, i, 0.01, 0.9, 0.999, 1e-7, 0.1, False)),
        (lambda p: torch.optim.AdamW(p, 0.01, weight_decay=0.1, eps=1e-7),
         lambda v, g, a, b, i: adam(v, g, a, b, i, 0.01, 0.9, 0.999, 1e-7, 0.1, True)),
    ):  # fmt: skip
        values, gradients = drawn(100, 1)
        theirs = torch.tensor(values.copy(), requires_grad=True)
        optimizer = make([theirs])
        first, second = np.zeros_like(values), np.zeros_like(values)
        for i, gradient in enumerate(gradients, 1):
            theirs.grad = torch.tensor(gradient)
            optimizer.step()
            ours(values, gradient, first, second, i)
        assert_allclose(values, theirs.detach().numpy(), rtol=1e-4, atol=1e-5)


@given(lengths, st.sampled_from([1e-3, 1, 1e6]), seeds)
def test_clip_by_norm(n, norm, seed):
    gradients, _ = drawn(n, seed)
    before = gradients.copy()
    expected = np.linalg.norm(before.astype(float))
    assert clip_by_norm(gradients, norm) == pytest.approx(expected, rel=1e-12)
    assert_allclose(gradients, before * min(1, norm / max(expected, 1e-30)), rtol=1e-6)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_gradients_that_are_not_finite_are_not_clipped(value):
    gradients = np.float32([1, value, 3])
    assert not np.isfinite(clip_by_norm(gradients, 0.1))
    assert_array_equal(gradients, np.float32([1, value, 3]))


def test_same_bits_with_any_number_of_threads():
    values, gradients = drawn(300_001, 0)
    found = set()
    before = imgmine.num_threads()
    try:
        for n_threads in (1, 2, 3):
            imgmine.set_num_threads(n_threads)
            one, other, gradient = values.copy(), values.copy(), gradients[0].copy()
            state = np.zeros((3, values.size), np.float32)
            norm = clip_by_norm(gradient, 1.0)
            sgd(one, gradient, state[0], 0.1, 0.9, True, 0.01)
            adam(other, gradient, state[1], state[2], 3, 0.1, 0.9, 0.999, 1e-7, 0.01, True)
            found.add((norm, one.tobytes(), other.tobytes(), state.tobytes()))
    finally:
        imgmine.set_num_threads(before)
    assert len(found) == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"learning_rate": -1}, "learning_rate must be at least 0, got -1"),
        ({"learning_rate": np.nan}, "learning_rate must be at least 0"),
        ({"beta1": 1}, "beta1 must be at least 0 and below 1"),
        ({"beta2": -0.1}, "beta2 must be at least 0 and below 1"),
        ({"epsilon": 0}, "epsilon must be above 0"),
        ({"weight_decay": -1}, "weight_decay must be at least 0"),
        ({"step": 0}, "step must be at least 1, got 0"),
    ],
)
def test_wrong_options_of_adam(options, message):
    x = np.zeros(3, np.float32)
    right = {
        "step": 1, "learning_rate": 0.1, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7,
        "weight_decay": 0.0, "decoupled": True,
    }  # fmt: skip
    with pytest.raises(ValueError, match=message):
        adam(x, x.copy(), x.copy(), x.copy(), **{**right, **options})


def test_other_wrong_options():
    x = np.zeros(3, np.float32)
    for options, message in (
        ((-1, 0, False, 0), "learning_rate must be at least 0"),
        ((1, 1, False, 0), "momentum must be at least 0 and below 1"),
        ((1, 0, False, -1), "weight_decay must be at least 0"),
    ):
        with pytest.raises(ValueError, match=message):
            sgd(x, x.copy(), x.copy(), *options)
    with pytest.raises(ValueError, match="norm must be above 0, got 0"):
        clip_by_norm(x, 0)
    with pytest.raises(TypeError):
        clip_by_norm(np.zeros(3), 1)
    other = np.zeros(4, np.float32)
    with pytest.raises(ValueError, match=r"values, gradients and .* must have the same size"):
        sgd(x, other, x.copy(), 1, 0, False, 0)
    with pytest.raises(ValueError, match=r"values, gradients and .* must have the same size"):
        adam(x, x.copy(), other, x.copy(), 1, 0.1, 0.9, 0.999, 1e-7, 0, True)

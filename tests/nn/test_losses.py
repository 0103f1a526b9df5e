"""Losses of step() and their gradients against the definitions in float64."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine._core.nn import Network
from numpy.testing import assert_allclose

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

seeds = st.integers(0, 2**32)
shapes = st.sampled_from([[1], [2], [10], [33], [2, 3, 5], [1, 1, 40]])
scales = st.sampled_from([0.1, 3, 30])


def network_of(shape, activation=None):
    """Make a network whose parameters are its results but for the activation."""
    size = int(np.prod(shape))
    nodes = [
        {"op": "input", "shape": [1]},
        {"op": "dense", "inputs": [0], "units": size, "use_bias": False},
        {"op": "reshape", "inputs": [1], "shape": shape},
    ]
    if activation:
        nodes.append({"op": activation, "inputs": [2]})
    return Network(nodes, [len(nodes) - 1])


def step(network, logits, targets, loss, smoothing=0.0, weights=()):
    """Return loss and right answers of each image, and the mean loss's gradient by the logits.

    An image is 1, and its logits are the parameters: one step for each image.
    """
    outcomes, gradients = [], []
    for z, t in zip(logits, targets, strict=True):
        network.values[:] = z.ravel()
        network.touch()
        t = np.ascontiguousarray(t)[None]
        image = np.ones((1, 1), np.float32)
        outcomes.append(network.step([image], None, t, loss, 0, smoothing, weights))
        gradients.append(network.gradients.reshape(z.shape).copy())
    return np.array(outcomes), np.array(gradients)


def log_softmax(z):
    z = z - z.max(-1, keepdims=True)
    return z - np.log(np.exp(z).sum(-1, keepdims=True))


@pytest.mark.parametrize("is_weighted", [False, True])
@given(shapes, scales, st.booleans(), st.sampled_from([0.0, 0.1, 0.9]), seeds)
def test_cross_entropy(is_weighted, shape, scale, has_softmax, smoothing, seed):
    rng = np.random.default_rng(seed)
    logits = rng.normal(scale=scale, size=(4, *shape)).astype(np.float32)
    labels = rng.integers(0, shape[-1], logits.shape[:-1], np.int32)
    network = network_of(shape, "softmax" if has_softmax else None)
    weights = rng.integers(0, 4, shape[-1]).astype(float) if is_weighted else np.ones(shape[-1])
    given_weights = weights if is_weighted else ()
    outcomes, gradients = step(network, logits, labels, "cross_entropy", smoothing, given_weights)
    wide = log_softmax(logits.astype(float))
    wanted = (1 - smoothing) * np.eye(shape[-1])[labels] + smoothing / shape[-1]
    each = -(weights[labels] * (wanted * wide).sum(-1)).reshape(4, -1)
    assert_allclose(outcomes[:, 0], each.mean(1), rtol=1e-5, atol=1e-6)
    slopes = weights[labels][..., None] * (np.exp(wide) - wanted)
    assert_allclose(gradients, slopes / each.shape[1], atol=3e-6)
    right = (logits.argmax(-1) == labels).reshape(4, -1).sum(1)
    assert (outcomes[:, 1] == right).all()


@given(shapes, scales, st.booleans(), seeds)
def test_binary_cross_entropy(shape, scale, has_sigmoid, seed):
    rng = np.random.default_rng(seed)
    logits = rng.normal(scale=scale, size=(4, *shape)).astype(np.float32)
    targets = rng.choice([rng.random(logits.shape), rng.random(logits.shape) > 0.5])
    targets = targets.astype(np.float32)
    network = network_of(shape, "sigmoid" if has_sigmoid else None)
    outcomes, gradients = step(network, logits, targets, "binary_cross_entropy")
    z = logits.astype(float)
    each = np.logaddexp(0, z) - z * targets
    assert_allclose(outcomes[:, 0], each.reshape(4, -1).mean(1), rtol=1e-6, atol=1e-7)
    assert_allclose(gradients, (1 / (1 + np.exp(-z)) - targets) / each[0].size, atol=1e-6)
    right = ((z > 0) == (targets > 0.5)).reshape(4, -1).sum(1)
    assert (outcomes[:, 1] == right).all()


@given(shapes, scales, seeds)
def test_mse(shape, scale, seed):
    rng = np.random.default_rng(seed)
    results = rng.normal(scale=scale, size=(4, *shape)).astype(np.float32)
    targets = rng.normal(scale=scale, size=(4, *shape)).astype(np.float32)
    outcomes, gradients = step(network_of(shape), results, targets, "mse")
    error = results.astype(float) - targets
    assert_allclose(outcomes[:, 0], (error**2).reshape(4, -1).mean(1), rtol=1e-6)
    assert_allclose(gradients, 2 * error / error[0].size, rtol=1e-5, atol=1e-6)


def test_long_rows():
    """More values than the logarithms are taken of at once."""
    z = np.full((1, 30_000), -0.5, np.float32)
    outcomes, _ = step(network_of([30_000]), z, np.zeros_like(z), "binary_cross_entropy")
    assert outcomes[0, 0] == pytest.approx(np.log1p(np.exp(-0.5)), rel=1e-6)
    outcomes, _ = step(network_of([30_000]), z, np.zeros(1, np.int32), "cross_entropy")
    assert outcomes[0, 0] == pytest.approx(np.log(30_000), rel=1e-5)


@pytest.mark.parametrize("scale", [1e2, 1e4, 1e30])
def test_extreme_logits(scale):
    z = np.array([[scale, 0, -scale]], np.float32)
    for label, expected in ((0, 0), (1, scale), (2, 2 * scale)):
        target = np.array([label], np.int32)
        outcomes, gradients = step(network_of([3], "softmax"), z, target, "cross_entropy")
        assert outcomes[0, 0] == pytest.approx(expected, rel=1e-6)
        assert_allclose(gradients[0], [label != 0, -(label == 1), -(label == 2)], atol=1e-6)
    target = np.array([[1, 1, 1]], np.float32)
    outcomes, gradients = step(network_of([3]), z, target, "binary_cross_entropy")
    assert outcomes[0, 0] == pytest.approx((scale + np.log(2)) / 3, rel=1e-6)
    assert_allclose(gradients[0], [0, -1 / 6, -1 / 3], atol=1e-6)


@pytest.mark.parametrize("loss", ["cross_entropy", "mse", "binary_cross_entropy"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_not_finite_gives_a_loss_that_is_not(loss, value):
    z = np.array([[value, 0, 1]], np.float32)
    target = np.zeros(1, np.int32) if loss == "cross_entropy" else np.zeros((1, 3), np.float32)
    outcomes, _ = step(network_of([3]), z, target, loss)
    assert not np.isfinite(outcomes[0, 0])


def test_softmax_and_sigmoid_of_extreme_values():
    for op in ("softmax", "sigmoid", "tanh"):
        network = Network([{"op": "input", "shape": [5]}, {"op": op, "inputs": [0]}], [1])
        x = np.array([[-3e38, -200, 0, 200, 3e38]], np.float32)
        (y,) = network.predict([x], [1])
        low = -1 if op == "tanh" else 0
        expected = [0, 0, 0, 0, 1] if op == "softmax" else [low, low, (1 + low) / 2, 1, 1]
        assert_allclose(y[0], expected, atol=1e-30)
        x[0, 2] = np.nan
        assert np.isnan(network.predict([x], [1])[0][0, 2])


@given(seeds, st.sampled_from([1e-4, 1, 20]))
def test_sigmoid_and_tanh(seed, scale):
    x = np.random.default_rng(seed).normal(scale=scale, size=(3, 50)).astype(np.float32)
    for op, function in (("sigmoid", lambda x: 1 / (1 + np.exp(-x))), ("tanh", np.tanh)):
        network = Network([{"op": "input", "shape": [50]}, {"op": op, "inputs": [0]}], [1])
        assert_allclose(network.predict([x], [1])[0], function(x.astype(float)), rtol=1e-6)

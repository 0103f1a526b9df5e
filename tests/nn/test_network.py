"""Whole networks: what they are, what they answer, and that it never depends on threads."""

import threading

import imgmine
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine._core.nn import Network, adam
from numpy.testing import assert_allclose, assert_array_equal

from .reference import forward

SMALL = [
    {"op": "input", "shape": [28, 28, 1]},
    {"op": "rescale", "inputs": [0], "scale": 1 / 255},
    {"op": "conv2d", "inputs": [1], "filters": 32, "kernel": [3, 3]},
    {"op": "relu", "inputs": [2]},
    {"op": "max_pool2d", "inputs": [3], "size": [2, 2]},
    {"op": "conv2d", "inputs": [4], "filters": 64, "kernel": [3, 3]},
    {"op": "relu", "inputs": [5]},
    {"op": "max_pool2d", "inputs": [6], "size": [2, 2]},
    {"op": "flatten", "inputs": [7]},
    {"op": "dense", "inputs": [8], "units": 10},
    {"op": "softmax", "inputs": [9]},
]

# What can be folded and what cannot, skip connections, several ways to the same node.
FOLDED = [
    {"op": "input", "shape": [9, 8, 3]},
    {"op": "rescale", "inputs": [0], "scale": 1 / 128, "offset": -1},
    {"op": "conv2d", "inputs": [1], "filters": 5, "kernel": [3, 3], "padding": "same"},
    {"op": "batch_norm", "inputs": [2]},
    {"op": "relu", "inputs": [3]},
    {"op": "max_pool2d", "inputs": [4], "size": [2, 2]},
    {"op": "conv2d", "inputs": [5], "filters": 5, "kernel": [1, 1], "use_bias": False},
    {"op": "batch_norm", "inputs": [6]},
    {"op": "add", "inputs": [7, 5]},
    {"op": "leaky_relu", "inputs": [8], "slope": 0.1},
    {"op": "batch_norm", "inputs": [9]},
    {"op": "conv_transpose2d", "inputs": [10], "filters": 3, "kernel": [3, 3], "strides": [2, 2]},
    {"op": "batch_norm", "inputs": [11]},
    {"op": "tanh", "inputs": [12]},
    {"op": "dropout", "inputs": [13], "rate": 0.25},
    {"op": "flatten", "inputs": [14]},
    {"op": "dense", "inputs": [15], "units": 6},
    {"op": "batch_norm", "inputs": [16]},
    {"op": "relu", "inputs": [17]},
    {"op": "reshape", "inputs": [18], "shape": [2, 3]},
    {"op": "softmax", "inputs": [19]},
]


def made(nodes, outputs, seed=0, precision="float32"):
    """Make a network with values drawn at random."""
    network = Network(nodes, outputs, precision)
    rng = np.random.default_rng(seed)
    values = rng.normal(scale=0.1, size=network.values.size)
    for _, name, shape, offset, _ in network.parameters:
        if name in {"gamma", "variance"}:
            values[offset : offset + shape[0]] = rng.uniform(0.5, 2, shape)
    network.values[:] = values
    network.touch()
    return network


def digits(n, seed=1):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (n, 28, 28, 1), np.uint8), rng.integers(0, 10, n, np.int32)


def trained(nodes, x, y, n_steps=3, loss="cross_entropy", precision="float32", **options):
    """Train for some steps; return the values and what the steps returned."""
    network = made(nodes, [len(nodes) - 1], precision=precision)
    first, second = np.zeros_like(network.values), np.zeros_like(network.values)
    outcomes = []
    for i in range(n_steps):
        outcomes.append(network.step([x], None, y, loss, i, options.get("label_smoothing", 0.0)))
        adam(
            network.values, network.gradients, first, second, i + 1, 1e-3, 0.9, 0.999, 1e-7, 0, True
        )
        network.touch()
    return network, outcomes


def test_what_a_network_says_of_itself():
    network = Network(SMALL, [10])
    assert network.shapes[2:] == [
        (26, 26, 32), (26, 26, 32), (13, 13, 32), (11, 11, 64), (11, 11, 64), (5, 5, 64), (1600,),
        (10,), (10,),
    ]  # fmt: skip
    assert network.multiply_adds == [0, 0, 194688, 0, 0, 2230272, 0, 0, 0, 16000, 0]
    assert network.parameters == [
        (2, "kernel", (3, 3, 1, 32), 0, True),
        (2, "bias", (32,), 288, True),
        (5, "kernel", (3, 3, 32, 64), 320, True),
        (5, "bias", (64,), 18752, True),
        (9, "kernel", (1600, 10), 18816, True),
        (9, "bias", (10,), 34816, True),
    ]
    assert network.n_trainable == network.values.size == network.gradients.size == 34826


def test_parameters_that_are_not_trained_come_last():
    network = Network(FOLDED, [20])
    for node, name, shape, offset, is_trained in network.parameters:
        assert is_trained == (name not in {"mean", "variance"})
        assert is_trained == (offset < network.n_trainable)
        part = network.values[offset : offset + int(np.prod(shape))]
        assert (part == (name in {"gamma", "variance"})).all(), (node, name)


def test_values_are_the_networks_own_memory():
    network = Network(SMALL, [10])
    values = network.values
    del network
    values[:] = 3
    assert (values == 3).all()


@pytest.mark.usefixtures("cpu_level", "n_threads")
@pytest.mark.parametrize("n", [0, 1, 2, 7, 130])
def test_predict_is_forward_by_definition(n):
    network = made(FOLDED, [20])
    x = np.random.default_rng(n).integers(0, 256, (n, 9, 8, 3), np.uint8)
    wanted = [20, 10, 4, 13, 18, 19, 5, 0, 1, 15, 20]
    results = network.predict([x], wanted)
    expected = forward(FOLDED, network, network.values.astype(float), [x], wanted=wanted)
    for y, right in zip(results, expected, strict=True):
        assert y.shape == right.shape
        assert_allclose(y, right, rtol=1e-4, atol=2e-6)
    (unfused,) = network.forward([x], False, 0)
    assert_allclose(unfused, results[0], rtol=1e-4, atol=1e-6)
    (floats,) = network.predict([x.astype(np.float32)], [20])
    assert_array_equal(floats, results[0])


def test_a_result_does_not_depend_on_the_images_beside_it():
    network = made(SMALL, [10])
    x, _ = digits(70)
    (together,) = network.predict([x], [10])
    alone = [network.predict([x[i : i + 1]], [10])[0] for i in range(70)]
    assert_array_equal(together, np.concatenate(alone))


@pytest.mark.parametrize("n", [1, 2])
@given(
    st.sampled_from([[3, 3], [1, 1], [5, 4]]),
    st.sampled_from([[1, 1], [2, 1], [3, 2]]),
    st.sampled_from(["valid", "same", [2, 0, 0, 3]]),
    st.booleans(),
)
def test_threads_that_share_an_image(n, kernel, strides, padding, pooled):
    """Convolutions large enough to be shared have the same bits as those that are not."""
    if isinstance(padding, list):
        padding = [min(p, k - 1) for p, k in zip(padding, kernel * 2, strict=True)]
    nodes = [
        {"op": "input", "shape": [60, 50, 16]},
        {"op": "conv2d", "inputs": [0], "filters": 48, "kernel": [3, 3], "padding": "same"},
        {"op": "conv2d", "inputs": [1], "filters": 33, "kernel": kernel, "strides": strides,
         "padding": padding},
        {"op": "relu", "inputs": [2]},
        {"op": "max_pool2d" if pooled else "avg_pool2d", "inputs": [3], "size": [2, 2]},
    ]  # fmt: skip
    network = made(nodes, [4])
    x = np.random.default_rng(0).normal(size=(n, 60, 50, 16)).astype(np.float32)
    found = []
    for n_threads in (1, 2, 3, 5):
        imgmine.set_num_threads(n_threads)
        found.append(network.predict([x], [4])[0])
    imgmine.set_num_threads(0)
    for other in found[1:]:
        assert_array_equal(found[0], other)


def test_predict_from_several_threads():
    network = made(SMALL, [10])
    x, _ = digits(40)
    expected = [network.predict([x], [node])[0] for node in (10, 7)]
    wrong = []

    def ask(node, right):
        wrong.extend((network.predict([x], [node])[0] != right).any() for _ in range(20))

    threads = [
        threading.Thread(target=ask, args=(10 - 3 * (i % 2), expected[i % 2])) for i in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == [False] * 80


def test_training_from_several_threads():
    network = made(SMALL, [10])
    x, y = digits(40)
    expected = network.step([x], None, y, "cross_entropy", 0, 0.0)
    found = []

    def train():
        found.extend(network.step([x], None, y, "cross_entropy", 0, 0.0) for _ in range(10))

    threads = [threading.Thread(target=train) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 40


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("nodes", [SMALL, FOLDED[:17]], ids=["small", "folded"])
def test_same_bits_with_any_number_of_threads_on_any_cpu(nodes, precision):
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, (37, *nodes[0]["shape"]), np.uint8)
    n_classes = 10 if nodes is SMALL else 6
    y = rng.integers(0, n_classes, 37, np.int32)
    level, found = imgmine.cpu_level(), set()
    try:
        for name in imgmine.cpu_levels():
            imgmine.set_cpu_level(name)
            for n_threads in (1, 2, 3):
                imgmine.set_num_threads(n_threads)
                network, outcomes = trained(nodes, x, y, precision=precision)
                answers = network.predict([x], [len(nodes) - 1])[0]
                found.add((network.values.tobytes(), answers.tobytes(), tuple(outcomes)))
    finally:
        imgmine.set_cpu_level(level)
        imgmine.set_num_threads(0)
    assert len(found) == 1


@pytest.mark.usefixtures("n_threads")
@pytest.mark.parametrize("nodes", [SMALL, FOLDED[:17]], ids=["small", "folded"])
def test_step_is_forward_and_backward(nodes):
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, (37, *nodes[0]["shape"]), np.uint8)
    y = rng.normal(size=(37, *Network(nodes, [len(nodes) - 1]).shapes[-1])).astype(np.float32)
    one, other = made(nodes, [len(nodes) - 1]), made(nodes, [len(nodes) - 1])
    loss, _ = one.step([x], None, y, "mse", 5, 0.0)
    (results,) = other.forward([x], True, 5)
    assert loss == pytest.approx(((results.astype(float) - y) ** 2).mean(), rel=1e-5)
    other.backward([(2 * (results - y) / y.size).astype(np.float32)], False)
    scale = np.abs(other.gradients).max()
    assert_allclose(one.gradients, other.gradients, rtol=1e-4, atol=1e-6 * scale)


@pytest.mark.usefixtures("n_threads")
def test_rows_select_inputs_and_targets():
    x, y = digits(50)
    rows = np.random.default_rng(0).integers(0, 50, 24)
    one, other = made(SMALL, [10]), made(SMALL, [10])
    picked = one.step([x], rows, y, "cross_entropy", 0, 0.0)
    assert picked == other.step([x[rows]], None, y[rows], "cross_entropy", 0, 0.0)
    assert_array_equal(one.gradients, other.gradients)


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 15, 16, 17, 100])
def test_gradients_are_sums_over_the_batch(n):
    x, y = digits(n)
    network = made(SMALL, [10])
    network.step([x], None, y, "cross_entropy", 0, 0.0)
    together = network.gradients.astype(float)
    alone = np.zeros(network.gradients.size)
    for i in range(n):
        network.step([x[i : i + 1]], None, y[i : i + 1], "cross_entropy", 0, 0.0)
        alone += network.gradients.astype(float) / n
    assert_allclose(together, alone, rtol=1e-3, atol=1e-5 * np.abs(alone).max())


def test_a_network_learns():
    x, y = digits(64)
    _, outcomes = trained(SMALL, x, y, n_steps=100)
    assert outcomes[-1][0] < outcomes[0][0] / 4
    assert outcomes[-1][1] == 64


def test_networks_without_parameters_and_unused_inputs():
    nodes = [{"op": "input", "shape": [4]}, {"op": "input", "shape": [3]}]
    nodes.append({"op": "relu", "inputs": [0]})
    network = Network(nodes, [2])
    x = np.arange(-4, 4, dtype=np.float32).reshape(2, 4)
    unused = np.ones((2, 3), np.float32)
    assert_array_equal(network.forward([x, unused], True, 0)[0], x.clip(0))
    of_x, of_unused = network.backward([np.ones((2, 4), np.float32)], True)
    assert_array_equal(of_x, x > 0)
    assert not of_unused.any()
    assert network.values.size == network.gradients.size == 0
    assert_array_equal(network.predict([x, unused], [1, 0])[0], unused)


@given(st.integers(0, 2**32))
def test_batch_norms_running_statistics(seed):
    rng = np.random.default_rng(seed)
    nodes = [{"op": "input", "shape": [5, 4, 3]}]
    nodes.append({"op": "batch_norm", "inputs": [0], "momentum": 0.9, "epsilon": 1e-3})
    network = Network(nodes, [1])
    mean, variance = np.zeros(3), np.ones(3)
    for i in range(3):
        x = rng.normal(rng.normal(scale=30, size=3), 2, (11, 5, 4, 3)).astype(np.float32)
        (y,) = network.forward([x], True, i)
        wide = x.astype(float).reshape(-1, 3)
        assert_allclose(y.mean((0, 1, 2)), 0, atol=1e-4)
        mean = 0.9 * mean + 0.1 * wide.mean(0)
        variance = 0.9 * variance + 0.1 * wide.var(0)
    assert_allclose(network.values, [1, 1, 1, 0, 0, 0, *mean, *variance], rtol=1e-5, atol=1e-6)
    expected = (wide - mean) / np.sqrt(variance + 1e-3)
    for y in (network.predict([x], [1])[0], network.forward([x], False, 0)[0]):
        assert_allclose(y.reshape(-1, 3), expected, rtol=1e-4, atol=1e-4)


DROPOUT = [
    {"op": "input", "shape": [1000]},
    {"op": "dropout", "inputs": [0], "rate": 0.3},
    {"op": "dropout", "inputs": [0], "rate": 0.3},
]


@pytest.mark.usefixtures("cpu_level", "n_threads")
def test_dropout_is_a_function_of_seed_node_image_and_place():
    network = Network(DROPOUT, [1, 2])
    x = np.ones((40, 1000), np.float32)
    one, other = network.forward([x], True, 7)
    assert set(np.unique(one)) == {0, np.float32(1 / 0.7)}
    assert abs((one == 0).mean() - 0.3) < 4 * np.sqrt(0.3 * 0.7 / one.size)
    (gradient,) = network.backward([x, np.zeros_like(x)], True)
    assert_array_equal(gradient, one)
    assert_array_equal(network.forward([x[:5]], True, 7)[0], one[:5])
    for different in (
        other,
        network.forward([x], True, 8)[0],
        np.roll(one, 1, 0),
        np.roll(one, 1, 1),
    ):
        assert abs(((one == 0) == (different == 0)).mean() - 0.58) < 0.02
    assert_array_equal(network.forward([x], False, 7)[0], x)
    assert_array_equal(network.predict([x], [1])[0], x)


def test_backward_belongs_to_a_forward_with_training():
    network = made(SMALL, [10])
    x, y = digits(3)
    gradient = np.ones((3, 10), np.float32)
    with pytest.raises(ValueError, match="backward must follow forward with training=True"):
        network.backward([gradient], False)
    network.forward([x], True, 0)
    network.backward([gradient], True)
    with pytest.raises(ValueError, match="as many images"):
        network.backward([gradient[:2]], False)
    for call in (
        lambda: network.forward([x], False, 0),
        lambda: network.step([x], None, y, "cross_entropy", 0, 0.0),
    ):
        network.forward([x], True, 0)
        call()
        with pytest.raises(ValueError, match="backward must follow"):
            network.backward([gradient], False)


def test_relu_after_batch_norm_is_the_same_by_itself():
    """Where somebody looks at the norm's result, ReLU is a step of its own."""
    nodes = [
        {"op": "input", "shape": [5, 7, 3]},
        {"op": "conv2d", "inputs": [0], "filters": 37, "kernel": [3, 3], "padding": "same"},
        {"op": "batch_norm", "inputs": [1]},
        {"op": "relu", "inputs": [2]},
        {"op": "conv2d", "inputs": [3], "filters": 20, "kernel": [3, 3], "padding": "same"},
    ]
    rng = np.random.default_rng(0)
    x = rng.standard_normal((9, 5, 7, 3), np.float32)
    grad = rng.standard_normal((9, 5, 7, 20), np.float32)
    none = np.zeros((9, 5, 7, 37), np.float32)
    fused, apart = made(nodes, [4]), made(nodes, [4, 2])
    for training in (True, False):
        results = apart.forward([x], training, 0)
        assert_array_equal(fused.forward([x], training, 0)[0], results[0])
        assert (results[1] < 0).any()
    fused.forward([x], True, 0)
    apart.forward([x], True, 0)
    of_fused = fused.backward([grad], True)
    of_apart = apart.backward([grad, none], True)
    assert_array_equal(of_fused[0], of_apart[0])
    assert_array_equal(fused.gradients, apart.gradients)
    assert fused.gradients.any()

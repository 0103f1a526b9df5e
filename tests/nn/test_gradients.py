"""Each op's results and gradients against the definition in float64 and its differences."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine._core.nn import Network
from numpy.testing import assert_allclose

from .reference import forward

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

seeds = st.integers(0, 2**32)
sizes = st.lists(st.integers(1, 4), min_size=2, max_size=2)
strides = st.lists(st.integers(1, 3), min_size=2, max_size=2)
images = st.tuples(st.integers(1, 7), st.integers(1, 7), st.sampled_from([1, 2, 3, 17]))
filters = st.sampled_from([1, 2, 5, 16, 19])
batches = st.integers(1, 5)


def node(op, *inputs, **attributes):
    return {"op": op, "inputs": list(inputs), **attributes}


def slopes(function, x, directions, step=1e-6):
    """Slopes of a scalar function of an array along some directions, by central differences."""
    return [(function(x + step * d) - function(x - step * d)) / (2 * step) for d in directions]


def directions_for(x, rng, n_single=20):
    """Draw two directions that change everything, and single values."""
    singles = np.eye(x.size)[rng.permutation(x.size)[:n_single]]
    return np.concatenate([rng.normal(size=(2, *x.shape)), singles.reshape(len(singles), *x.shape)])


def assert_close(actual, expected, rtol=1e-3):
    scale = max(np.abs(np.asarray(expected)).max(initial=0), 1e-3)
    assert_allclose(actual, expected, rtol=rtol, atol=rtol * scale / 10)


def check(nodes, outputs, seed, n=2, frozen=()):
    """Compare results, parameters' and inputs' gradients of a weighted sum of the outputs."""
    network = Network(nodes, outputs)
    network.freeze(list(frozen))
    rng = np.random.default_rng(seed)
    values = rng.normal(scale=0.5, size=network.values.size).astype(np.float32)
    for _, name, shape, offset, _ in network.parameters:
        if name == "variance":
            values[offset : offset + shape[0]] = rng.uniform(0.5, 2, shape)
    network.values[:] = values
    network.touch()
    at_inputs = [i for i, x in enumerate(nodes) if x["op"] == "input"]
    inputs = [rng.normal(size=(n, *network.shapes[i])).astype(np.float32) for i in at_inputs]
    weights = [rng.normal(size=(n, *network.shapes[i])).astype(np.float32) for i in outputs]

    def loss(values, inputs):
        results = forward(nodes, network, values, inputs, True, outputs, frozen)
        return sum((w.astype(float) * y).sum() for w, y in zip(weights, results, strict=True))

    results = network.forward(inputs, True, 1)
    before = values.astype(float)
    wide = [x.astype(float) for x in inputs]
    expected = forward(nodes, network, before, wide, True, outputs, frozen)
    for y, wanted in zip(results, expected, strict=True):
        assert_close(y, wanted, rtol=1e-4)
    of_inputs = network.backward(weights, True)
    learns = np.zeros(before.size, bool)
    for i, _, shape, offset, trainable in network.parameters:
        learns[offset : offset + int(np.prod(shape))] = trainable and i not in frozen
    moves = directions_for(before[learns], rng)
    directions = np.zeros((len(moves), before.size))
    directions[:, learns] = moves
    expected = slopes(lambda v: loss(v, wide), before, directions)
    assert_close(directions @ network.gradients.astype(float), expected)
    assert not network.gradients[~learns].any()
    for i in frozen:
        for parameter, _, shape, offset, _ in network.parameters:
            part = slice(offset, offset + int(np.prod(shape)))
            assert parameter != i or (network.values[part] == values[part]).all()
    for k, gradient in enumerate(of_inputs):
        directions = directions_for(wide[k], rng)
        expected = slopes(
            lambda x, k=k: loss(before, [*wide[:k], x, *wide[k + 1 :]]), wide[k], directions
        )
        assert_close(np.tensordot(directions, gradient, gradient.ndim), expected)


def fits(image, size, padding):
    return padding == "same" or all(s <= length for s, length in zip(size, image, strict=False))


@given(images, sizes, strides, filters, st.sampled_from(["valid", "same"]), st.booleans(), seeds)
def test_conv2d(image, kernel, strides, filters, padding, use_bias, seed):
    kernel = [min(k, 3) for k in kernel]
    if not fits(image, kernel, padding):
        padding = "same"
    conv = node(
        "conv2d", 0, filters=filters, kernel=kernel, strides=strides, padding=padding,
        use_bias=use_bias,
    )  # fmt: skip
    check([node("input", shape=list(image)), conv], [1], seed)


@given(images, sizes, strides, st.integers(1, 4), st.sampled_from([1, 2, 17]), st.booleans(), seeds)
def test_conv2d_of_groups(image, kernel, strides, per_group, groups, use_bias, seed):
    """With a limited ReLU behind it, which is part of the same step."""
    nodes = [
        node("input", shape=[*image[:2], groups * (per_group + 1) // 2]),
        node(
            "conv2d", 0, filters=groups * per_group, kernel=kernel, strides=strides, padding="same",
            use_bias=use_bias, groups=groups,
        ),
        node("clip", 1, low=0, high=0.5),
        node("max_pool2d", 2, size=[2, 2], padding="same"),
    ]  # fmt: skip
    if groups * (per_group + 1) // 2 % groups:
        nodes[0]["shape"][2] = groups
    check(nodes, [3], seed)
    check(nodes, [1, 2], seed)


def test_conv2d_with_explicit_padding():
    conv = node("conv2d", 0, filters=3, kernel=[3, 4], strides=[2, 1], padding=[2, 0, 1, 3])
    check([node("input", shape=[6, 5, 2]), conv], [1], 0)


@given(images, sizes, strides, st.sampled_from([1, 2, 17]), st.booleans(), st.booleans(), seeds)
def test_conv_transpose2d(image, kernel, strides, filters, same, use_bias, seed):
    image = (min(image[0], 4), min(image[1], 4), min(image[2], 3))
    more = [0, 0] if same else [strides[0] - 1, strides[1] // 2]
    conv = node(
        "conv_transpose2d", 0, filters=filters, kernel=kernel, strides=strides,
        padding="same" if same else "valid", output_padding=more, use_bias=use_bias,
    )  # fmt: skip
    check([node("input", shape=list(image)), conv], [1], seed)


def test_conv_transpose2d_with_explicit_padding():
    conv = node(
        "conv_transpose2d", 0, filters=2, kernel=[3, 4], strides=[2, 3], padding=[1, 2, 0, 1],
        output_padding=[1, 0],
    )  # fmt: skip
    check([node("input", shape=[3, 4, 3]), conv], [1], 0)


@given(
    st.sampled_from(["max_pool2d", "avg_pool2d"]), images, sizes, strides,
    st.sampled_from(["valid", "same"]), seeds,
)  # fmt: skip
def test_pools(op, image, size, strides, padding, seed):
    if not fits(image, size, padding):
        padding = "same"
    pool = node(op, 0, size=size, strides=strides, padding=padding)
    check([node("input", shape=list(image)), pool], [1], seed)


@given(st.integers(1, 9), st.integers(1, 9), st.sampled_from([1, 3, 16, 33]), seeds)
def test_conv_with_relu_and_pool(height, width, filters, seed):
    nodes = [
        node("input", shape=[height + 3, width + 3, 2]),
        node("conv2d", 0, filters=filters, kernel=[3, 3]),
        node("relu", 1),
        node("max_pool2d", 2, size=[2, 2]),
    ]
    check(nodes, [3], seed)


@pytest.mark.parametrize("op", ["global_avg_pool2d", "global_max_pool2d", "flatten"])
@given(images, seeds)
def test_of_whole_images(op, image, seed):
    check([node("input", shape=list(image)), node(op, 0)], [1], seed)


@given(
    st.sampled_from([[7], [1], [40], [3, 5], [2, 3, 17]]), filters, batches, st.booleans(), seeds
)
def test_dense(shape, units, n, use_bias, seed):
    dense = node("dense", 0, units=units, use_bias=use_bias)
    check([node("input", shape=shape), dense, node("relu", 1)], [2], seed, n)


@pytest.mark.parametrize(
    "attributes",
    [
        {"op": "relu"},
        {"op": "leaky_relu", "slope": 0.2},
        {"op": "leaky_relu", "slope": 0},
        {"op": "clip", "low": -0.5, "high": 0.75},
        {"op": "sigmoid"},
        {"op": "tanh"},
        {"op": "softmax"},
        {"op": "rescale", "scale": 0.3, "offset": -1},
        {"op": "reshape", "shape": [5, 2, 4]},
        {"op": "batch_norm", "epsilon": 0.01},
    ],
    ids=lambda attributes: attributes["op"],
)
@given(st.sampled_from([[40], [4, 10], [2, 5, 4], [2, 20, 1], [1, 2, 20]]), seeds)
def test_value_by_value(attributes, shape, seed):
    nodes = [node("input", shape=shape), node("dense", 0, units=shape[-1])]
    nodes.append({"inputs": [1], **attributes})
    check(nodes, [2], seed, n=3)
    check([nodes[0], {"inputs": [0], **attributes}], [1], seed, n=3)


@given(images, sizes, st.sampled_from(["nearest", "bilinear"]), seeds)
def test_upsample2d(image, size, method, seed):
    image = (min(image[0], 4), min(image[1], 4), min(image[2], 3))
    check(
        [node("input", shape=list(image)), node("upsample2d", 0, size=size, method=method)],
        [1],
        seed,
    )


@given(seeds)
def test_add_and_concat(seed):
    nodes = [
        node("input", shape=[3, 2, 4]),
        node("input", shape=[3, 2, 4]),
        node("add", 0, 1, 0),
        node("concat", 2, 0, 2),
        node("add", 3, 3),
        node("relu", 0),
    ]
    check(nodes, [4, 5], seed)


@given(seeds)
def test_outputs_that_others_look_at(seed):
    nodes = [
        node("input", shape=[4, 4, 2]),
        node("conv2d", 0, filters=3, kernel=[3, 3], padding="same"),
        node("relu", 1),
        node("flatten", 2),
        node("dense", 3, units=4),
        node("flatten", 4),
    ]
    check(nodes, [2, 3, 1, 4, 5], seed)


def residual_network():
    return [
        node("input", shape=[6, 5, 2]),
        node("rescale", 0, scale=0.5, offset=0.25),
        node("conv2d", 1, filters=4, kernel=[3, 3], padding="same", use_bias=False),
        node("batch_norm", 2),
        node("relu", 3),
        node("conv2d", 4, filters=4, kernel=[3, 3], padding="same", use_bias=False),
        node("batch_norm", 5),
        node("add", 6, 4),
        node("relu", 7),
        node("avg_pool2d", 8, size=[2, 2], padding="same"),
        node("upsample2d", 9, size=[2, 2], method="bilinear"),
        node("conv_transpose2d", 9, filters=4, kernel=[2, 2], strides=[2, 2]),
        node("concat", 10, 11),
        node("global_avg_pool2d", 12),
        node("dense", 13, units=3),
        node("softmax", 14),
    ]


@given(seeds)
def test_residual_network(seed):
    check(residual_network(), [15], seed, n=5)


# Some convolutions learn behind norms that do not, some before them.
@pytest.mark.parametrize(
    "frozen", [[2, 3, 4], [2, 3, 5, 6], [3], [6], [2, 5], [6, 11], [2, 3, 5, 6, 11, 14]], ids=str
)
@given(seed=seeds)
def test_residual_network_with_frozen_layers(frozen, seed):
    """A frozen norm is a fixed scale, through which gradients go back."""
    check(residual_network(), [15], seed, n=5, frozen=frozen)


@pytest.mark.parametrize("op", ["conv2d", "dense"])
@given(seed=seeds)
def test_frozen_norms_behind_weights(op, seed):
    weights = {"conv2d": {"filters": 5, "kernel": [3, 3]}, "dense": {"units": 5}}[op]
    nodes = [
        node("input", shape=[7, 6, 2]),
        node("conv2d", 0, filters=3, kernel=[1, 1]),
        node(op, 1, **weights),
        node("batch_norm", 2),
        node("relu", 3),
        node("max_pool2d", 4, size=[2, 2]),
    ]
    check(nodes, [5], seed, n=3, frozen=[2, 3])
    check(nodes, [5], seed, n=3, frozen=[3])

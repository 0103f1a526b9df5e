"""Networks of bytes against their definition in NumPy's integers, bit for bit."""

import concurrent.futures

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine import FormatError, _core, nn
from numpy.lib.stride_tricks import sliding_window_view

from . import reference

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

F = np.float32


def quantization(low, high):
    """Return the scale and the zero of the bytes for a range."""
    low, high = min(F(low), F(0)), max(F(high), F(0))
    if low == high:
        return F(1), 0
    scale = F(max((float(high) - float(low)) / 255, 1e-30))
    return scale, int(np.clip(np.rint(-float(low) / float(scale)), 0, 255))


def rounded(values):
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def quantized(x, form):
    scale, zero = form
    if x.dtype == np.uint8:
        return rounded(x / float(scale) + zero)
    return rounded(x * (F(1) / scale) + F(zero))


def numbers(q, form):
    return (q.astype(F) - F(form[1])) * form[0]


def table(function, before, form):
    """Return what each byte becomes by a function of numbers, in float64."""
    values = (np.arange(256) - before[1]) * float(before[0])
    return rounded(function(values) / float(form[0]) + form[1])


def sums(q, zero, kernel, strides, padding):
    """Return the integer sums of a convolution of bytes."""
    top, left, bottom, right = padding
    padded = (
        np.pad(
            q.astype(np.int64), ((0, 0), (top, bottom), (left, right), (0, 0)), constant_values=zero
        )
        - zero
    )
    windows = sliding_window_view(padded, kernel.shape[:2], (1, 2))[:, :: strides[0], :: strides[1]]
    return np.einsum("nhwcij,ijcf->nhwf", windows, kernel.astype(np.int64))


def scaled(total, before, scales, bias, form, relu):
    """Return sums as the bytes, or as the floats if `form` is None, that they stand for."""
    unit, zero = (1.0, 0) if form is None else (float(form[0]), form[1])
    factors = (float(before[0]) * scales.astype(np.float64) / unit).astype(F)
    values = total.astype(F) * factors + (bias / unit + zero).astype(F)
    if relu:
        values = np.maximum(values, F(zero))
    return values if form is None else rounded(values)


def greatest_of_four(values):
    n, h, w, c = values.shape
    return values[:, : h // 2 * 2, : w // 2 * 2].reshape(n, h // 2, 2, w // 2, 2, c).max((2, 4))


def core(nodes, parameters, ranges, outputs=None):
    return _core.nn.QuantizedNetwork(
        nodes, [len(nodes) - 1] if outputs is None else outputs, parameters, np.array(ranges, F)
    )


def node(op, *inputs, **attributes):
    return {"op": op, "inputs": list(inputs), **attributes}


def weights(rng, *shape):
    n = shape[-1]
    return {
        "kernel": rng.integers(-127, 128, shape).astype(np.int8),
        "scales": rng.uniform(1e-3, 1e-2, n).astype(F),
        "bias": rng.normal(size=n).astype(F),
    }


@given(st.data())
def test_convolution(data):
    n, channels = data.draw(st.integers(0, 5)), data.draw(st.integers(1, 9))
    filters = data.draw(st.sampled_from([1, 3, 15, 16, 17, 32, 40, 48, 64, 70]))
    size = data.draw(st.tuples(st.integers(1, 9), st.integers(1, 9)))
    kernel = [data.draw(st.integers(1, min(extent, 4))) for extent in size]
    padding = [data.draw(st.integers(0, min(kernel[i % 2] - 1, 2))) for i in range(4)]
    reach = size[0] + padding[0] + padding[2], size[1] + padding[1] + padding[3]
    strides = data.draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    relu, last = data.draw(st.booleans()), data.draw(st.sampled_from(["bytes", "floats", "pool"]))
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    parameters = weights(rng, *kernel, channels, filters)
    nodes = [
        node("input", shape=[*size, channels]),
        node("conv2d", 0, filters=filters, kernel=kernel, strides=list(strides), padding=padding),
    ]
    if relu:
        nodes.append(node("relu", 1))
    out = [(reach[i] - kernel[i]) // strides[i] + 1 for i in range(2)]
    pooled = last == "pool" and min(out) > 1
    if pooled:
        nodes.append(node("max_pool2d", len(nodes) - 1, size=[2, 2]))
    if last == "bytes":  # a step that needs bytes and leaves them alone
        nodes.append(node("max_pool2d", len(nodes) - 1, size=[1, 1]))
    ranges = [(-1, 2), *[(-3, 5)] * (len(nodes) - 1)]
    x = rng.normal(size=(n, *size, channels)).astype(F)
    found = core(nodes, [{}, parameters, *[{}] * (len(nodes) - 2)], ranges).predict(
        [x], [len(nodes) - 1]
    )[0]

    before, form = quantization(-1, 2), quantization(-3, 5)
    total = sums(quantized(x, before), before[1], parameters["kernel"], strides, padding)
    given_form = form if pooled or last == "bytes" else None
    wanted = scaled(total, before, parameters["scales"], parameters["bias"], given_form, relu)
    if pooled:
        wanted = greatest_of_four(wanted)
    wanted = wanted if given_form is None else numbers(wanted, form)
    assert found.tobytes() == wanted.astype(F).tobytes()


@given(st.integers(0, 70), st.integers(1, 90), st.integers(1, 70), st.booleans())
def test_dense(n, size, units, as_bytes):
    rng = np.random.default_rng(n + size)
    parameters = weights(rng, size, units)
    nodes = [node("input", shape=[size]), node("dense", 0, units=units), node("relu", 1)]
    network = core(nodes, [{}, parameters, {}], [(0, 255), (0, 1), (0, 1)])
    x = rng.integers(0, 256, (n, size), np.uint8)
    x = x if as_bytes else x.astype(F)
    total = x.astype(np.int64) @ parameters["kernel"].astype(np.int64)
    wanted = scaled(total, (F(1), 0), parameters["scales"], parameters["bias"], None, True)
    assert network.predict([x], [2])[0].tobytes() == wanted.tobytes()


@given(st.sampled_from(["max_pool2d", "avg_pool2d"]), st.data())
def test_pools(op, data):
    size = data.draw(st.tuples(st.integers(1, 7), st.integers(1, 7)))
    channels = data.draw(st.sampled_from([1, 3, 16, 37]))
    window = [data.draw(st.integers(1, extent)) for extent in size]
    strides = [data.draw(st.integers(1, 3)) for _ in range(2)]
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    x = rng.integers(0, 256, (3, *size, channels), np.uint8)
    nodes = [node("input", shape=[*size, channels]), node(op, 0, size=window, strides=strides)]
    found = core(nodes, [{}, {}], [(0, 255), (0, 200)]).predict([x], [1])[0]
    windows = sliding_window_view(x, window, (1, 2))[:, :: strides[0], :: strides[1]]
    if op == "max_pool2d":
        wanted = windows.max((-1, -2)).astype(F)
    else:
        form = quantization(0, 200)
        factor = F(1 / float(form[0]) / (window[0] * window[1]))
        wanted = numbers(rounded(windows.sum((-1, -2)).astype(F) * factor), form)
    assert found.tobytes() == wanted.tobytes()


def test_padding_is_left_out_of_pools():
    x = np.full((1, 3, 3, 1), 7, np.uint8)
    for op in ("max_pool2d", "avg_pool2d"):
        nodes = [node("input", shape=[3, 3, 1]), node(op, 0, size=[2, 2], padding="same")]
        found = core(nodes, [{}, {}], [(0, 255), (0, 255)]).predict([x], [1])[0]
        assert found.shape == (1, 2, 2, 1)
        assert (found == 7).all()


FUNCTIONS = {
    "relu": lambda v: np.maximum(v, 0),
    "leaky_relu": lambda v: np.where(v < 0, v * float(F(0.25)), v),
    "sigmoid": lambda v: 1 / (1 + np.exp(-v)),
    "tanh": np.tanh,
    "rescale": lambda v: v * -2 + 0.5,
}


@pytest.mark.parametrize("op", FUNCTIONS)
@pytest.mark.parametrize("n", [1, 15, 16, 200])
def test_functions_are_tables(op, n):
    attributes = {"leaky_relu": {"slope": 0.25}, "rescale": {"scale": -2, "offset": 0.5}}
    nodes = [
        node("input", shape=[n]),
        node(op, 0, **attributes.get(op, {})),
        node("leaky_relu", 1, slope=0),  # needs bytes
    ]
    network = core(nodes, [{}] * 3, [(-2, 2), (-2, 3), (0, 3)])
    x = np.linspace(-2.2, 2.2, 3 * n, dtype=F).reshape(3, n)
    first, middle, last = quantization(-2, 2), quantization(-2, 3), quantization(0, 3)
    q = table(FUNCTIONS[op], first, middle)[quantized(x, first)]
    wanted = numbers(table(lambda v: np.maximum(v, 0), middle, last)[q], last)
    assert network.predict([x], [2])[0].tobytes() == wanted.tobytes()


def test_softmax_and_sigmoid_at_the_end_are_floats():
    x = np.array([[0, 50, 255, 255], [7, 7, 7, 7]], np.uint8)
    nodes = [
        node("input", shape=[4]),
        node("rescale", 0, scale=0.03),
        node("softmax", 1),
        node("sigmoid", 1),
        node("tanh", 1),
    ]
    softmax, sigmoid, tanh = core(nodes, [{}] * 5, [(0, 255)] * 5).predict([x], [2, 3, 4])
    logits = x * np.float64(F(0.03))
    powers = np.exp(logits - logits.max(1, keepdims=True))
    np.testing.assert_allclose(softmax, powers / powers.sum(1, keepdims=True), rtol=1e-6)
    np.testing.assert_allclose(sigmoid, 1 / (1 + np.exp(-logits)), rtol=1e-6)
    np.testing.assert_allclose(tanh, np.tanh(logits), rtol=1e-6, atol=1e-9)


@given(st.integers(1, 40), st.booleans(), st.integers(1, 4))
def test_add(size, relu, n_inputs):
    rng = np.random.default_rng(size)
    forms = [quantization(-i - 1, 2 * i + 1) for i in range(n_inputs)]
    nodes = [node("input", shape=[size]) for _ in range(n_inputs)]
    nodes.append(node("add", *range(n_inputs)))
    nodes += [node("relu", n_inputs)] if relu else []
    ranges = [(-i - 1, 2 * i + 1) for i in range(n_inputs)] + [(-4, 5)] * (1 + relu)
    xs = [rng.normal(size=(4, size)).astype(F) for _ in range(n_inputs)]
    found = core(nodes, [{}] * len(nodes), ranges).predict(xs, [len(nodes) - 1])[0]
    form = quantization(-4, 5)
    factors = [F(float(scale) / float(form[0])) for scale, _ in forms]
    offset = float(form[1])
    for factor, (_, zero) in zip(factors, forms, strict=True):
        offset -= float(factor) * zero
    total = np.full((4, size), F(offset))
    for x, factor, own in zip(xs, factors, forms, strict=True):
        total = total + quantized(x, own).astype(F) * factor
    wanted = rounded(np.maximum(total, F(form[1])) if relu else total)
    assert found.tobytes() == numbers(wanted, form).tobytes()


def test_concatenation_upsampling_and_views():
    rng = np.random.default_rng(0)
    xs = [rng.integers(0, 256, (2, 2, 3, c), np.uint8) for c in (1, 4)]
    nodes = [
        node("input", shape=[2, 3, 1]),
        node("input", shape=[2, 3, 4]),
        node("concat", 0, 1),
        node("upsample2d", 2, size=[2, 3]),
        node("dropout", 3, rate=0.5),
        node("reshape", 4, shape=[9, 20]),
        node("flatten", 5),
    ]
    network = core(nodes, [{}] * 7, [(0, 255)] * 7)
    joined = np.concatenate(xs, axis=-1).astype(F)
    large = joined.repeat(2, axis=1).repeat(3, axis=2)
    found = network.predict(xs, [6, 2, 5, 6])
    assert [result.shape for result in found] == [(2, 180), (2, 2, 3, 5), (2, 9, 20), (2, 180)]
    for result, wanted in zip(found, (large, joined, large, large), strict=True):
        assert (result.ravel() == wanted.ravel()).all()


def test_global_pools():
    x = np.random.default_rng(0).integers(0, 256, (3, 4, 5, 2), np.uint8)
    nodes = [
        node("input", shape=[4, 5, 2]),
        node("global_max_pool2d", 0),
        node("global_avg_pool2d", 0),
    ]
    greatest, mean = core(nodes, [{}] * 3, [(0, 255)] * 3).predict([x], [1, 2])
    assert (greatest == x.max((1, 2))).all()
    np.testing.assert_allclose(mean, x.mean((1, 2)), atol=0.5)


def test_results_in_between_may_be_asked_for():
    """What is asked for is not passed over by a step that does several nodes at once."""
    rng = np.random.default_rng(3)
    nodes = [
        node("input", shape=[6, 6, 2]),
        node("conv2d", 0, filters=5, kernel=[3, 3]),
        node("relu", 1),
        node("max_pool2d", 2, size=[2, 2]),
    ]
    network = core(nodes, [{}, weights(rng, 3, 3, 2, 5), {}, {}], [(0, 255)] + [(-900, 900)] * 3)
    x = rng.integers(0, 256, (3, 6, 6, 2), np.uint8)
    conv, relu, pool = network.predict([x], [1, 2, 3])
    assert conv.min() < 0
    step = 1800 / 255
    assert np.abs(np.maximum(conv, 0) - relu).max() <= step * 0.51
    np.testing.assert_allclose(greatest_of_four(relu), pool)
    np.testing.assert_allclose(network.predict([x], [3])[0], pool)


@given(st.integers(1, 50), st.integers(1, 9), st.integers(0, 99))
def test_weights_are_rounded_with_little_error(n, outputs, seed):
    kernel = np.random.default_rng(seed).standard_t(3, (n, outputs)).astype(F)
    found, scales = _core.nn.quantize_weights(kernel)
    assert found.dtype == np.int8
    assert np.abs(found.astype(int)).max() <= 127
    wanted = np.clip(np.rint(kernel.astype(np.float64) / scales), -127, 127)
    assert (found == wanted).all()
    plain = (np.abs(kernel).max(0).astype(np.float64) / 127).astype(F).astype(np.float64)
    error = ((kernel - found * scales.astype(np.float64)) ** 2).sum(0)
    assert (error <= ((kernel - np.rint(kernel / plain) * plain) ** 2).sum(0) + 1e-12).all()


def test_weights_of_zero_and_enormous_sums():
    found, scales = _core.nn.quantize_weights(np.zeros((4, 2), F))
    assert not found.any()
    assert (scales == 1).all()
    found, scales = _core.nn.quantize_weights(np.ones((100_000, 1), F))
    assert found.astype(np.int64).sum() * 255 < 2**31
    assert abs(found[0, 0] * scales[0] - 1) < 0.01


# ---- made from a network of floats ----


def blobs(n=400, seed=0):
    """Return images of four classes: which corner is bright."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 4, n)
    x = rng.integers(0, 120, (n, 12, 12, 1))
    for image, label in zip(x, y, strict=True):
        row, column = divmod(label, 2)
        image[6 * row : 6 * row + 6, 6 * column : 6 * column + 6] += 60
    return x.astype(np.uint8), y


def learned():
    layers = [
        nn.Rescaling(1 / 255),
        nn.Conv2D(8, 3, use_bias=False),
        nn.BatchNorm(),
        nn.ReLU(),
        nn.MaxPool2D(2),
        nn.Conv2D(12, 3, padding="same", activation="relu"),
        nn.Flatten(),
        nn.Dense(16, activation="tanh"),
        nn.Dense(4, activation="softmax"),
    ]
    network = nn.Sequential(layers, (12, 12, 1))
    network.fit(*blobs(), epochs=4)
    return network


@pytest.fixture(scope="module")
def network():
    return learned()


@pytest.mark.parametrize("method", ["mse", "minmax"])
def test_says_nearly_the_same(network, method):
    x, y = blobs(seed=1)
    quantized_network = network.quantize(blobs()[0], method=method)
    assert quantized_network.evaluate(x, y)["accuracy"] >= network.evaluate(x, y)["accuracy"] - 0.01
    assert np.abs(quantized_network.predict(x) - network.predict(x)).max() < 0.1
    assert (quantized_network.classes_ == network.classes_).all()
    assert quantized_network.nbytes < network.summary().weight_bytes / 2.5
    inner = quantized_network.embed(x, "flatten")
    outer = network.embed(x, "flatten")
    assert np.abs(inner - outer).mean() < 0.01 * np.abs(outer).max()


_BITS = {}


def test_same_bits_everywhere(network):
    x, _ = blobs(seed=2)
    found = network.quantize(blobs()[0]).predict(x).tobytes()
    assert _BITS.setdefault("predict", found) == found


def test_any_part_of_the_images_gives_the_same(network):
    x, _ = blobs(150, seed=2)
    quantized_network = network.quantize(x)
    whole = quantized_network.predict(x)
    parts = [quantized_network.predict(x[i : i + 7]) for i in range(0, 150, 7)]
    assert np.concatenate(parts).tobytes() == whole.tobytes()
    assert quantized_network.predict(x[:0]).shape == (0, 4)


def test_threads_may_share_it(network):
    x, _ = blobs(100, seed=2)
    quantized_network = network.quantize(x)
    wanted = quantized_network.predict(x).tobytes()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: quantized_network.predict(x).tobytes(), range(20)))
    assert set(found) == {wanted}


def test_graphs(network):
    image = nn.Input((8, 8, 3))
    first = nn.Conv2D(8, 3, padding="same", activation="relu")(image)
    second = nn.BatchNorm()(nn.Conv2D(8, 3, padding="same")(first))
    joined = nn.Concatenate()([nn.ReLU()(nn.Add()([first, second])), nn.LeakyReLU()(second)])
    small = nn.AvgPool2D(2)(nn.BatchNorm()(joined))
    outputs = [nn.Dense(3)(nn.GlobalAvgPool2D()(small)), nn.Dense(2)(nn.GlobalMaxPool2D()(small))]
    graph = nn.Network(image, outputs, random_state=4)
    x = np.random.default_rng(0).normal(size=(60, 8, 8, 3)).astype(F)
    for found, wanted in zip(graph.quantize(x).predict(x), graph.predict(x), strict=True):
        assert np.abs(found - wanted).max() < 0.08 * np.abs(wanted).max()


def test_is_kept(network, tmp_path):
    x, _ = blobs(50, seed=2)
    before = network.quantize(x)
    before.save(tmp_path / "n.safetensors")
    after = nn.QuantizedNetwork.load(tmp_path / "n.safetensors")
    assert after.predict(x).tobytes() == before.predict(x).tobytes()
    assert (after.classes_ == before.classes_).all()
    assert repr(after.summary()) == repr(before.summary())
    assert after.summary().weight_bytes == before.nbytes
    with pytest.raises(FormatError, match="no proper precision"):
        nn.Network.load(tmp_path / "n.safetensors")
    network.save(tmp_path / "f.safetensors")
    with pytest.raises(FormatError, match="no proper precision"):
        nn.QuantizedNetwork.load(tmp_path / "f.safetensors")


@pytest.mark.parametrize("value", [0, 255])
def test_constant_images(network, value):
    x = np.full((5, 12, 12, 1), value, np.uint8)
    quantized_network = network.quantize(x)
    np.testing.assert_allclose(quantized_network.predict(x), network.predict(x), atol=0.1)


def test_networks_of_zeros_and_single_pixels():
    layers = [nn.Conv2D(3, 1), nn.MaxPool2D(1), nn.Flatten(), nn.Dense(2)]
    network = nn.Sequential(layers, (1, 1, 1))
    network.set_weights({name: np.zeros_like(w) for name, w in network.weights.items()})
    x = np.zeros((1, 1, 1, 1), F)
    assert not network.quantize(x).predict(x).any()
    assert not network.quantize(x).predict(np.full((2, 1, 1, 1), np.nan, F)).any()


def test_other_layouts_are_taken(network):
    x, _ = blobs(40, seed=2)
    quantized_network = network.quantize(x)
    wanted = quantized_network.predict(x[::2, :, ::-1])
    assert (quantized_network.predict(x[::2, :, ::-1].copy()) == wanted).all()
    x.flags.writeable = False
    quantized_network.predict(x)


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda n: n.quantize(np.zeros((0, 12, 12, 1), F)), ValueError, "at least one sample"),
        (lambda n: n.quantize(np.zeros((2, 9, 12, 1), F)), ValueError, "x must have shape"),
        (lambda n: n.quantize(np.zeros((2, 12, 12, 1))), TypeError, "x must be uint8 or float32"),
        (lambda n: n.quantize(np.zeros((2, 12, 12), F), method="max"), ValueError, "method must"),
        (lambda n: n.quantize(np.full((2, 12, 12), np.nan, F)), ValueError, "finite results"),
        (lambda n: n.quantize(blobs(3)[0]).set_weights({}), TypeError, "cannot be set"),
    ],
)
def test_errors(network, call, error, match):
    with pytest.raises(error, match=match):
        call(network)


IN_FLOATS = [
    node("conv2d", 0, filters=6, kernel=[3, 3], groups=6, padding="same"),
    node("conv2d", 0, filters=9, kernel=[2, 3], groups=3, strides=[2, 1], use_bias=False),
    node("conv_transpose2d", 0, filters=4, kernel=[3, 2], strides=[2, 2]),
    node("conv_transpose2d", 0, filters=5, kernel=[3, 3], padding="same", use_bias=False),
    node("upsample2d", 0, size=[2, 3], method="bilinear"),
]


@pytest.mark.parametrize("behind", [None, "relu", "clip", "leaky_relu"])
@pytest.mark.parametrize("layer", IN_FLOATS, ids=lambda layer: layer["op"])
def test_what_is_computed_in_floats(layer, behind):
    """By the numbers that bytes stand for, and rounded to bytes once if they are wanted."""
    rng = np.random.default_rng(3)
    nodes = [node("input", shape=[7, 8, 6]), layer]
    own = {}
    for _, name, shape, _, _ in _core.nn.Network(nodes, [1]).parameters:
        own[name] = rng.integers(-127, 128, shape).astype(np.int8)
        if name == "bias":
            own[name] = rng.normal(size=shape).astype(F)
        else:
            own["scales"] = rng.uniform(1e-3, 1e-2, shape[-1]).astype(F)
    ranges = [(-3, 3), (-4, 4)]
    if behind:
        nodes.append(node(behind, 1, **({"low": 0, "high": 2.0} if behind == "clip" else {})))
        ranges += [{"relu": (0, 3.5), "clip": (0, 2), "leaky_relu": (-1, 4)}[behind]] * 2
        nodes.append(node("max_pool2d", 2, size=[1, 1]))  # which takes bytes
    network = core(nodes, [{}, own, {}, {}][: len(nodes)], ranges)
    x = rng.normal(size=(5, 7, 8, 6)).astype(F)
    (before, *_, form) = forms = network.quantizations
    wide = (rounded(x / float(before[0]) + before[1]) - float(before[1])) * float(before[0])
    expected = {}
    if "kernel" in own:
        expected = {"kernel": own["kernel"] * own["scales"].astype(float)}
        expected["bias"] = own.get("bias", 0.0)
    y = reference.LAYERS[layer["op"]](wide, nodes[1], expected)
    (found,) = network.predict([x], [len(nodes) - 1])
    if behind is None:  # floats are wanted
        np.testing.assert_allclose(found, y, rtol=1e-5, atol=1e-5)
        return
    if behind == "leaky_relu":
        y = (rounded(y / float(forms[1][0]) + forms[1][1]) - float(forms[1][1])) * forms[1][0]
        y = np.where(y < 0, 0.3 * y, y)
    wanted = np.clip(y / float(form[0]) + form[1], 0, 255)
    bytes_found = np.rint(found / float(form[0]) + form[1])
    # The nearest, but for floats' rounding; of two steps, the first may break a tie otherwise.
    first = float(forms[1][0] / form[0]) if behind == "leaky_relu" else 0
    assert np.abs(bytes_found - wanted).max() <= 0.501 + first
    assert np.abs(bytes_found - wanted).mean() < 0.3


def test_limits_are_those_of_bytes_only_where_they_agree():
    """A clip below what bytes reach is a step of its own."""
    x = np.linspace(-4, 4, 64, dtype=F).reshape(1, 8, 8, 1)
    nodes = [node("input", shape=[8, 8, 1])]
    nodes.append(node("conv2d", 0, filters=1, kernel=[1, 1]))
    nodes.append(node("clip", 1, low=0, high=1.0))
    nodes.append(node("leaky_relu", 2))
    own = {"kernel": np.full((1, 1, 1, 1), 100, np.int8), "scales": np.array([0.01], F)}
    own["bias"] = np.zeros(1, F)
    for high in (1.0, 2.0):
        network = core(nodes, [{}, own, {}, {}], [(-4, 4), (-4, 4), (0, high), (0, high)])
        (found,) = network.predict([x], [3])
        np.testing.assert_allclose(found, np.clip(x, 0, 1), atol=0.04)


def test_a_mobile_network():
    x, y = blobs()
    layers = [nn.Rescaling(1 / 255), nn.Conv2D(8, 3, use_bias=False), nn.BatchNorm(), nn.ReLU6()]
    layers += [nn.Conv2D(8, 3, groups=8, use_bias=False), nn.BatchNorm(), nn.ReLU6()]
    layers += [nn.Conv2D(8, 1, activation="relu6"), nn.GlobalAvgPool2D()]
    layers = [*layers[:-1], nn.Flatten(), nn.Dense(4)]
    network = nn.Sequential(layers, (12, 12, 1))
    network.fit(x, y, epochs=4)
    found = network.quantize(x)
    assert found.evaluate(x, y)["accuracy"] >= network.evaluate(x, y)["accuracy"] - 0.01
    difference = np.abs(found.predict(x) - network.predict(x))
    assert difference.mean() < 0.02 * np.abs(network.predict(x)).max()


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"kernel": np.zeros((2, 3), np.int8)}, r"nodes\[1\]: kernel must have 8 values, got 6"),
        ({"scales": np.ones(3, F)}, "scales must have 2 values, got 3"),
        ({"scales": np.array([1, np.nan], F)}, "scales must be finite"),
        ({"scales": np.array([1, -1], F)}, "scales must be finite and at least 0"),
        ({"bias": np.ones(1, F)}, "bias must have 2 values"),
        ({"ranges": [(0, 1)]}, "ranges must be 2, one of each node, got 1"),
        ({"ranges": [(0, 1), (2, 1)]}, "range must be finite and rising"),
        ({"ranges": [(0, 1), (0, np.inf)]}, "range must be finite and rising"),
    ],
)
def test_arrays_that_do_not_fit(change, match):
    nodes = [node("input", shape=[4]), node("dense", 0, units=2)]
    ranges = change.get("ranges", [(0, 1), (0, 1)])
    parameters = {**weights(np.random.default_rng(0), 4, 2), **change}
    parameters.pop("ranges", None)
    with pytest.raises(ValueError, match=match):
        core(nodes, [{}, parameters], ranges)


def test_sums_that_would_not_fit():
    nodes = [node("input", shape=[70_000]), node("dense", 0, units=1, use_bias=False)]
    parameters = {"kernel": np.full((70_000, 1), 127, np.int8), "scales": np.ones(1, F)}
    with pytest.raises(ValueError, match="must not add up to more than"):
        core(nodes, [{}, parameters], [(0, 1)] * 2)


def test_inputs_that_do_not_fit():
    network = core([node("input", shape=[4])], [{}], [(0, 1)])
    with pytest.raises(ValueError, match="inputs must be 1 arrays, got 2"):
        network.predict([np.zeros((1, 4), F)] * 2, [0])
    with pytest.raises(ValueError, match="of the shapes of the network's inputs"):
        network.predict([np.zeros((1, 5), F)], [0])
    with pytest.raises(TypeError, match="inputs must be float32 or uint8, got float64"):
        network.predict([np.zeros((1, 4))], [0])

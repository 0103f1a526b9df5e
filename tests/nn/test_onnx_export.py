"""Networks written as ONNX and run by onnxruntime; read again, they give the same."""

import sys

import imgmine
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from imgmine import nn

from . import onnx_models


@pytest.fixture(autouse=True)
def _needs_onnx():
    onnx_models.onnx()


def settle(network, seed=0):
    """Give every parameter a value that tells whether it is at its place."""
    rng = np.random.default_rng(seed)
    weights = {}
    for name, values in network.weights.items():
        low, high = (0.5, 2) if name.endswith((".variance", ".gamma")) else (-0.5, 0.5)
        weights[name] = rng.uniform(low, high, values.shape).astype(np.float32)
    return network.set_weights(weights)


def check(network, path, n=3):
    """Compare ours, onnxruntime in both layouts, and what is read again."""
    rng = np.random.default_rng(1)
    arrays = [rng.uniform(-1, 1, (n, *shape)).astype(np.float32) for shape in network.input_shapes]
    expected = network.predict(arrays if len(arrays) > 1 else arrays[0])
    expected = expected if isinstance(expected, list) else [expected]
    for layout in ("NCHW", "NHWC"):
        network.to_onnx(path, layout=layout)
        package = onnx_models.onnx()
        package.checker.check_model(package.load(path), full_check=True)
        turned = [turn(a, layout) for a in arrays]
        found = onnx_models.run(path, *turned)
        found = found if isinstance(found, list) else [found]
        assert_close(found, [turn(a, layout) for a in expected])
        read = nn.Network.from_onnx(path)
        again = read.predict(arrays if len(arrays) > 1 else arrays[0])
        assert_close(again if isinstance(again, list) else [again], expected)
        assert read.input_shapes == network.input_shapes


def turn(array, layout):
    is_turned = layout == "NCHW" and array.ndim == 4
    return np.ascontiguousarray(array.transpose(0, 3, 1, 2)) if is_turned else array


def assert_close(found, expected):
    for a, b in zip(found, expected, strict=True):
        assert a.shape == b.shape
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5 * np.abs(b).max())


padding = st.sampled_from(["valid", "same", (1, 0, 0, 1), (0, 1, 1, 1)])
activation = st.sampled_from([None, "relu", "relu6", "leaky_relu", "sigmoid", "tanh", "softmax"])
sizes = st.tuples(st.integers(2, 3), st.integers(2, 3))
steps = st.tuples(st.integers(1, 3), st.integers(1, 3))


@st.composite
def layers_of_images(draw):
    kind = draw(st.sampled_from(["conv", "back", "max", "avg", "norm", "up", "one", "dense", "+"]))
    if kind in ("conv", "back"):
        cls = nn.Conv2D if kind == "conv" else nn.ConvTranspose2D
        if kind == "conv" and (groups := draw(st.integers(1, 3))) > 1:
            filters = groups * draw(st.integers(1, 3))
            return nn.Conv2D(filters, draw(sizes), strides=draw(steps), groups=groups)
        settings = {
            "strides": draw(steps),
            "padding": draw(padding),
            "activation": draw(activation),
        }
        return cls(draw(st.integers(1, 5)), draw(sizes), use_bias=draw(st.booleans()), **settings)
    if kind in ("max", "avg"):
        cls = nn.MaxPool2D if kind == "max" else nn.AvgPool2D
        return cls(draw(sizes), draw(steps), padding=draw(padding))
    if kind == "up":
        method = draw(st.sampled_from(["nearest", "bilinear"]))
        return nn.Upsample2D(draw(steps), method=method)
    if kind == "norm":
        return nn.BatchNorm(epsilon=draw(st.sampled_from([1e-3, 1e-5])))
    if kind == "dense":
        return nn.Dense(draw(st.integers(1, 4)), draw(activation), use_bias=draw(st.booleans()))
    if kind == "+":
        return "skip"
    made = [nn.ReLU(), nn.LeakyReLU(0.2), nn.Sigmoid(), nn.Tanh(), nn.Softmax(), nn.Dropout(0.3)]
    return draw(st.sampled_from([*made, nn.ReLU6(), nn.Clip(-0.5, 1), nn.Rescaling(0.5, -0.25)]))


@st.composite
def networks(draw):
    """Make a random network: images through some layers, then perhaps to vectors and on."""
    shape = draw(st.tuples(st.integers(4, 9), st.integers(4, 9), st.integers(1, 4)))
    image = handle = nn.Input(shape)
    for layer in draw(st.lists(layers_of_images(), max_size=4)):
        if layer == "skip":
            other = nn.Conv2D(3, 1)(handle)
            last = nn.Concatenate()([other, handle, nn.Conv2D(3, 3, padding="same")(handle)])
            handle = nn.Add()([nn.Conv2D(2, 1)(last), nn.Conv2D(2, 1)(handle)])
            continue
        handle = attempt(image, handle, layer)
    end = draw(st.sampled_from([None, nn.Flatten(), nn.GlobalAvgPool2D(), nn.GlobalMaxPool2D()]))
    if end is not None:
        handle = end(handle)
        for layer in draw(st.lists(st.sampled_from(range(5)), max_size=3)):
            handle = vector_layer(layer)(handle)
        if draw(st.booleans()):
            handle = nn.Reshape((2, 3, 2))(nn.Dense(12)(handle))
            handle = nn.Conv2D(2, 2)(handle)
    return nn.Network(image, handle)


def attempt(image, handle, layer):
    """Append a layer if the images are large enough for it."""
    try:
        nn.Network(image, layer(handle))
    except ValueError:
        return handle
    return layer(handle)


def vector_layer(kind):
    return [
        nn.Dense(4, "relu"),
        nn.Dense(3, use_bias=False),
        nn.BatchNorm(),
        nn.Dropout(0.2),
        nn.Softmax(),
    ][kind]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(networks())
def test_random_networks(tmp_path, network):
    check(settle(network), tmp_path / "model.onnx")


def test_the_usual_network(tmp_path):
    network = nn.Sequential(
        [
            nn.Rescaling(1 / 255),
            nn.Conv2D(8, 3, activation="relu"),
            nn.MaxPool2D(),
            nn.Conv2D(8, 3, activation="relu"),
            nn.Flatten(),
            nn.Dense(16, "relu"),
            nn.Dropout(0.5),
            nn.Dense(4, "softmax"),
        ],
        (20, 24, 3),
    )
    path = tmp_path / "model.onnx"
    check(settle(network), path)
    read = nn.Network.from_onnx(path)
    assert [type(layer) for layer in read.layers.values()] == [
        type(layer) for layer in network.layers.values()
    ]
    assert list(read.layers.values())[2] == nn.Conv2D(8, 3, activation="relu")
    np.testing.assert_array_equal(read.weights["dense.kernel"], network.weights["dense.kernel"])


def test_several_inputs_and_outputs(tmp_path):
    image, vector = nn.Input((6, 6, 2)), nn.Input((5,))
    x = nn.Conv2D(4, 3)(image)
    y = nn.Concatenate()([nn.Flatten()(x), nn.Dense(3)(vector)])
    network = nn.Network([image, vector], [nn.Dense(2)(y), x])
    check(settle(network), tmp_path / "model.onnx")


def test_any_number_of_images(tmp_path):
    network = settle(nn.Sequential([nn.Conv2D(2, 2), nn.Flatten(), nn.Dense(3)], (4, 4, 1)))
    network.to_onnx(tmp_path / "model.onnx")
    for n in (1, 2, 7):
        images = np.ones((n, 4, 4, 1), np.float32)
        found = onnx_models.run(tmp_path / "model.onnx", images)
        np.testing.assert_allclose(found, network.predict(images), rtol=1e-5)


def test_labels_go_along(tmp_path):
    network = nn.Sequential([nn.Flatten(), nn.Dense(2)], (2, 2, 1))
    images = np.zeros((4, 2, 2, 1), np.uint8)
    network.fit(images, ["cat", "dog", "cat", "dog"])
    path = tmp_path / "model.onnx"
    network.to_onnx(path)
    assert nn.Network.from_onnx(path).classes_.tolist() == ["cat", "dog"]
    network.classes_ = None
    network.to_onnx(path)
    assert nn.Network.from_onnx(path).classes_ is None


def test_the_same_bytes(tmp_path):
    network = settle(nn.small_cnn((16, 16, 3), 3, filters=(4, 8)))
    network.to_onnx(tmp_path / "a.onnx")
    network.to_onnx(tmp_path / "b.onnx")
    assert (tmp_path / "a.onnx").read_bytes() == (tmp_path / "b.onnx").read_bytes()
    assert nn.Network.from_onnx(tmp_path / "a.onnx").precision == "float32"


def test_errors(tmp_path, monkeypatch):
    network = nn.Sequential([nn.Flatten()], (2, 2, 1))
    with pytest.raises(ValueError, match=r"^layout must be one of .* got 'CHWN'"):
        network.to_onnx(tmp_path / "model.onnx", layout="CHWN")
    network.to_onnx(tmp_path / "model.onnx")
    monkeypatch.setitem(sys.modules, "onnx", None)
    for call in (network.to_onnx, nn.Network.from_onnx):
        with pytest.raises(imgmine.MissingDependencyError, match=r"pip install 'imgmine\[onnx\]'"):
            call(tmp_path / "model.onnx")

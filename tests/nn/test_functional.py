"""Layers joined to graphs: names, shapes, skip connections, what is refused, what is counted."""

import dataclasses

import numpy as np
import pytest
from imgmine import nn
from imgmine.nn._graph import LAYERS

X = np.random.default_rng(0).normal(size=(7, 6, 5, 2)).astype(np.float32)


def relu(x):
    return np.maximum(x, 0)


def convolve(x, kernel, bias):
    """Return a convolution with "same" padding, 3 x 3, in float64."""
    padded = np.pad(x.astype(float), ((0, 0), (1, 1), (1, 1), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))
    return np.einsum("nyxcij,ijcf->nyxf", windows, kernel.astype(float)) + bias


def residual():
    image = nn.Input((6, 5, 2))
    first = nn.Conv2D(3, 3, padding="same", activation="relu")(image)
    second = nn.Conv2D(3, 3, padding="same")(first) + first
    joined = nn.Concatenate()([nn.ReLU()(second), image])
    return nn.Network(image, [joined, nn.GlobalAvgPool2D()(joined)], random_state=2)


def test_skip_connections():
    network = residual()
    w = network.weights
    first = relu(convolve(X, w["conv2d.kernel"], w["conv2d.bias"]))
    second = convolve(first, w["conv2d_1.kernel"], w["conv2d_1.bias"]) + first
    joined = np.concatenate([relu(second), X], axis=3)
    found, means = network.predict(X)
    np.testing.assert_allclose(found, joined, atol=1e-5)
    np.testing.assert_allclose(means, joined.mean(axis=(1, 2)), atol=1e-5)
    np.testing.assert_allclose(network.embed(X, "conv2d"), first.reshape(7, -1), atol=1e-5)
    np.testing.assert_allclose(network.embed(X, "add"), second.reshape(7, -1), atol=1e-5)
    assert network.embed(X, "input").shape == (7, 60)


def test_what_it_says_of_itself():
    network = residual()
    names = ["input", "conv2d", "conv2d_1", "add", "relu", "concat", "global_avg_pool2d"]
    assert list(network.layers) == names
    assert network.input_shapes == [(6, 5, 2)]
    assert network.output_shapes == [(6, 5, 5), (5,)]
    assert repr(network) == (
        "<Network of 7 layers and 141 parameters: (6, 5, 2) -> (6, 5, 5), (5,)>"
    )
    summary = network.summary()
    assert [layer.name for layer in summary.layers] == names
    assert summary.layers[2] == ("conv2d_1", "Conv2D", (6, 5, 3), 84, 30 * 27 * 3)
    assert (summary.parameters, summary.trainable, summary.weight_bytes) == (141, 141, 564)
    assert summary.multiply_adds == 30 * (18 + 27) * 3
    text = str(summary).splitlines()
    assert text[0].split() == ["layer", "type", "output", "parameters", "multiply-adds"]
    assert text[3].split() == ["conv2d_1", "Conv2D", "6", "x", "5", "x", "3", "84", "2,430"]
    assert text[-3] == "141 parameters: 564 bytes"


def test_summary_tells_what_is_not_trained():
    network = nn.Sequential([nn.BatchNorm(), nn.Flatten(), nn.Dense(2)], (4, 4, 3))
    summary = network.summary()
    assert summary.parameters - summary.trainable == 6
    assert "110 parameters, 6 of them not trained: 440 bytes" in str(summary)


def test_small_cnn():
    network = nn.small_cnn((16, 12, 3), 5, filters=(4, 8, 8), random_state=3)
    shapes = [layer.output_shape for layer in network.summary().layers if "conv" in layer.name]
    assert shapes == [(16, 12, 4), (8, 6, 8), (4, 3, 8)]
    rates = [layer.rate for layer in network.layers.values() if isinstance(layer, nn.Dropout)]
    assert rates == [0.1, 0.1, 0.5]
    shares = network.predict(np.zeros((2, 16, 12, 3), np.uint8))
    assert shares.shape == (2, 5)
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-6)
    with pytest.raises(TypeError, match="n_classes must be a whole number"):
        nn.small_cnn((8, 8, 3), 2.0)
    with pytest.raises(TypeError, match="dropout must be a number"):
        nn.small_cnn((8, 8, 3), 2, dropout="much")
    with pytest.raises(ValueError, match="rate must be"):
        nn.small_cnn((8, 8, 3), 2, dropout=1.5)


def test_names():
    layers = [nn.Dense(3), nn.Dense(3, name="dense"), nn.Dense(3), nn.Dense(2, name="last")]
    network = nn.Sequential(layers, (4,))
    assert list(network.layers) == ["input", "dense_1", "dense", "dense_2", "last"]
    assert sorted(network.weights) == sorted(
        f"{name}.{part}" for name in list(network.layers)[1:] for part in ("kernel", "bias")
    )
    with pytest.raises(ValueError, match=r"name must be another for each layer, got \['a'\]"):
        nn.Sequential([nn.Dense(2, name="a"), nn.Dense(2, name="a")], (4,))
    with pytest.raises(ValueError, match="name must not be empty"):
        nn.Dense(2, name="")
    with pytest.raises(ValueError, match=r"have no '\.'"):
        nn.Dense(2, name="a.b")
    with pytest.raises(TypeError, match="name must be a string"):
        nn.Dense(2, name=3)


def test_a_layer_called_twice_has_weights_for_each():
    image, layer = nn.Input((4,)), nn.Dense(4)
    network = nn.Network(image, layer(layer(image)))
    assert sorted(network.weights) == [
        *("dense.bias", "dense.kernel", "dense_1.bias", "dense_1.kernel"),
    ]


def test_a_deep_network():
    image = handle = nn.Input((2,))
    for _ in range(3000):
        handle = nn.ReLU()(handle)
    x = np.array([[-1, 2]], np.float32)
    assert nn.Network(image, handle).predict(x).tolist() == [[0, 2]]


def test_layers_are_settings():
    assert nn.Conv2D(8, 3) == nn.Conv2D(8, (3, 3), strides=(1, 1))
    assert nn.MaxPool2D() == nn.MaxPool2D(2)
    assert hash(nn.Conv2D(8, 3)) == hash(nn.Conv2D(8, (3, 3)))
    with pytest.raises(dataclasses.FrozenInstanceError):
        nn.Dense(3).units = 4
    assert repr(nn.Conv2D(8, 3, strides=2, name="a")) == (
        "Conv2D(filters=8, kernel_size=(3, 3), strides=(2, 2), name='a')"
    )
    public = {cls for cls in vars(nn).values() if isinstance(cls, type)}
    layers = {cls for cls in public if issubclass(cls, nn.Layer)} - {nn.Layer}
    assert {cls.__name__ for cls in layers} == LAYERS.keys() - {"InputLayer"}


def test_weights_are_copies():
    network = nn.Sequential([nn.Dense(2)], (3,))
    network.weights["dense.kernel"][:] = 7
    assert (network.weights["dense.kernel"] != 7).all()


def test_gray_pictures_may_lack_their_channel():
    network = nn.Sequential([nn.Flatten(), nn.Dense(2)], (4, 4, 1))
    images = np.random.default_rng(1).integers(0, 256, (3, 4, 4), np.uint8)
    expected = network.predict(images[..., None])
    for given in (images, list(images), images.astype(np.float32), images[:, ::-1][:, ::-1]):
        np.testing.assert_array_equal(network.predict(given), expected)
    images.flags.writeable = False
    np.testing.assert_array_equal(network.predict(images), expected)
    assert network.predict(images[:0]).shape == (0, 2)
    assert network.predict_labels(images[:0]).shape == (0,)


IMAGE, OTHER = nn.Input((4,)), nn.Input((4,))


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: nn.Network([], nn.ReLU()(IMAGE)), TypeError, "inputs must be a Tensor"),
        (lambda: nn.Network(IMAGE, []), TypeError, "outputs must be a Tensor"),
        (lambda: nn.Network(IMAGE, nn.ReLU()), TypeError, "outputs must be a Tensor"),
        (lambda: nn.Network(nn.ReLU()(IMAGE), IMAGE), ValueError, "inputs must be made by Input"),
        (lambda: nn.Network(OTHER, nn.ReLU()(IMAGE)), ValueError, "each Input of the outputs once"),
        (lambda: nn.Network([IMAGE] * 2, nn.ReLU()(IMAGE)), ValueError, "each Input of the out"),
        (lambda: nn.Network(IMAGE, IMAGE, precision="half"), ValueError, "precision must be"),
        (lambda: nn.Network(IMAGE, IMAGE, precision=16), TypeError, "precision must be a string"),
        (lambda: nn.Network(IMAGE, IMAGE, random_state=-1), ValueError, "random_state must not"),
        (lambda: nn.Sequential([3], (4,)), TypeError, "layers must be layers, got 3"),
        (lambda: nn.Sequential([nn.Dense], (4,)), TypeError, "layers must be layers"),
        (lambda: nn.ReLU()(X), TypeError, "a layer is called on a Tensor or several"),
        (lambda: nn.ReLU()(3), TypeError, "a layer is called on a Tensor or several"),
        (lambda: nn.Input("4"), TypeError, "shape must be a tuple of whole numbers"),
        (lambda: nn.Input((4.0,)), TypeError, "shape must be a whole number"),
        (lambda: nn.Sequential([nn.Dense(2)], (0,)), ValueError, "shape"),
        (lambda: nn.Sequential([nn.Dense(0)], (4,)), ValueError, "units"),
        (lambda: nn.Sequential([nn.Conv2D(2, 3)], (4,)), ValueError, "conv2d"),
        (lambda: nn.Sequential([nn.Conv2D(2, 5)], (4, 4, 1)), ValueError, "conv2d"),
        (lambda: nn.Sequential([nn.Conv2D(2, 3, padding="full")], (4, 4, 1)), ValueError, "paddin"),
        (lambda: nn.Sequential([nn.Reshape((3,))], (4,)), ValueError, "reshape"),
        (lambda: nn.Sequential([nn.Dropout(1.0)], (4,)), ValueError, "rate"),
        (lambda: nn.Sequential([nn.Upsample2D(method="best")], (4, 4, 1)), ValueError, "method"),
        (lambda: nn.Dense(2.5), TypeError, "units must be a whole number"),
        (lambda: nn.Dense(2, activation="gelu"), ValueError, "activation must be one of"),
        (lambda: nn.Dense(2, use_bias=1), TypeError, "use_bias must be True or False"),
        (lambda: nn.Conv2D(2, (3, 3, 3)), ValueError, "kernel_size must be a whole number or"),
        (lambda: nn.Conv2D(4, 3, groups=2.0), TypeError, "groups must be a whole number"),
        (
            lambda: nn.Sequential([nn.Conv2D(4, 3, groups=3)], (4, 4, 3)),
            ValueError,
            r"groups must divide channels and filters \(3 and 4\), got 3",
        ),
        (lambda: nn.Sequential([nn.Conv2D(4, 3, groups=0)], (4, 4, 4)), ValueError, "groups must"),
        (lambda: nn.Sequential([nn.Clip(1, 1)], (4,)), ValueError, "low must be below high"),
        (lambda: nn.Clip("a", 1), TypeError, "low must be a number"),
        (lambda: nn.Conv2D(2, 3, padding=(1, 2)), ValueError, "padding must be 'valid'"),
        (lambda: nn.MaxPool2D("2"), TypeError, "size must be a whole number"),
        (lambda: nn.Rescaling("a"), TypeError, "scale must be a number"),
        (lambda: nn.BatchNorm(momentum=None), TypeError, "momentum must be a number"),
        (lambda: nn.LeakyReLU("a"), TypeError, "slope must be a number"),
        (lambda: residual().fit(X, X), ValueError, "a network of 2 outputs has no loss"),
        (lambda: residual().predict(X[0]), ValueError, r"x must have shape \(n, 6, 5, 2\)"),
    ],
)
def test_wrong_arguments(make, error, message):
    with pytest.raises(error, match=message):
        make()

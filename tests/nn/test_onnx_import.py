"""ONNX models as PyTorch, Keras and others write them, against onnxruntime; and hostile files."""

import imgmine
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from imgmine import nn
from imgmine.nn import _onnx_file

from . import onnx_models
from .onnx_models import model, node, save, weights_of


@pytest.fixture(autouse=True)
def _needs_onnx():
    onnx_models.onnx()


def whole(*numbers):
    return np.array(numbers, np.int64)


def check(path, shape, *, layout="NCHW", n=2, seed=0):
    """Read a model, compare what both make of images, and return ours."""
    rng = np.random.default_rng(seed)
    images = rng.uniform(-1, 1, (n, *shape)).astype(np.float32)
    expected = onnx_models.run(path, images)
    network = nn.Network.from_onnx(path, layout=layout if images.ndim == 4 else None)
    is_turned = images.ndim == 4 and layout == "NCHW"
    ours = np.ascontiguousarray(images.transpose(0, 2, 3, 1)) if is_turned else images
    found = network.predict(ours)
    if found.ndim == 4 and layout == "NCHW":
        found = found.transpose(0, 3, 1, 2)
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5 * np.abs(expected).max())
    return network


def names_of(network):
    return [type(layer).__name__ for layer in network.layers.values()][1:]


def test_pytorchs_classifier(tmp_path):
    """Convolutions, a pool, flatten and two Gemm: its exporter's nodes for torch.flatten."""
    rng = np.random.default_rng(0)
    weights = {
        "c1": weights_of(rng, 6, 1, 3, 3),
        "b1": weights_of(rng, 6),
        "c2": weights_of(rng, 4, 6, 3, 3),
        "b2": weights_of(rng, 4),
        "f1": weights_of(rng, 8, 4 * 4 * 5),
        "g1": weights_of(rng, 8),
        "f2": weights_of(rng, 3, 8),
        "g2": weights_of(rng, 3),
    }
    same = {"dilations": [1, 1], "group": 1, "kernel_shape": [3, 3]}
    nodes = [
        node("Conv", "x c1 b1", "h1", pads=[0, 0, 0, 0], strides=[1, 1], **same),
        node("Relu", "h1", "h2"),
        node("Conv", "h2 c2 b2", "h3", pads=[1, 1, 1, 1], strides=[1, 1], **same),
        node("Relu", "h3", "h4"),
        node("MaxPool", "h4", "h5", kernel_shape=[2, 2], strides=[2, 2], pads=[0, 0, 0, 0]),
        node("Flatten", "h5", "h6", axis=1),
        node("Gemm", "h6 f1 g1", "h7", alpha=1.0, beta=1.0, transB=1),
        node("Relu", "h7", "h8"),
        node("Gemm", "h8 f2 g2", "y", alpha=0.5, beta=2.0, transB=1),
    ]
    path = save(tmp_path / "m.onnx", model(nodes, weights, (1, 10, 12), ("n", 3)))
    network = check(path, (1, 10, 12))
    assert names_of(network) == ["Conv2D", "Conv2D", "MaxPool2D", "Flatten", "Dense", "Dense"]
    assert network.layers["dense"].activation == "relu"


@pytest.mark.parametrize("fixed", [False, True])
def test_pytorchs_view(tmp_path, fixed):
    """x.view(x.size(0), -1), with a number of images that is known or not."""
    rng = np.random.default_rng(0)
    weights = {"w": weights_of(rng, 3, 24), "zero": np.array(0), "one": whole(-1), "at": whole(0)}
    nodes = [
        node("Shape", "x", "shape"),
        node("Gather", "shape zero", "n", axis=0),
        node("Unsqueeze", "n at", "n1"),
        node("Concat", "n1 one", "target", axis=0),
        node("Reshape", "x target", "flat"),
        node("Gemm", "flat w", "y", transB=1),
    ]
    if fixed:
        weights["target"] = whole(2, 24)
        nodes = nodes[4:]
    made = model(nodes, weights, (2, 3, 4), ("n", 3), batch=2 if fixed else "n")
    path = save(tmp_path / "m.onnx", made)
    check(path, (2, 3, 4))
    images = np.zeros((5, 3, 4, 2), np.float32)
    assert nn.Network.from_onnx(path, layout="NCHW").predict(images).shape == (5, 3)


def test_pytorchs_residual_network(tmp_path):
    rng = np.random.default_rng(1)
    weights = {"c1": weights_of(rng, 4, 3, 3, 3), "c2": weights_of(rng, 4, 4, 3, 3)}
    weights |= {"cs": weights_of(rng, 4, 3, 1, 1), "w": weights_of(rng, 5, 4)}
    for k in "12":
        weights |= {f"{p}{k}": weights_of(rng, 4) for p in ("scale", "bias", "mean")}
        weights[f"var{k}"] = rng.uniform(0.5, 2, 4).astype(np.float32)
    norm = {"epsilon": 1e-5, "momentum": 0.9}
    nodes = [
        node("Conv", "x c1", "a", strides=[2, 2], pads=[1, 1, 1, 1]),
        node("BatchNormalization", "a scale1 bias1 mean1 var1", "b", **norm),
        node("Relu", "b", "c"),
        node("Conv", "c c2", "d", pads=[1, 1, 1, 1]),
        node("BatchNormalization", "d scale2 bias2 mean2 var2", "e", **norm),
        node("Conv", "x cs", "s", strides=[2, 2]),
        node("Add", "e s", "f"),
        node("Relu", "f", "g"),
        node("GlobalAveragePool", "g", "h"),
        node("Flatten", "h", "i"),
        node("Gemm", "i w", "j", transB=1),
        node("Softmax", "j", "y", axis=1),
    ]
    path = save(tmp_path / "m.onnx", model(nodes, weights, (3, 11, 12), ("n", 5)))
    network = check(path, (3, 11, 12))
    assert network.embedding_layer == "global_avg_pool2d"
    assert "BatchNorm" in names_of(network)
    assert "Flatten" not in names_of(network)


@pytest.mark.parametrize("opset", [10, 17])
def test_mobile_network(tmp_path, opset):
    """Each channel by itself, then all of them at each pixel; ReLU6 as PyTorch exports it."""
    rng = np.random.default_rng(11)
    weights = {"c": weights_of(rng, 8, 3, 3, 3), "e": weights_of(rng, 24, 8, 1, 1)}
    weights |= {"d": weights_of(rng, 24, 1, 3, 3), "p": weights_of(rng, 8, 24, 1, 1)}
    weights |= {"g": weights_of(rng, 6, 4, 3, 3), "w": weights_of(rng, 5, 6)}
    weights |= {"b": weights_of(rng, 24), "low": np.float32(0), "high": np.float32(6)}
    for name in "cedpg":
        weights[name] *= 3

    def relu6(before, after):
        if opset < 11:
            return node("Clip", before, after, min=0.0, max=6.0)
        return node("Clip", f"{before} low high", after)

    nodes = [
        node("Conv", "x c", "h1", strides=[2, 2], pads=[1, 1, 1, 1]),
        relu6("h1", "h2"),
        node("Conv", "h2 e", "h3"),
        relu6("h3", "h4"),
        node("Conv", "h4 d b", "h5", group=24, pads=[1, 1, 1, 1]),
        relu6("h5", "h6"),
        node("Conv", "h6 p", "h7"),
        node("Add", "h2 h7", "h8"),
        node("Conv", "h8 g", "h9", group=2, strides=[2, 2], pads=[1, 1, 1, 1]),
        relu6("h9", "h10"),
        node("GlobalAveragePool", "h10", "h11"),
        node("Flatten", "h11", "h12"),
        node("Gemm", "h12 w", "y", transB=1),
    ]
    if opset < 11:
        del weights["low"], weights["high"]
        weights["zero"] = np.zeros(5, np.float32)
        nodes[-1] = node("Gemm", "h12 w zero", "y", transB=1)
    made = model(nodes, weights, (3, 13, 12), ("n", 5), opset=opset)
    network = check(save(tmp_path / "m.onnx", made), (3, 13, 12))
    assert network.layers["conv2d_2"] == nn.Conv2D(
        24, 3, padding=(1, 1, 1, 1), activation="relu6", groups=24
    )
    assert network.layers["conv2d_4"].groups == 2
    assert network.weights["conv2d_2.kernel"].shape == (3, 3, 1, 24)


def test_clip(tmp_path):
    weights = {"low": np.float32(-0.25), "high": np.float32(0.5)}
    made = model([node("Clip", "x low high", "y")], weights, (2, 4, 5), ("n", 2, 4, 5))
    network = check(save(tmp_path / "m.onnx", made), (2, 4, 5))
    assert network.layers["clip"] == nn.Clip(-0.25, 0.5)


@pytest.mark.parametrize("opset", [11, 17, 18])
def test_pytorchs_mean_and_log_softmax(tmp_path, opset):
    """x.mean((2, 3)), and LogSoftmax at the end, which gives probabilities here."""
    rng = np.random.default_rng(2)
    weights = {"w": weights_of(rng, 4, 3), "axes": whole(2, 3)}
    mean = node("ReduceMean", "x", "a", axes=[2, 3], keepdims=0)
    if opset >= 18:
        mean = node("ReduceMean", "x axes", "a", keepdims=0)
    nodes = [
        mean,
        node("Gemm", "a w", "b", transB=1),
        node("LogSoftmax", "b", "y", axis=1),
    ]
    made = model(nodes, weights, (3, 5, 6), ("n", 4), opset=opset)
    path = save(tmp_path / "m.onnx", made)
    images = rng.uniform(-9, 9, (2, 3, 5, 6)).astype(np.float32)
    found = nn.Network.from_onnx(path).predict(np.ascontiguousarray(images.transpose(0, 2, 3, 1)))
    np.testing.assert_allclose(found, np.exp(onnx_models.run(path, images)), rtol=1e-5)


def test_pytorchs_decoder(tmp_path):
    """A dense layer's numbers as images of (C, H, W), a transposed convolution, upsampling."""
    rng = np.random.default_rng(3)
    weights = {
        "w": weights_of(rng, 24, 5),
        "g": weights_of(rng, 24),
        "shape": whole(-1, 4, 2, 3),
        "t": weights_of(rng, 4, 3, 3, 3),
        "b": weights_of(rng, 3),
        "scales": np.array([1, 1, 2, 3], np.float32),
        "c": weights_of(rng, 1, 3, 3, 3),
    }
    nodes = [
        node("Gemm", "x w g", "a", transB=1),
        node("Relu", "a", "b_"),
        node("Reshape", "b_ shape", "c_"),
        node("LeakyRelu", "c_", "d", alpha=0.2),
        node(
            "ConvTranspose",
            "d t b",
            "e",
            strides=[2, 2],
            pads=[1, 1, 1, 1],
            output_padding=[1, 1],
        ),
        node(
            "Resize", "e - scales", "f", mode="linear", coordinate_transformation_mode="half_pixel"
        ),
        node("Conv", "f c", "g_", pads=[1, 1, 1, 1]),
        node("Sigmoid", "g_", "y"),
    ]
    path = save(tmp_path / "m.onnx", model(nodes, weights, (5,), ("n", 1, 8, 18)))
    network = check(path, (5,))
    assert network.layers["reshape"] == nn.Reshape((2, 3, 4))


def test_keras(tmp_path):
    """Channels last: transposed at the front and before flattening, MatMul and Add for Dense."""
    rng = np.random.default_rng(4)
    weights = {
        "scale": np.float32(1 / 255),
        "offset": np.float32(-0.5),
        "c": weights_of(rng, 5, 3, 3, 3),
        "shape": whole(-1, 5 * 4 * 5),
        "w": weights_of(rng, 100, 7),
        "g": weights_of(rng, 7),
    }
    nodes = [
        node("Mul", "x scale", "a"),
        node("Add", "a offset", "b"),
        node("Transpose", "b", "c_", perm=[0, 3, 1, 2]),
        node("Conv", "c_ c", "d", auto_pad="SAME_UPPER", strides=[2, 2]),
        node("Relu", "d", "e"),
        node("Transpose", "e", "f", perm=[0, 2, 3, 1]),
        node("Reshape", "f shape", "h"),
        node("MatMul", "h w", "i"),
        node("Add", "i g", "j"),
        node("Sigmoid", "j", "y"),
    ]
    path = save(tmp_path / "m.onnx", model(nodes, weights, (8, 10, 3), ("n", 7)))
    network = check(path, (8, 10, 3), layout="NHWC")
    assert names_of(network) == ["Rescaling", "Conv2D", "Flatten", "Dense"]
    assert network.layers["dense"].activation == "sigmoid"


def test_keras_gray_images_and_padding(tmp_path):
    """One channel: a reshape turns the layout. ZeroPadding before a convolution and a pool."""
    rng = np.random.default_rng(5)
    weights = {
        "shape": whole(-1, 1, 9, 8),
        "pads": whole(0, 0, 1, 2, 0, 0, 0, 1),
        "more": whole(0, 0, 1, 1, 0, 0, 1, 1),
        "c": weights_of(rng, 4, 1, 3, 3),
        "b": weights_of(rng, 4),
        "back": whole(-1, 20),
        "slope": np.full((4, 1, 1), 0.25, np.float32),
        "limit": np.float32(0),
    }
    nodes = [
        node("Reshape", "x shape", "a"),
        node("Pad", "a pads", "p"),
        node("Conv", "p c b", "d", strides=[2, 2]),
        node("Clip", "d limit", "e"),
        node("Pad", "e more", "f"),
        node("MaxPool", "f", "g", kernel_shape=[3, 3], strides=[2, 2]),
        node("PRelu", "g slope", "h"),
        node("GlobalMaxPool", "h", "i"),
        node("Squeeze", "i", "j"),
        node("Identity", "j", "y"),
    ]
    nodes[8] = node("Squeeze", "i axes", "j")
    weights["axes"] = whole(2, 3)
    path = save(tmp_path / "m.onnx", model(nodes, weights, (9, 8, 1), ("n", 4)))
    check(path, (9, 8, 1), layout="NHWC")


def test_constants_for_each_channel(tmp_path):
    """Means taken off, variances divided by, and what stands alone after a convolution."""
    rng = np.random.default_rng(6)
    weights = {
        "mean": rng.uniform(0, 1, (1, 3, 1, 1)).astype(np.float32),
        "std": rng.uniform(0.5, 1, (3, 1, 1)).astype(np.float32),
        "c": weights_of(rng, 4, 3, 2, 2),
        "by": weights_of(rng, 4, 1, 1),
        "more": weights_of(rng, 1, 4, 1, 1),
        "from": np.float32(2),
    }
    nodes = [
        node("Sub", "x mean", "a"),
        node("Div", "a std", "b"),
        node("Conv", "b c", "d"),
        node("Mul", "d by", "e"),
        node("Add", "more e", "f"),
        node("Tanh", "f", "g"),
        node("Sub", "from g", "h"),
        node("Concat", "h g", "i", axis=1),
        node("Sum", "i i", "y"),
    ]
    path = save(tmp_path / "m.onnx", model(nodes, weights, (3, 6, 7), ("n", 8, 5, 6)))
    network = check(path, (3, 6, 7))
    assert names_of(network).count("Rescaling") == 1
    assert names_of(network)[:2] == ["BatchNorm", "Conv2D"]


def test_vectors_in_another_order(tmp_path):
    """What flattens images of ONNX has another order than ours, through all that follows."""
    rng = np.random.default_rng(7)
    n = 2 * 3 * 4
    weights = {"w": weights_of(rng, 2 * n, 5)}
    for k in ("scale", "bias", "mean", "by"):
        weights[k] = weights_of(rng, n)
    weights["var"] = rng.uniform(0.5, 2, n).astype(np.float32)
    weights["back"] = whole(-1, 2, 3, 4)
    nodes = [
        node("MaxPool", "x", "x1", kernel_shape=[1, 1]),
        node("Flatten", "x1", "a"),
        node("BatchNormalization", "a scale bias mean var", "b"),
        node("Mul", "b by", "c"),
        node("Add", "c a", "d"),
        node("Dropout", "d", "d1"),
        node("Concat", "d1 a", "e", axis=1),
        node("MatMul", "e w", "y"),
    ]
    path = save(tmp_path / "m.onnx", model(nodes, weights, (2, 3, 4), ("n", 5)))
    check(path, (2, 3, 4))
    nodes = [*nodes[:2], node("Reshape", "a back", "b"), node("Relu", "b", "y")]
    path = save(tmp_path / "m.onnx", model(nodes, weights, (2, 3, 4), ("n", 2, 3, 4)))
    check(path, (2, 3, 4))


@pytest.mark.parametrize("auto_pad", ["SAME_UPPER", "SAME_LOWER", "VALID", "NOTSET"])
@pytest.mark.parametrize("size", [1, 2, 3, 4])
@pytest.mark.parametrize("step", [1, 2, 3])
def test_windows(tmp_path, auto_pad, size, step):
    size = max(size, step)  # onnxruntime's pools do not leave gaps with SAME
    rng = np.random.default_rng(8)
    windows = {"auto_pad": auto_pad, "strides": [step, step], "kernel_shape": [size, size]}
    weights = {"c": weights_of(rng, 2, 3, size, size), "t": weights_of(rng, 2, 2, size, size)}
    nodes = [
        node("Conv", "x c", "a", **windows),
        node("MaxPool", "x", "b", **windows),
        node("AveragePool", "x", "d", **windows),
        node("GlobalAveragePool", "a", "a1"),
        node("GlobalAveragePool", "b", "b1"),
        node("GlobalAveragePool", "d", "d1"),
        node("Concat", "a1 b1 d1", "y", axis=1),
    ]
    path = save(tmp_path / "m.onnx", model(nodes, weights, (3, 7, 8), ("n", 8, 1, 1)))
    check(path, (3, 7, 8))
    if auto_pad == "VALID":
        made = model(
            [node("ConvTranspose", "x t", "y", **windows)], weights, (2, 4, 5), ("n", 2, None, None)
        )
        check(save(tmp_path / "t.onnx", made), (2, 4, 5))


@pytest.mark.parametrize("dtype", [np.float16, np.float64])
def test_weights_of_other_precision(tmp_path, dtype):
    weights = {"w": np.arange(6).reshape(3, 2).astype(dtype) / 4}
    nodes = [node("Cast", "w", "v", to=1), node("MatMul", "x v", "y")]
    path = save(tmp_path / "m.onnx", model(nodes, weights, (3,), ("n", 2)))
    check(path, (3,))


def test_sizes_that_are_open(tmp_path):
    weights = {"c": np.ones((1, 3, 2, 2), np.float32)}
    made = model([node("Conv", "x c", "y")], weights, (3, "h", "w"), ("n", 1, "a", "b"))
    path = save(tmp_path / "m.onnx", made)
    with pytest.raises(imgmine.FormatError, match=r"'x' must have one size, got \[0, 0, 3\]"):
        nn.Network.from_onnx(path)
    assert nn.Network.from_onnx(path, input_shape=(8, 9, 3)).output_shapes == [(7, 8, 1)]
    with pytest.raises(ValueError, match=r"input_shape must be one that \[0, 0, 3\] allows"):
        nn.Network.from_onnx(path, input_shape=(8, 9, 4))


# What cannot be read, and what means ill.


def refused(tmp_path, message, nodes, weights=None, shape=(3, 8, 8), out=("n", None), **options):
    """Expect an error that speaks of the node."""
    made = model(nodes, weights or {}, shape, out, **options)
    path = save(tmp_path / "bad.onnx", made, check=False)
    with pytest.raises(imgmine.FormatError, match=message):
        nn.Network.from_onnx(path)


KERNEL = {"c": np.ones((4, 3, 3, 3), np.float32)}


@pytest.mark.parametrize(
    ("op", "attributes", "message"),
    [
        ("Conv", {"group": 3}, "must have groups that divide 3 and 4, got 3"),
        ("Conv", {"group": 0}, "must have groups that divide 3 and 4, got 0"),
        ("Conv", {"dilations": [2, 2]}, r"must have dilations of 1, got \[2, 2\]"),
        ("Conv", {"strides": [0, 1]}, "must have strides of at least 1"),
        ("Conv", {"strides": [1]}, "must have 2 numbers as strides"),
        ("Conv", {"strides": [2**40, 1]}, "must have strides of at most"),
        ("Conv", {"pads": [-1, 0, 0, 0]}, "must have pads from 0"),
        ("Conv", {"pads": [3, 0, 0, 0]}, "must have pads smaller than its windows"),
        ("Conv", {"auto_pad": "SOMEHOW"}, "must not have the auto_pad 'SOMEHOW'"),
        ("Conv", {"kernel_shape": [5, 5]}, r"says kernel_shape \[5, 5\]"),
        ("Conv", {"strides": 2}, "has an attribute strides of another type"),
        ("ConvTranspose", {}, "must have 1 group and weights of 3 channels, got 4"),
        ("Gelu", {}, "is an operator that imgmine.nn does not have"),
        ("If", {}, "is an operator that imgmine.nn does not have"),
        ("Gemm", {}, "must have vectors as its input"),
    ],
)
def test_what_nodes_may_not_be(tmp_path, op, attributes, message):
    nodes = [node(op, "x c", "y", **attributes)]
    refused(tmp_path, rf"^node 0 \({op} 'to y'\) {message}", nodes, KERNEL)


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        ([("Relu", "z", "y", {})], r"node 0 .* reads 'z', which nothing before it gives"),
        (
            [("Relu", "b", "a", {}), ("Relu", "a", "b", {}), ("Relu", "a", "y", {})],
            r"node 0 .* reads 'b', which nothing before it gives",
        ),
        ([("Relu", "y", "y", {})], "reads 'y', which nothing"),
        ([("Relu", "x", "x", {})], "gives 'x', which something before it gives"),
        ([("Relu", "x", "z", {})], "the output 'y' does not come from an input"),
        ([("Identity", "c", "y", {})], "the output 'y' does not come from an input"),
        ([("Clip", "x", "y", {"min": 6.0, "max": 0.0})], "must clip from 0 to infinity or within"),
        ([("Clip", "x", "y", {"max": 6.0})], "must clip from 0 to infinity or within"),
        ([("Transpose", "x", "y", {"perm": [1, 0, 2, 3]})], "must leave the batch in front"),
        ([("Transpose", "x", "y", {"perm": [0, 0, 9, 3]})], "must have an order of 4 axes"),
        ([("Flatten", "x", "y", {"axis": 2})], "must have axis 1, got 2"),
        ([("Softmax", "x", "y", {"axis": 2})], "must work along the channels"),
        ([("LogSoftmax", "x", "a", {"axis": 1}), ("Relu", "a", "y", {})], "only at the end"),
        ([("LeakyRelu", "x", "y", {"alpha": 2.0})], "slope of at least 0 and less than 1"),
        ([("LeakyRelu", "x", "y", {"alpha": float("nan")})], "must have a finite alpha"),
        ([("Concat", "x c", "y", {"axis": 1})], "what comes from the images as its input 1"),
        ([("Concat", "x x", "y", {"axis": 2})], "must put channels side by side"),
        ([("MaxPool", "x", "y", {"kernel_shape": [9, 9]})], "windows of .9, 9., larger than"),
        ([("MaxPool", "x", "y", {})], "must have the attribute kernel_shape"),
        ([("MaxPool", "x", "y", {"kernel_shape": [0, 1]})], "kernel_shape of at least 1"),
        (
            [("MaxPool", "x", "y", {"kernel_shape": [3, 3], "strides": [2, 2], "ceil_mode": 1})],
            "must not round sizes up",
        ),
        (
            [
                (
                    "AveragePool",
                    "x",
                    "y",
                    {"kernel_shape": [2, 2], "pads": [1, 1, 1, 1], "count_include_pad": 1},
                )
            ],
            "must leave padding out of the mean",
        ),
        ([("ReduceMean", "x", "y", {"axes": [1]})], "must reduce rows and columns"),
        ([("ReduceMean", "x", "y", {"axes": [2**50]})], "must have axes of at most"),
        ([("Resize", "x", "y", {})], "must have four constant scales or sizes"),
        ([("Pad", "x", "y", {"pads": [0, 1, 0, 0, 0, 0, 0, 0]})], "rows and columns around"),
        ([("Pad", "x", "y", {"pads": [0, 0, 1, 0, 0, 0, 0, 0]})], "it says"),
        (
            [("Pad", "x", "a", {"pads": [0, 0, 1, 0, 0, 0, 0, 0]}), ("Tanh", "a", "y", {})],
            "comes after Pad",
        ),
        ([("Dropout", "x", "y", {"ratio": 1.5})], "ratio of at least 0"),
        ([("Reshape", "x c", "y", {})], "must have a constant shape"),
        ([("Squeeze", "x", "y", {"axes": [1]})], "must take axes of 1 away"),
        ([("Unsqueeze", "x", "y", {"axes": [0]})], "must put axes after the batch"),
        ([("MatMul", "c x", "y", {})], "what comes from the images as its input 0"),
        ([("Add", "x c", "y", {})], "must have a constant for each of 3 channels"),
        ([("BatchNormalization", "x c c c c", "y", {})], r"constants of shape \(3,\)"),
        ([("ConstantOfShape", "big", "a", {}), ("Add", "x a", "y", {})], "too large"),
        ([("Gather", "c x", "a", {}), ("Add", "x a", "y", {})], "does not have"),
        ([("Add", "c c2", "a", {}), ("Add", "x a", "y", {})], "too large"),
        ([("Tile", "c big", "a", {}), ("Add", "x a", "y", {})], "does not have"),
    ],
)
def test_graphs_that_cannot_be_read(tmp_path, nodes, message):
    weights = {**KERNEL, "big": whole(2**40, 2**40), "c2": np.ones((1000, 1, 1, 1, 1), np.float32)}
    weights["c2"] = np.ones((50000, 1, 1, 1, 1), np.float32)
    made = [node(op, inputs, outputs, **attributes) for op, inputs, outputs, attributes in nodes]
    refused(tmp_path, message, made, weights, opset=11)


def test_shapes_that_lie(tmp_path):
    nodes = [node("Conv", "x c", "y")]
    refused(tmp_path, r"weights of 5 channels, they are of 3", nodes, KERNEL, (5, 8, 8))
    message = r"the output 'y' has shape \('N', 4, 6, 6\), it says"
    refused(tmp_path, message, nodes, KERNEL, out=("n", 4, 6, 7))
    refused(tmp_path, message, nodes, KERNEL, out=("n", 4))
    refused(tmp_path, "larger than its input", nodes, KERNEL, (3, 2, 8))
    refused(tmp_path, r"must have one size, got", nodes, KERNEL, (3, 2**40, 8))
    refused(tmp_path, r"must have 2 to 4 axes, it has 1", nodes, KERNEL, ())
    dense = {"w": np.ones((7, 2), np.float32)}
    refused(
        tmp_path,
        "weights of 192 inputs, they are of 7",
        [node("Flatten", "x", "a"), node("MatMul", "a w", "y")],
        dense,
    )
    large = [
        node(
            "Resize",
            "x - s",
            "y",
            mode="nearest",
            nearest_mode="floor",
            coordinate_transformation_mode="asymmetric",
        )
    ]
    scales = {"s": np.array([1, 1, 2**20, 2**20], np.float32)}
    refused(tmp_path, r"numbers for each image: too many", large, scales)
    scales["s"][:] = np.nan
    refused(tmp_path, "a whole number of times", large, scales)


def test_tensors_that_lie(tmp_path):
    onnx = onnx_models.onnx()
    for change, message in (
        ({"dims": [4, 3, 3, 2**40]}, "has shape .*: too large"),
        ({"dims": [4, 3, 3, -3]}, "has shape .*: too large"),
        ({"dims": [4, 3, 3, 4]}, "does not hold the .* numbers"),
        ({"dims": [1] * 9}, "has shape .*: too large"),
        ({"data_type": 8}, "must hold real or whole numbers, it has ONNX's type 8"),
        ({"data_type": 99}, "must hold real or whole numbers"),
        ({"data_location": onnx.TensorProto.EXTERNAL}, "is kept in another file"),
    ):
        made = model([node("Conv", "x c", "y")], KERNEL, (3, 8, 8), ("n", 4, 6, 6))
        tensor = made.graph.initializer[0]
        for name, value in change.items():
            if name == "dims":
                tensor.dims[:] = value
            else:
                setattr(tensor, name, value)
        path = save(tmp_path / "bad.onnx", made, check=False)
        with pytest.raises(imgmine.FormatError, match=f"^the tensor 'c' {message}"):
            nn.Network.from_onnx(path)


def test_models_that_lie(tmp_path, monkeypatch):
    onnx = onnx_models.onnx()

    def changed(message, change):
        made = model([node("Conv", "x c", "y")], KERNEL, (3, 8, 8), ("n", 4, 6, 6))
        change(made)
        path = save(tmp_path / "bad.onnx", made, check=False)
        with pytest.raises(imgmine.FormatError, match=message):
            nn.Network.from_onnx(path)

    changed("there is no graph", lambda m: m.ClearField("graph"))
    changed("there is no graph", lambda m: m.graph.ClearField("node"))
    changed("set 9 or later, got 0", lambda m: m.ClearField("opset_import"))
    changed("set 9 or later, got 7", lambda m: setattr(m.opset_import[0], "version", 7))
    changed("operators 'mine'", lambda m: setattr(m.graph.node[0], "domain", "mine"))
    changed("1 to 64 outputs", lambda m: m.graph.ClearField("output"))
    changed("stands for two tensors", lambda m: m.graph.initializer.append(m.graph.initializer[0]))
    changed("functions of its own", lambda m: m.functions.add())
    changed("sparse", lambda m: m.graph.sparse_initializer.add())
    changed("must be of real numbers", lambda m: m.graph.input[0].type.ClearField("tensor_type"))
    changed("must have an output", lambda m: m.graph.node[0].ClearField("output"))
    monkeypatch.setattr(_onnx_file, "MOST_NODES", 3)
    relus = [onnx.helper.make_node("Relu", ["x"], [f"r{i}"]) for i in range(3)]
    changed("has 4 nodes, at most 3", lambda m: m.graph.node.extend(relus))


def test_small_files_that_ask_for_much(tmp_path):
    """One tensor of some size, used again and again."""
    weights = {"w": np.zeros((1024, 1024), np.float32)}
    nodes = [node("MatMul", f"x{i or ''} w", f"x{i + 1}") for i in range(60)]
    nodes.append(node("Relu", "x60", "y"))
    refused(tmp_path, "makes more of the file's weights", nodes, weights, (1024,), ("n", 1024))
    nodes = [node("Mul", f"{f'w{i}' if i else 'w'} two", f"w{i + 1}") for i in range(60)]
    nodes += [node("MatMul", "x w60", "y")]
    weights["two"] = np.float32(2)
    refused(tmp_path, "makes more of the file's weights", nodes, weights, (1024,), ("n", 1024))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(st.data())
def test_damaged_files(tmp_path, data):
    """Bytes changed anywhere: another network, or an error that says so."""
    network = nn.small_cnn((8, 8, 1), 3, filters=(2, 2))
    path = tmp_path / "model.onnx"
    network.to_onnx(path)
    whole_file = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(whole_file) - 1))
        whole_file[at] = data.draw(st.integers(0, 255))
    end = data.draw(st.sampled_from([len(whole_file), data.draw(st.integers(0, len(whole_file)))]))
    path.write_bytes(whole_file[:end])
    try:
        read = nn.Network.from_onnx(path)
    except imgmine.FormatError:
        return
    assert isinstance(read, nn.Network)


def test_files_that_are_no_models(tmp_path):
    path = tmp_path / "model.onnx"
    for content in (b"", b"no model", bytes(200), b"\x89PNG\r\n\x1a\n"):
        path.write_bytes(content)
        with pytest.raises(imgmine.FormatError, match=r"^model.onnx is no ONNX model"):
            nn.Network.from_onnx(path)
    with pytest.raises(FileNotFoundError):
        nn.Network.from_onnx(tmp_path / "none.onnx")
    with pytest.raises(ValueError, match=r"^layout must be one of"):
        nn.Network.from_onnx(path, layout="HWC")
    with pytest.raises(ValueError, match=r"^precision must be one of"):
        nn.Network.from_onnx(path, precision="float64")

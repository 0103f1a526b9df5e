"""Convolutions of each channel by itself, of MobileNet's sizes, beside PyTorch and onnxruntime.

Inference is of four layers with ReLU6 behind them and a mean at the end: a layer by itself would
be judged by how memory for its result is found.
"""

import numpy as np
import pytest
from imgmine._core import nn

from .layer_speed import channels_last, plain, torch_with

SIZES = [(112, 32), (56, 128), (14, 512)]
DEPTH = 4
steps = pytest.mark.parametrize("stride", [1, 2])
sizes = pytest.mark.parametrize(("size", "channels"), SIZES)


def arrays(size, channels, n):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((n, size, size, channels), np.float32)
    kernel = rng.standard_normal((3, 3, 1, channels), np.float32) / 3
    return x, kernel, rng.standard_normal(channels, np.float32)


def our_network(size, channels, stride, kernel, bias):
    nodes = [{"op": "input", "shape": [size, size, channels]}]
    layer = {"filters": channels, "kernel": [3, 3], "padding": [1] * 4, "groups": channels}
    for depth in range(DEPTH):
        strides = [stride if depth == 0 else 1] * 2
        nodes.append({"op": "conv2d", "inputs": [len(nodes) - 1], "strides": strides, **layer})
        nodes.append({"op": "clip", "inputs": [len(nodes) - 1], "low": 0, "high": 6})
    nodes.append({"op": "global_avg_pool2d", "inputs": [len(nodes) - 1]})
    network = nn.Network(nodes, [len(nodes) - 1])
    network.values[:] = np.concatenate([kernel.ravel(), bias] * DEPTH)
    network.touch()
    return network


def torch_network(torch, channels, stride, kernel, bias):
    layers = []
    for depth in range(DEPTH):
        step = stride if depth == 0 else 1
        layer = torch.nn.Conv2d(channels, channels, 3, step, 1, groups=channels)
        layer.weight.data = torch.from_numpy(kernel.transpose(3, 2, 0, 1).copy())
        layer.bias.data = torch.from_numpy(bias)
        layers += [layer, torch.nn.ReLU6()]
    layers += [torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten()]
    return torch.nn.Sequential(*layers).to(memory_format=torch.channels_last).eval()


def onnx_session(channels, stride, kernel, bias, threads):
    onnx, onnxruntime = pytest.importorskip("onnx"), pytest.importorskip("onnxruntime")
    helper, floats, nodes = onnx.helper, onnx.TensorProto.FLOAT, []
    values = {"w": kernel.transpose(3, 2, 0, 1), "b": bias, "low": 0, "high": 6}
    for depth in range(DEPTH):
        strides = [stride if depth == 0 else 1] * 2
        settings = {"group": channels, "pads": [1] * 4, "strides": strides}
        before = f"r{depth - 1}" if depth else "x"
        nodes.append(helper.make_node("Conv", [before, "w", "b"], [f"c{depth}"], **settings))
        nodes.append(helper.make_node("Clip", [f"c{depth}", "low", "high"], [f"r{depth}"]))
    nodes.append(helper.make_node("GlobalAveragePool", [f"r{DEPTH - 1}"], ["y"]))
    constants = [
        onnx.numpy_helper.from_array(np.ascontiguousarray(value, np.float32), name)
        for name, value in values.items()
    ]
    declare = helper.make_tensor_value_info
    ports = declare("x", floats, ["n", channels, "h", "w"]), declare("y", floats, None)
    graph = helper.make_graph(nodes, "depthwise", ports[:1], ports[1:], constants)
    opsets = [helper.make_opsetid("", 17)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(model.SerializeToString(), options)


@sizes
@steps
@pytest.mark.parametrize("n", [1, 64])
def bench_depthwise_inference(race, threads, size, channels, stride, n):
    torch = torch_with(threads)
    x, kernel, bias = arrays(size, channels, n)
    network = our_network(size, channels, stride, kernel, bias)
    model = torch_network(torch, channels, stride, kernel, bias)
    session = onnx_session(channels, stride, kernel, bias, threads)
    images, first = channels_last(torch, x), np.ascontiguousarray(x.transpose(0, 3, 1, 2))

    def of_torch():
        with torch.inference_mode():
            return model(images).numpy()

    peers = {"torch": of_torch, "onnxruntime": lambda: session.run(None, {"x": first})[0]}
    last = 2 * DEPTH + 1
    race(
        lambda: network.predict([x], [last])[0],
        peers,
        lambda ours, theirs: np.testing.assert_allclose(ours, theirs.reshape(n, -1), atol=1e-4),
    )


@sizes
@steps
@pytest.mark.parametrize("to", ["data", "weights"])
def bench_depthwise_backward(race, threads, size, channels, stride, to):
    torch, n = torch_with(threads), 32
    x, kernel, _ = arrays(size, channels, n)
    values = [
        channels_last(torch, x).requires_grad_(True),
        torch.from_numpy(kernel).permute(3, 2, 0, 1).contiguous().requires_grad_(True),
    ]
    result = torch.conv2d(*values, stride=stride, padding=1, groups=channels)
    gradient = np.random.default_rng(1).standard_normal(plain(result).shape, np.float32)
    theirs, wanted = channels_last(torch, gradient), values[:1] if to == "data" else values[1:]
    windows = (stride, stride), (1, 1, 1, 1)

    def ours():
        if to == "data":
            return nn.conv2d_backward_data(
                gradient, kernel, None, (size, size), *windows, "float32", channels
            )
        found, _ = nn.conv2d_backward_weights(x, gradient, kernel, None, *windows, channels)
        return found.reshape(kernel.shape)

    def agree(mine, tensors):
        order = (0, 2, 3, 1) if to == "data" else (2, 3, 1, 0)
        expected = tensors[0].permute(*order).numpy()
        np.testing.assert_allclose(mine, expected, atol=1e-4 * np.abs(expected).max())

    race(
        ours,
        {"torch": lambda: torch.autograd.grad(result, wanted, theirs, retain_graph=True)},
        agree,
    )

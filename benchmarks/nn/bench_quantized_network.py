"""Networks of int8 beside onnxruntime, in float32 and in its own int8, with the same weights."""

import imgmine as im
import numpy as np
import pytest
from imgmine import nn

LAYERS = (("conv", 32), ("pool", 2), ("conv", 64), ("pool", 2), ("conv", 64))


def digits_network():
    """Return a network for images of 28 x 28, whose weights are random."""
    layers = [
        nn.Conv2D(size, 3, activation="relu") if kind == "conv" else nn.MaxPool2D(size)
        for kind, size in LAYERS
    ]
    tail = [nn.Flatten(), nn.Dense(64, activation="relu"), nn.Dense(10)]
    return nn.Sequential([*layers, *tail], (28, 28, 1))


def onnx_model(onnx, network):
    """Return the same network in ONNX, whose images have their channels first."""
    values, nodes, last = [], [], "input"
    arrays = iter(network.weights.values())

    def tensor(array):
        values.append(onnx.numpy_helper.from_array(np.ascontiguousarray(array), f"v{len(values)}"))
        return values[-1].name

    def append(op, *inputs, **attributes):
        nodes.append(onnx.helper.make_node(op, inputs, [f"y{len(nodes)}"], **attributes))
        return nodes[-1].output[0]

    for kind, size in LAYERS:
        if kind == "conv":
            kernel, bias = next(arrays), next(arrays)
            last = append("Conv", last, tensor(kernel.transpose(3, 2, 0, 1)), tensor(bias))
            last = append("Relu", last)
        else:
            last = append("MaxPool", last, kernel_shape=[size] * 2, strides=[size] * 2)
    last = append("Flatten", append("Transpose", last, perm=[0, 2, 3, 1]))
    last = append("Relu", append("Gemm", last, tensor(next(arrays)), tensor(next(arrays))))
    append("Gemm", last, tensor(next(arrays)), tensor(next(arrays)))
    nodes[-1].output[0] = "output"
    declare, floats = onnx.helper.make_tensor_value_info, onnx.TensorProto.FLOAT
    images, logits = (
        declare("input", floats, ["n", 1, 28, 28]),
        declare("output", floats, ["n", 10]),
    )
    graph = onnx.helper.make_graph(nodes, "digits", [images], [logits], values)
    opsets = [onnx.helper.make_opsetid("", 17)]
    return onnx.helper.make_model(graph, opset_imports=opsets, ir_version=8)


def quantized_model(onnx, model, images, folder):
    """Return onnxruntime's own int8 of a model: static, QDQ, per channel."""
    quantization = pytest.importorskip("onnxruntime.quantization")

    class Reader(quantization.CalibrationDataReader):
        batches = iter([{"input": images}])

        def get_next(self):
            return next(self.batches, None)

    onnx.save(model, folder / "float.onnx")
    quantization.quantize_static(
        folder / "float.onnx",
        folder / "int8.onnx",
        Reader(),
        per_channel=True,
        activation_type=quantization.QuantType.QUInt8,
        weight_type=quantization.QuantType.QInt8,
    )
    return (folder / "int8.onnx").read_bytes()


@pytest.mark.parametrize("n", [1, 256])
def bench_quantized_network(race, threads, n, tmp_path):
    onnx, runtime = pytest.importorskip("onnx"), pytest.importorskip("onnxruntime")
    network = digits_network()
    images = np.random.default_rng(0).random((256, 28, 28, 1), np.float32)
    network.set_weights({k: w + 0.01 * w.std() for k, w in network.weights.items()})
    quantized = network.quantize(images)
    first = images.transpose(0, 3, 1, 2)
    model = onnx_model(onnx, network)
    options = runtime.SessionOptions()
    options.intra_op_num_threads = im.num_threads()
    sessions = {
        "onnxruntime": runtime.InferenceSession(model.SerializeToString(), options),
        "onnxruntime int8": runtime.InferenceSession(
            quantized_model(onnx, model, np.ascontiguousarray(first), tmp_path), options
        ),
    }
    wanted = network.predict(images[:n])

    def agree(ours, theirs):
        for found in (ours, theirs):
            assert np.abs(found - wanted).max() < 0.1 * np.abs(wanted).max()

    batch = np.ascontiguousarray(first[:n])
    peers = {
        name: lambda session=session: session.run(None, {"input": batch})[0]
        for name, session in sessions.items()
    }
    race(
        lambda: quantized.predict(images[:n]),
        {**peers, "imgmine float32": lambda: network.predict(images[:n])},
        agree,
    )

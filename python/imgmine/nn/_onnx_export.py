"""Networks of ours as ONNX models, which other runtimes run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from ._onnx_file import MOST_BYTES, onnx_package
from ._onnx_writer import OnnxWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .._validate import Array

OPSET, IR_VERSION = 17, 8  # of ONNX 1.12 of 2022: what runs models today knows them
LAYOUTS = ("NHWC", "NCHW")

Node = dict[str, Any]
Weights = dict[tuple[int, str], "Array"]


def onnx_model(
    nodes: Sequence[Node],
    outputs: Sequence[int],
    shapes: Sequence[tuple[int, ...]],
    weights: Weights,
    *,
    layout: str = "NHWC",
    classes: Sequence[Any] | None = None,
) -> Any:
    """Return the ONNX model of a network that the core would run."""
    onnx = onnx_package()
    helper = onnx.helper
    writer = OnnxWriter(shapes, weights)
    inputs = [index for index, node in enumerate(nodes) if node["op"] == "input"]
    ports = []
    for place, index in enumerate(inputs):
        name = "input" if len(inputs) == 1 else f"input_{place}"
        writer.give(index, name, layout=layout)
        ports.append(_port(name, shapes[index], layout))
    for index, node in enumerate(nodes):
        if node["op"] != "input":
            _WRITERS[node["op"]](writer, index, node)
    ends = []
    for place, index in enumerate(outputs):
        name = "output" if len(outputs) == 1 else f"output_{place}"
        writer.add("Identity", [writer.in_layout(index, layout)], name)
        ends.append(_port(name, shapes[index], layout))
    graph = helper.make_graph(writer.nodes, "imgmine", ports, ends, writer.tensors)
    opset = [helper.make_opsetid("", OPSET)]
    model = helper.make_model(graph, opset_imports=opset, ir_version=IR_VERSION)
    model.producer_name = "imgmine"
    said = {"imgmine.layout": layout}
    if classes is not None:
        said["imgmine.classes"] = json.dumps(list(classes))
    helper.set_model_props(model, said)
    if model.ByteSize() > MOST_BYTES:
        raise ValueError(f"the network is too large for one ONNX file: {model.ByteSize()} bytes")
    return model


def _port(name: str, shape: tuple[int, ...], layout: str) -> Any:
    onnx = onnx_package()
    if layout == "NCHW" and len(shape) == 3:
        shape = (shape[2], shape[0], shape[1])
    kind = onnx.TensorProto.FLOAT
    return onnx.helper.make_tensor_value_info(name, kind, ["batch", *shape])


def _unary(op: str, **renamed: str) -> Callable[[OnnxWriter, int, Node], None]:
    def write(writer: OnnxWriter, index: int, node: Node) -> None:
        attributes = {theirs: node[ours] for theirs, ours in renamed.items()}
        _pointwise(
            writer, index, node, lambda source, name: writer.add(op, [source], name, **attributes)
        )

    return write


def _pointwise(
    writer: OnnxWriter, index: int, node: Node, write: Callable[[str, str], str]
) -> None:
    """Append what works on each number, in the layout in which its input is there."""
    (source,) = node["inputs"]
    layout = "NCHW" if source in writer.first else "NHWC"
    name = write(writer.in_layout(source, layout), f"{node['op']}_{index}")
    writer.give(index, name, layout=layout)


def _softmax(writer: OnnxWriter, index: int, node: Node) -> None:
    (source,) = node["inputs"]
    layout = "NCHW" if source in writer.first else "NHWC"
    axis = 1 if layout == "NCHW" and writer.is_image(index) else -1
    name = writer.add("Softmax", [writer.in_layout(source, layout)], f"softmax_{index}", axis=axis)
    writer.give(index, name, layout=layout)


def _rescale(writer: OnnxWriter, index: int, node: Node) -> None:
    scale = writer.constant(f"scale_{index}", np.float32(node["scale"]))
    offset = writer.constant(f"offset_{index}", np.float32(node["offset"]))

    def write(source: str, name: str) -> str:
        scaled = writer.add("Mul", [source, scale], f"{name}_scaled")
        return writer.add("Add", [scaled, offset], name)

    _pointwise(writer, index, node, write)


def _clip(writer: OnnxWriter, index: int, node: Node) -> None:
    limits = [writer.constant(f"{k}_{index}", np.float32(node[k])) for k in ("low", "high")]
    _pointwise(
        writer, index, node, lambda source, name: writer.add("Clip", [source, *limits], name)
    )


def _dropout(writer: OnnxWriter, index: int, node: Node) -> None:
    rate = writer.constant(f"rate_{index}", np.float32(node["rate"]))
    _pointwise(
        writer, index, node, lambda source, name: writer.add("Dropout", [source, rate], name)
    )


def _conv2d(writer: OnnxWriter, index: int, node: Node) -> None:
    padding = _padding(writer, node, node["kernel"])
    _convolution(writer, index, node, "Conv", padding, group=node.get("groups", 1))


def _conv_transpose2d(writer: OnnxWriter, index: int, node: Node) -> None:
    more = list(node.get("output_padding") or [0, 0])
    sides = zip(node["kernel"], node["strides"], strict=True)
    total = [max(k - s, 0) for k, s in sides] if node["padding"] == "same" else [0, 0]
    padding = [total[0] // 2, total[1] // 2, total[0] - total[0] // 2, total[1] - total[1] // 2]
    if not isinstance(node["padding"], str):
        padding = list(node["padding"])
    _convolution(writer, index, node, "ConvTranspose", padding, output_padding=more)


def _convolution(
    writer: OnnxWriter, index: int, node: Node, op: str, padding: list[int], **more: Any
) -> None:
    source = writer.channels_first(node["inputs"][0])
    inputs = [source, writer.weight(index, "kernel", 3, 2, 0, 1)]
    if node.get("use_bias", True):
        inputs.append(writer.weight(index, "bias"))
    settings = {"kernel_shape": list(node["kernel"]), "strides": list(node["strides"])}
    name = f"{node['op']}_{index}"
    writer.add(op, inputs, name, pads=padding, **settings, **more)
    writer.give(index, name, layout="NCHW")


def _pool(op: str) -> Callable[[OnnxWriter, int, Node], None]:
    def write(writer: OnnxWriter, index: int, node: Node) -> None:
        source = writer.channels_first(node["inputs"][0])
        settings = {"kernel_shape": list(node["size"]), "strides": list(node["strides"])}
        name = f"{node['op']}_{index}"
        writer.add(op, [source], name, pads=_padding(writer, node, node["size"]), **settings)
        writer.give(index, name, layout="NCHW")

    return write


def _padding(writer: OnnxWriter, node: Node, size: Sequence[int]) -> list[int]:
    """Return the zeros around an image: top, left, bottom, right."""
    if not isinstance(node["padding"], str):
        return list(node["padding"])
    found = [0, 0, 0, 0]
    sides = zip(writer.shapes[node["inputs"][0]][:2], size, node["strides"], strict=True)
    for axis, (n, k, s) in enumerate(sides):
        total = max((-(-n // s) - 1) * s + k - n, 0) if node["padding"] == "same" else 0
        found[axis], found[axis + 2] = total // 2, total - total // 2
    return found


def _global_pool(op: str) -> Callable[[OnnxWriter, int, Node], None]:
    def write(writer: OnnxWriter, index: int, node: Node) -> None:
        name = f"{node['op']}_{index}"
        pooled = writer.add(op, [writer.channels_first(node["inputs"][0])], f"{name}_1x1")
        writer.give(index, writer.add("Flatten", [pooled], name))

    return write


def _reshape(writer: OnnxWriter, index: int, node: Node) -> None:
    source = writer.channels_last(node["inputs"][0])
    shape = writer.constant(f"shape_{index}", np.array([0, *writer.shapes[index]], np.int64))
    name = writer.add("Reshape", [source, shape], f"{node['op']}_{index}")
    writer.give(index, name, layout="NHWC")


def _dense(writer: OnnxWriter, index: int, node: Node) -> None:
    """Append a Gemm, or for each pixel of images a product and a sum."""
    name = f"dense_{index}"
    inputs = [writer.channels_last(node["inputs"][0]), writer.weight(index, "kernel")]
    bias = [writer.weight(index, "bias")] if node.get("use_bias", True) else []
    if len(writer.shapes[index]) == 1:
        writer.give(index, writer.add("Gemm", [*inputs, *bias], name))
        return
    product = writer.add("MatMul", inputs, f"{name}_product" if bias else name)
    made = writer.add("Add", [product, *bias], name) if bias else product
    writer.give(index, made, layout="NHWC")


def _batch_norm(writer: OnnxWriter, index: int, node: Node) -> None:
    source = writer.channels_first(node["inputs"][0])
    parts = [writer.weight(index, name) for name in ("gamma", "beta", "mean", "variance")]
    settings = {"epsilon": float(node["epsilon"]), "momentum": float(node["momentum"])}
    name = writer.add("BatchNormalization", [source, *parts], f"batch_norm_{index}", **settings)
    writer.give(index, name, layout="NCHW")


def _upsample2d(writer: OnnxWriter, index: int, node: Node) -> None:
    scales = writer.constant(f"scales_{index}", np.array([1, 1, *node["size"]], np.float32))
    bilinear = node["method"] == "bilinear"
    settings = {
        "mode": "linear" if bilinear else "nearest",
        "coordinate_transformation_mode": "half_pixel" if bilinear else "asymmetric",
    }
    if not bilinear:
        settings["nearest_mode"] = "floor"
    inputs = [writer.channels_first(node["inputs"][0]), "", scales]
    name = writer.add("Resize", inputs, f"upsample2d_{index}", **settings)
    writer.give(index, name, layout="NCHW")


def _add(writer: OnnxWriter, index: int, node: Node) -> None:
    inputs = [writer.channels_first(source) for source in node["inputs"]]
    writer.give(index, writer.add("Sum", inputs, f"add_{index}"), layout="NCHW")


def _concat(writer: OnnxWriter, index: int, node: Node) -> None:
    inputs = [writer.channels_first(source) for source in node["inputs"]]
    axis = 1 if writer.is_image(index) else -1
    writer.give(index, writer.add("Concat", inputs, f"concat_{index}", axis=axis), layout="NCHW")


_WRITERS: dict[str, Callable[[OnnxWriter, int, Node], None]] = {
    "conv2d": _conv2d,
    "conv_transpose2d": _conv_transpose2d,
    "max_pool2d": _pool("MaxPool"),
    "avg_pool2d": _pool("AveragePool"),
    "global_avg_pool2d": _global_pool("GlobalAveragePool"),
    "global_max_pool2d": _global_pool("GlobalMaxPool"),
    "flatten": _reshape,
    "reshape": _reshape,
    "dense": _dense,
    "relu": _unary("Relu"),
    "leaky_relu": _unary("LeakyRelu", alpha="slope"),
    "clip": _clip,
    "sigmoid": _unary("Sigmoid"),
    "tanh": _unary("Tanh"),
    "softmax": _softmax,
    "dropout": _dropout,
    "batch_norm": _batch_norm,
    "upsample2d": _upsample2d,
    "rescale": _rescale,
    "add": _add,
    "concat": _concat,
}

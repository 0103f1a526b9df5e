"""ONNX operators that calculate, as nodes of ours."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from . import _onnx_shaping as shaping
from ._onnx_constants import axes_of
from ._onnx_graph import Graph, Tensor
from ._onnx_shaping import tensor_at
from ._onnx_sums import arithmetic, constant_at, gemm, in_our_order, matmul
from ._onnx_windows import average_pool, conv, conv_transpose, max_pool, resize

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._validate import Array
    from ._onnx_file import OnnxNode


def unary(op: str) -> Callable[[Graph, OnnxNode, list[Tensor | Array | None]], Tensor]:
    """Return the reader of an operator that works on each number by itself."""

    def read(graph: Graph, node: OnnxNode, inputs: list[Tensor | Array | None]) -> Tensor:
        tensor = graph.plain(node, tensor_at(node, inputs, 0))
        made = graph.add(node, op, [tensor.node], graph.shapes[tensor.node], **_settings(node, op))
        return replace(tensor, node=made)

    return read


def _settings(node: OnnxNode, op: str) -> dict[str, float]:
    return {"slope": _slope(node, node.number("alpha", 0.01))} if op == "leaky_relu" else {}


def _slope(node: OnnxNode, value: float) -> float:
    if not 0 <= value < 1:
        raise node.wrong(f"must have a slope of at least 0 and less than 1, got {value}")
    return value


def prelu(graph: Graph, node: OnnxNode, inputs: list[Tensor | Array | None]) -> Tensor:
    """PRelu with one slope for all."""
    tensor = graph.plain(node, tensor_at(node, inputs, 0))
    slope = inputs[1] if len(inputs) > 1 else None
    if not isinstance(slope, np.ndarray) or slope.size < 1 or (slope != slope.flat[0]).any():
        raise node.wrong("must have one slope for all channels")
    shape = graph.shapes[tensor.node]
    made = graph.add(
        node, "leaky_relu", [tensor.node], shape, slope=_slope(node, float(slope.flat[0]))
    )
    return replace(tensor, node=made)


def clip(graph: Graph, node: OnnxNode, inputs: list[Tensor | Array | None]) -> Tensor:
    """Clip within limits, or from 0 to infinity, which is ReLU."""
    tensor = graph.plain(node, tensor_at(node, inputs, 0))
    limits = [node.number("min", -3.4e38), node.number("max", 3.4e38)]
    for at, value in enumerate(inputs[1:3]):
        if value is not None:
            if not isinstance(value, np.ndarray) or value.size != 1:
                raise node.wrong("must have constant limits")
            limits[at] = float(value.flat[0])
    low, high = limits
    if low == 0 and high >= 3.4e38:
        return unary("relu")(graph, node, [tensor])
    if not -3.4e38 < low < high < 3.4e38:
        raise node.wrong(f"must clip from 0 to infinity or within two limits, got {limits}")
    shape = graph.shapes[tensor.node]
    made = graph.add(node, "clip", [tensor.node], shape, low=low, high=high)
    return replace(tensor, node=made)


def softmax(graph: Graph, node: OnnxNode, inputs: list[Tensor | Array | None]) -> Tensor:
    """Softmax along the channels, and LogSoftmax at the end, which is read as Softmax."""
    tensor = graph.plain(node, tensor_at(node, inputs, 0))
    if node.op == "LogSoftmax" and node.outputs[0] not in graph.ends:
        raise node.wrong("is read only at the end of a network")
    n = len(tensor.axes) + 1
    axis = node.integer("axis", 1 if node.opset < 13 else -1)
    axis = axis + n if axis < 0 else axis
    along = 1 <= axis < n and tensor.axes[axis - 1] == n - 2
    if not along or (node.opset < 13 and n != 2 and axis != n - 1):
        raise node.wrong(f"must work along the channels, got axis {axis}")
    made = graph.add(node, "softmax", [tensor.node], graph.shapes[tensor.node])
    return replace(tensor, node=made)


def dropout(graph: Graph, node: OnnxNode, inputs: list[Tensor | Array | None]) -> Tensor:
    """Dropout: its rate counts when the network is trained again."""
    tensor = graph.plain(node, tensor_at(node, inputs, 0))
    given = inputs[1] if len(inputs) > 1 else None
    rate = node.number("ratio", 0.5)
    if isinstance(given, np.ndarray) and given.size == 1:
        rate = float(given.flat[0])
    if not 0 <= rate < 1:
        raise node.wrong(f"must have a ratio of at least 0 and less than 1, got {rate}")
    shape = graph.shapes[tensor.node]
    return replace(tensor, node=graph.add(node, "dropout", [tensor.node], shape, rate=rate))


def batch_normalization(
    graph: Graph, node: OnnxNode, inputs: list[Tensor | Array | None]
) -> Tensor:
    """BatchNormalization as it is used, not as it is trained."""
    tensor = graph.plain(node, tensor_at(node, inputs, 0))
    if len(tensor.axes) == 3:
        tensor = graph.image(node, tensor)
    elif len(tensor.axes) != 1:
        raise node.wrong("must have images or vectors as its input")
    if node.integer("training_mode", 0):
        raise node.wrong("must not be in training mode")
    n = graph.shape(tensor)[0]
    epsilon, momentum = node.number("epsilon", 1e-5), node.number("momentum", 0.9)
    if not 1e-12 <= epsilon <= 1 or not 0 <= momentum < 1:
        raise node.wrong(
            f"must have 1e-12 <= epsilon <= 1 and 0 <= momentum < 1, got {epsilon}, {momentum}"
        )
    found = [constant_at(node, inputs, at, (n,)) for at in range(1, 5)]
    shape = graph.shapes[tensor.node]
    made = graph.add(node, "batch_norm", [tensor.node], shape, momentum=momentum, epsilon=epsilon)
    for name, values in zip(("gamma", "beta", "mean", "variance"), found, strict=True):
        graph.keep(node, made, name, in_our_order(values, tensor))
    return replace(tensor, node=made)


def global_pool(op: str) -> Callable[[Graph, OnnxNode, list[Tensor | Array | None]], Tensor]:
    """Return the reader of a pool over whole images."""

    def read(graph: Graph, node: OnnxNode, inputs: list[Tensor | Array | None]) -> Tensor:
        tensor = graph.image(node, graph.plain(node, tensor_at(node, inputs, 0)))
        return _pooled(graph, node, tensor, op, keep=True)

    return read


def reduce_pool(op: str) -> Callable[[Graph, OnnxNode, list[Tensor | Array | None]], Tensor]:
    """Return the reader of a reduction over rows and columns."""

    def read(graph: Graph, node: OnnxNode, inputs: list[Tensor | Array | None]) -> Tensor:
        tensor = graph.plain(node, tensor_at(node, inputs, 0))
        given = inputs[1] if len(inputs) > 1 else None
        axes = axes_of(node, given if isinstance(given, np.ndarray) else None, None)
        n = len(tensor.axes) + 1
        axes = sorted(axis + n if axis < 0 else axis for axis in axes)
        ours = sorted(tensor.axes[axis - 1] for axis in axes if 1 <= axis < n)
        if n != 4 or ours != [0, 1] or len(axes) != 2:
            raise node.wrong(f"must reduce rows and columns of images, got axes {axes}")
        return _pooled(graph, node, tensor, op, keep=bool(node.integer("keepdims", 1)))

    return read


def _pooled(graph: Graph, node: OnnxNode, tensor: Tensor, op: str, *, keep: bool) -> Tensor:
    n = graph.shapes[tensor.node][2]
    vector = graph.add(node, op, [tensor.node], (n,))
    if not keep:
        return Tensor(vector, (0,))
    made = graph.add(node, "reshape", [vector], (1, 1, n), shape=[1, 1, n])
    return Tensor(made, tensor.axes)


def concat(graph: Graph, node: OnnxNode, inputs: list[Tensor | Array | None]) -> Tensor:
    """Concat of channels."""
    tensors = [graph.plain(node, tensor_at(node, inputs, at)) for at in range(len(inputs))]
    first = tensors[0]
    n = len(first.axes) + 1
    axis = node.integer("axis", 1)
    axis = axis + n if axis < 0 else axis
    for tensor in tensors:
        ours, theirs = graph.shapes[tensor.node], graph.shapes[first.node]
        if tensor.axes != first.axes or ours[:-1] != theirs[:-1]:
            raise node.wrong(f"must have inputs of one size, got {theirs} and {ours}")
    if not 1 <= axis < n or first.axes[axis - 1] != n - 2:
        raise node.wrong(f"must put channels side by side, got axis {axis}")
    extents = [graph.shapes[tensor.node][-1] for tensor in tensors]
    if len(tensors) == 1:
        return first
    shape = (*graph.shapes[first.node][:-1], sum(extents))
    made = graph.add(node, "concat", [tensor.node for tensor in tensors], shape)
    order = None
    if any(tensor.order is not None for tensor in tensors):
        starts = np.cumsum([0, *extents[:-1]])
        parts = [
            (np.arange(extent) if tensor.order is None else tensor.order) + start
            for tensor, start, extent in zip(tensors, starts, extents, strict=True)
        ]
        graph.spend(node, sum(extents))
        order = np.concatenate(parts)
    return Tensor(made, first.axes, order)


OPERATORS: dict[str, Callable[[Graph, OnnxNode, list[Tensor | Array | None]], Tensor | Array]] = {
    "Conv": conv,
    "ConvTranspose": conv_transpose,
    "MaxPool": max_pool,
    "AveragePool": average_pool,
    "GlobalAveragePool": global_pool("global_avg_pool2d"),
    "GlobalMaxPool": global_pool("global_max_pool2d"),
    "ReduceMean": reduce_pool("global_avg_pool2d"),
    "ReduceMax": reduce_pool("global_max_pool2d"),
    "Resize": resize,
    "Relu": unary("relu"),
    "LeakyRelu": unary("leaky_relu"),
    "Sigmoid": unary("sigmoid"),
    "Tanh": unary("tanh"),
    "PRelu": prelu,
    "Clip": clip,
    "Softmax": softmax,
    "LogSoftmax": softmax,
    "Dropout": dropout,
    "BatchNormalization": batch_normalization,
    "Gemm": gemm,
    "MatMul": matmul,
    "Add": arithmetic,
    "Sum": arithmetic,
    "Sub": arithmetic,
    "Mul": arithmetic,
    "Div": arithmetic,
    "Concat": concat,
    "Flatten": shaping.flatten,
    "Reshape": shaping.reshape,
    "Squeeze": shaping.squeeze,
    "Unsqueeze": shaping.unsqueeze,
    "Transpose": shaping.transpose,
    "Pad": shaping.pad,
    "Shape": shaping.shape_of,
    "Identity": shaping.identity,
    "Cast": shaping.identity,
}

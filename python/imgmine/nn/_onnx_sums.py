"""ONNX operators that add and multiply: dense layers, sums of images, constants for channels."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ._onnx_graph import Graph, Tensor
from ._onnx_shaping import tensor_at

if TYPE_CHECKING:
    from .._validate import Array
    from ._onnx_file import OnnxNode


def gemm(graph: Graph, node: OnnxNode, inputs: list[Tensor | Array | None]) -> Tensor:
    """Gemm: a dense layer."""
    tensor = graph.vector(node, tensor_at(node, inputs, 0))
    if node.integer("transA", 0):
        raise node.wrong("must not turn its input around (transA)")
    turned = bool(node.integer("transB", 0))
    kernel = _kernel(node, inputs, graph.shape(tensor)[0], turned=turned)
    bias = inputs[2] if len(inputs) > 2 else None
    alpha = np.float32(node.number("alpha", 1.0))
    made = _dense(graph, node, tensor, kernel if alpha == 1 else kernel * alpha)
    if bias is None:
        return made
    if not isinstance(bias, np.ndarray) or bias.size not in (1, kernel.shape[1]):
        raise node.wrong(f"must add {kernel.shape[1]} constants")
    values = np.float32(node.number("beta", 1.0)) * bias.astype(np.float32).ravel()
    graph.nodes[made.node]["use_bias"] = True
    graph.keep(node, made.node, "bias", np.broadcast_to(values, kernel.shape[1:]))
    return made


def matmul(graph: Graph, node: OnnxNode, inputs: list[Tensor | Array | None]) -> Tensor:
    """MatMul by constants: a dense layer that adds none, perhaps at each pixel."""
    tensor = graph.plain(node, tensor_at(node, inputs, 0))
    if tensor.axes != tuple(range(len(tensor.axes))):
        raise node.wrong("must multiply the last axis, the channels")
    kernel = _kernel(node, inputs, graph.shape(tensor)[-1], turned=False)
    return _dense(graph, node, tensor, kernel)


def _kernel(node: OnnxNode, inputs: list[Tensor | Array | None], n: int, *, turned: bool) -> Array:
    kernel = inputs[1] if len(inputs) > 1 else None
    if not isinstance(kernel, np.ndarray) or kernel.dtype != np.float32 or kernel.ndim != 2:
        raise node.wrong("must have a constant matrix of weights")
    kernel = kernel.T if turned else kernel
    if kernel.shape[0] != n:
        raise node.wrong(f"must have weights of {n} inputs, they are of {kernel.shape[0]}")
    return kernel


def _dense(graph: Graph, node: OnnxNode, tensor: Tensor, kernel: Array) -> Tensor:
    units = kernel.shape[1]
    shape = (*graph.shapes[tensor.node][:-1], units)
    made = graph.add(node, "dense", [tensor.node], shape, units=units, use_bias=False)
    graph.keep(node, made, "kernel", in_our_order(kernel, tensor))
    return Tensor(made, tensor.axes)


def arithmetic(graph: Graph, node: OnnxNode, inputs: list[Tensor | Array | None]) -> Tensor:
    """Add, Sub, Mul and Div of an image and constants, and the sum of images."""
    first, *rest = inputs
    if node.op in ("Add", "Sum") and all(isinstance(item, Tensor) for item in inputs):
        return _sum(graph, node, [tensor_at(node, inputs, at) for at in range(len(inputs))])
    if len(rest) != 1:
        raise node.wrong("must have two inputs")
    second = rest[0]
    if isinstance(first, Tensor) and isinstance(second, np.ndarray):
        return _affine(graph, node, first, *_scale_and_offset(node, second, turned=False))
    if isinstance(first, np.ndarray) and isinstance(second, Tensor) and node.op != "Div":
        return _affine(graph, node, second, *_scale_and_offset(node, first, turned=True))
    raise node.wrong("must have an image and constants as its inputs")


def _sum(graph: Graph, node: OnnxNode, tensors: list[Tensor]) -> Tensor:
    first = graph.plain(node, tensors[0])
    for tensor in tensors[1:]:
        graph.plain(node, tensor)
        if graph.shape(tensor) != graph.shape(first) or tensor.axes != first.axes:
            raise node.wrong(
                f"must add inputs of one shape, got {graph.shape(first)} and {graph.shape(tensor)}"
            )
        if not same_order(first, tensor):
            raise node.wrong("adds vectors whose numbers stand in different orders")
    if len(tensors) == 1:
        return first
    made = graph.add(node, "add", [t.node for t in tensors], graph.shapes[first.node])
    return replace(first, node=made)


def _scale_and_offset(node: OnnxNode, values: Array, *, turned: bool) -> tuple[Array, Array]:
    numbers = values.astype(np.float32)
    ones, zeros = np.ones_like(numbers), np.zeros_like(numbers)
    if node.op == "Add":
        return ones, numbers
    if node.op == "Sub":
        return (-ones, numbers) if turned else (ones, -numbers)
    if node.op == "Mul":
        return numbers, zeros
    if not numbers.all():
        raise node.wrong("divides by 0")
    return np.float32(1) / numbers, zeros


def _affine(graph: Graph, node: OnnxNode, tensor: Tensor, scale: Array, offset: Array) -> Tensor:
    """Append a node of our own until the network is whole: x times scale plus offset."""
    graph.plain(node, tensor)
    n_axes = len(tensor.axes) + 1
    last = len(tensor.axes) - 1
    n = graph.shapes[tensor.node][-1]
    wide = (1,) * (n_axes - scale.ndim) + scale.shape
    channels = 1 + tensor.axes.index(last)
    fits = len(wide) == n_axes and all(
        extent == 1 or (axis == channels and extent == n) for axis, extent in enumerate(wide)
    )
    if not fits:
        raise node.wrong(f"must have a constant for each of {n} channels, got {scale.shape}")
    whole = [
        in_our_order(np.array(np.broadcast_to(values.ravel(), (n,))), tensor)
        for values in (scale, offset)
    ]
    before = tensor.node
    if graph.nodes[before]["op"] == "affine" and graph.uses[before] == 1:
        whole[1] = whole[1] + whole[0] * graph.weights[before, "offset"]
        whole[0] = whole[0] * graph.weights[before, "scale"]
        (before,) = graph.nodes[before]["inputs"]
    made = graph.add(node, "affine", [before], graph.shapes[before])
    for name, values in zip(("scale", "offset"), whole, strict=True):
        graph.keep(node, made, name, values)
    return replace(tensor, node=made)


def constant_at(
    node: OnnxNode, inputs: list[Tensor | Array | None], at: int, shape: tuple[int, ...]
) -> Array:
    """Return a constant input of that shape."""
    value = inputs[at] if at < len(inputs) else None
    if not isinstance(value, np.ndarray) or value.shape != shape:
        found = value.shape if isinstance(value, np.ndarray) else "none"
        raise node.wrong(f"must have constants of shape {shape} as its input {at}, got {found}")
    return value.astype(np.float32)


def in_our_order(values: Array, tensor: Tensor) -> Array:
    """Return a constant for each number of ONNX's vector, or row, in our order."""
    if tensor.order is None:
        return values
    ours = np.empty_like(values)
    ours[tensor.order] = values
    return ours


def same_order(a: Tensor, b: Tensor) -> bool:
    """Tell whether the numbers of two vectors stand in one order."""
    if a.order is None or b.order is None:
        return a.order is b.order
    return np.array_equal(a.order, b.order)

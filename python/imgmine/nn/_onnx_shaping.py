"""ONNX operators that only move numbers about: of layouts, shapes and vectors."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ._onnx_constants import BATCH, axes_of
from ._onnx_graph import CHANNELS_FIRST, CHANNELS_LAST, Graph, Tensor, flat_order

if TYPE_CHECKING:
    from .._validate import Array
    from ._onnx_file import OnnxNode


def identity(
    graph: Graph,  # noqa: ARG001 - all readers have one signature
    node: OnnxNode,
    inputs: list[Tensor | Array | None],
) -> Tensor:
    """Identity, and Cast, which numbers of ours need not: they are float32."""
    tensor = tensor_at(node, inputs, 0)
    if node.op == "Cast" and node.integer("to", 1) not in (1, 10, 11, 16):
        raise node.wrong("must make real numbers of images")
    return tensor


def shape_of(graph: Graph, node: OnnxNode, inputs: list[Tensor | Array | None]) -> Array:
    """Shape: the number of images is only known where the model has one."""
    tensor = graph.plain(node, tensor_at(node, inputs, 0))
    whole = [BATCH, *graph.shape(tensor)]
    end = node.integer("end", len(whole)) if node.has("end") else len(whole)
    return np.array(whole[node.integer("start", 0) : end], np.int64)


def transpose(graph: Graph, node: OnnxNode, inputs: list[Tensor | Array | None]) -> Tensor:
    """Transpose: another layout of the same numbers."""
    tensor = graph.plain(node, tensor_at(node, inputs, 0))
    n = len(tensor.axes) + 1
    perm = node.integers("perm", list(range(n))[::-1], n)
    if sorted(perm) != list(range(n)):
        raise node.wrong(f"must have an order of {n} axes as perm, got {perm}")
    if perm[0] != 0:
        raise node.wrong(f"must leave the batch in front, got perm {perm}")
    return replace(tensor, axes=tuple(tensor.axes[axis - 1] for axis in perm[1:]))


def flatten(graph: Graph, node: OnnxNode, inputs: list[Tensor | Array | None]) -> Tensor:
    """Flatten: a vector for each image."""
    tensor = graph.plain(node, tensor_at(node, inputs, 0))
    axis = node.integer("axis", 1)
    if axis not in (1, -len(tensor.axes)):
        raise node.wrong(f"must have axis 1, got {axis}")
    return as_vector(graph, node, tensor)


def reshape(graph: Graph, node: OnnxNode, inputs: list[Tensor | Array | None]) -> Tensor:
    """Reshape that leaves the batch alone."""
    tensor = graph.plain(node, tensor_at(node, inputs, 0))
    given = inputs[1] if len(inputs) > 1 else None
    if not isinstance(given, np.ndarray) or given.dtype.kind != "i" or not 1 <= given.size <= 8:
        raise node.wrong("must have a constant shape")
    return reshaped(graph, node, tensor, _target(graph, node, tensor, given))


def squeeze(graph: Graph, node: OnnxNode, inputs: list[Tensor | Array | None]) -> Tensor:
    """Squeeze: axes of 1 go."""
    tensor = graph.plain(node, tensor_at(node, inputs, 0))
    shape = graph.shape(tensor)
    given = inputs[1] if len(inputs) > 1 else None
    ones = [i + 1 for i, n in enumerate(shape) if n == 1]
    axes = axes_of(node, given if isinstance(given, np.ndarray) else None, ones)
    axes = [axis + len(shape) + 1 if axis < 0 else axis for axis in axes]
    if any(axis not in ones for axis in axes):
        raise node.wrong(f"must take axes of 1 away, got axes {axes} of {('N', *shape)}")
    return reshaped(graph, node, tensor, tuple(n for i, n in enumerate(shape, 1) if i not in axes))


def unsqueeze(graph: Graph, node: OnnxNode, inputs: list[Tensor | Array | None]) -> Tensor:
    """Unsqueeze: axes of 1 come."""
    tensor = graph.plain(node, tensor_at(node, inputs, 0))
    given = inputs[1] if len(inputs) > 1 else None
    axes = axes_of(node, given if isinstance(given, np.ndarray) else None, None)
    n = len(tensor.axes) + 1 + len(axes)
    axes = sorted(axis + n if axis < 0 else axis for axis in axes)
    if len(set(axes)) != len(axes) or n > 8 or any(not 0 < axis < n for axis in axes):
        raise node.wrong(f"must put axes after the batch, got {axes}")
    shape = list(graph.shape(tensor))
    for axis in axes:
        shape.insert(axis - 1, 1)
    return reshaped(graph, node, tensor, tuple(shape))


def pad(
    graph: Graph,  # noqa: ARG001 - all readers have one signature
    node: OnnxNode,
    inputs: list[Tensor | Array | None],
) -> Tensor:
    """Pad with zeros, which the convolution or pool after it does."""
    tensor = tensor_at(node, inputs, 0)
    n = len(tensor.axes) + 1
    if node.has("pads"):
        pads = node.integers("pads", None)
    else:
        given = inputs[1] if len(inputs) > 1 else None
        if not isinstance(given, np.ndarray) or given.size > 16:
            raise node.wrong("must have constant pads")
        pads = [int(p) for p in given.ravel()]
    fill = inputs[2] if len(inputs) > 2 else None
    filled = node.number("value", 0.0) if fill is None else fill
    if node.text("mode", "constant") != "constant" or not _is_zero(filled) or len(inputs) > 3:
        raise node.wrong("must put zeros around images")
    if len(pads) != 2 * n or any(not 0 <= p <= 2**16 for p in pads):
        raise node.wrong(f"must have {2 * n} pads from 0 to 65536, got {pads[:8]}")
    if not any(pads):
        return tensor
    around = {axis: (pads[at], pads[at + n]) for at, axis in enumerate(tensor.axes, 1)}
    if n != 4 or pads[0] or pads[n] or around.get(2) != (0, 0):
        raise node.wrong(f"must only put rows and columns around images, got pads {pads}")
    (top, bottom), (left, right) = around[0], around[1]
    before = tensor.pad
    total = (before[0] + top, before[1] + left, before[2] + bottom, before[3] + right)
    return replace(tensor, pad=total)


def _is_zero(value: object) -> bool:
    if isinstance(value, np.ndarray):
        return value.size == 1 and not value.any()
    return isinstance(value, float) and value == 0


def tensor_at(node: OnnxNode, inputs: list[Tensor | Array | None], at: int) -> Tensor:
    """Return the input that comes from images."""
    value = inputs[at] if at < len(inputs) else None
    if not isinstance(value, Tensor):
        raise node.wrong(f"must have what comes from the images as its input {at}")
    return value


def as_vector(graph: Graph, node: OnnxNode, tensor: Tensor) -> Tensor:
    """Return all numbers of an image as a vector, in ONNX's order."""
    if len(tensor.axes) == 1:
        return tensor
    shape = graph.shapes[tensor.node]
    last = graph.nodes[tensor.node]
    if last["op"] == "reshape" and shape[:2] == (1, 1):  # of what was a vector
        return Tensor(last["inputs"][0], (0,))
    graph.spend(node, math.prod(shape))
    flat = graph.add(node, "flatten", [tensor.node], (math.prod(shape),))
    return Tensor(flat, (0,), flat_order(shape, tensor.axes))


def reshaped(graph: Graph, node: OnnxNode, tensor: Tensor, shape: tuple[int, ...]) -> Tensor:
    """Return the numbers of each image in another ONNX shape."""
    if shape == graph.shape(tensor):
        return tensor
    turned = _with_ones_elsewhere(graph, tensor, shape)
    if turned is not None:
        return turned
    vector = as_vector(graph, node, tensor)
    if len(shape) == 1:
        return vector
    graph.spend(node, math.prod(shape))
    for axes in (CHANNELS_LAST, CHANNELS_FIRST) if len(shape) == 3 else (tuple(range(len(shape))),):
        ours = tuple(n for _, n in sorted(zip(axes, shape, strict=True)))
        if np.array_equal(_order(flat_order(ours, axes)), _order(vector.order)):
            made = graph.add(node, "reshape", [vector.node], ours, shape=list(ours))
            return Tensor(made, axes)
    raise node.wrong(f"mixes the axes of {('N', *graph.shape(tensor))}")


def _with_ones_elsewhere(graph: Graph, tensor: Tensor, shape: tuple[int, ...]) -> Tensor | None:
    """Return the tensor in another layout, if its shape only has axes of 1 in other places."""
    before = graph.shape(tensor)
    if len(before) != len(shape) or [n for n in before if n > 1] != [n for n in shape if n > 1]:
        return None
    wide = [axis for axis, n in zip(tensor.axes, before, strict=True) if n > 1]
    ones = [axis for axis, n in zip(tensor.axes, before, strict=True) if n == 1]
    return replace(tensor, axes=tuple((wide if n > 1 else ones).pop(0) for n in shape))


def _order(order: Array | None) -> Array:
    return np.empty(0, np.int64) if order is None else order


def _target(graph: Graph, node: OnnxNode, tensor: Tensor, given: Array) -> tuple[int, ...]:
    """Return the shape past the batch that Reshape asks for."""
    shape = graph.shape(tensor)
    wanted = [int(n) for n in given.ravel()]
    whole = (BATCH, *shape)
    if not node.integer("allowzero", 0):
        wanted = [whole[i] if n == 0 and i < len(whole) else n for i, n in enumerate(wanted)]
    first, rest = wanted[0], wanted[1:]
    total = math.prod(shape)
    known = math.prod(n for n in rest if n != -1)
    if rest.count(-1) == 1 and known > 0 and total % known == 0:
        rest = [total // known if n == -1 else n for n in rest]
    fits = all(n > 0 for n in rest) and math.prod(rest) == total
    twice = first == -1 and -1 in wanted[1:]
    if not rest or not fits or twice or first not in (BATCH, -1, graph.batch):
        raise node.wrong(f"must leave the batch alone, it makes {wanted} of {('N', *shape)}")
    return tuple(rest)

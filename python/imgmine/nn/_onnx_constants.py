"""ONNX operators on constants: what exporters leave of shapes and of weights turned around."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ._onnx_file import MOST_NUMBERS, OnnxNode, array_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._validate import Array

# Stands in shapes for the number of images, which is not known.
BATCH = -(2**40) - 7
_FEW = 2**16  # numbers in a result that is larger than what it is made of


def fold(node: OnnxNode, inputs: list[Array | None]) -> Array:
    """Return what a node makes of constants; FormatError where it is not among those known."""
    if node.op not in FOLDED:
        raise node.wrong("works on constants, which is not read")
    with np.errstate(all="ignore"):
        try:
            found = np.asarray(FOLDED[node.op](node, inputs))
        except (ValueError, TypeError, IndexError, OverflowError, AttributeError) as error:
            raise node.wrong(f"cannot be worked out: {error}") from error
    dtype = np.int64 if found.dtype.kind in "iub" else np.float32
    return found.astype(dtype, copy=False)


def axes_of(node: OnnxNode, given: Array | None, default: list[int] | None) -> list[int]:
    """Return axes, an attribute up to some version and an input from there on."""
    if given is not None:
        return [int(n) for n in np.ravel(given)[:8]]
    return node.integers("axes", default)


def _constant(
    node: OnnxNode,
    inputs: list[Array | None],  # noqa: ARG001 - all have one signature
) -> Array:
    tensor = node.tensor("value")
    if tensor is not None:
        return array_of(tensor, f"the value of {node.label}")
    if node.has("value_float"):
        return np.asarray(node.number("value_float", 0.0), np.float32)
    if node.has("value_int"):
        return np.array(node.integer("value_int", 0))
    if node.has("value_ints"):
        return np.array(node.integers("value_ints", []), np.int64)
    raise node.wrong("must have a tensor as its value")


def _constant_of_shape(node: OnnxNode, inputs: list[Array | None]) -> Array:
    shape = _whole(inputs[0])
    if any(n < 0 for n in shape) or math.prod(shape) > _FEW:
        raise node.wrong(f"would make a constant of shape {shape[:8]}: too large")
    tensor = node.tensor("value")
    fill = (
        np.float32(0)
        if tensor is None
        else array_of(tensor, f"the value of {node.label}").ravel()[0]
    )
    return np.full(shape, fill)


def _cast(node: OnnxNode, inputs: list[Array | None]) -> Array:
    kind = node.integer("to", 1)
    if kind in (1, 10, 11, 16):
        return _given(inputs[0]).astype(np.float32, copy=False)
    if kind in (2, 3, 5, 6, 7):
        return _given(inputs[0]).astype(np.int64, copy=False)
    raise node.wrong(f"makes ONNX's type {kind}, which is not known")


def _gather(node: OnnxNode, inputs: list[Array | None]) -> Array:
    data, indices = _given(inputs[0]), _given(inputs[1])
    if indices.size > _FEW or data.ndim != 1 or node.integer("axis", 0) not in (0, -1):
        raise node.wrong("must take numbers out of a shape")
    return data[indices]


def _slice(node: OnnxNode, inputs: list[Array | None]) -> Array:
    data, (starts, ends) = _given(inputs[0]), (_whole(inputs[at])[0] for at in (1, 2))
    axes = _whole(inputs[3]) if len(inputs) > 3 and inputs[3] is not None else [0]
    steps = _whole(inputs[4]) if len(inputs) > 4 and inputs[4] is not None else [1]
    if data.ndim != 1 or axes not in ([0], [-1]):
        raise node.wrong("must cut a piece out of a shape")
    return data[starts : ends : steps[0]]


def _concat(node: OnnxNode, inputs: list[Array | None]) -> Array:
    return np.concatenate([_given(item) for item in inputs], node.integer("axis", 0))


def _squeeze(node: OnnxNode, inputs: list[Array | None]) -> Array:
    given = inputs[1] if len(inputs) > 1 else None
    if given is None and not node.has("axes"):
        return np.squeeze(_given(inputs[0]))
    return np.squeeze(_given(inputs[0]), tuple(axes_of(node, given, None)))


def _unsqueeze(node: OnnxNode, inputs: list[Array | None]) -> Array:
    given = inputs[1] if len(inputs) > 1 else None
    return np.expand_dims(_given(inputs[0]), tuple(axes_of(node, given, None)))


def _reshape(node: OnnxNode, inputs: list[Array | None]) -> Array:
    data, shape = _given(inputs[0]), _whole(inputs[1])
    if not node.integer("allowzero", 0):
        shape = [data.shape[i] if n == 0 else n for i, n in enumerate(shape)]
    return data.reshape(shape)


def _transpose(node: OnnxNode, inputs: list[Array | None]) -> Array:
    data = _given(inputs[0])
    turned: Array = data.transpose(node.integers("perm", list(range(data.ndim))[::-1]))
    return turned


def _arithmetic(function: Callable[[Array, Array], Array]) -> Callable[..., Array]:
    def work(node: OnnxNode, inputs: list[Array | None]) -> Array:
        a, b = _given(inputs[0]), _given(inputs[1])
        if BATCH in (*a.ravel()[:8].tolist(), *b.ravel()[:8].tolist()):
            raise node.wrong("calculates with the number of images, which is not read")
        size = math.prod(np.broadcast_shapes(a.shape, b.shape))
        if size > max(_FEW, a.size, b.size) or size > MOST_NUMBERS:
            raise node.wrong("would make a constant that is too large")
        return function(a, b)

    return work


def _divide(a: Array, b: Array) -> Array:
    if a.dtype.kind != "i":
        return a / b
    if not np.all(b):
        raise ValueError("division by 0")
    return np.trunc(a / b).astype(np.int64)


def _given(value: Array | None) -> Array:
    if value is None:
        raise ValueError("an input is missing")
    return np.asarray(value)


def _whole(value: Array | None) -> list[int]:
    array = _given(value)
    if array.dtype.kind != "i" or array.size > 64:
        raise ValueError(f"expected a few whole numbers, got {array.size} of {array.dtype}")
    return [int(n) for n in array.ravel()]


FOLDED: dict[str, Callable[[OnnxNode, list[Array | None]], Array]] = {
    "Constant": _constant,
    "ConstantOfShape": _constant_of_shape,
    "Identity": lambda node, inputs: _given(inputs[0]),
    "Cast": _cast,
    "Gather": _gather,
    "Slice": _slice,
    "Concat": _concat,
    "Squeeze": _squeeze,
    "Unsqueeze": _unsqueeze,
    "Reshape": _reshape,
    "Transpose": _transpose,
    "Add": _arithmetic(np.add),
    "Sub": _arithmetic(np.subtract),
    "Mul": _arithmetic(np.multiply),
    "Div": _arithmetic(_divide),
}

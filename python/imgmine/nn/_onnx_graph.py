"""The network that comes into being while an ONNX graph is read."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ._onnx_file import MOST_NUMBERS

if TYPE_CHECKING:
    from .._validate import Array
    from ._onnx_file import OnnxNode

CHANNELS_FIRST = (2, 0, 1)
CHANNELS_LAST = (0, 1, 2)
# What works on each number, or each channel, by itself: the order of a vector passes through.
POINTWISE = {"relu", "leaky_relu", "sigmoid", "tanh", "dropout", "affine", "batch_norm", "rescale"}


@dataclass(frozen=True)
class Tensor:
    """What a name in the ONNX graph stands for: our node's output, perhaps in another layout.

    Attributes
    ----------
    node : int
    axes : tuple of int
        ONNX's axis ``i + 1`` is our ``axes[i] + 1``; the batch stays in front.
    order : ndarray or None
        Of a vector: ONNX's number ``j`` is our ``order[j]``; None where they are the same.
    pad : (int, int, int, int)
        Zeros that are still to be put around it: top, left, bottom, right.
    """

    node: int
    axes: tuple[int, ...]
    order: Array | None = None
    pad: tuple[int, int, int, int] = (0, 0, 0, 0)


@dataclass
class Graph:
    """Our nodes, their shapes without the batch, and the weights by node and name."""

    nodes: list[dict[str, Any]] = field(default_factory=list)
    shapes: list[tuple[int, ...]] = field(default_factory=list)
    weights: dict[tuple[int, str], Array] = field(default_factory=dict)
    uses: list[int] = field(default_factory=list)
    ends: frozenset[str] = frozenset()  # outputs that nothing else reads
    batch: int | None = None  # where the model has one size of batch only
    budget: int = 2**21  # numbers that may still be made of those in the file

    def add(
        self,
        source: OnnxNode | None,
        op: str,
        inputs: list[int],
        gives: tuple[int, ...],
        **attributes: Any,
    ) -> int:
        """Append a node that gives images of a shape, and return its index."""
        if source is not None and any(n < 1 for n in gives):
            raise source.wrong(f"would give images of shape {gives}")
        if source is not None and math.prod(gives) > MOST_NUMBERS:
            raise source.wrong(f"would give {gives} numbers for each image: too many")
        self.nodes.append({"op": op, "inputs": inputs, **attributes})
        self.shapes.append(tuple(gives))
        self.uses.append(1)
        return len(self.nodes) - 1

    def spend(self, source: OnnxNode, n: int) -> None:
        """Count numbers that are made anew: small files must not ask for much memory."""
        self.budget -= n
        if self.budget < 0:
            raise source.wrong("makes more of the file's weights than a network would")

    def keep(self, source: OnnxNode, node: int, name: str, values: Array) -> None:
        """Keep a node's weights."""
        self.spend(source, values.size)
        self.weights[node, name] = np.ascontiguousarray(values, np.float32)

    def shape(self, tensor: Tensor) -> tuple[int, ...]:
        """Return a tensor's shape as ONNX has it, without the batch."""
        ours = self.shapes[tensor.node]
        return tuple(ours[axis] for axis in tensor.axes)

    def plain(self, source: OnnxNode, tensor: Tensor) -> Tensor:
        """Return a tensor that nothing is still to be put around."""
        if any(tensor.pad):
            raise source.wrong("comes after Pad, which is read only before Conv and pools")
        return tensor

    def image(self, source: OnnxNode, tensor: Tensor) -> Tensor:
        """Return a tensor of images as ONNX's (N, C, H, W)."""
        if len(tensor.axes) != 3:
            raise source.wrong(f"must have images as its input, got shape {self._said(tensor)}")
        if tensor.axes == CHANNELS_FIRST:
            return tensor
        if tensor.axes == CHANNELS_LAST and self._with_channels_last(tensor.node):
            return replace(tensor, axes=CHANNELS_FIRST)
        raise source.wrong(f"must have its channels as axis 1, got shape {self._said(tensor)}")

    def vector(self, source: OnnxNode, tensor: Tensor) -> Tensor:
        """Return a tensor that is a vector for each image."""
        if len(tensor.axes) != 1:
            raise source.wrong(f"must have vectors as its input, got shape {self._said(tensor)}")
        return self.plain(source, tensor)

    def _said(self, tensor: Tensor) -> tuple[Any, ...]:
        return ("N", *self.shape(tensor))

    def _with_channels_last(self, node: int) -> bool:
        """Have a dense layer give its numbers in our order, where they become images after it.

        Vectors become images of ONNX's (C, H, W): ours are (H, W, C). The layer's columns are
        put in another order, if all that is done up to here treats each number by itself.
        """
        chain = [node]
        while self.nodes[chain[-1]]["op"] in {*POINTWISE, "reshape"}:
            chain.append(self.nodes[chain[-1]]["inputs"][0])
        ops = [self.nodes[index]["op"] for index in chain]
        if ops.count("reshape") != 1 or any(self.uses[index] != 1 for index in chain):
            return False
        at = ops.index("reshape")
        if {"batch_norm", "affine"} & set(ops[:at]):
            return False
        planes, height, width = self.shapes[chain[at]]
        numbers = np.arange(planes * height * width).reshape(planes, height, width)
        order = numbers.transpose(1, 2, 0).ravel()
        if ops[-1] != "dense" and (order != np.arange(len(order))).any():
            return False
        for index in chain[at + 1 :]:
            for key, values in self.weights.items():
                if key[0] == index:
                    self.weights[key] = np.ascontiguousarray(values[..., order])
        for index in chain[: at + 1]:
            self.shapes[index] = (height, width, planes)
        self.nodes[chain[at]]["shape"] = [height, width, planes]
        return True


def flat_order(shape: tuple[int, ...], axes: tuple[int, ...]) -> Array | None:
    """Return which of our flattened numbers each of ONNX's is; None where they are the same."""
    order = np.arange(math.prod(shape)).reshape(shape).transpose(axes).ravel()
    return None if (order == np.arange(len(order))).all() else order

"""An ONNX graph that grows node by node."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ._onnx_file import onnx_package

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._validate import Array


@dataclass
class OnnxWriter:
    """An ONNX graph that grows; images are in ONNX's layout or in ours, and turned when needed.

    Attributes
    ----------
    first, last : dict from int to str
        By node of ours, the name of what it gives as (N, C, H, W) and (N, H, W, C); vectors are in
        both.
    """

    shapes: Sequence[tuple[int, ...]]
    weights: dict[tuple[int, str], Array]
    nodes: list[Any] = field(default_factory=list)
    tensors: list[Any] = field(default_factory=list)
    first: dict[int, str] = field(default_factory=dict)
    last: dict[int, str] = field(default_factory=dict)

    def add(self, op: str, inputs: list[str], name: str, **attributes: Any) -> str:
        """Append a node with one output of its name."""
        helper = onnx_package().helper
        self.nodes.append(helper.make_node(op, inputs, [name], name=name, **attributes))
        return name

    def constant(self, name: str, values: Any) -> str:
        """Keep constants."""
        numpy_helper = onnx_package().numpy_helper
        self.tensors.append(numpy_helper.from_array(np.asarray(values, order="C"), name))
        return name

    def weight(self, node: int, name: str, *axes: int) -> str:
        """Keep a node's weights, their axes in another order."""
        values = self.weights[node, name]
        return self.constant(f"{name}_{node}", values.transpose(axes) if axes else values)

    def is_image(self, node: int) -> bool:
        """Tell whether a node gives images: only they have two layouts."""
        return len(self.shapes[node]) == 3

    def give(self, node: int, name: str, *, layout: str | None = None) -> None:
        """Note what a node gives: in both layouts where there is but one."""
        if not self.is_image(node) or layout == "NCHW":
            self.first[node] = name
        if not self.is_image(node) or layout == "NHWC":
            self.last[node] = name

    def channels_first(self, node: int) -> str:
        """Return the name of what a node gives, with the channels first."""
        if node not in self.first:
            name = f"{self.last[node]}_nchw"
            self.first[node] = self.add("Transpose", [self.last[node]], name, perm=[0, 3, 1, 2])
        return self.first[node]

    def channels_last(self, node: int) -> str:
        """Return the name of what a node gives, with the channels last."""
        if node not in self.last:
            name = f"{self.first[node]}_nhwc"
            self.last[node] = self.add("Transpose", [self.first[node]], name, perm=[0, 2, 3, 1])
        return self.last[node]

    def in_layout(self, node: int, layout: str) -> str:
        """Return the name of what a node gives in a layout."""
        return self.channels_first(node) if layout == "NCHW" else self.channels_last(node)

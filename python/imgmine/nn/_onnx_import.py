"""ONNX files as networks of ours: of the operators that we have, in our layout."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .._errors import FormatError
from ._onnx_constants import FOLDED, fold
from ._onnx_file import LONGEST, OnnxNode, array_of, opset_of, read_model
from ._onnx_graph import CHANNELS_FIRST, Graph, Tensor
from ._onnx_operators import OPERATORS

if TYPE_CHECKING:
    import os

    from .._validate import Array

# What may stand between an input and the operator that shows its layout.
_PASSED = {"Identity", "Cast", "Add", "Sub", "Mul", "Div", "Relu", "Clip", "Dropout"}
_OF_IMAGES = {
    "Conv",
    "ConvTranspose",
    "MaxPool",
    "AveragePool",
    "GlobalAveragePool",
    "GlobalMaxPool",
    "BatchNormalization",
    "Resize",
}


@dataclass(frozen=True)
class ImportedNetwork:
    """What an ONNX file holds, as the core takes it.

    Attributes
    ----------
    nodes : list of dict
    outputs : list of int
    weights : dict from (int, str) to ndarray
        By node and name.
    metadata : dict from str to str
    """

    nodes: list[dict[str, Any]]
    outputs: list[int]
    weights: dict[tuple[int, str], Array]
    metadata: dict[str, str]


def read_onnx(
    path: str | os.PathLike[str],
    *,
    input_shape: tuple[int, ...] | None = None,
    layout: str | None = None,
) -> ImportedNetwork:
    """Return the network in an ONNX file; FormatError names the node that cannot be read."""
    model = read_model(path)
    proto = model.graph
    metadata = {item.key: item.value for item in model.metadata_props}
    names = _weights_of(proto)
    uses = _uses_of(proto)
    outputs = [item.name for item in proto.output]
    ends = frozenset(name for name in outputs if uses[name] == 1)
    graph = Graph(ends=ends, budget=2**21 + 4 * Path(path).stat().st_size)
    if len(proto.input) > 64 or not 1 <= len(proto.output) <= 64:
        raise FormatError("the model must have 1 to 64 outputs and at most 64 inputs")
    if len(model.functions):
        raise FormatError("the model has functions of its own, which are not read")
    nodes = [OnnxNode(i, node, opset_of(model)) for i, node in enumerate(proto.node)]
    for item in proto.input:
        if item.name not in names:
            last = _is_channels_last(item.name, nodes, layout or metadata.get("imgmine.layout"))
            names[item.name] = _input(graph, item, last, input_shape)
    for node in nodes:
        _read_node(graph, node, names, uses)
    found = [_output(graph, item, names) for item in proto.output]
    settled, kept = _settled(graph, found)
    return ImportedNetwork(settled.nodes, kept, settled.weights, metadata)


def _weights_of(proto: Any) -> dict[str, Tensor | Array]:
    if len(proto.sparse_initializer):
        raise FormatError("the model has sparse weights, which are not read")
    found: dict[str, Tensor | Array] = {}
    for tensor in proto.initializer:
        if tensor.name in found or not tensor.name:
            raise FormatError(f"the name {tensor.name!r} stands for two tensors")
        found[tensor.name] = array_of(tensor, f"the tensor {tensor.name!r}")
    return found


def _uses_of(proto: Any) -> dict[str, int]:
    uses: dict[str, int] = {}
    for name in [
        *(name for node in proto.node for name in node.input),
        *(item.name for item in proto.output),
    ]:
        uses[name] = uses.get(name, 0) + 1
    return uses


def _read_node(
    graph: Graph, node: OnnxNode, names: dict[str, Tensor | Array], uses: dict[str, int]
) -> None:
    """Put what a node gives among the names."""
    for name in node.inputs:
        if name and name not in names:
            raise node.wrong(f"reads {name!r}, which nothing before it gives")
    if not node.outputs or not node.outputs[0]:
        raise node.wrong("must have an output")
    inputs = [names[name] if name else None for name in node.inputs]
    n_before = len(graph.nodes)
    if any(isinstance(value, Tensor) for value in inputs):
        if node.op not in OPERATORS:
            raise node.wrong("is an operator that imgmine.nn does not have")
        given = OPERATORS[node.op](graph, node, inputs)
    else:
        given = _folded(graph, node, inputs)
    for name in node.outputs:
        if name in names:
            raise node.wrong(f"gives {name!r}, which something before it gives")
    names[node.outputs[0]] = given
    if isinstance(given, Tensor):
        n = uses.get(node.outputs[0], 0)
        is_new = given.node >= n_before
        graph.uses[given.node] = n if is_new else graph.uses[given.node] + n - 1


def _folded(graph: Graph, node: OnnxNode, inputs: list[Tensor | Array | None]) -> Array:
    if node.op not in OPERATORS and node.op not in FOLDED:
        raise node.wrong("is an operator that imgmine.nn does not have")
    constants = [None if isinstance(value, Tensor) else value for value in inputs]
    found = fold(node, constants)
    if not any(c is not None and np.may_share_memory(found, c) for c in constants):
        graph.spend(node, found.size)
    return found


def _input(graph: Graph, item: Any, last: bool | None, asked: tuple[int, ...] | None) -> Tensor:
    """Return an input's tensor; `last` tells whether its channels are, or None for its shape to."""
    kind = item.type.tensor_type
    if not item.type.HasField("tensor_type") or kind.elem_type not in (1, 2, 10, 11):
        raise FormatError(f"the input {item.name!r} must be of real numbers or uint8")
    sides = [d.dim_value if d.HasField("dim_value") else 0 for d in kind.shape.dim]
    if not 2 <= len(sides) <= 4:
        raise FormatError(f"the input {item.name!r} must have 2 to 4 axes, it has {len(sides)}")
    batch, *shape = sides
    if last is None:
        last = len(shape) == 3 and shape[0] not in (1, 3, 4) and shape[2] in (1, 3, 4)
    axes = CHANNELS_FIRST if len(shape) == 3 and not last else tuple(range(len(shape)))
    ours = [n for _, n in sorted(zip(axes, shape, strict=True))]
    if asked is not None:
        if len(asked) != len(ours) or any(
            n not in (0, a) for n, a in zip(ours, asked, strict=True)
        ):
            raise ValueError(f"input_shape must be one that {ours} allows, got {asked}")
        ours = list(asked)
    if any(not 1 <= n <= LONGEST for n in ours):
        raise FormatError(
            f"the input {item.name!r} must have one size, got {ours} (0 is not known): "
            "tell input_shape"
        )
    if batch > 0:
        graph.batch = batch
    made = graph.add(None, "input", [], tuple(ours), shape=ours)
    return Tensor(made, axes)


def _is_channels_last(name: str, nodes: list[OnnxNode], told: str | None) -> bool | None:
    """Tell whether images go in as (N, H, W, C): by what reads them first; None if unknown."""
    if told in ("NHWC", "NCHW"):
        return told == "NHWC"
    wanted = {name}
    for node in nodes:
        if not wanted & set(node.inputs):
            continue
        if node.op == "Transpose":
            return node.has("perm") and node.integers("perm", None) == [0, 3, 1, 2]
        if node.op in _OF_IMAGES:
            return False
        if node.op in _PASSED:
            wanted.update(node.outputs)
    return None


def _output(graph: Graph, item: Any, names: dict[str, Tensor | Array]) -> int:
    """Return the node of an output, whose shape must be as the file says."""
    tensor = names.get(item.name)
    if not isinstance(tensor, Tensor):
        raise FormatError(f"the output {item.name!r} does not come from an input")
    said = [d.dim_value if d.HasField("dim_value") else 0 for d in item.type.tensor_type.shape.dim]
    shape = graph.shape(tensor)
    agree = len(said) == len(shape) + 1 and all(
        a in (0, b) for a, b in zip(said[1:], shape, strict=True)
    )
    if said and not agree:
        raise FormatError(f"the output {item.name!r} has shape {('N', *shape)}, it says {said}")
    if any(tensor.pad):
        raise FormatError(f"the output {item.name!r} must not come from Pad")
    return tensor.node


def _settled(graph: Graph, outputs: list[int]) -> tuple[Graph, list[int]]:
    """Return what the outputs need, without the nodes that only an import has."""
    readers = _readers(graph, outputs)
    stand_in: dict[int, int] = {}
    for index, node in enumerate(graph.nodes):
        node["inputs"] = [stand_in.get(source, source) for source in node["inputs"]]
        if node["op"] == "affine" and readers[index]:
            source = node["inputs"][0]
            if graph.nodes[source]["op"] in _LINEAR and readers[source] == 1:
                _fold_affine(graph, index, source)
                stand_in[index] = source
                readers[source] = readers[index]
            else:
                _name_affine(graph, index)
    outputs = [stand_in.get(index, index) for index in outputs]
    return _needed(graph, outputs)


_LINEAR = ("dense", "conv2d", "conv_transpose2d")


def _readers(graph: Graph, outputs: list[int]) -> list[int]:
    """Return how often each node is read, by those that the outputs need."""
    counts = [0] * len(graph.nodes)
    for index in outputs:
        counts[index] += 1
    for index in range(len(graph.nodes) - 1, -1, -1):
        if counts[index]:
            for source in graph.nodes[index]["inputs"]:
                counts[source] += 1
    return counts


def _fold_affine(graph: Graph, index: int, source: int) -> None:
    """Let the layer before it do what an affine node does."""
    scale, offset = (graph.weights.pop((index, name)) for name in ("scale", "offset"))
    kernel = graph.weights[source, "kernel"]
    along = -2 if graph.nodes[source]["op"] == "conv_transpose2d" else -1
    wide = scale[:, np.newaxis] if along == -2 else scale
    graph.weights[source, "kernel"] = kernel * wide
    bias = graph.weights.get((source, "bias"), np.zeros_like(scale))
    graph.weights[source, "bias"] = bias * scale + offset
    graph.nodes[source]["use_bias"] = True


def _name_affine(graph: Graph, index: int) -> None:
    """Make an affine node a rescaling, or a normalization that changes each channel so."""
    node = graph.nodes[index]
    scale, offset = (graph.weights.pop((index, name)) for name in ("scale", "offset"))
    if (scale == scale[0]).all() and (offset == offset[0]).all():
        node.update(op="rescale", scale=float(scale[0]), offset=float(offset[0]))
        return
    node.update(op="batch_norm", momentum=0.99, epsilon=_EPSILON)
    zeros, ones = np.zeros_like(scale), np.full_like(scale, 1 - _EPSILON)
    parts = {"gamma": scale, "beta": offset, "mean": zeros, "variance": ones}
    graph.weights.update({(index, name): values for name, values in parts.items()})


_EPSILON = 2.0**-10


def _needed(graph: Graph, outputs: list[int]) -> tuple[Graph, list[int]]:
    wanted = set(outputs)
    for index in range(len(graph.nodes) - 1, -1, -1):
        if index in wanted:
            wanted.update(graph.nodes[index]["inputs"])
    wanted |= {index for index, node in enumerate(graph.nodes) if node["op"] == "input"}
    at = {index: place for place, index in enumerate(sorted(wanted))}
    kept = replace(graph, nodes=[], shapes=[], weights={}, uses=[])
    for index in sorted(wanted):
        node = graph.nodes[index]
        kept.nodes.append({**node, "inputs": [at[source] for source in node["inputs"]]})
        kept.shapes.append(graph.shapes[index])
    kept.weights = {(at[i], name): v for (i, name), v in graph.weights.items() if i in at}
    return kept, [at[index] for index in outputs]


def classes_of(metadata: dict[str, str]) -> list[Any] | None:
    """Return the classes that an exported network of ours says its outputs are."""
    try:
        found = json.loads(metadata.get("imgmine.classes", "null"))
    except ValueError:
        return None
    is_known = isinstance(found, list) and all(isinstance(c, (str, int, float)) for c in found)
    return found if is_known else None

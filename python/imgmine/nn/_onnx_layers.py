"""Layers for the core's nodes: what an ONNX file holds as if it had been built here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._activations import LEAKY_SLOPE, RELU6, Clip, LeakyReLU, ReLU, ReLU6, Sigmoid, Softmax, Tanh
from ._conv2d import Conv2D, ConvTranspose2D
from ._dense import Dense
from ._graph import Graph, named
from ._layer import InputLayer, Layer, Node
from ._merging import Add, Concatenate
from ._pool2d import AvgPool2D, GlobalAvgPool2D, GlobalMaxPool2D, MaxPool2D
from ._regularization import BatchNorm, Dropout
from ._reshaping import Flatten, Rescaling, Reshape, Upsample2D

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._validate import Array
    from ._onnx_import import ImportedNetwork

_WITH_ACTIVATION = {"conv2d", "conv_transpose2d", "dense"}
_ACTIVATIONS = {"relu", "relu6", "leaky_relu", "sigmoid", "tanh", "softmax"}


def layers_of(imported: ImportedNetwork) -> tuple[Graph, dict[str, Array]]:
    """Return the graph of layers, and their weights by name.

    An activation that alone reads a layer of weights becomes part of it.
    """
    nodes = imported.nodes
    readers = _readers(nodes, imported.outputs)
    places: dict[int, int] = {}
    wired: list[tuple[Layer, tuple[int, ...]]] = []
    origin: list[int] = []
    for index, node in enumerate(nodes):
        if index in places:
            continue
        sources = tuple(places[source] for source in node["inputs"])
        after = _activation_after(nodes, readers, index)
        activation = None if after is None else _name_of(nodes[after])
        places[index] = len(wired)
        if after is not None:
            places[after] = len(wired)
        wired.append((_MAKERS[node["op"]](node, activation), sources))
        origin.append(index)
    graph = Graph(named(wired), [places[index] for index in imported.outputs])
    names = {index: place.name for index, place in zip(origin, graph.layers, strict=True)}
    weights = {f"{names[i]}.{kind}": values for (i, kind), values in imported.weights.items()}
    return graph, weights


def _readers(nodes: list[Node], outputs: list[int]) -> list[list[int]]:
    readers: list[list[int]] = [[] for _ in nodes]
    for index, node in enumerate(nodes):
        for source in node["inputs"]:
            readers[source].append(index)
    for index in outputs:
        readers[index].append(-1)
    return readers


def _activation_after(nodes: list[Node], readers: list[list[int]], index: int) -> int | None:
    """Return the activation that becomes part of a node's layer, if there is one."""
    if nodes[index]["op"] not in _WITH_ACTIVATION or len(readers[index]) != 1:
        return None
    after = readers[index][0]
    if after < 0 or _name_of(nodes[after]) not in _ACTIVATIONS:
        return None
    is_usual = nodes[after].get("slope", LEAKY_SLOPE) == LEAKY_SLOPE
    return after if is_usual else None


def _name_of(node: Node) -> str:
    """Return the name of an activation; of others the op's."""
    is_relu6 = all(node.get(key) == value for key, value in RELU6.items())
    return "relu6" if is_relu6 else str(node["op"])


def _windows(node: Node) -> dict[str, Any]:
    padding = node["padding"]
    plain = padding if isinstance(padding, str) else tuple(padding)
    return {"strides": tuple(node["strides"]), "padding": plain if any(plain) else "valid"}


def _convolution(cls: type[Conv2D]) -> Callable[[Node, str | None], Layer]:
    def make(node: Node, activation: str | None) -> Layer:
        more: dict[str, Any] = {}
        if "output_padding" in node:
            more["output_padding"] = tuple(node["output_padding"])
        if "groups" in node:
            more["groups"] = node["groups"]
        return cls(
            node["filters"],
            tuple(node["kernel"]),
            activation=activation,
            use_bias=node["use_bias"],
            **_windows(node),
            **more,
        )

    return make


def _pool(cls: type[MaxPool2D | AvgPool2D]) -> Callable[[Node, str | None], Layer]:
    return lambda node, _: cls(tuple(node["size"]), **_windows(node))


_MAKERS: dict[str, Callable[[Node, str | None], Layer]] = {
    "input": lambda node, _: InputLayer(tuple(node["shape"])),
    "conv2d": _convolution(Conv2D),
    "conv_transpose2d": _convolution(ConvTranspose2D),
    "max_pool2d": _pool(MaxPool2D),
    "avg_pool2d": _pool(AvgPool2D),
    "global_avg_pool2d": lambda node, _: GlobalAvgPool2D(),
    "global_max_pool2d": lambda node, _: GlobalMaxPool2D(),
    "flatten": lambda node, _: Flatten(),
    "reshape": lambda node, _: Reshape(tuple(node["shape"])),
    "dense": lambda node, activation: Dense(node["units"], activation, use_bias=node["use_bias"]),
    "relu": lambda node, _: ReLU(),
    "leaky_relu": lambda node, _: LeakyReLU(node["slope"]),
    "clip": lambda node, _: (
        ReLU6() if _name_of(node) == "relu6" else Clip(node["low"], node["high"])
    ),
    "sigmoid": lambda node, _: Sigmoid(),
    "tanh": lambda node, _: Tanh(),
    "softmax": lambda node, _: Softmax(),
    "dropout": lambda node, _: Dropout(node["rate"]),
    "batch_norm": lambda node, _: BatchNorm(momentum=node["momentum"], epsilon=node["epsilon"]),
    "upsample2d": lambda node, _: Upsample2D(tuple(node["size"]), method=node["method"]),
    "rescale": lambda node, _: Rescaling(node["scale"], node["offset"]),
    "add": lambda node, _: Add(),
    "concat": lambda node, _: Concatenate(),
}

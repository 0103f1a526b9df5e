"""Layers joined to a graph, the core's nodes for it, and the JSON that a file keeps of it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, NamedTuple

from .._errors import FormatError
from ._activations import Clip, LeakyReLU, ReLU, ReLU6, Sigmoid, Softmax, Tanh
from ._conv2d import Conv2D, ConvTranspose2D
from ._dense import Dense
from ._layer import InputLayer, Layer, Node, Tensor
from ._merging import Add, Concatenate
from ._pool2d import AvgPool2D, GlobalAvgPool2D, GlobalMaxPool2D, MaxPool2D
from ._regularization import BatchNorm, Dropout
from ._reshaping import Flatten, Rescaling, Reshape, Upsample2D

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LAYERS: dict[str, type[Layer]] = {
    cls.__name__: cls
    for cls in (
        *(
            Add,
            AvgPool2D,
            BatchNorm,
            Clip,
            Concatenate,
            Conv2D,
            ConvTranspose2D,
            Dense,
            Dropout,
            Flatten,
        ),
        *(GlobalAvgPool2D, GlobalMaxPool2D, InputLayer, LeakyReLU, MaxPool2D, ReLU, ReLU6),
        *(Rescaling, Reshape, Sigmoid, Softmax, Tanh, Upsample2D),
    )
}
MAX_LAYERS = 10_000
_LATER = {"groups": 1}  # settings that are not written while they are this


class Placed(NamedTuple):
    """A layer in its place: `inputs` are places of earlier ones."""

    name: str
    layer: Layer
    inputs: tuple[int, ...]


class Graph(NamedTuple):
    """Layers in an order in which each comes after its inputs."""

    layers: list[Placed]
    outputs: list[int]

    def nodes(self) -> tuple[list[Node], list[int]]:
        """Return the core's nodes, and for each layer its last one."""
        nodes: list[Node] = []
        last: list[int] = []
        for place in self.layers:
            inputs = [last[i] for i in place.inputs]
            for node in place.layer._nodes():
                nodes.append({**node, "inputs": inputs})
                inputs = [len(nodes) - 1]
            last.append(len(nodes) - 1)
        return nodes, last

    def place_of(self, name: str) -> int:
        """Return the place of the layer of that name."""
        for i, place in enumerate(self.layers):
            if place.name == name:
                return i
        names = [place.name for place in self.layers]
        raise ValueError(f"layer must be one of {names}, got {name!r}")


def graph_of(inputs: Sequence[Tensor], outputs: Sequence[Tensor]) -> Graph:
    """Return the graph that leads from some handles to others."""
    for name, handles in (("inputs", inputs), ("outputs", outputs)):
        if not handles or not all(isinstance(handle, Tensor) for handle in handles):
            raise TypeError(f"{name} must be a Tensor or several, got {handles!r}")
    if not all(isinstance(handle.layer, InputLayer) for handle in inputs):
        raise ValueError(f"inputs must be made by Input, got {list(inputs)}")
    places: dict[int, int] = {}
    ordered: list[Tensor] = []
    for handle in (*inputs, *_before(outputs)):
        if id(handle) not in places:
            places[id(handle)] = len(ordered)
            ordered.append(handle)
    missing = [h for h in ordered[len(inputs) :] if isinstance(h.layer, InputLayer)]
    if missing or len({id(handle) for handle in inputs}) < len(inputs):
        raise ValueError(f"inputs must be each Input of the outputs once, not so {missing}")
    wired = [(h.layer, tuple(places[id(x)] for x in h.inputs)) for h in ordered]
    return Graph(named(wired), [places[id(handle)] for handle in outputs])


def _before(outputs: Sequence[Tensor]) -> Iterable[Tensor]:
    """Yield handles after all that lead to them, without recursion."""
    seen: set[int] = set()
    stack = [(handle, False) for handle in reversed(outputs)]
    while stack:
        handle, is_ready = stack.pop()
        if is_ready:
            yield handle
        elif id(handle) not in seen:
            seen.add(id(handle))
            stack.append((handle, True))
            stack.extend((before, False) for before in reversed(handle.inputs))


def named(wired: Iterable[tuple[Layer, tuple[int, ...]]]) -> list[Placed]:
    """Return layers with names, made up for those that have none."""
    layers = list(wired)
    given = [layer.name for layer, _ in layers if layer.name is not None]
    if len(set(given)) < len(given):
        double = sorted({name for name in given if given.count(name) > 1})
        raise ValueError(f"name must be another for each layer, got {double} several times")
    used, counts, placed = set(given), dict[str, int](), []
    for layer, inputs in layers:
        name = layer.name
        while name is None:
            kind = layer._nodes()[0]["op"]
            n = counts.get(kind, 0)
            counts[kind] = n + 1
            made = f"{kind}_{n}" if n else kind
            name = None if made in used else made
        used.add(name)
        placed.append(Placed(name, layer, inputs))
    return placed


def to_json(graph: Graph) -> dict[str, Any]:
    """Return what JSON can hold of a graph."""
    layers = [
        {
            **_settings_of(layer),
            "type": type(layer).__name__,
            "name": name,
            "inputs": list(inputs),
        }
        for name, layer, inputs in graph.layers
    ]
    return {"layers": layers, "outputs": graph.outputs}


def _settings_of(layer: Layer) -> dict[str, Any]:
    settings = {f.name: getattr(layer, f.name) for f in dataclasses.fields(layer)}
    return {
        key: value for key, value in settings.items() if key not in _LATER or value != _LATER[key]
    }


def from_json(entries: Any) -> Graph:
    """Return the graph that `to_json` wrote; anything else is an error of some kind."""
    _require(isinstance(entries, dict) and entries.keys() == {"layers", "outputs"}, "graph")
    layers, outputs = entries["layers"], entries["outputs"]
    _require(isinstance(layers, list) and 0 < len(layers) <= MAX_LAYERS, "layers")
    wired = [_layer_from(entry, i) for i, entry in enumerate(layers)]
    _require(isinstance(outputs, list) and len(outputs) > 0, "outputs")
    _require(all(type(i) is int and 0 <= i < len(wired) for i in outputs), "outputs")
    _require(all(layer.name is not None for layer, _ in wired), "names")
    return Graph(named(wired), outputs)


def _layer_from(entry: Any, place: int) -> tuple[Layer, tuple[int, ...]]:
    _require(isinstance(entry, dict) and isinstance(entry.get("type"), str), "layers")
    settings = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in entry.items()
        if key not in ("type", "inputs")
    }
    cls, inputs = LAYERS.get(entry["type"]), entry.get("inputs")
    if cls is None:
        raise FormatError(f"it has a layer of the unknown type {entry['type'][:40]!r}")
    names = {field.name for field in dataclasses.fields(cls)}
    _require(settings.keys() <= names, f"settings of {entry['type']}")
    _require(names <= settings.keys() | _LATER.keys(), f"settings of {entry['type']}")
    _require(isinstance(inputs, list), "inputs")
    _require(all(type(i) is int and 0 <= i < place for i in inputs), "inputs")
    _require((len(inputs) == 0) == (cls is InputLayer), "inputs")
    make: Any = cls
    return make(**settings), tuple(inputs)


def _require(ok: bool, what: str) -> None:
    if not ok:
        raise FormatError(f"it has no proper {what}")

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ._structure import Structure


class LayerSummary(NamedTuple):
    """One line of a `Summary`."""

    name: str
    type: str
    output_shape: tuple[int, ...]
    parameters: int
    multiply_adds: int


class Summary(NamedTuple):
    """What a network consists of and what it costs; printed, it is a table.

    Attributes
    ----------
    layers : list of LayerSummary
        ``name``, ``type``, ``output_shape`` of one sample, ``parameters``, ``multiply_adds``.
    parameters : int
        Numbers that the network consists of.
    trainable : int
        Those of them that are learned by gradients.
    multiply_adds : int
        Of one sample, forward.
    weight_bytes : int
        What the parameters take.
    sample_bytes : int
        What all results of layers take for one sample, as training keeps them.
    """

    layers: list[LayerSummary]
    parameters: int
    trainable: int
    multiply_adds: int
    weight_bytes: int
    sample_bytes: int

    def __repr__(self) -> str:
        rows = [("layer", "type", "output", "parameters", "multiply-adds")]
        for layer in self.layers:
            shape = " x ".join(map(str, layer.output_shape))
            numbers = f"{layer.parameters:,}", f"{layer.multiply_adds:,}"
            rows.append((layer.name, layer.type, shape, *numbers))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = []
        for row in rows:
            cells = [cell.ljust(w) for cell, w in zip(row[:3], widths[:3], strict=True)]
            cells += [cell.rjust(w) for cell, w in zip(row[3:], widths[3:], strict=True)]
            lines.append("  ".join(cells).rstrip())
        fixed = self.parameters - self.trainable
        aside = f", {fixed:,} of them not trained" if fixed else ""
        lines += [
            "",
            f"{self.parameters:,} parameters{aside}: {_size(self.weight_bytes)}",
            f"{self.multiply_adds:,} multiply-adds a sample, forward",
            f"{_size(self.sample_bytes)} of results a sample in training",
        ]
        return "\n".join(lines)


def summary_of(network: Structure) -> Summary:
    """Count what a network consists of."""
    core, graph = network._core, network._graph
    shapes, costs, last = core.shapes, core.multiply_adds, network._last
    counts, trainable = [0] * len(shapes), 0
    for node, _, shape, _, is_trainable in core.parameters:
        counts[node] += math.prod(shape)
        trainable += math.prod(shape) * is_trainable
    layers, first = [], 0
    for (name, layer, _), end in zip(graph.layers, last, strict=True):
        nodes = slice(first, end + 1)
        kind = type(layer).__name__.replace("InputLayer", "Input")
        numbers = sum(counts[nodes]), sum(costs[nodes])
        layers.append(LayerSummary(name, kind, tuple(shapes[end]), *numbers))
        first = end + 1
    results = 4 * sum(math.prod(shape) for shape in shapes)
    return Summary(layers, sum(counts), trainable, sum(costs), 4 * sum(counts), results)


def _size(n_bytes: float) -> str:
    for unit in ("bytes", "KB", "MB"):
        if n_bytes < 1000:
            return f"{n_bytes:.3g} {unit}"
        n_bytes /= 1000
    return f"{n_bytes:.3g} GB"

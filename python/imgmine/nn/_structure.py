"""What a network is made of: layers, the core's nodes for them, and weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from .. import _core
from .._samples import as_seed
from .._validate import as_name
from ._graph import graph_of
from ._initializers import initial
from ._layer import InputLayer, Tensor
from ._summary import Summary, summary_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from .._validate import Array
    from ._graph import Graph
    from ._history import History
    from ._layer import Layer


Self = TypeVar("Self", bound="Structure")


class Structure:
    """A graph of layers and its weights."""

    classes_: Array | None
    history_: History | None

    def __init__(
        self,
        inputs: Tensor | Sequence[Tensor],
        outputs: Tensor | Sequence[Tensor],
        *,
        precision: str = "float32",
        random_state: int | None = 0,
    ) -> None:
        self._build(graph_of(_handles(inputs), _handles(outputs)), precision)
        self._initialize(as_seed(random_state))

    def _build(self, graph: Graph, precision: str) -> None:
        nodes, self._last = graph.nodes()
        outputs = [self._last[i] for i in graph.outputs]
        self._graph, self.precision = graph, as_name(precision, "precision")
        self._core = _core.nn.Network(nodes, outputs, precision)
        self._nodes, self._outputs = nodes, outputs
        self.classes_, self.history_ = None, None

    def _initialize(self, seed: int) -> None:
        values = self._core.values
        for i, (node, kind, shape, offset, _) in enumerate(self._core.parameters):
            layer = self._graph.layers[self._layer_of(node)].layer
            rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence((seed, i))))
            how = getattr(layer, "kernel_initializer", "zeros")
            back = self._nodes[node]["op"] == "conv_transpose2d"
            first = initial(kind, shape, how, rng, back)
            values[offset : offset + first.size] = first.ravel()
        self._core.touch()

    def _layer_of(self, node: int) -> int:
        return int(np.searchsorted(self._last, node))

    def __repr__(self) -> str:
        outputs = ", ".join(str(shape) for shape in self.output_shapes)
        return (
            f"<{type(self).__name__} of {len(self._graph.layers)} layers and "
            f"{self._core.values.size:,} parameters: "
            f"{', '.join(map(str, self.input_shapes))} -> {outputs}>"
        )

    # What it is

    @property
    def layers(self) -> dict[str, Layer]:
        """The layers by name, each after its inputs."""
        return {place.name: place.layer for place in self._graph.layers}

    @property
    def input_shapes(self) -> list[tuple[int, ...]]:
        """The shape of one sample, for each input."""
        layers = (place.layer for place in self._graph.layers)
        return [layer.shape for layer in layers if isinstance(layer, InputLayer)]

    @property
    def output_shapes(self) -> list[tuple[int, ...]]:
        """The shape of one sample's result, for each output."""
        return [tuple(self._core.shapes[node]) for node in self._outputs]

    @property
    def weights(self) -> dict[str, Array]:
        """Copies of all parameters, by names such as ``conv2d.kernel``."""
        values = self._core.values
        return {
            name: values[part].reshape(shape).copy()
            for name, (part, shape) in self._parts().items()
        }

    def _parts(self) -> dict[str, tuple[slice, tuple[int, ...]]]:
        parts = {}
        for node, kind, shape, offset, _ in self._core.parameters:
            size = int(np.prod(shape, dtype=np.int64))
            name = f"{self._graph.layers[self._layer_of(node)].name}.{kind}"
            parts[name] = slice(offset, offset + size), tuple(shape)
        return parts

    def set_weights(
        self: Self, weights: Mapping[str, npt.ArrayLike], *, strict: bool = True
    ) -> Self:
        """Take parameters by name, as `weights` gives them.

        Parameters
        ----------
        weights : dict of str to array_like
        strict : bool, default True
            Whether all must be there, and no others. Otherwise those that are there are taken, and
            the others left as they are.

        Returns
        -------
        Network
            This one.

        Raises
        ------
        ValueError
            If a name is missing or unknown, or an array has another shape; nothing is changed then.
        """
        parts, given = self._parts(), {k: np.asarray(v) for k, v in weights.items()}
        if strict and parts.keys() != given.keys():
            missing, unknown = sorted(parts.keys() - given), sorted(given.keys() - parts)
            raise ValueError(
                f"weights must be those of the network: lacks {missing}, {unknown} new"
            )
        known = {name: array for name, array in given.items() if name in parts}
        for name, array in known.items():
            if array.shape != parts[name][1]:
                raise ValueError(f"{name} must have shape {parts[name][1]}, got {array.shape}")
        for name, array in known.items():
            self._core.values[parts[name][0]] = array.ravel()
        self._core.touch()
        return self

    def summary(self) -> Summary:
        """Return the layers with their shapes, parameters and multiply-adds; it prints as a table.

        Returns
        -------
        Summary
        """
        return summary_of(self)


def _handles(given: Any) -> list[Any]:
    return list(given) if isinstance(given, (tuple, list)) else [given]

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _core
from .._errors import FormatError
from .._validate import as_name
from . import _network_file
from ._calibration import folded, folded_weights, ranges_of
from ._inference import Inference
from ._inputs import as_inputs
from ._network_file import Stored
from ._summary import summary_of

if TYPE_CHECKING:
    import os

    from .._validate import Array
    from ._graph import Graph
    from ._structure import Structure
    from ._summary import Summary

_PRECISION = "int8"
_RANGES = "ranges"
_RANGED = {  # ops whose results may leave the range that samples had
    *("conv2d", "dense", "relu", "leaky_relu", "clip", "batch_norm", "add", "concat"),
    *("conv_transpose2d", "avg_pool2d", "global_avg_pool2d"),
}


class QuantizedNetwork(Inference):
    """A network of bytes, made from one of floats by `Network.quantize`.

    Weights are int8 with a scale for each output, results between layers uint8 with a scale and a
    zero; sums of products are exact in 32 bits. So it takes a quarter of the memory, is several
    times as fast where the CPU multiplies bytes, and gives the same bits everywhere. What it ends
    in is float32. Norms are folded into the weights before them.

    Attributes
    ----------
    classes_ : ndarray or None
        Those of the network that it was made from.
    precision : str
        "int8".

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> network = im.nn.Sequential([im.nn.Flatten(), im.nn.Dense(2)], (8, 8, 1))
    >>> images = np.random.default_rng(0).integers(0, 256, (32, 8, 8, 1), np.uint8)
    >>> quantized = network.quantize(images)
    >>> quantized.predict(images).shape
    (32, 2)
    >>> quantized.nbytes
    168
    """

    _core: Any  # of bytes, not of floats

    def __init__(self, graph: Graph, arrays: dict[str, Array], classes: Array | None) -> None:
        nodes, self._last = graph.nodes()
        outputs = [self._last[i] for i in graph.outputs]
        self._graph, self.precision = graph, _PRECISION
        self._nodes, self._outputs = nodes, outputs
        self.classes_, self.history_, self._arrays = classes, None, arrays
        parameters: list[dict[str, Array]] = [{} for _ in nodes]
        for name, array in arrays.items():
            layer, _, kind = name.rpartition(".")
            if name != _RANGES:
                parameters[self._node_with(layer)][kind] = array
        self._core = _core.nn.QuantizedNetwork(
            folded(nodes, outputs)[0], outputs, parameters, arrays[_RANGES]
        )

    def _node_with(self, layer: str) -> int:
        """Return the node that has the layer's parameters: its first."""
        place = self._graph.place_of(layer)
        return self._last[place - 1] + 1 if place else 0

    @property
    def weights(self) -> dict[str, Array]:
        """Copies of all arrays: kernels of int8 with their scales, and what is float32."""
        return {name: array.copy() for name, array in self._arrays.items()}

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(array.nbytes for array in self._arrays.values())

    def set_weights(self, *_: Any, **__: Any) -> Any:
        """Refuse: quantize the network of floats anew instead.

        Raises
        ------
        TypeError
            Always.
        """
        raise TypeError("weights of a quantized network cannot be set: quantize the other anew")

    def summary(self) -> Summary:
        """Return the layers with their shapes, parameters and multiply-adds; it prints as a table.

        Returns
        -------
        Summary
            ``weight_bytes`` are those of the bytes.
        """
        shapes = self._core.shapes
        size = sum(int(np.prod(shape)) for shape in shapes)
        return summary_of(self)._replace(weight_bytes=self.nbytes, sample_bytes=size)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write weights, layers and labels as a safetensors file.

        Parameters
        ----------
        path : path

        Raises
        ------
        TypeError
            If a label is neither str nor a number.
        """
        _network_file.write(path, Stored(self._graph, _PRECISION, self.classes_, self._arrays))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> QuantizedNetwork:
        """Read a network that `save` wrote.

        Parameters
        ----------
        path : path

        Returns
        -------
        QuantizedNetwork

        Raises
        ------
        FormatError
            If the file is damaged, or something else.
        """
        return _network_file.read(path, _from_stored, (_PRECISION,))


def _from_stored(stored: Stored) -> QuantizedNetwork:
    if stored.arrays.get(_RANGES, np.empty(0)).shape[1:] != (2,):
        raise FormatError("it has no proper ranges")
    return QuantizedNetwork(stored.graph, stored.arrays, stored.classes)


def quantize(network: Structure, x: Any, method: str) -> QuantizedNetwork:
    """Return the network of bytes for one of floats, judged by samples."""
    inputs = as_inputs(x, network.input_shapes)
    if not len(inputs[0]):
        raise ValueError("x must have at least one sample, got none")
    if as_name(method, "method") not in ("mse", "minmax"):
        raise ValueError(f"method must be 'mse' or 'minmax', got {method!r}")
    ops = [node["op"] for node in network._nodes]
    clipped = [method == "mse" and op in _RANGED for op in ops]
    arrays = _quantized_weights(network)
    arrays[_RANGES] = ranges_of(network._core, inputs, clipped)
    for node, norm in folded(network._nodes, network._outputs)[1].items():
        arrays[_RANGES][node] = arrays[_RANGES][norm]
    places = (i for i, op in enumerate(ops) if op == "input")
    for node, images in zip(places, inputs, strict=True):
        if images.dtype == np.uint8:
            arrays[_RANGES][node] = 0, 255  # bytes stay as they are
    return QuantizedNetwork(network._graph, arrays, network.classes_)


def _quantized_weights(network: Structure) -> dict[str, Array]:
    values = network._core.values
    found: dict[int, dict[str, Array]] = {}
    for node, kind, shape, offset, _ in network._core.parameters:
        array = values[offset : offset + int(np.prod(shape))].reshape(shape)
        found.setdefault(node, {})[kind] = array
    _, norms = folded(network._nodes, network._outputs)
    arrays = {}
    for node, parameters in found.items():
        if node in norms.values():
            continue
        name = network._graph.layers[network._layer_of(node)].name
        if "kernel" in parameters:
            norm = norms.get(node, -1)
            epsilon = network._nodes[norm].get("epsilon", 1e-3)
            kernel, bias = folded_weights(parameters, found.get(norm), epsilon)
            quantized, scales = _core.nn.quantize_weights(np.ascontiguousarray(kernel))
            arrays[f"{name}.kernel"] = quantized.reshape(parameters["kernel"].shape)
            arrays[f"{name}.scales"] = scales
            parameters = {} if bias is None else {"bias": bias}
        arrays.update({f"{name}.{kind}": array.copy() for kind, array in parameters.items()})
    return arrays

"""What a network learned elsewhere: ONNX files, layers that stay as they are, another head."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from .._errors import FormatError
from .._files import replace_file
from .._validate import as_name
from ._graph import Graph, to_json
from ._inference import Inference
from ._layer import InputLayer, Layer, Tensor
from ._network_file import classes_from, plain_classes
from ._onnx_export import LAYOUTS, onnx_model
from ._onnx_import import classes_of, read_onnx
from ._onnx_layers import layers_of

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from .._validate import Array
    from ._network import Network

Self = TypeVar("Self", bound="Transfer")

PRECISIONS = ("float32", "bfloat16")
_OF_CLASSES = ("softmax", "sigmoid", "relu", "leaky_relu", "clip", "tanh", "dropout")


class Transfer(Inference):
    """A network whose layers go on to other networks."""

    _frozen: frozenset[str] = frozenset()
    _learned: list[slice] | None = None

    @property
    def embedding_layer(self) -> str:
        """The layer whose result goes into the last layer with weights, which tells the classes.

        Of a network without such a layer, its output.
        """
        nodes, at = self._nodes, self._outputs[0]
        while nodes[at]["op"] in _OF_CLASSES:
            (at,) = nodes[at]["inputs"]
        if nodes[at]["op"] != "dense":
            return self._graph.layers[self._graph.outputs[0]].name
        (at,) = nodes[at]["inputs"]
        while nodes[at]["op"] == "dropout":
            (at,) = nodes[at]["inputs"]
        return self._graph.layers[self._layer_of(at)].name

    @property
    def frozen(self) -> list[str]:
        """The layers that `fit` leaves as they are."""
        return [place.name for place in self._graph.layers if place.name in self._frozen]

    def freeze(self: Self, up_to: str | None = None) -> Self:
        """Have layers keep their weights when the network learns on.

        Parameters
        ----------
        up_to : str, optional
            This layer and all that lead to it keep theirs. Default: all up to `embedding_layer`,
            so that only the classes are learned.

        Returns
        -------
        Network
            This one. `unfreeze` lets all of them learn again.

        Notes
        -----
        A frozen `BatchNorm` keeps its mean and variance and uses them while the network learns, as
        in `predict`; a frozen `Dropout` drops all the same. The way back ends at the first layer
        that learns, so that the frozen ones cost no more than to predict. Their `gradients` are 0.
        """
        name = self.embedding_layer if up_to is None else as_name(up_to, "up_to")
        places = _leading_to(self._graph, self._graph.place_of(name))
        return self._keep(frozenset(self._graph.layers[place].name for place in places))

    def unfreeze(self: Self) -> Self:
        """Let all layers learn again.

        Returns
        -------
        Network
            This one.
        """
        return self._keep(frozenset())

    def _keep(self: Self, frozen: frozenset[str]) -> Self:
        nodes = range(len(self._nodes))
        layers = self._graph.layers
        self._core.freeze([node for node in nodes if layers[self._layer_of(node)].name in frozen])
        self._frozen, self._learned = frozen, None
        return self

    def _learned_parts(self) -> list[slice]:
        """Return where the values are that learn, in order and neighbors together."""
        if self._learned is None:
            self._learned = []
            for name, (part, _) in sorted(self._parts().items(), key=lambda item: item[1][0].start):
                if part.start >= self._core.n_trainable or name.split(".")[0] in self._frozen:
                    continue
                if self._learned and self._learned[-1].stop == part.start:
                    part = slice(self._learned.pop().start, part.stop)
                self._learned.append(part)
        return self._learned

    def copy(self) -> Network:
        """Return a network with the same layers and weights, which learns for itself.

        Returns
        -------
        Network
        """
        return _made(self._graph, self.precision, self.weights, self.classes_)

    def digest(self) -> str:
        """Return a checksum (SHA-256) of layers, weights and precision.

        Returns
        -------
        str
        """
        text = json.dumps([to_json(self._graph), self.precision], sort_keys=True)
        checksum = hashlib.sha256(text.encode())
        checksum.update(np.ascontiguousarray(self._core.values, "<f4").data)
        return checksum.hexdigest()

    def with_head(
        self, layers: Sequence[Layer], *, after: str | None = None, random_state: int | None = 0
    ) -> Network:
        """Return a network that does something else with what this one sees in pictures.

        Parameters
        ----------
        layers : sequence of Layer
            What follows, with weights that have yet to learn: ``[Dense(5)]`` for five classes.
        after : str, optional
            The layer up to which this network's layers and weights are copied. Default:
            `embedding_layer`.
        random_state : int, default 0
            Which weights the new layers begin with.

        Returns
        -------
        Network

        Examples
        --------
        >>> import imgmine as im
        >>> network = im.nn.small_cnn((32, 32, 3), 10)
        >>> other = network.with_head([im.nn.Dense(5)]).freeze()
        >>> other.output_shapes
        [(5,)]
        """
        from ._network import Network

        name = self.embedding_layer if after is None else as_name(after, "after")
        last = self._graph.place_of(name)
        handles: dict[int, Tensor] = {}
        for place in _leading_to(self._graph, last):
            found = self._graph.layers[place]
            layer = dataclasses.replace(found.layer, name=found.name)
            handles[place] = Tensor(layer, tuple(handles[i] for i in found.inputs))
        inputs = [h for h in handles.values() if isinstance(h.layer, InputLayer)]
        handle = handles[last]
        for layer in layers:
            if not isinstance(layer, Layer):
                raise TypeError(f"layers must be layers, got {layer!r}")
            handle = layer(handle)
        made = Network(inputs, handle, precision=self.precision, random_state=random_state)
        kept = {found.layer.name for found in handles.values()}
        weights = {k: v for k, v in self.weights.items() if k.split(".")[0] in kept}
        return made.set_weights(weights, strict=False)

    def to_onnx(self, path: str | os.PathLike[str], *, layout: str = "NHWC") -> None:
        """Write the network as an ONNX file, which onnxruntime and others run.

        Parameters
        ----------
        path : path
        layout : {"NHWC", "NCHW"}
            Of images that go in and come out: (n, H, W, C) as here, or channels first. They are
            float32, any number of them.

        Raises
        ------
        MissingDependencyError
            If the package onnx is not installed: ``pip install 'imgmine[onnx]'``.
        ValueError
            If the network is too large for a file, or layout is none of those.

        Notes
        -----
        Operators of ONNX's set 17. Input and output are called ``input`` and ``output``, several
        ``input_0`` and so on. Labels go along as metadata, which `from_onnx` reads.
        """
        if layout not in LAYOUTS:
            raise ValueError(f"layout must be one of {LAYOUTS}, got {layout!r}")
        values, weights = self._core.values, {}
        for node, kind, shape, offset, _ in self._core.parameters:
            size = int(np.prod(shape, dtype=np.int64))
            weights[node, kind] = values[offset : offset + size].reshape(shape)
        classes = None if self.classes_ is None else plain_classes(self.classes_)
        shapes = [tuple(shape) for shape in self._core.shapes]
        model = onnx_model(
            self._nodes, self._outputs, shapes, weights, layout=layout, classes=classes
        )
        replace_file(path, model.SerializeToString(deterministic=True), sync=True)

    @classmethod
    def from_onnx(
        cls,
        path: str | os.PathLike[str],
        *,
        input_shape: tuple[int, ...] | None = None,
        layout: str | None = None,
        precision: str = "float32",
    ) -> Network:
        """Read a network from an ONNX file, as PyTorch, Keras and others export them.

        Parameters
        ----------
        path : path
        input_shape : tuple of int, optional
            Of one sample, (H, W, C) of an image: needed where the file leaves sizes open.
        layout : {"NHWC", "NCHW"}, optional
            Of the images that the file takes. Default: told by its first operators or sizes.
        precision : {"float32", "bfloat16"}

        Returns
        -------
        Network
            Images go in and come out as (n, H, W, C), whatever the file's layout; an output that
            flattens images has their numbers in our order, row by row.

        Raises
        ------
        MissingDependencyError
            If the package onnx is not installed: ``pip install 'imgmine[onnx]'``.
        FormatError
            If the file is no ONNX model, a damaged one, or has what cannot be read: an operator
            that there is no layer for, dilations, weights in other files. The message names the
            node.

        Notes
        -----
        ``LogSoftmax`` at the end is read as ``Softmax``: the network gives probabilities, not
        their logarithms.
        """
        if layout not in (None, *LAYOUTS):
            raise ValueError(f"layout must be one of {LAYOUTS} or None, got {layout!r}")
        if precision not in PRECISIONS:
            raise ValueError(f"precision must be one of {PRECISIONS}, got {precision!r}")
        imported = read_onnx(path, input_shape=input_shape, layout=layout)
        graph, weights = layers_of(imported)
        try:
            made = _made(graph, precision, weights, None)
        except ValueError as error:
            raise FormatError(f"the ONNX model is no network that can be run: {error}") from error
        classes = classes_from(classes_of(imported.metadata))
        if classes is not None and made.output_shapes[0][-1:] == (len(classes),):
            made.classes_ = classes
        return made


def _made(
    graph: Graph, precision: str, weights: Mapping[str, Array], classes: Array | None
) -> Network:
    from ._network import Network

    network = Network.__new__(Network)
    network._build(graph, precision)
    network.set_weights(weights)
    network.classes_ = None if classes is None else classes.copy()
    return network


def _leading_to(graph: Graph, last: int) -> list[int]:
    """Return a layer's place and those of all that lead to it, in order."""
    wanted = {last}
    for place in range(last, -1, -1):
        if place in wanted:
            wanted.update(graph.layers[place].inputs)
    return sorted(wanted)

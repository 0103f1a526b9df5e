"""What a layer is, and the handles by which layers are joined to a graph."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from .._validate import as_int, as_name

if TYPE_CHECKING:
    from collections.abc import Sequence

Pair = tuple[int, int]
Node = dict[str, Any]


@dataclass(frozen=True)
class Layer:
    """One step of a network: its settings, without weights.

    Called on a handle, or on several, a layer gives the handle of its result; each call makes a
    step of its own, with weights of its own.

    Parameters
    ----------
    name : str, optional
        By which weights and results are found. Default: the kind, and a number from the second on:
        ``conv2d``, ``conv2d_1``.

    Examples
    --------
    >>> import imgmine as im
    >>> image = im.nn.Input((28, 28, 1))
    >>> im.nn.Flatten()(image)
    <Tensor of Flatten()>
    """

    _: KW_ONLY
    name: str | None = None

    def __post_init__(self) -> None:
        if self.name is not None and (not as_name(self.name, "name") or "." in self.name):
            raise ValueError(f"name must not be empty and have no '.', got {self.name!r}")

    def __call__(self, inputs: Tensor | Sequence[Tensor]) -> Tensor:
        handles = tuple(inputs) if isinstance(inputs, (tuple, list)) else (inputs,)
        if not handles or not all(isinstance(handle, Tensor) for handle in handles):
            raise TypeError(f"a layer is called on a Tensor or several, got {inputs!r}")
        return Tensor(self, handles)

    def __repr__(self) -> str:
        given = [
            f"{field.name}={getattr(self, field.name)!r}"
            for field in sorted(fields(self), key=lambda field: field.name == "name")
            if field.default != getattr(self, field.name)
        ]
        return f"{type(self).__name__}({', '.join(given)})"

    def _nodes(self) -> list[Node]:
        """Return the core's nodes, of which the first has the layer's inputs."""
        raise NotImplementedError

    def _set(self, key: str, value: Any) -> None:
        object.__setattr__(self, key, value)


class Tensor:
    """A handle of what flows from one layer to the next; ``a + b`` is ``Add()([a, b])``.

    Attributes
    ----------
    layer : Layer
        That it comes from.
    inputs : tuple of Tensor
        That layer's inputs.
    """

    def __init__(self, layer: Layer, inputs: tuple[Tensor, ...] = ()) -> None:
        self.layer = layer
        self.inputs = inputs

    def __add__(self, other: Tensor) -> Tensor:
        from ._merging import Add

        return Add()([self, other])

    def __repr__(self) -> str:
        return f"<Tensor of {self.layer!r}>"


@dataclass(frozen=True, repr=False)
class InputLayer(Layer):
    """Where data come in."""

    shape: tuple[int, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        self._set("shape", as_shape(self.shape, "shape"))

    def _nodes(self) -> list[Node]:
        return [{"op": "input", "shape": list(self.shape)}]


class Input(Tensor):
    """The handle of what a network is given.

    Parameters
    ----------
    shape : tuple of int
        Of one sample: (H, W, C) of an image, (n,) of a vector.
    name : str, optional

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> image = im.nn.Input((8, 8, 3))
    >>> x = im.nn.Conv2D(4, 3, padding="same", activation="relu")(image)
    >>> y = im.nn.Conv2D(4, 3, padding="same")(x) + x  # a skip connection
    >>> y = im.nn.Dense(10)(im.nn.GlobalAvgPool2D()(y))
    >>> network = im.nn.Network(image, y)
    >>> network.predict(np.zeros((2, 8, 8, 3), np.uint8)).shape
    (2, 10)
    """

    def __init__(self, shape: tuple[int, ...], *, name: str | None = None) -> None:
        super().__init__(InputLayer(shape, name=name))


def as_shape(value: Any, name: str) -> tuple[int, ...]:
    """Return the extents of one sample."""
    if isinstance(value, (int, np.integer)):
        value = (value,)
    if not isinstance(value, (tuple, list)):
        raise TypeError(f"{name} must be a tuple of whole numbers, got {type(value).__name__}")
    return tuple(as_int(extent, name) for extent in value)


def as_pair(value: Any, name: str) -> Pair:
    """Return a whole number, or two, as (height, width)."""
    if isinstance(value, (tuple, list)):
        if len(value) != 2:
            raise ValueError(f"{name} must be a whole number or (height, width), got {value!r}")
        return as_int(value[0], name), as_int(value[1], name)
    number = as_int(value, name)
    return number, number


def as_padding(value: Any) -> str | tuple[int, ...]:
    """Return "valid", "same" or (top, left, bottom, right)."""
    if isinstance(value, str):
        return value
    if not isinstance(value, (tuple, list)) or len(value) != 4:
        raise ValueError(
            f"padding must be 'valid', 'same' or (top, left, bottom, right), got {value!r}"
        )
    return tuple(as_int(side, "padding") for side in value)


def padding_of(value: str | tuple[int, ...]) -> str | list[int]:
    """Return a padding as the core takes it."""
    return value if isinstance(value, str) else list(value)

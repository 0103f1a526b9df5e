"""Where several ways join."""

from __future__ import annotations

from dataclasses import dataclass

from ._layer import Layer, Node


@dataclass(frozen=True, repr=False)
class Add(Layer):
    """The sum of inputs of one shape.

    Parameters
    ----------
    name : str, optional

    Examples
    --------
    >>> import imgmine as im
    >>> a, b = im.nn.Input((4,)), im.nn.Input((4,))
    >>> im.nn.Add()([a, b])
    <Tensor of Add()>
    """

    def _nodes(self) -> list[Node]:
        return [{"op": "add"}]


@dataclass(frozen=True, repr=False)
class Concatenate(Layer):
    """Inputs side by side along the last axis, the channels of images.

    Parameters
    ----------
    name : str, optional

    Examples
    --------
    >>> import imgmine as im
    >>> a, b = im.nn.Input((4,)), im.nn.Input((6,))
    >>> im.nn.Concatenate()([a, b])
    <Tensor of Concatenate()>
    """

    def _nodes(self) -> list[Node]:
        return [{"op": "concat"}]

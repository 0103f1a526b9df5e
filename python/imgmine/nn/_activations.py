"""Functions of one number each, and softmax."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .._validate import as_float, as_name
from ._layer import Layer, Node

ACTIVATIONS = ("relu", "relu6", "leaky_relu", "sigmoid", "tanh", "softmax")
RELU6 = {"op": "clip", "low": 0.0, "high": 6.0}
LEAKY_SLOPE = 0.01


@dataclass(frozen=True, repr=False)
class ReLU(Layer):
    """The larger of x and 0.

    Parameters
    ----------
    name : str, optional

    Examples
    --------
    >>> import imgmine as im
    >>> im.nn.ReLU()
    ReLU()
    """

    def _nodes(self) -> list[Node]:
        return [{"op": "relu"}]


@dataclass(frozen=True, repr=False)
class ReLU6(Layer):
    """Numbers from 0 to 6 as they are, others the nearer of the two.

    Parameters
    ----------
    name : str, optional

    Examples
    --------
    >>> import imgmine as im
    >>> im.nn.ReLU6()
    ReLU6()
    """

    def _nodes(self) -> list[Node]:
        return [dict(RELU6)]


@dataclass(frozen=True, repr=False)
class Clip(Layer):
    """Numbers within limits as they are, others the nearer limit.

    Parameters
    ----------
    low, high : float
        The limits, low < high.
    name : str, optional

    Examples
    --------
    >>> import imgmine as im
    >>> im.nn.Clip(-1, 1)
    Clip(low=-1.0, high=1.0)
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        super().__post_init__()
        self._set("low", as_float(self.low, "low"))
        self._set("high", as_float(self.high, "high"))

    def _nodes(self) -> list[Node]:
        return [{"op": "clip", "low": self.low, "high": self.high}]


@dataclass(frozen=True, repr=False)
class LeakyReLU(Layer):
    """Numbers above 0 as they are, a part of those below.

    Parameters
    ----------
    slope : float, default 0.01
        That part.
    name : str, optional

    Examples
    --------
    >>> import imgmine as im
    >>> im.nn.LeakyReLU(0.2)
    LeakyReLU(slope=0.2)
    """

    slope: float = LEAKY_SLOPE

    def __post_init__(self) -> None:
        super().__post_init__()
        self._set("slope", as_float(self.slope, "slope"))

    def _nodes(self) -> list[Node]:
        return [{"op": "leaky_relu", "slope": self.slope}]


@dataclass(frozen=True, repr=False)
class Sigmoid(Layer):
    """The logistic function 1 / (1 + exp(-x)), from 0 to 1.

    Parameters
    ----------
    name : str, optional

    Examples
    --------
    >>> import imgmine as im
    >>> im.nn.Sigmoid()
    Sigmoid()
    """

    def _nodes(self) -> list[Node]:
        return [{"op": "sigmoid"}]


@dataclass(frozen=True, repr=False)
class Tanh(Layer):
    """The hyperbolic tangent, from -1 to 1.

    Parameters
    ----------
    name : str, optional

    Examples
    --------
    >>> import imgmine as im
    >>> im.nn.Tanh()
    Tanh()
    """

    def _nodes(self) -> list[Node]:
        return [{"op": "tanh"}]


@dataclass(frozen=True, repr=False)
class Softmax(Layer):
    """Shares that are positive and add up to 1, along the last axis.

    Parameters
    ----------
    name : str, optional

    Examples
    --------
    >>> import imgmine as im
    >>> im.nn.Softmax()
    Softmax()
    """

    def _nodes(self) -> list[Node]:
        return [{"op": "softmax"}]


def as_activation(value: Any) -> str | None:
    """Return the name of an activation, or None."""
    if value is None:
        return None
    if as_name(value, "activation") not in ACTIVATIONS:
        raise ValueError(f"activation must be one of {ACTIVATIONS} or None, got {value!r}")
    return str(value)


def activation_nodes(activation: str | None) -> list[Node]:
    """Return the node that a layer's `activation` adds to it."""
    if activation is None:
        return []
    if activation == "relu6":
        return [dict(RELU6)]
    return [{"op": activation, **({"slope": LEAKY_SLOPE} if activation == "leaky_relu" else {})}]

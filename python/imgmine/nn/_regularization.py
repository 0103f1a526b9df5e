"""What helps a network to learn, and acts otherwise once it has."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

from .._validate import as_float
from ._layer import Layer, Node


@dataclass(frozen=True, repr=False)
class Dropout(Layer):
    """Some inputs, chosen anew at each step, count nothing; the others that much more.

    Only while the network learns.

    Parameters
    ----------
    rate : float
        The share that counts nothing, 0 <= rate < 1.
    name : str, optional

    Examples
    --------
    >>> import imgmine as im
    >>> im.nn.Dropout(0.5)
    Dropout(rate=0.5)
    """

    rate: float

    def __post_init__(self) -> None:
        super().__post_init__()
        self._set("rate", as_float(self.rate, "rate"))

    def _nodes(self) -> list[Node]:
        return [{"op": "dropout", "rate": self.rate}]


@dataclass(frozen=True, repr=False)
class BatchNorm(Layer):
    """Each channel brought to mean 0 and deviation 1, then to a scale and an offset it learns.

    While the network learns, mean and variance are those of the batch; afterwards those that were
    found on the way.

    Parameters
    ----------
    momentum : float, default 0.99
        How much of the old mean and variance is kept at each step.
    epsilon : float, default 1e-3
        Is added to the variance.
    name : str, optional

    Examples
    --------
    >>> import imgmine as im
    >>> im.nn.BatchNorm(momentum=0.9)
    BatchNorm(momentum=0.9)
    """

    _: KW_ONLY
    momentum: float = 0.99
    epsilon: float = 1e-3

    def __post_init__(self) -> None:
        super().__post_init__()
        self._set("momentum", as_float(self.momentum, "momentum"))
        self._set("epsilon", as_float(self.epsilon, "epsilon"))

    def _nodes(self) -> list[Node]:
        return [{"op": "batch_norm", "momentum": self.momentum, "epsilon": self.epsilon}]

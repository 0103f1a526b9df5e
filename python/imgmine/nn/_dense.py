"""Layers in which everything is joined to everything."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

from .._validate import as_bool, as_int
from ._activations import activation_nodes, as_activation
from ._initializers import as_initializer
from ._layer import Layer, Node


@dataclass(frozen=True, repr=False)
class Dense(Layer):
    """Weighted sums of all inputs.

    Parameters
    ----------
    units : int
        How many sums.
    activation : {"relu", "relu6", "leaky_relu", "sigmoid", "tanh", "softmax"}, optional
        What is done with them.
    use_bias : bool, default True
        Whether each adds a constant.
    kernel_initializer : str, default "he_uniform"
        "he_uniform", "he_normal", "glorot_uniform", "glorot_normal" or "zeros".
    name : str, optional

    Examples
    --------
    >>> import imgmine as im
    >>> im.nn.Dense(10, activation="softmax")
    Dense(units=10, activation='softmax')
    """

    units: int
    activation: str | None = None
    _: KW_ONLY
    use_bias: bool = True
    kernel_initializer: str = "he_uniform"

    def __post_init__(self) -> None:
        super().__post_init__()
        self._set("units", as_int(self.units, "units"))
        self._set("activation", as_activation(self.activation))
        self._set("use_bias", as_bool(self.use_bias, "use_bias"))
        self._set("kernel_initializer", as_initializer(self.kernel_initializer))

    def _nodes(self) -> list[Node]:
        node: Node = {"op": "dense", "units": self.units, "use_bias": self.use_bias}
        return [node, *activation_nodes(self.activation)]

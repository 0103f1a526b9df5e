"""Convolutions."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field
from typing import Any

from .._validate import as_bool, as_int
from ._activations import activation_nodes, as_activation
from ._initializers import as_initializer
from ._layer import Layer, Node, Pair, as_padding, as_pair, padding_of


@dataclass(frozen=True, repr=False)
class Conv2D(Layer):
    """Filters that look at a window around each pixel, with weights that are learned.

    Parameters
    ----------
    filters : int
        Channels of the result.
    kernel_size : int or (int, int)
        Height and width of the window.
    strides : int or (int, int), default 1
        Pixels from one window to the next.
    padding : {"valid", "same"} or (int, int, int, int), default "valid"
        Zeros around the image: none; as many as give ceil(size / stride) windows, an odd one at the
        bottom or right; or (top, left, bottom, right).
    activation : {"relu", "relu6", "leaky_relu", "sigmoid", "tanh", "softmax"}, optional
        What is done with the sums.
    use_bias : bool, default True
        Whether each filter adds a constant.
    kernel_initializer : str, default "he_uniform"
        "he_uniform", "he_normal", "glorot_uniform", "glorot_normal" or "zeros".
    groups : int, default 1
        Into how many groups channels and filters are divided, in order; the filters of a group see
        its channels alone. With as many groups as channels and filters, each channel is filtered by
        itself (a depthwise convolution, as in MobileNet).
    name : str, optional

    Examples
    --------
    >>> import imgmine as im
    >>> im.nn.Conv2D(32, 3, activation="relu")
    Conv2D(filters=32, kernel_size=(3, 3), activation='relu')
    >>> im.nn.Conv2D(32, 3, groups=32, use_bias=False)
    Conv2D(filters=32, kernel_size=(3, 3), use_bias=False, groups=32)
    """

    filters: int
    kernel_size: int | Pair
    _: KW_ONLY
    strides: int | Pair = (1, 1)
    padding: str | tuple[int, ...] = "valid"
    activation: str | None = None
    use_bias: bool = True
    kernel_initializer: str = "he_uniform"
    groups: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        self._set("filters", as_int(self.filters, "filters"))
        self._set("kernel_size", as_pair(self.kernel_size, "kernel_size"))
        self._set("strides", as_pair(self.strides, "strides"))
        self._set("padding", as_padding(self.padding))
        self._set("activation", as_activation(self.activation))
        self._set("use_bias", as_bool(self.use_bias, "use_bias"))
        self._set("kernel_initializer", as_initializer(self.kernel_initializer))
        self._set("groups", as_int(self.groups, "groups"))

    def _nodes(self) -> list[Node]:
        node = self._convolution("conv2d")
        if self.groups != 1:
            node["groups"] = self.groups
        return [node, *activation_nodes(self.activation)]

    def _convolution(self, op: str) -> Node:
        return {
            "op": op,
            "filters": self.filters,
            "kernel": list(as_pair(self.kernel_size, "kernel_size")),
            "strides": list(as_pair(self.strides, "strides")),
            "padding": padding_of(self.padding),
            "use_bias": self.use_bias,
        }


@dataclass(frozen=True, repr=False)
class ConvTranspose2D(Conv2D):
    """The way back of a convolution: each pixel adds a weighted window to a larger image.

    Parameters
    ----------
    filters : int
        Channels of the result.
    kernel_size : int or (int, int)
        Height and width of the window.
    strides : int or (int, int), default 1
        How many times as large the result is.
    padding : {"valid", "same"} or (int, int, int, int), default "valid"
        What is cut off: that of the convolution whose way back this is.
    activation : {"relu", "relu6", "leaky_relu", "sigmoid", "tanh", "softmax"}, optional
        What is done with the sums.
    use_bias : bool, default True
        Whether each filter adds a constant.
    kernel_initializer : str, default "he_uniform"
        As for `Conv2D`.
    output_padding : int or (int, int), default 0
        Rows and columns more at the bottom and right, less than `strides`.
    name : str, optional

    Examples
    --------
    >>> import imgmine as im
    >>> im.nn.ConvTranspose2D(16, 3, strides=2, padding="same")
    ConvTranspose2D(filters=16, kernel_size=(3, 3), strides=(2, 2), padding='same')
    """

    _: KW_ONLY
    output_padding: int | Pair = (0, 0)
    groups: int = field(default=1, init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._set("output_padding", as_pair(self.output_padding, "output_padding"))

    def _nodes(self) -> list[Node]:
        node: dict[str, Any] = self._convolution("conv_transpose2d")
        node["output_padding"] = list(as_pair(self.output_padding, "output_padding"))
        return [node, *activation_nodes(self.activation)]

"""What makes images smaller."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import ClassVar

from ._layer import Layer, Node, Pair, as_padding, as_pair, padding_of


@dataclass(frozen=True, repr=False)
class _Pool2D(Layer):
    _OP: ClassVar[str]

    size: int | Pair = (2, 2)
    strides: int | Pair | None = None
    _: KW_ONLY
    padding: str | tuple[int, ...] = "valid"

    def __post_init__(self) -> None:
        super().__post_init__()
        self._set("size", as_pair(self.size, "size"))
        if self.strides is not None:
            self._set("strides", as_pair(self.strides, "strides"))
        self._set("padding", as_padding(self.padding))

    def _nodes(self) -> list[Node]:
        size = as_pair(self.size, "size")
        strides = size if self.strides is None else as_pair(self.strides, "strides")
        return [
            {
                "op": self._OP,
                "size": list(size),
                "strides": list(strides),
                "padding": padding_of(self.padding),
            }
        ]


@dataclass(frozen=True, repr=False)
class MaxPool2D(_Pool2D):
    """The largest value in each window, for every channel.

    Parameters
    ----------
    size : int or (int, int), default 2
        Height and width of a window.
    strides : int or (int, int), optional
        Pixels from one window to the next. Default: `size`.
    padding : {"valid", "same"} or (int, int, int, int), default "valid"
        As for `Conv2D`; what is past the border is never the largest.
    name : str, optional

    Examples
    --------
    >>> import imgmine as im
    >>> im.nn.MaxPool2D(3, 2)
    MaxPool2D(size=(3, 3), strides=(2, 2))
    """

    _OP = "max_pool2d"


@dataclass(frozen=True, repr=False)
class AvgPool2D(_Pool2D):
    """The mean of each window, for every channel.

    Parameters
    ----------
    size : int or (int, int), default 2
        Height and width of a window.
    strides : int or (int, int), optional
        Pixels from one window to the next. Default: `size`.
    padding : {"valid", "same"} or (int, int, int, int), default "valid"
        As for `Conv2D`; what is past the border is left out of the mean.
    name : str, optional

    Examples
    --------
    >>> import imgmine as im
    >>> im.nn.AvgPool2D(4)
    AvgPool2D(size=(4, 4))
    """

    _OP = "avg_pool2d"


@dataclass(frozen=True, repr=False)
class GlobalAvgPool2D(Layer):
    """The mean of each channel of an image.

    Parameters
    ----------
    name : str, optional

    Examples
    --------
    >>> import imgmine as im
    >>> im.nn.GlobalAvgPool2D()
    GlobalAvgPool2D()
    """

    def _nodes(self) -> list[Node]:
        return [{"op": "global_avg_pool2d"}]


@dataclass(frozen=True, repr=False)
class GlobalMaxPool2D(Layer):
    """The largest value of each channel of an image.

    Parameters
    ----------
    name : str, optional

    Examples
    --------
    >>> import imgmine as im
    >>> im.nn.GlobalMaxPool2D()
    GlobalMaxPool2D()
    """

    def _nodes(self) -> list[Node]:
        return [{"op": "global_max_pool2d"}]

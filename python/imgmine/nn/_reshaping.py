"""What changes the form of data, or their range."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

from .._validate import as_float, as_name
from ._layer import Layer, Node, Pair, as_pair, as_shape


@dataclass(frozen=True, repr=False)
class Flatten(Layer):
    """An image as one vector, row by row.

    Parameters
    ----------
    name : str, optional

    Examples
    --------
    >>> import imgmine as im
    >>> im.nn.Flatten()
    Flatten()
    """

    def _nodes(self) -> list[Node]:
        return [{"op": "flatten"}]


@dataclass(frozen=True, repr=False)
class Reshape(Layer):
    """The same numbers in another form.

    Parameters
    ----------
    shape : tuple of int
        Of one sample, with as many numbers as it has.
    name : str, optional

    Examples
    --------
    >>> import imgmine as im
    >>> im.nn.Reshape((7, 7, 16))
    Reshape(shape=(7, 7, 16))
    """

    shape: tuple[int, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        self._set("shape", as_shape(self.shape, "shape"))

    def _nodes(self) -> list[Node]:
        return [{"op": "reshape", "shape": list(self.shape)}]


@dataclass(frozen=True, repr=False)
class Upsample2D(Layer):
    """An image a whole number of times as large.

    Parameters
    ----------
    size : int or (int, int), default 2
        How many times as high and as wide.
    method : {"nearest", "bilinear"}
        Pixels repeated, or values between them (centers of pixels aligned by half a pixel).
    name : str, optional

    Examples
    --------
    >>> import imgmine as im
    >>> im.nn.Upsample2D(2, method="bilinear")
    Upsample2D(method='bilinear')
    """

    size: int | Pair = (2, 2)
    _: KW_ONLY
    method: str = "nearest"

    def __post_init__(self) -> None:
        super().__post_init__()
        self._set("size", as_pair(self.size, "size"))
        self._set("method", as_name(self.method, "method"))

    def _nodes(self) -> list[Node]:
        return [
            {"op": "upsample2d", "size": list(as_pair(self.size, "size")), "method": self.method}
        ]


@dataclass(frozen=True, repr=False)
class Rescaling(Layer):
    """Another range: ``scale * x + offset``. By default 0 to 255 becomes 0 to 1.

    Parameters
    ----------
    scale : float, default 1 / 255
    offset : float, default 0.0
    name : str, optional

    Examples
    --------
    >>> import imgmine as im
    >>> im.nn.Rescaling(1 / 127.5, -1)
    Rescaling(scale=0.00784313725490196, offset=-1.0)
    """

    scale: float = 1 / 255
    offset: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        self._set("scale", as_float(self.scale, "scale"))
        self._set("offset", as_float(self.offset, "offset"))

    def _nodes(self) -> list[Node]:
        return [{"op": "rescale", "scale": self.scale, "offset": self.offset}]

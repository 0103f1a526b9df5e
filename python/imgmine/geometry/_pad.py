from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import _core
from .._validate import Array, as_float, as_image, as_int, as_name
from ._resize import whole_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

_WIDTH = "a number, (vertical, horizontal) or ((top, bottom), (left, right))"


def _four_sides(width: Any) -> tuple[int, ...]:
    """Return top, bottom, left and right."""
    if not hasattr(width, "__len__"):
        return (as_int(width, "width"),) * 4
    if len(width) != 2:
        raise ValueError(f"width must be {_WIDTH}, got {width!r}")
    sides: list[int] = []
    for side in width:
        if hasattr(side, "__len__"):
            sides += whole_numbers(side, 2, "width", _WIDTH)
        else:
            sides += (as_int(side, "width"),) * 2
    return tuple(sides)


def pad(
    image: npt.ArrayLike,
    width: int | Sequence[int] | Sequence[Sequence[int]],
    *,
    border: str = "constant",
    value: float = 0,
) -> Array:
    """Put a border around an image.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
        Not empty, unless `border` is ``"constant"`` or the result is empty, too.
    width : int, (int, int) or ((int, int), (int, int))
        Pixels on every side; or above and below, left and right; or top, bottom, left and right:
        ``((top, bottom), (left, right))``. Any width, also one larger than the image.
    border : {"constant", "reflect101", "reflect", "replicate", "wrap"}
        What stands around ``a b c d``: `value`, ``d c b | a b c d | c b a``,
        ``c b a | a b c d | d c b``, ``a a a | a b c d | d d d``, ``b c d | a b c d | a b c``.
    value : float, default 0
        Of every channel, where `border` is ``"constant"``; for uint8 a whole number, 0 to 255.

    Returns
    -------
    ndarray of shape (top + H + bottom, left + W + right) or (..., C) and the dtype of `image`
        Equals ``np.pad`` with the modes ``"constant"``, ``"reflect"``, ``"symmetric"``,
        ``"edge"`` and ``"wrap"``, and OpenCV's ``copyMakeBorder``.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32, or `width` holds anything but whole numbers.
    ValueError
        If `image` has another shape, `width` is negative or makes a side longer than 8388608
        pixels, or `border` or `value` is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.geometry.pad(np.array([[1, 2, 3]], np.uint8), (0, 2), border="reflect101")
    array([[3, 2, 1, 2, 3, 2, 1]], dtype=uint8)
    """
    array = as_image(image)
    sides = _four_sides(width)
    if min(sides) < 0:
        raise ValueError(f"width must not be negative, got {width!r}")
    top, bottom, left, right = sides
    if max(array.shape[0] + top + bottom, array.shape[1] + left + right) > 2**23:
        raise ValueError(
            f"width must leave the result at most 8388608 pixels a side, got {width!r}"
        )
    return _core.geometry.pad(
        array, top, bottom, left, right, as_name(border, "border"), as_float(value, "value")
    )

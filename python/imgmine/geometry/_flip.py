from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import _core
from .._validate import Array, as_image, as_int, as_out
from ._resize import whole_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt


def _axes(axis: Any) -> set[int]:
    """Return the axes to reverse."""
    if hasattr(axis, "__len__"):
        axes = set(whole_numbers(axis, 2, "axis", "0, 1 or (0, 1)"))
        right = axes == {0, 1}
    else:
        axes = {as_int(axis, "axis")}
        right = axes <= {0, 1}
    if not right:
        raise ValueError(f"axis must be 0, 1 or (0, 1), got {axis!r}")
    return axes


def flip(image: npt.ArrayLike, axis: int | Sequence[int], *, out: Array | None = None) -> Array:
    """Turn an image upside down, or mirror it.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
    axis : {0, 1, (0, 1)}
        0: upside down; 1: mirrored, left and right change places; both: turned by 180 degrees.
    out : ndarray of the shape and dtype of `image`, optional
        Where to write; must not overlap `image`.

    Returns
    -------
    ndarray of the shape and dtype of `image`
        A contiguous copy, where ``np.flip`` gives a view. Equals OpenCV's ``flip`` with a flip
        code of 0, 1 and -1.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32, or `axis` holds anything but whole numbers.
    ValueError
        If `image` has another shape, or `axis` is neither 0 nor 1 nor both.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.geometry.flip(np.array([[1, 2, 3]], np.uint8), 1)
    array([[3, 2, 1]], dtype=uint8)
    """
    array = as_image(image)
    axes = _axes(axis)
    return _core.geometry.flip(array, 0 in axes, 1 in axes, as_out(out, array.shape, array))

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from .._validate import UINT8, Array, as_image, as_out, from_list

if TYPE_CHECKING:
    import numpy.typing as npt


def apply_lut(image: npt.ArrayLike, table: npt.ArrayLike, *, out: Array | None = None) -> Array:
    """Replace every value by its entry in a table.

    Any chain of operations that look at one value at a time becomes one table, and then costs one
    pass at the speed of memory: run the chain on ``np.arange(256, dtype=np.uint8)``.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8
    table : array_like of shape (256,) or (256, C), uint8
        For all channels, or a column for each.
    out : ndarray of the shape and dtype of `image`, optional
        Where to write; must not overlap `image`.

    Returns
    -------
    ndarray of the shape and dtype of `image`
        ``table[image]``; what OpenCV's ``LUT`` gives.

    Raises
    ------
    TypeError
        If `image` or `table` is not uint8.
    ValueError
        If `image` or `table` has another shape.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> negative = 255 - np.arange(256, dtype=np.uint8)
    >>> im.enhance.apply_lut(np.uint8([[0, 1, 255]]), negative)
    array([[255, 254,   0]], dtype=uint8)
    """
    array = as_image(image, (UINT8,))
    channels = array.shape[2] if array.ndim == 3 else 1
    return _core.enhance.apply_lut(
        array, as_tables(table, channels), as_out(out, array.shape, array)
    )


def as_tables(table: npt.ArrayLike, channels: int) -> Array:
    """Return `table` as an array of shape (n, 256), n being 1 or the number of channels."""
    array = table if isinstance(table, np.ndarray) else from_list(table, "table", UINT8)
    if array.dtype != UINT8:
        raise TypeError(f"table must be uint8, got {array.dtype}; convert it with .astype()")
    if array.shape not in ((256,), (256, channels)):
        raise ValueError(f"table must have shape (256,) or (256, {channels}), got {array.shape}")
    return np.ascontiguousarray(array.reshape(256, -1).T)

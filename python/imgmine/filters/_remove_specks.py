from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from .._validate import UINT8, Array, as_image, as_int, as_out

if TYPE_CHECKING:
    import numpy.typing as npt

BOOL = np.dtype(np.bool_)


def remove_specks(
    image: npt.ArrayLike,
    max_size: int,
    *,
    connectivity: int = 8,
    out: Array | None = None,
) -> Array:
    """Erase small connected components of a mask.

    Parameters
    ----------
    image : array_like of shape (H, W), bool or uint8
        What is not zero is an object.
    max_size : int
        Components of at most so many pixels become zero; 0 or more.
    connectivity : {8, 4}
        Whether pixels that touch at a corner only are connected (8) or not (4).
    out : ndarray of the shape and dtype of `image`, optional
        Where to write; must not overlap `image`.

    Returns
    -------
    ndarray of the shape and dtype of `image`
        The other components keep their values.

    Raises
    ------
    TypeError
        If `image` is neither bool nor uint8, or `max_size` or `connectivity` no whole number.
    ValueError
        If `image` has another shape, or `max_size` or `connectivity` is out of range.

    Notes
    -----
    As scikit-image's ``remove_small_objects(max_size=...)`` of a mask, whose ``connectivity=2`` is
    8 here. To fill holes instead: ``~remove_specks(~mask, max_size, connectivity=4)``.

    One pass with union-find over the runs of two rows; the time is linear in the number of pixels.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> mask = np.array([[1, 1, 0, 0, 1], [1, 1, 0, 0, 0], [0, 0, 0, 1, 1]], bool)
    >>> im.filters.remove_specks(mask, 2).astype(int)
    array([[1, 1, 0, 0, 0],
           [1, 1, 0, 0, 0],
           [0, 0, 0, 0, 0]])
    """
    array = as_image(image, (BOOL, UINT8))
    if array.ndim != 2:
        raise ValueError(f"image must have shape (H, W), got {array.shape}")
    target = as_out(out, array.shape, array)
    result = np.empty(array.shape, array.dtype) if target is None else target
    _core.filters.remove_specks(
        array.view(np.uint8),
        as_int(max_size, "max_size"),
        as_int(connectivity, "connectivity"),
        result.view(np.uint8),
    )
    return result

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from .._validate import Array, as_int
from ._label_image import as_mask

if TYPE_CHECKING:
    import numpy.typing as npt


def fill_holes(mask: npt.ArrayLike, *, connectivity: int = 4) -> Array:
    """Fill the holes of a mask: the background that is not connected with the image's border.

    Parameters
    ----------
    mask : array_like of shape (H, W), bool or uint8
        What is not zero is an object. Fewer than 2^31 pixels.
    connectivity : {4, 8}, default 4
        Whether pixels of the background that touch at a corner only are connected (8) or not (4).

    Returns
    -------
    ndarray of shape (H, W), bool
        The objects and their holes: those of `scipy.ndimage.binary_fill_holes`.

    Raises
    ------
    TypeError
        If `mask` is neither bool nor uint8, or `connectivity` no whole number.
    ValueError
        If `mask` has another shape or too many pixels, or `connectivity` is neither 4 nor 8.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> ring = np.array([[1, 1, 1, 0], [1, 0, 1, 0], [1, 1, 1, 0]], bool)
    >>> im.segment.fill_holes(ring).astype(int)
    array([[1, 1, 1, 0],
           [1, 1, 1, 0],
           [1, 1, 1, 0]])
    """
    filled = _core.segment.fill_holes(as_mask(mask), as_int(connectivity, "connectivity"))
    return filled.view(np.bool_)

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._validate import Array, as_float, as_image, as_out

if TYPE_CHECKING:
    import numpy.typing as npt


def adjust_saturation(image: npt.ArrayLike, factor: float, *, out: Array | None = None) -> Array:
    """Move every color away from gray, or towards it.

    A value ``v`` becomes ``gray + factor * (v - gray)``, where ``gray`` is its pixel's BT.601
    luma, 0.299 R + 0.587 G + 0.114 B.

    Parameters
    ----------
    image : array_like of shape (H, W, 3), uint8 or float32
        RGB.
    factor : float
        0 gives a gray image, 1 changes nothing, above 1 colors become stronger.
    out : ndarray of the shape and dtype of `image`, optional
        Where to write; must not overlap `image`.

    Returns
    -------
    ndarray of the shape and dtype of `image`
        uint8 is computed in float32, rounded (ties to even) and clipped once; float32 is not
        clipped. Pillow's ``ImageEnhance.Color`` and torchvision's ``adjust_saturation`` round the
        gray of uint8 first, and cut fractions off: differences of a unit or two. The same bits on
        every CPU and with any number of threads.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32.
    ValueError
        If `image` has another shape, or `factor` is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.enhance.adjust_saturation(np.uint8([[[200, 100, 50]]]), 0.5)
    array([[[162, 112,  87]]], dtype=uint8)
    """
    array = as_image(image)
    factor = as_float(factor, "factor")
    return _core.enhance.adjust_saturation(array, factor, as_out(out, array.shape, array))

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._backend import version_for
from .._validate import Array, as_image, as_out

if TYPE_CHECKING:
    import numpy.typing as npt


def rgb2gray(image: npt.ArrayLike, *, out: Array | None = None) -> Array:
    """Turn an RGB image into its luma.

    ``Y = 0.299 R + 0.587 G + 0.114 B``, the weights of ITU-R BT.601, on the values as they stand
    (gamma-encoded for ordinary pictures), as in OpenCV and JPEG. scikit-image weighs by BT.709
    instead, which gives other values.

    Parameters
    ----------
    image : array_like of shape (H, W, 3) or (H, W, 4), uint8 or float32
        R, G, B in this order; a fourth channel is left out.
    out : ndarray of shape (H, W), optional
        Where to write, with the dtype of `image`.

    Returns
    -------
    ndarray of shape (H, W) and the dtype of `image`
        uint8 works in 15-bit fixed point, ``(9798 R + 19235 G + 3735 B + 16384) >> 15``, bit-equal
        to OpenCV's. The same bits on every CPU and with any number of threads.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32.
    ValueError
        If `image` has another shape.

    References
    ----------
    ITU-R Recommendation BT.601-7, 2011.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.color.rgb2gray(np.array([[[255, 0, 0], [255, 255, 255]]], np.uint8))
    array([[ 76, 255]], dtype=uint8)
    """
    array = as_image(image, gpu=True)
    if array.ndim < 3:
        raise ValueError(f"image must have shape (H, W, 3) or (H, W, 4), got {array.shape}")
    return version_for(array, _core.color.rgb2gray)(array, as_out(out, array.shape[:-1], array))

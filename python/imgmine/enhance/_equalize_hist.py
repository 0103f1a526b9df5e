from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._validate import UINT8, Array, as_image, as_out

if TYPE_CHECKING:
    import numpy.typing as npt


def equalize_hist(image: npt.ArrayLike, *, out: Array | None = None) -> Array:
    """Spread values so that all are about equally frequent.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8
        Channels are equalized independently, which shifts colors; to keep them, equalize the
        lightness of `imgmine.color.rgb2lab` or the luma of `imgmine.color.rgb2ycbcr`.
    out : ndarray of the shape and dtype of `image`, optional
        Where to write; must not overlap `image`.

    Returns
    -------
    ndarray of the shape and dtype of `image`
        Bit-equal to OpenCV's ``equalizeHist``: a value becomes the share of pixels that are not
        above it, without those of the lowest value, times 255. A channel of one value stays as it
        is. (scikit-image's and Pillow's differ: the one includes the lowest value, the other
        divides in whole numbers.)

    Raises
    ------
    TypeError
        If `image` is not uint8.
    ValueError
        If `image` has another shape.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.enhance.equalize_hist(np.uint8([[10, 11, 12, 13, 200]]))
    array([[  0,  64, 128, 191, 255]], dtype=uint8)
    """
    array = as_image(image, (UINT8,))
    return _core.enhance.equalize_hist(array, as_out(out, array.shape, array))

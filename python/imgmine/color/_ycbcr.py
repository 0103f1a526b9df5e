from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._validate import Array, as_image, as_out

if TYPE_CHECKING:
    import numpy.typing as npt


def rgb2ycbcr(image: npt.ArrayLike, *, out: Array | None = None) -> Array:
    """Turn an RGB image into luma and two color differences, as JPEG does.

    ITU-R BT.601 in full range: ``Y = 0.299 R + 0.587 G + 0.114 B``, ``Cb = (B - Y) / 1.772 + 128``,
    ``Cr = (R - Y) / 1.402 + 128``, on the values as they stand.

    Parameters
    ----------
    image : array_like of shape (H, W, 3), uint8 or float32
        R, G, B in this order, from 0 to 255 in either dtype.
    out : ndarray of the shape and dtype of `image`, optional
        Where to write; must not overlap `image`.

    Returns
    -------
    ndarray of the shape and dtype of `image`
        Y, Cb, Cr in this order, 0..255; OpenCV's ``COLOR_RGB2YCrCb`` puts Cr before Cb. uint8 works
        in 15-bit fixed point rounded half up, within 1 of OpenCV and of Pillow's
        ``convert("YCbCr")``; its Y is :func:`rgb2gray`'s. float32 is not clipped; OpenCV rounds 1 /
        1.402 to 0.713 and, with RGB from 0 to 1, puts no color at 0.5, which is 127.5 here.
        scikit-image's ``rgb2ycbcr`` is in video range (16..235). The same bits on every CPU and
        with any number of threads.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32.
    ValueError
        If `image` has another shape.

    References
    ----------
    ITU-R Recommendation BT.601-7, 2011; ITU-T Recommendation T.871 (JFIF), 2011.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.color.rgb2ycbcr(np.array([[[255, 0, 0], [255, 255, 255]]], np.uint8))
    array([[[ 76,  85, 255],
            [255, 128, 128]]], dtype=uint8)
    """
    array = as_image(image)
    return _core.color.rgb2ycbcr(array, as_out(out, array.shape, array))


def ycbcr2rgb(image: npt.ArrayLike, *, out: Array | None = None) -> Array:
    """Turn luma and two color differences into RGB, as JPEG does.

    The inverse of :func:`rgb2ycbcr`: ``R = Y + 1.402 Cr'``, ``G = Y - 0.344136 Cb' - 0.714136
    Cr'``, ``B = Y + 1.772 Cb'``, where ``Cb' = Cb - 128``.

    Parameters
    ----------
    image : array_like of shape (H, W, 3), uint8 or float32
        Y, Cb, Cr in this order, as :func:`rgb2ycbcr` gives them.
    out : ndarray of the shape and dtype of `image`, optional
        Where to write; must not overlap `image`.

    Returns
    -------
    ndarray of the shape and dtype of `image`
        R, G, B. uint8 is rounded to the nearest and set to the nearer end of 0..255, within 1 of
        OpenCV's ``COLOR_YCrCb2RGB`` and of Pillow. float32 is not clipped. The same bits on every
        CPU and with any number of threads.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32.
    ValueError
        If `image` has another shape.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.color.ycbcr2rgb(np.array([[[76, 85, 255], [255, 128, 128]]], np.uint8))
    array([[[254,   0,   0],
            [255, 255, 255]]], dtype=uint8)
    """
    array = as_image(image)
    return _core.color.ycbcr2rgb(array, as_out(out, array.shape, array))

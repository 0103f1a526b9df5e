from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from .._validate import UINT8, Array, as_image, names_of

if TYPE_CHECKING:
    import numpy.typing as npt


def integral_image(image: npt.ArrayLike, *, dtype: npt.DTypeLike | None = None) -> Array:
    """Sum an image over every rectangle that starts in its upper left corner.

    With ``s = integral_image(image)`` the sum of ``image[top:bottom, left:right]`` is
    ``(s[bottom, right] - s[top, right]) - (s[bottom, left] - s[top, left])``, however large it is;
    in this order nothing goes below zero, where sums are unsigned.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
        Channels are summed independently.
    dtype : dtype, optional
        Of the sums: uint32 or uint64 for a uint8 image, float64 for a float32 image. Default for
        uint8: uint32 where 255 H W is below 2^32 (up to 4104 x 4104 pixels), else uint64. uint32
        sums of a larger image wrap around at 2^32; rectangles of up to 2^24 pixels still come out
        right, as differences wrap back.

    Returns
    -------
    ndarray of shape (H + 1, W + 1) or (H + 1, W + 1, C)
        ``s[y, x]`` is the sum of ``image[:y, :x]``; the first row and column are zero. As OpenCV's
        ``integral``, whose 32-bit sums are signed. (scikit-image's ``integral_image`` has no zeros
        and is ``s[1:, 1:]``.) float64 sums are rounded, in an order that depends on the width of
        the image alone: the same bits on every CPU and with any number of threads. A NaN or an
        infinity is in every sum to the right of it and below.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32, or `dtype` does not suit it.
    ValueError
        If `image` has another shape.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.filters.integral_image(np.array([[1, 2, 3], [4, 5, 6]], np.uint8))
    array([[ 0,  0,  0,  0],
           [ 0,  1,  3,  6],
           [ 0,  5, 12, 21]], dtype=uint32)
    """
    array = as_image(image)
    fits = 255 * array.shape[0] * array.shape[1] < 2**32
    wanted = as_sum_dtype(dtype, array, fits)
    return _core.filters.integral_image(array, wanted == np.uint64)


def as_sum_dtype(dtype: npt.DTypeLike | None, image: Array, fits: bool) -> np.dtype[np.generic]:
    """Return the dtype of the sums of `image`."""
    of_bytes = (np.dtype(np.uint32), np.dtype(np.uint64))
    allowed = of_bytes if image.dtype == UINT8 else (np.dtype(np.float64),)
    if dtype is None:
        return allowed[0] if fits else allowed[-1]
    try:
        wanted = np.dtype(dtype)
    except TypeError as error:
        raise TypeError(f"dtype must be a dtype or None, got {dtype!r}") from error
    if wanted not in allowed:
        raise TypeError(f"dtype must be {names_of(allowed)} for {image.dtype}, got {wanted}")
    return wanted

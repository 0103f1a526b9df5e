from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from .._backend import version_for
from .._validate import FLOAT64, Array, as_image, as_name, as_out, from_list
from ._convolve import as_result_dtype

if TYPE_CHECKING:
    import numpy.typing as npt


def sep_convolve(
    image: npt.ArrayLike,
    kx: npt.ArrayLike,
    ky: npt.ArrayLike,
    *,
    border: str = "reflect101",
    dtype: npt.DTypeLike | None = None,
    out: Array | None = None,
) -> Array:
    """Convolve the rows of an image with one kernel, then its columns with another.

    The same as ``convolve(image, np.outer(ky, kx))`` for the cost of ``len(kx) + len(ky)``
    multiplications a value. It is a convolution: both kernels are flipped.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
        Channels are filtered independently.
    kx : array_like of shape (w,), numbers
        Weights along a row (the horizontal axis); 1 to 65535, finite.
    ky : array_like of shape (h,), numbers
        Weights along a column (the vertical axis).
    border : {"reflect101", "reflect", "replicate", "wrap", "constant"}
        As in `correlate`.
    dtype : dtype, optional
        Of the result. Default: that of `image`. From uint8: uint8, int16 (both rounded to nearest,
        ties to even, and saturated) or float32.
    out : ndarray of the shape of `image` and of `dtype`, optional
        Where to write; must not overlap `image`.

    Returns
    -------
    ndarray of the shape of `image`
        From uint8, sums are exact for weights that are whole numbers, alone or over a common
        divisor, while the sum of their products' magnitudes stays below 65793. Otherwise both
        passes are in float32, rounded once at the end. The same bits on every CPU and with any
        number of threads.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32, `kx` or `ky` does not hold numbers, or `dtype` is
        none that the image can give.
    ValueError
        If `image`, `kx` or `ky` has another shape or a weight is not finite (as float32), `border`
        is none of those above, or `out` does not fit.

    Notes
    -----
    OpenCV's ``sepFilter2D`` correlates: give it both kernels reversed. From uint8 to uint8 it
    works in fixed point for some kernels and then differs by 1 here and there.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> dot = np.zeros((3, 5), np.uint8)
    >>> dot[1, 2] = 1
    >>> im.filters.sep_convolve(dot, [1, 2, 3], [1, 0, -1], dtype="int16", border="constant")
    array([[ 0,  1,  2,  3,  0],
           [ 0,  0,  0,  0,  0],
           [ 0, -1, -2, -3,  0]], dtype=int16)
    """
    array = as_image(image, gpu=True)
    row, column = as_taps(kx, "kx"), as_taps(ky, "ky")
    result = as_result_dtype(dtype, array)
    return version_for(array, _core.filters.sep_correlate)(
        array,
        np.ascontiguousarray(row[::-1]),
        np.ascontiguousarray(column[::-1]),
        ((len(column) - 1) // 2, (len(row) - 1) // 2),
        as_name(border, "border"),
        str(result),
        as_out(out, array.shape, array, result),
    )


def as_taps(weights: npt.ArrayLike, name: str) -> Array:
    """Return `weights` as float64 of shape (n,)."""
    taps = from_list(weights, name, FLOAT64)
    if taps.ndim != 1:
        raise ValueError(f"{name} must have shape (n,), got {taps.shape}")
    return taps

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from .._backend import version_for
from .._validate import (
    FLOAT32,
    UINT8,
    Array,
    as_image,
    as_int,
    as_name,
    as_out,
    names_of,
)

if TYPE_CHECKING:
    import numpy.typing as npt

INT16 = np.dtype(np.int16)


def as_result(
    dtype: npt.DTypeLike | None,
    out: Array | None,
    image: Array,
    dtypes: tuple[np.dtype[np.generic], ...],
) -> tuple[np.dtype[np.generic], Array | None]:
    """Return the dtype of a result, by default the first of `dtypes`, and `out` if it has that."""
    wanted = dtypes[0] if dtype is None else np.dtype(dtype)
    if wanted not in dtypes:
        raise TypeError(f"dtype must be {names_of(dtypes)} for this result, got {wanted}")
    if isinstance(out, np.ndarray) and out.dtype != wanted:
        raise TypeError(f"out must be {wanted}, got {out.dtype}")
    return wanted, as_out(out, image.shape, image, wanted)


def gradient(
    which: str,
    image: npt.ArrayLike,
    axis: int | None,
    ksize: int,
    border: str,
    dtype: npt.DTypeLike | None,
    out: Array | None,
) -> Array:
    """Differentiate with the operator called `which`."""
    array = as_image(image, gpu=True)
    length: tuple[np.dtype[np.generic], ...] = (FLOAT32, UINT8)
    of_uint8 = length if axis is None else (FLOAT32, INT16) if ksize == 7 else (INT16, FLOAT32)
    dtypes = (FLOAT32,) if array.dtype == FLOAT32 else of_uint8
    wanted, result = as_result(dtype, out, array, dtypes)
    return version_for(array, _core.filters.gradient)(
        array,
        which,
        None if axis is None else as_int(axis, "axis"),
        as_int(ksize, "ksize"),
        as_name(border, "border"),
        wanted,
        result,
    )


def sobel(
    image: npt.ArrayLike,
    axis: int | None = None,
    *,
    ksize: int = 3,
    border: str = "reflect101",
    dtype: npt.DTypeLike | None = None,
    out: Array | None = None,
) -> Array:
    """Differentiate an image with Sobel's operator: where edges are, and how strong.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
        Each channel is differentiated alone.
    axis : {0, 1}, optional
        0: the derivative down the columns (y), 1: along rows (x). Default: the gradient's
        length ``sqrt(gx**2 + gy**2)``.
    ksize : {3, 5, 7}
        Number of taps: 1 2 1 across the difference -1 0 1, or those smoothed further.
    border : {"reflect101", "reflect", "replicate", "wrap", "constant"}
        What lies past the edge, as in :func:`gaussian_blur`.
    dtype : {"int16", "float32", "uint8"}, optional
        Of the result, for uint8 images: a derivative is int16 (saturated) or float32, a length
        float32 or uint8 (rounded, at most 255). Default: int16 for a derivative, but float32 for
        that of 7 taps, which reaches 163 200; float32 for a length. Of float32 images all results
        are float32.
    out : ndarray of the shape of `image` and of the result's dtype, optional
        Where to write; must not overlap `image`.

    Returns
    -------
    ndarray of the shape of `image`
        Not divided by the sum of the weights: a step of 1 gives 4 with 3 taps, 48 with 5, 640 with
        7. Derivatives of uint8 images are exact and equal OpenCV's ``Sobel``; their length is the
        rounded square root of the exact sum (5 and 7 taps: of a sum in float32). NaN and infinite
        values spread to the neighborhood they are in. The same bits on every CPU and with any
        number of threads.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32, or `dtype` or that of `out` does not go with it.
    ValueError
        If `image` or `out` has another shape, or `axis`, `ksize` or `border` is out of range.

    Notes
    -----
    scikit-image's ``sobel`` divides by 4 and its length by another sqrt(2); SciPy's ``sobel`` is
    the derivative of 3 taps as it is here, computed in the image's own dtype.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> step = np.zeros((3, 6), np.uint8)
    >>> step[:, 3:] = 100
    >>> im.filters.sobel(step, axis=1)
    array([[  0,   0, 400, 400,   0,   0],
           [  0,   0, 400, 400,   0,   0],
           [  0,   0, 400, 400,   0,   0]], dtype=int16)
    >>> im.filters.sobel(step).max()
    np.float32(400.0)
    """
    return gradient("sobel", image, axis, ksize, border, dtype, out)


def scharr(
    image: npt.ArrayLike,
    axis: int | None = None,
    *,
    border: str = "reflect101",
    dtype: npt.DTypeLike | None = None,
    out: Array | None = None,
) -> Array:
    """Differentiate an image with Scharr's operator, whose length depends least on direction.

    The weights are 3 10 3 across the difference -1 0 1 and are not divided by their sum: a step of
    1 gives 16, as in OpenCV's ``Scharr``; scikit-image divides by 16 (its length by another
    sqrt(2)).

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
        Each channel is differentiated alone.
    axis : {0, 1}, optional
        0: the derivative down the columns (y), 1: along rows (x). Default: the gradient's
        length ``sqrt(gx**2 + gy**2)``.
    border, dtype, out : as in :func:`sobel`

    Returns
    -------
    ndarray of the shape of `image`
        int16 (a derivative) or float32 (a length) of uint8 images, unless `dtype` says otherwise;
        float32 of float32 images. Derivatives of uint8 images are exact; the sum under the root
        may need more than float32's 24 bits and is then rounded once more.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32, or `dtype` or that of `out` does not go with it.
    ValueError
        If `image` or `out` has another shape, or `axis` or `border` is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.filters.scharr(np.array([[0, 1, 2, 2]], np.uint8), axis=1)
    array([[ 0, 32, 16,  0]], dtype=int16)
    """
    return gradient("scharr", image, axis, 3, border, dtype, out)


def prewitt(
    image: npt.ArrayLike,
    axis: int | None = None,
    *,
    border: str = "reflect101",
    dtype: npt.DTypeLike | None = None,
    out: Array | None = None,
) -> Array:
    """Differentiate an image with Prewitt's operator: the mean of three rows or columns.

    The weights are 1 1 1 across the difference -1 0 1 and are not divided by their sum: a step of
    1 gives 3. scikit-image divides by 3 (its length by another sqrt(2)); SciPy's ``prewitt`` does
    not; OpenCV has none.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
        Each channel is differentiated alone.
    axis : {0, 1}, optional
        0: the derivative down the columns (y), 1: along rows (x). Default: the gradient's
        length ``sqrt(gx**2 + gy**2)``.
    border, dtype, out : as in :func:`sobel`

    Returns
    -------
    ndarray of the shape of `image`
        int16 (a derivative) or float32 (a length) of uint8 images, unless `dtype` says otherwise;
        float32 of float32 images. Derivatives of uint8 images are exact.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32, or `dtype` or that of `out` does not go with it.
    ValueError
        If `image` or `out` has another shape, or `axis` or `border` is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.filters.prewitt(np.array([[0, 1, 2, 2]], np.uint8), axis=1)
    array([[0, 6, 3, 0]], dtype=int16)
    """
    return gradient("prewitt", image, axis, 3, border, dtype, out)

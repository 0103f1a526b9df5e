from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from .._backend import version_for
from .._validate import (
    FLOAT32,
    FLOAT64,
    UINT8,
    Array,
    as_image,
    as_name,
    as_out,
    from_list,
    names_of,
)

if TYPE_CHECKING:
    import numpy.typing as npt

RESULTS = {UINT8: (UINT8, np.dtype(np.int16), FLOAT32), FLOAT32: (FLOAT32,)}


def correlate(
    image: npt.ArrayLike,
    kernel: npt.ArrayLike,
    *,
    border: str = "reflect101",
    dtype: npt.DTypeLike | None = None,
    out: Array | None = None,
) -> Array:
    """Slide a kernel over an image and sum what it weighs: the kernel as it stands.

    Pixel ``(y, x)`` of the result is the sum over ``i, j`` of
    ``kernel[i, j] * image[y + i - h // 2, x + j - w // 2]`` for a kernel of shape ``(h, w)``. This
    is what deep learning calls convolution. `convolve` is the same with the kernel flipped on both
    axes; kernels that are their own mirror image (a mean, a Gaussian) give the same by both.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
        Channels are filtered independently.
    kernel : array_like of shape (h, w), numbers
        The weights; sides from 1 to 255, even ones too, finite.
    border : {"reflect101", "reflect", "replicate", "wrap", "constant"}
        What lies past the edge of ``a b c d``: ``d c b | a b c d | c b a``,
        ``c b a | a b c d | d c b``, ``a a a | a b c d | d d d``, ``b c d | a b c d | a b c``,
        zeros.
    dtype : dtype, optional
        Of the result. Default: that of `image`. From uint8: uint8, int16 (both rounded to nearest,
        ties to even, and saturated) or float32. From float32: float32. Edges have both signs: take
        int16 or float32 for them, since uint8 ends at 0.
    out : ndarray of the shape of `image` and of `dtype`, optional
        Where to write; must not overlap `image`.

    Returns
    -------
    ndarray of the shape of `image`
        From uint8, sums are exact for weights that are whole numbers, alone or over a common
        divisor (``np.ones((3, 3)) / 9``), while the sum of their magnitudes stays below 65793 (of
        whole numbers of at most 8191: below 4 million); other weights give integers within 1 of
        the rounded sum. float32: within 1e-5 of the sum of
        ``abs(kernel)`` times the largest magnitude in `image`. The same bits on every CPU and with
        any number of threads. A NaN or infinity makes every pixel whose window it lies in not
        finite, also where the weight is 0.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32, `kernel` does not hold numbers, or `dtype` is none
        that the image can give.
    ValueError
        If `image` or `kernel` has another shape, `kernel` is not finite (as float32), `border` is
        none of those above, or `out` does not fit.

    Notes
    -----
    The same as OpenCV's ``filter2D`` and, but for the names of borders, as
    ``scipy.ndimage.correlate``. OpenCV's ``ddepth`` is `dtype`; its float weights make whole-number
    results inexact where these are large, and it leaves out zero weights, so that it does not
    spread a NaN to where the weight is 0. Kernels that are a column times a row are found and
    filtered in two passes where that is faster.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> slope = np.arange(1, 26, dtype=np.float32).reshape(5, 5)
    >>> kernel = [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]]
    >>> im.filters.correlate(slope, kernel)[1:-1, 1:-1]
    array([[6., 6., 6.],
           [6., 6., 6.],
           [6., 6., 6.]], dtype=float32)

    The kernel is flipped by a convolution:

    >>> im.filters.convolve(slope, kernel)[1:-1, 1:-1]
    array([[-6., -6., -6.],
           [-6., -6., -6.],
           [-6., -6., -6.]], dtype=float32)
    """
    weights = as_kernel(kernel)
    height, width = weights.shape
    return correlated(image, weights, (height // 2, width // 2), border, dtype, out)


def convolve(
    image: npt.ArrayLike,
    kernel: npt.ArrayLike,
    *,
    border: str = "reflect101",
    dtype: npt.DTypeLike | None = None,
    out: Array | None = None,
) -> Array:
    """Convolve an image with a kernel: `correlate` with the kernel flipped on both axes.

    Pixel ``(y, x)`` of the result is the sum over ``i, j`` of
    ``kernel[i, j] * image[y - i + h // 2, x - j + w // 2]`` for a kernel of shape ``(h, w)``: the
    mathematical definition, by which a single bright pixel becomes a picture of the kernel.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
        Channels are filtered independently.
    kernel : array_like of shape (h, w), numbers
        The weights; sides from 1 to 255, even ones too, finite.
    border : {"reflect101", "reflect", "replicate", "wrap", "constant"}
        As in `correlate`.
    dtype : dtype, optional
        Of the result. Default: that of `image`. From uint8: uint8, int16 or float32.
    out : ndarray of the shape of `image` and of `dtype`, optional
        Where to write; must not overlap `image`.

    Returns
    -------
    ndarray of the shape of `image`
        As exact as `correlate`.

    Raises
    ------
    TypeError, ValueError
        As `correlate`.

    Notes
    -----
    The same as ``scipy.ndimage.convolve`` but for the names of borders. OpenCV has no convolution:
    ``filter2D`` correlates. Kernels of even size have their middle at ``h // 2``, so that
    ``correlate(image, kernel[::-1, ::-1])`` is this moved by a pixel.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> dot = np.zeros((3, 4), np.uint8)
    >>> dot[1, 1] = 1
    >>> im.filters.convolve(dot, [[1, 2, 3], [4, 5, 6], [7, 8, 9]], border="constant")
    array([[1, 2, 3, 0],
           [4, 5, 6, 0],
           [7, 8, 9, 0]], dtype=uint8)

    Correlation shows the kernel upside down and back to front:

    >>> im.filters.correlate(dot, [[1, 2, 3], [4, 5, 6], [7, 8, 9]], border="constant")
    array([[9, 8, 7, 0],
           [6, 5, 4, 0],
           [3, 2, 1, 0]], dtype=uint8)
    """
    weights = as_kernel(kernel)[::-1, ::-1]
    height, width = weights.shape
    return correlated(image, weights, ((height - 1) // 2, (width - 1) // 2), border, dtype, out)


def correlated(
    image: npt.ArrayLike,
    weights: Array,
    anchor: tuple[int, int],
    border: str,
    dtype: npt.DTypeLike | None,
    out: Array | None,
) -> Array:
    """Correlate with weights whose `anchor` (row, column) stands on the pixel of the result."""
    array = as_image(image, gpu=True)
    result = as_result_dtype(dtype, array)
    return version_for(array, _core.filters.correlate)(
        array,
        np.ascontiguousarray(weights),
        anchor,
        as_name(border, "border"),
        str(result),
        as_out(out, array.shape, array, result),
    )


def as_kernel(kernel: npt.ArrayLike) -> Array:
    """Return `kernel` as float64 of shape (h, w)."""
    weights = from_list(kernel, "kernel", FLOAT64)
    if weights.ndim != 2:
        raise ValueError(f"kernel must have shape (h, w), got {weights.shape}")
    return weights


def as_result_dtype(dtype: npt.DTypeLike | None, image: Array) -> np.dtype[np.generic]:
    """Return the dtype of a filter's result."""
    if dtype is None:
        return image.dtype
    try:
        result = np.dtype(dtype)
    except TypeError as error:
        raise TypeError(f"dtype must be a dtype or None, got {dtype!r}") from error
    if result not in RESULTS[image.dtype]:
        names = names_of(RESULTS[image.dtype])
        raise TypeError(f"dtype must be {names} for a {image.dtype} image, got {result}")
    return result

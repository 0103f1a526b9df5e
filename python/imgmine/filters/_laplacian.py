from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._validate import FLOAT32, Array, as_image, as_int, as_name
from ._gradient import INT16, as_result

if TYPE_CHECKING:
    import numpy.typing as npt


def laplacian(
    image: npt.ArrayLike,
    *,
    ksize: int = 1,
    border: str = "reflect101",
    dtype: npt.DTypeLike | None = None,
    out: Array | None = None,
) -> Array:
    """Add up both second derivatives of an image: how much a pixel differs from its neighbors.

    Its variance is the usual measure of how sharp a picture is.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
        Each channel is filtered alone.
    ksize : {1, 3, 5, 7}
        1: the sum of the 4 neighbors less 4 times the pixel; 3: twice the sum of the 4 diagonal
        neighbors less 8 times the pixel; 5, 7: Sobel's second derivatives of so many taps.
    border : {"reflect101", "reflect", "replicate", "wrap", "constant"}
        What lies past the edge, as in :func:`gaussian_blur`.
    dtype : {"int16", "float32"}, optional
        Of the result, for uint8 images: int16 (saturated, which only 7 taps need) or float32.
        Default: int16.
    out : ndarray of the shape of `image` and of the result's dtype, optional
        Where to write; must not overlap `image`.

    Returns
    -------
    ndarray of the shape of `image`
        Equal to OpenCV's ``Laplacian``: exact for uint8 images, within 1e-5 of the largest value
        in float32. NaN and infinite values spread to the neighborhood they are in. The same bits
        on every CPU and with any number of threads.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32, or `dtype` or that of `out` does not go with it.
    ValueError
        If `image` or `out` has another shape, or `ksize` or `border` is out of range.

    Notes
    -----
    SciPy's ``laplace`` is that of `ksize` 1; scikit-image's has the opposite sign.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> dot = np.zeros((3, 5), np.uint8)
    >>> dot[1, 2] = 1
    >>> im.filters.laplacian(dot, border="constant")
    array([[ 0,  0,  1,  0,  0],
           [ 0,  1, -4,  1,  0],
           [ 0,  0,  1,  0,  0]], dtype=int16)
    """
    array = as_image(image)
    dtypes = (FLOAT32,) if array.dtype == FLOAT32 else (INT16, FLOAT32)
    wanted, result = as_result(dtype, out, array, dtypes)
    return _core.filters.laplacian(
        array, as_int(ksize, "ksize"), as_name(border, "border"), wanted, result
    )

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from .._validate import FLOAT32, FLOAT64, UINT8, Array, as_float, as_image

if TYPE_CHECKING:
    import numpy.typing as npt

BOOL = np.dtype(np.bool_)


def find_contours(image: npt.ArrayLike, level: float | None = None) -> list[Array]:
    """Find the lines at which an image crosses a level.

    Parameters
    ----------
    image : array_like of shape (H, W), bool, uint8, float32 or float64
        A mask, or values. Squares of four pixels with a NaN among them are left out.
    level : float, optional
        Finite; the middle between the least and the greatest value if it is not given, so 0.5 of
        a mask.

    Returns
    -------
    list of ndarray of shape (n, 2), float64
        Rows and columns of the points of each line, interpolated between the centers of pixels.
        A line that does not end at the border of the image ends with its first point. Lines wind
        counterclockwise around what is lower; lower pixels are joined at corners, higher ones are
        not. The points of `skimage.measure.find_contours`, in its order.

    Raises
    ------
    TypeError
        If `image` has another dtype, or `level` is no number.
    ValueError
        If `image` has another shape, or `level` is not finite.

    References
    ----------
    W. E. Lorensen, H. E. Cline, "Marching Cubes: A High Resolution 3D Surface Construction
    Algorithm", Computer Graphics 21 (4), 1987, pp. 163-169. https://doi.org/10.1145/37402.37422

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> mask = np.zeros((3, 3), bool)
    >>> mask[1, 1] = True
    >>> im.segment.find_contours(mask)[0].tolist()
    [[1.5, 1.0], [1.0, 0.5], [0.5, 1.0], [1.0, 1.5], [1.5, 1.0]]
    """
    array = as_image(image, (BOOL, UINT8, FLOAT32, FLOAT64))
    if array.ndim != 2:
        raise ValueError(f"image must have shape (H, W), got {array.shape}")
    array = array.view(UINT8) if array.dtype == BOOL else array
    at = _middle(array) if level is None else as_float(level, "level")
    return _core.segment.find_contours(array, at)


def _middle(array: Array) -> float:
    """Return what is between the least and the greatest value that is a number; 0 of none."""
    values = array if array.dtype == UINT8 else array[~np.isnan(array)]
    return (float(values.min()) + float(values.max())) / 2 if values.size else 0.0

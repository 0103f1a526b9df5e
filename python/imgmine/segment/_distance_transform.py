from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from ._label_image import as_mask

if TYPE_CHECKING:
    import numpy.typing as npt

    from .._validate import Array


def distance_transform(mask: npt.ArrayLike) -> Array:
    """Measure how far each pixel of a mask is from the nearest one outside it.

    Parameters
    ----------
    mask : array_like of shape (H, W), bool or uint8
        Pixels that are not zero are inside.

    Returns
    -------
    ndarray of shape (H, W), float32
        Euclidean distances in pixels, from center to center: 0 outside the mask, 1 or more in it,
        infinity if there is no zero at all. Exact: the float nearest to the root of the squared
        distance, a whole number. The same bits on every CPU and with any number of threads.

    Raises
    ------
    TypeError
        If `mask` is neither bool nor uint8.
    ValueError
        If `mask` has another shape.

    Notes
    -----
    Distances up and down the columns first, then along each row the lowest of squares, whose places
    rise with x, so that a few of them bound the search for all others: the time hardly depends on
    how large distances are. SciPy's ``distance_transform_edt`` gives the same in float64, OpenCV's
    ``distanceTransform(..., DIST_L2, DIST_MASK_PRECISE)`` the same but for rounding.

    References
    ----------
    P. F. Felzenszwalb, D. P. Huttenlocher, "Distance Transforms of Sampled Functions", Theory of
    Computing 8, 2012. https://doi.org/10.4086/toc.2012.v008a019

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.segment.distance_transform(np.array([[0, 1, 1, 1, 1]], bool))
    array([[0., 1., 2., 3., 4.]], dtype=float32)
    """
    return _core.segment.distance_transform(as_mask(mask))

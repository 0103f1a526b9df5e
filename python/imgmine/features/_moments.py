from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from .._validate import UINT8, Array, as_float, as_int
from ._masks import as_labels, as_mask, as_plane, refuse_both

if TYPE_CHECKING:
    import numpy.typing as npt


def as_order(order: int) -> int:
    """Return `order` if moments go that far."""
    order = as_int(order, "order")
    if not 0 <= order <= 3:
        raise ValueError(f"order must be between 0 and 3, got {order}")
    return order


def as_center(center: Sequence[float] | None) -> tuple[float, float] | None:
    """Return the two finite numbers of `center`."""
    if center is None:
        return None
    if not isinstance(center, (Sequence, np.ndarray)) or len(center) != 2:
        raise ValueError(f"center must be (row, column), got {center!r}")
    row, column = as_float(center[0], "center"), as_float(center[1], "center")
    if not np.isfinite((row, column)).all():
        raise ValueError(f"center must be finite, got {center!r}")
    return row, column


def sixteen(
    image: npt.ArrayLike,
    mask: npt.ArrayLike | None,
    labels: npt.ArrayLike | None,
    central: bool,
    center: tuple[float, float] | None = None,
) -> Array:
    """Return the moments up to (3, 3) of an image, shape (16,), or of its regions, (n, 16)."""
    refuse_both(mask, labels)
    array = as_plane(image)
    if labels is not None:
        if array.dtype != UINT8:
            raise TypeError("image must be uint8 or bool where labels are given, got float32")
        regions, n = as_labels(labels, array.shape)
        return _core.features.moments(array, None, regions, n, central, center)
    zeros_and_ones = None if mask is None else as_mask(mask, array.shape)
    return _core.features.moments(array, zeros_and_ones, None, 0, central, center)


def squares(rows: Array, order: int) -> Array:
    """Return rows of 16 moments as matrices up to `order`."""
    matrices: Array = rows.reshape(*rows.shape[:-1], 4, 4)[..., : order + 1, : order + 1]
    return np.ascontiguousarray(matrices)


def moments(
    image: npt.ArrayLike,
    order: int = 3,
    *,
    mask: npt.ArrayLike | None = None,
    labels: npt.ArrayLike | None = None,
) -> Array:
    """Sum up powers of rows and columns, weighted by an image's values.

    Parameters
    ----------
    image : array_like of shape (H, W), uint8, float32 or bool
        Of at most 2**30 pixels. A mask counts as zeros and ones.
    order : int, default 3
        Highest power, 0 to 3.
    mask : array_like of shape (H, W), bool, optional
        Which pixels count.
    labels : array_like of shape (H, W), int32, optional
        Regions 1, 2 ... of which the moments are wanted one by one, in one pass; 0 is none.
        uint8 and bool images only.

    Returns
    -------
    ndarray of shape ([n,] order + 1, order + 1), float64
        ``m[p, q]`` is the sum of ``row**p * column**q * value``, as scikit-image has it; OpenCV's
        ``m10`` is ``m[0, 1]``. With `labels`, entry ``i`` is of label ``i + 1``. uint8 and bool are
        summed exactly and rounded once. The same bits on every CPU and with any number of threads.

    Raises
    ------
    TypeError
        If `image`, `mask` or `labels` has another dtype.
    ValueError
        If a shape does not fit, `order` is out of range, or both `mask` and `labels` are given.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.features.moments(np.uint8([[0, 0], [0, 5], [0, 5]]), order=1)
    array([[10., 10.],
           [15., 15.]])
    """
    order = as_order(order)
    return squares(sixteen(image, mask, labels, False), order)


def central_moments(
    image: npt.ArrayLike,
    center: tuple[float, float] | None = None,
    order: int = 3,
    *,
    mask: npt.ArrayLike | None = None,
    labels: npt.ArrayLike | None = None,
) -> Array:
    """Sum up powers of the distances from a point: moments that do not see where things are.

    Parameters
    ----------
    image : array_like of shape (H, W), uint8, float32 or bool
    center : (float, float), optional
        Row and column; default: the centroid. Not with `labels`.
    order : int, default 3
        Highest power, 0 to 3.
    mask, labels : array_like of shape (H, W), bool and int32, optional
        As for :func:`moments`.

    Returns
    -------
    ndarray of shape ([n,] order + 1, order + 1), float64
        As :func:`moments`, about `center`; about the centroid ``[0, 1]`` and ``[1, 0]`` are
        exactly 0. Of an image whose values sum to 0: zeros. uint8 and bool images are brought to
        within a pixel of the centroid exactly, so that nothing is lost far from the corner, as
        happens in scikit-image and OpenCV; both leave out moments whose powers sum to more than 3.

    Raises
    ------
    TypeError
        If `image`, `mask` or `labels` has another dtype.
    ValueError
        If a shape does not fit, `order` or `center` is out of range, or both `mask` and `labels`
        are given.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.features.central_moments(np.uint8([[0, 0], [0, 5], [0, 5]]), order=2)
    array([[10. ,  0. ,  0. ],
           [ 0. ,  0. ,  0. ],
           [ 2.5,  0. ,  0. ]])
    """
    order = as_order(order)
    middle = as_center(center)
    if middle is not None and labels is not None:
        raise ValueError("center and labels must not both be given")
    return squares(sixteen(image, mask, labels, True, middle), order)


def normalized_moments(
    image: npt.ArrayLike,
    order: int = 3,
    *,
    mask: npt.ArrayLike | None = None,
    labels: npt.ArrayLike | None = None,
) -> Array:
    """Divide central moments by powers of the sum: moments that do not see scale either.

    Parameters
    ----------
    image : array_like of shape (H, W), uint8, float32 or bool
    order : int, default 3
        Highest power, 0 to 3.
    mask, labels : array_like of shape (H, W), bool and int32, optional
        As for :func:`moments`.

    Returns
    -------
    ndarray of shape ([n,] order + 1, order + 1), float64
        ``mu[p, q] / mu[0, 0]**(1 + (p + q) / 2)``: 1 at ``[0, 0]`` and 0 at ``[0, 1]`` and
        ``[1, 0]``, where scikit-image has NaN. Zeros where the values do not sum to more than 0.

    Raises
    ------
    TypeError
        If `image`, `mask` or `labels` has another dtype.
    ValueError
        If a shape does not fit, `order` is out of range, or both `mask` and `labels` are given.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.features.normalized_moments(np.ones((4, 4), bool), order=2)
    array([[1.        , 0.        , 0.078125  ],
           [0.        , 0.        , 0.        ],
           [0.078125  , 0.        , 0.00610352]])
    """
    order = as_order(order)
    central = sixteen(image, mask, labels, True)
    rows = _core.features.normalized_moments(central.reshape(-1, 16))
    return squares(rows.reshape(central.shape), order)

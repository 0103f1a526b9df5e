from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .. import _core
from .._validate import FLOAT32, UINT8, Array, as_bool, as_float, as_name, as_rows

if TYPE_CHECKING:
    import numpy.typing as npt

MOST_PACKED = 64  # bytes of a row that is taken for packed bits


def match(
    a: npt.ArrayLike,
    b: npt.ArrayLike,
    *,
    ratio: float | None = 0.75,
    cross_check: bool = False,
    metric: str | None = None,
) -> tuple[Array, Array]:
    """Find the row of `b` that is nearest to each row of `a`.

    Parameters
    ----------
    a : array_like of shape (n, size), uint8 or float32
    b : array_like of shape (m, size), of the dtype of `a`
    ratio : float or None, default 0.75
        Keep a match only if it is nearer than this times the second nearest row (Lowe 2004): what
        looks like two things is evidence for neither. None keeps all, and so does a `b` of a
        single row.
    cross_check : bool, default False
        Keep a match only if the row of `a` is the nearest one to the row of `b`, too.
    metric : {"hamming", "euclidean", None}, default None
        None: "hamming", the number of bits that differ, for uint8 rows of at most 64 bytes, else
        "euclidean".

    Returns
    -------
    pairs : ndarray of shape (k, 2), int64
        Row of `a`, row of `b`, in the order of `a`. Of equally near rows the first one.
    distances : ndarray of shape (k,), float32
        Those of uint8 rows are exact but for the square root's rounding. Rows that hold NaN are
        near to nothing.

    Raises
    ------
    TypeError
        If `a` and `b` are not both uint8 or both float32, or "hamming" is asked of float32.
    ValueError
        If their rows differ in size, or `ratio` or `metric` is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> a = np.array([[0, 0], [8, 8]], np.float32)
    >>> b = np.array([[9, 8], [0, 1], [4, 4]], np.float32)
    >>> im.features.match(a, b)
    (array([[0, 1],
           [1, 0]]), array([1., 1.], dtype=float32))
    """
    left, right = as_rows(a, "a", (FLOAT32, UINT8)), as_rows(b, "b", (FLOAT32, UINT8))
    if left.dtype != right.dtype:
        raise TypeError(f"b must be {left.dtype} as a is, got {right.dtype}")
    if metric is None:
        metric = "hamming" if is_packed(left) else "euclidean"
    if as_name(metric, "metric") not in ("hamming", "euclidean"):
        raise ValueError(f"metric must be 'hamming', 'euclidean' or None, got {metric!r}")
    if metric == "hamming" and left.dtype != UINT8:
        raise TypeError(f"a must be uint8 for metric 'hamming', got {left.dtype}")
    limit = math.inf if ratio is None else as_float(ratio, "ratio")
    if ratio is not None and not 0 < limit <= 1:
        raise ValueError(f"ratio must be above 0 and at most 1, or None, got {ratio}")
    return _core.features.match(left, right, limit, as_bool(cross_check, "cross_check"), metric)


def is_packed(rows: Array) -> bool:
    """Tell whether descriptors are taken for packed bits."""
    return rows.dtype == UINT8 and rows.shape[1] <= MOST_PACKED

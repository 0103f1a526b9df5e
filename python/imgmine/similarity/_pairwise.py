from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from .._backend import require_one_place, version_for
from .._validate import FLOAT32, UINT8, Array, as_name, as_rows

if TYPE_CHECKING:
    import numpy.typing as npt


VECTOR_DTYPES = (FLOAT32, np.dtype(np.float16), np.dtype(np.int8), UINT8)


def in_one_dtype(left: Array, right: Array) -> tuple[Array, Array]:
    """Return both as they are, or as float32 where one is of another dtype."""
    if left.dtype == right.dtype:
        return left, right
    return left.astype(FLOAT32, copy=False), right.astype(FLOAT32, copy=False)


def rows_of_both(
    a: npt.ArrayLike, b: npt.ArrayLike, metric: str, names: tuple[str, str]
) -> tuple[Array, Array]:
    """Return both lists of vectors as `metric` needs them; their sizes agree."""
    dtypes = (UINT8,) if metric == "hamming" else VECTOR_DTYPES
    left, right = as_rows(a, names[0], dtypes, gpu=True), as_rows(b, names[1], dtypes, gpu=True)
    if left.__class__ is not np.ndarray or right.__class__ is not np.ndarray:
        require_one_place(left, right, names)
    if left.shape[1] != right.shape[1]:
        raise ValueError(
            f"{names[0]} and {names[1]} must have vectors of one size, got {left.shape[1]} and "
            f"{right.shape[1]}"
        )
    return in_one_dtype(left, right)


def pairwise(a: npt.ArrayLike, b: npt.ArrayLike, metric: str = "euclidean") -> Array:
    """Compare every vector of one list with every vector of another.

    Parameters
    ----------
    a : array_like of shape (n, size), float32, float16, int8 or uint8 (for "hamming" uint8)
    b : array_like of shape (m, size), as `a`
        Lists of two dtypes are compared as float32.
    metric : str, default "euclidean"
        Distances, where less is more alike: "euclidean", "l1" (sum of ``|a - b|``), "chi2" (sum of
        ``(a - b)² / (a + b)``, 0 where both are 0), "hamming" (bits that differ, of packed bits).
        Similarities, where more is: "inner_product", "cosine", "pearson" (0 where a vector is
        zero, or constant), "intersection" (sum of the smaller values).

    Returns
    -------
    ndarray of shape (n, m), float32
        "euclidean" and "inner_product" of int8 or uint8 are summed in whole numbers (of up to
        32,768 values) and rounded once, everything else in float32. The same bits on every CPU and
        with any number of threads.

    Raises
    ------
    TypeError
        If a dtype is another.
    ValueError
        If a shape or `metric` is another, or the sizes differ.

    Examples
    --------
    >>> import imgmine as im
    >>> im.similarity.pairwise([[0, 0], [3, 4]], [[0, 0]], "euclidean")
    array([[0.],
           [5.]], dtype=float32)
    """
    as_name(metric, "metric")
    left, right = rows_of_both(a, b, metric, ("a", "b"))
    return version_for(left, _core.similarity.pairwise)(left, right, metric)

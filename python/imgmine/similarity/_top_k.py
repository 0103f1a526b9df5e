from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._backend import version_for
from .._validate import Array, as_int, as_name
from ._pairwise import rows_of_both

if TYPE_CHECKING:
    import numpy.typing as npt


def top_k(
    queries: npt.ArrayLike, base: npt.ArrayLike, k: int, metric: str = "euclidean"
) -> tuple[Array, Array]:
    """Find the vectors of `base` that are most like each query, by comparing all of them.

    Parameters
    ----------
    queries : array_like of shape (n, size), float32, float16, int8 or uint8 (for "hamming" uint8)
    base : array_like of shape (m, size), as `queries`
        Lists of two dtypes are compared as float32.
    k : int
        How many to find, >= 0 (on a GPU at most 1024, of a base of fewer than 2^31 vectors).
    metric : str, default "euclidean"
        As in `pairwise`.

    Returns
    -------
    ids : ndarray of shape (n, min(k, m)), int64
        Rows of `base`, best first; equal scores are ordered by row. A comparison that is not a
        number ranks last, with an infinite score.
    scores : ndarray of the same shape, float32
        What `metric` says of them: distances rise, similarities fall. Rows of int8 or uint8 are
        ordered by the exact whole number for "euclidean" and "inner_product".

    Raises
    ------
    TypeError
        If a dtype is another.
    ValueError
        If a shape, `k` or `metric` is out of range, or the sizes differ.

    Examples
    --------
    >>> import imgmine as im
    >>> ids, scores = im.similarity.top_k([[1, 1]], [[0, 0], [1, 2], [9, 9]], k=2)
    >>> ids
    array([[1, 0]])
    >>> scores.round(2)
    array([[1.  , 1.41]], dtype=float32)
    """
    as_name(metric, "metric")
    left, right = rows_of_both(queries, base, metric, ("queries", "base"))
    return version_for(left, _core.similarity.top_k)(left, right, as_int(k, "k"), metric)

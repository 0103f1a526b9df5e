"""How good is a ranking: lists of results, best first, whose relevance is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, overload

import numpy as np

from ._labels import check_zero_division, divide
from ._relevance import as_hits, as_k, reduced, relevant_counts

if TYPE_CHECKING:
    import numpy.typing as npt

    from ._labels import FloatArray
    from ._relevance import Relevance


@overload
def precision_at_k(
    relevance: Relevance,
    k: int,
    *,
    average: None,
) -> FloatArray: ...
@overload
def precision_at_k(
    relevance: Relevance,
    k: int,
    *,
    average: Literal["mean"] = ...,
) -> float: ...
def precision_at_k(
    relevance: Relevance,
    k: int,
    *,
    average: Literal["mean"] | None = "mean",
) -> FloatArray | float:
    """Share of the first `k` results that are relevant.

    Parameters
    ----------
    relevance : array_like of shape (n_queries, n_results), or one list per query
        Whether each result is relevant, best result first: 0 or 1, or bool. Lists may differ in
        length; a flat list is one query.
    k : int
        Number of places to look at, >= 1. Where a list is shorter, the missing results count as
        not relevant.
    average : {"mean"} or None, default "mean"
        Mean over the queries, or None for one value per query.

    Returns
    -------
    float, or float64 array of shape (n_queries,) for ``average=None``
        P@k, in [0, 1].

    Raises
    ------
    TypeError
        If relevance or `k` is of the wrong kind.
    ValueError
        If there is no query, relevance is not 0 or 1, or an option is out of range.

    Examples
    --------
    >>> import imgmine as im
    >>> im.metrics.precision_at_k([[1, 0, 1, 1], [0, 0, 1]], k=2)
    0.25
    """
    places = as_k(k)
    return reduced(as_hits(relevance)[:, :places].sum(axis=1) / places, average)


@overload
def recall_at_k(
    relevance: Relevance,
    k: int,
    *,
    average: None,
    n_relevant: npt.ArrayLike | None = ...,
    zero_division: float = ...,
) -> FloatArray: ...
@overload
def recall_at_k(
    relevance: Relevance,
    k: int,
    *,
    n_relevant: npt.ArrayLike | None = ...,
    zero_division: float = ...,
    average: Literal["mean"] = ...,
) -> float: ...
def recall_at_k(
    relevance: Relevance,
    k: int,
    *,
    n_relevant: npt.ArrayLike | None = None,
    zero_division: float = 0.0,
    average: Literal["mean"] | None = "mean",
) -> FloatArray | float:
    """Share of the relevant items that are among the first `k` results.

    Parameters
    ----------
    relevance : array_like of shape (n_queries, n_results), or one list per query
        Whether each result is relevant, best result first: 0 or 1, or bool. Lists may differ in
        length; a flat list is one query.
    k : int
        Number of places to look at, >= 1.
    n_relevant : int or array_like of shape (n_queries,), optional
        Number of relevant items in the whole base; default: those listed, which is right only if
        everything was ranked.
    zero_division : {0, 1, nan}, default 0
        Value of a query for which nothing is relevant; nan leaves it out of the mean.
    average : {"mean"} or None, default "mean"
        Mean over the queries, or None for one value per query.

    Returns
    -------
    float, or float64 array of shape (n_queries,) for ``average=None``
        R@k, in [0, 1].

    Raises
    ------
    TypeError
        If relevance, `k` or `n_relevant` is of the wrong kind.
    ValueError
        If there is no query, relevance is not 0 or 1, or an option is out of range.

    Examples
    --------
    >>> import imgmine as im
    >>> im.metrics.recall_at_k([[1, 0, 1, 1], [0, 1, 0, 0]], k=2, n_relevant=[4, 1])
    0.625
    """
    hits = as_hits(relevance)
    counts = relevant_counts(n_relevant, hits)
    zero = check_zero_division(zero_division)
    return reduced(divide(hits[:, : as_k(k)].sum(axis=1), counts, zero), average)


@overload
def mean_average_precision(
    relevance: Relevance,
    *,
    average: None,
    k: int | None = ...,
    n_relevant: npt.ArrayLike | None = ...,
    zero_division: float = ...,
) -> FloatArray: ...
@overload
def mean_average_precision(
    relevance: Relevance,
    *,
    k: int | None = ...,
    n_relevant: npt.ArrayLike | None = ...,
    zero_division: float = ...,
    average: Literal["mean"] = ...,
) -> float: ...
def mean_average_precision(
    relevance: Relevance,
    *,
    k: int | None = None,
    n_relevant: npt.ArrayLike | None = None,
    zero_division: float = 0.0,
    average: Literal["mean"] | None = "mean",
) -> FloatArray | float:
    """Mean over the queries of the average precision of their results (MAP).

    The average precision of a query is the sum of P@r over the places r that hold a relevant
    result, divided by R, the number of relevant items: 1 if they all come first.

    Parameters
    ----------
    relevance : array_like of shape (n_queries, n_results), or one list per query
        Whether each result is relevant, best result first: 0 or 1, or bool. Lists may differ in
        length; a flat list is one query.
    k : int, optional
        Look at the first `k` results only, >= 1, and divide by min(R, `k`), so that a perfect
        start is still 1; default: all results.
    n_relevant : int or array_like of shape (n_queries,), optional
        Number of relevant items in the whole base; default: those listed, which is right only if
        everything was ranked.
    zero_division : {0, 1, nan}, default 0
        Value of a query for which nothing is relevant; nan leaves it out of the mean.
    average : {"mean"} or None, default "mean"
        Mean over the queries, or None for one value per query.

    Returns
    -------
    float, or float64 array of shape (n_queries,) for ``average=None``
        MAP (average precisions), in [0, 1].

    Raises
    ------
    TypeError
        If relevance, `k` or `n_relevant` is of the wrong kind.
    ValueError
        If there is no query, relevance is not 0 or 1, or an option is out of range.

    References
    ----------
    C. D. Manning, P. Raghavan, H. Schütze, "Introduction to Information Retrieval", section 8.4,
    Cambridge University Press, 2008.

    Examples
    --------
    Each picture in turn asks for its own class:

    >>> import numpy as np
    >>> import imgmine as im
    >>> labels = np.array(["bus", "bus", "bus", "beach", "beach", "beach"])
    >>> queries, found = [0, 3], np.array([[1, 4, 2, 3, 5], [0, 5, 1, 4, 2]])
    >>> relevance = labels[found] == labels[queries][:, None]
    >>> im.metrics.mean_average_precision(relevance, average=None).round(3)
    array([0.833, 0.5  ])
    """
    hits = as_hits(relevance)
    counts = relevant_counts(n_relevant, hits)
    if k is not None:
        hits, counts = hits[:, : as_k(k)], np.minimum(counts, k)
    precision = np.cumsum(hits, axis=1) / np.arange(1, hits.shape[1] + 1)
    zero = check_zero_division(zero_division)
    return reduced(divide((precision * hits).sum(axis=1), counts, zero), average)


def ns_score(relevance: Relevance, k: int = 4) -> float:
    """Mean number of relevant results among the first `k`: the N-S score of UKBench.

    There each of four pictures of an object is a query, and all pictures, itself included, are
    ranked: 4 is perfect.

    Parameters
    ----------
    relevance : array_like of shape (n_queries, n_results), or one list per query
        Whether each result is relevant, best result first: 0 or 1, or bool. Lists may differ in
        length; a flat list is one query.
    k : int, default 4
        Number of places to look at, >= 1.

    Returns
    -------
    float
        In [0, `k`]; it is `k` times `precision_at_k`.

    Raises
    ------
    TypeError
        If relevance or `k` is of the wrong kind.
    ValueError
        If there is no query, or relevance is not 0 or 1.

    References
    ----------
    D. Nistér, H. Stewénius, "Scalable recognition with a vocabulary tree", CVPR 2006.

    Examples
    --------
    >>> import imgmine as im
    >>> im.metrics.ns_score([[1, 1, 0, 1], [1, 0, 0, 0]])
    2.0
    """
    return precision_at_k(relevance, k) * k

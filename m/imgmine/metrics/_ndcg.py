"""Normalized discounted cumulative gain of rankings with graded relevance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, overload

import numpy as np

from ._labels import check_zero_division, divide
from ._relevance import as_k, as_relevance, reduced

if TYPE_CHECKING:
    from ._labels import FloatArray
    from ._relevance import Relevance


@overload
def ndcg_score(
    relevance: Relevance,
    *,
    average: None,
    k: int | None = ...,
    ideal: Relevance | None = ...,
    gain: Literal["linear", "exponential"] = ...,
    zero_division: float = ...,
) -> FloatArray: ...
@overload
def ndcg_score(
    relevance: Relevance,
    *,
    k: int | None = ...,
    ideal: Relevance | None = ...,
    gain: Literal["linear", "exponential"] = ...,
    zero_division: float = ...,
    average: Literal["mean"] = ...,
) -> float: ...
def ndcg_score(
    relevance: Relevance,
    *,
    k: int | None = None,
    ideal: Relevance | None = None,
    gain: Literal["linear", "exponential"] = "linear",
    zero_division: float = 0.0,
    average: Literal["mean"] | None = "mean",
) -> FloatArray | float:
    """Compute the normalized discounted cumulative gain: a precision where early places weigh more.

    DCG is the sum of gain(r) / log2(r + 1) over the places r = 1, 2, …; NDCG divides it by the DCG
    of the best possible order.

    Parameters
    ----------
    relevance : array_like of shape (n_queries, n_results), or one list per query
        How relevant each result is, best result first: bools or grades >= 0. Lists may differ in
        length; a flat list is one query.
    k : int, optional
        Look at the first `k` results only, >= 1; default: all results.
    ideal : as `relevance`, optional
        Relevance of everything in the base for each query, in any order, from which the best
        possible order is made; default: `relevance`, which is right only if everything relevant is
        listed.
    gain : {"linear", "exponential"}, default "linear"
        The grade g itself, or 2**g - 1, which favors the highest grades.
    zero_division : {0, 1, nan}, default 0
        Value of a query for which nothing is relevant; nan leaves it out of the mean.
    average : {"mean"} or None, default "mean"
        Mean over the queries, or None for one value per query.

    Returns
    -------
    float, or float64 array of shape (n_queries,) for ``average=None``
        NDCG, in [0, 1].

    Raises
    ------
    TypeError
        If relevance or `k` is of the wrong kind.
    ValueError
        If there is no query, a grade is negative or not finite, `ideal` holds less than the
        results, or an option is out of range.

    References
    ----------
    K. Järvelin, J. Kekäläinen, "Cumulated gain-based evaluation of IR techniques", ACM Transactions
    on Information Systems 20 (4), 2002. https://doi.org/10.1145/582415.582418

    Examples
    --------
    >>> import imgmine as im
    >>> round(im.metrics.ndcg_score([3, 2, 3, 0, 1, 2]), 3)
    0.961
    """
    found = _gains(as_relevance(relevance, "relevance"), gain)
    known = found if ideal is None else _gains(as_relevance(ideal, "ideal"), gain)
    if len(known) != len(found):
        raise ValueError(f"ideal must hold {len(found)} queries, got {len(known)}")
    best = -np.sort(-known, axis=1)
    dcg, ideal_dcg = _dcg(found, k), _dcg(best, k)
    if (dcg > ideal_dcg * (1 + 1e-9)).any():
        raise ValueError("ideal must hold the relevance of everything, got less than the results")
    return reduced(divide(dcg, ideal_dcg, check_zero_division(zero_division)), average)


def _gains(relevance: FloatArray, gain: str) -> FloatArray:
    if gain == "linear":
        return relevance
    if gain != "exponential":
        raise ValueError(f"gain must be 'linear' or 'exponential', got {gain!r}")
    if (relevance > 1000).any():
        raise ValueError("relevance must be at most 1000 where gain is 'exponential'")
    return np.exp2(relevance) - 1


def _dcg(gains: FloatArray, k: int | None) -> FloatArray:
    first = gains if k is None else gains[:, : as_k(k)]
    return first @ (1 / np.log2(np.arange(2, first.shape[1] + 2)))

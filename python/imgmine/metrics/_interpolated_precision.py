"""Precision against recall of rankings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from ._labels import check_zero_division
from ._relevance import as_hits, as_k

if TYPE_CHECKING:
    from ._labels import FloatArray
    from ._relevance import Relevance


def interpolated_precision(
    relevance: Relevance,
    levels: int = 11,
    *,
    zero_division: float = 0.0,
    average: Literal["mean"] | None = "mean",
) -> FloatArray:
    """Best precision that is left at each of some levels of recall: a curve to plot.

    At a level of recall r stands the greatest precision at any place where at least r of
    everything relevant has been found.

    Parameters
    ----------
    relevance : array_like of shape (n_queries, n_results), or one list per query
        Whether each result is relevant, best result first: 0 or 1, or bool. Everything relevant
        must be among them. Lists may differ in length; a flat list is one query.
    levels : int, default 11
        Number of levels from 0 to 1, >= 2; with 11 they are 0, 0.1, ... 1.
    zero_division : {0, 1, nan}, default 0
        Value of a query for which nothing is relevant; nan leaves it out of the mean.
    average : {"mean"} or None, default "mean"
        Mean over the queries at each level, or None for a row per query.

    Returns
    -------
    float64 array of shape (levels,), or (n_queries, levels) for ``average=None``
        In [0, 1], never rising.

    Raises
    ------
    TypeError
        If relevance or `levels` is of the wrong kind.
    ValueError
        If there is no query, relevance is not 0 or 1, or an option is out of range.

    References
    ----------
    C. D. Manning, P. Raghavan, H. Schütze, "Introduction to Information Retrieval", section 8.4,
    Cambridge University Press, 2008.

    Examples
    --------
    >>> import imgmine as im
    >>> im.metrics.interpolated_precision([1, 0, 1, 0], levels=3)
    array([1.        , 1.        , 0.66666667])
    """
    if as_k(levels, "levels") < 2:
        raise ValueError(f"levels must be at least 2, got {levels}")
    if average not in ("mean", None):
        raise ValueError(f"average must be 'mean' or None, got {average!r}")
    hits = as_hits(relevance)
    n_hits = hits.cumsum(axis=1)
    precision = n_hits / np.arange(1, hits.shape[1] + 1)
    left = np.maximum.accumulate(precision[:, ::-1], axis=1)[:, ::-1]
    totals = n_hits[:, -1:] if hits.shape[1] else np.zeros((len(hits), 1))
    # The number of hits at which each level is reached, the first hit at least.
    wanted = np.ceil(np.arange(levels) * totals / (levels - 1) - 1e-9)
    wanted = np.maximum(wanted, 1)
    curves = np.full(wanted.shape, check_zero_division(zero_division))
    for curve, row, best, goals in zip(curves, n_hits, left, wanted, strict=True):
        if len(row) and row[-1]:
            curve[:] = best[np.searchsorted(row, goals)]
    if average is None:
        return curves
    known = ~np.isnan(curves[:, 0])
    mean: FloatArray = curves[known].mean(axis=0) if known.any() else np.full(levels, np.nan)
    return mean

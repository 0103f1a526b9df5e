"""How much of the truth a search finds, and how far it must look for more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .._validate import Array
    from ._vector_index import VectorIndex

_MOST = 4096  # beyond it, comparing everything is as fast


def _samples(index: VectorIndex, n: int) -> Array:
    ids = index.ids
    chosen = np.random.default_rng(0).choice(ids, min(n, len(ids)), replace=False)
    return index.get(np.sort(chosen))


def _recall(index: VectorIndex, queries: Array, limits: Array, k: int, ef: int | None) -> float:
    found = index.search(queries, k, ef=ef).distances
    return float((found <= limits).mean())


def _limits(index: VectorIndex, queries: Array, k: int) -> Array:
    """Return the distance of each query's k-th nearest, and a little for rounding."""
    exact = index.search(queries, k, exact=True)
    last = np.where(np.isinf(exact.distances), -np.inf, exact.distances).max(axis=1)
    limits: Array = last + 1e-5 * np.abs(last) + 1e-6
    return limits[:, np.newaxis]


def _prepare(
    index: VectorIndex, k: int, n: int, queries: Array | None
) -> tuple[Array, Array, int] | None:
    k = min(k, len(index))
    if k < 1 or n < 1 or (queries is not None and len(queries) == 0):
        return None
    rows = _samples(index, n) if queries is None else queries
    if queries is None:
        k = min(k + 1, len(index))  # each finds itself
    return rows, _limits(index, rows, k), k


def recall_of(index: VectorIndex, k: int, n: int, queries: Array | None, ef: int | None) -> float:
    """Return the share of the true nearest that are found."""
    prepared = _prepare(index, k, n, queries)
    if prepared is None:
        return 1.0
    rows, limits, k = prepared
    found = _recall(index, rows, limits, k, ef)
    return max(0.0, (found * k - 1) / (k - 1)) if queries is None and k > 1 else found


def smallest_ef(index: VectorIndex, recall: float, k: int, n: int, queries: Array | None) -> int:
    """Return the least ef that reaches `recall`: doubled until it does, then halved in between."""
    prepared = _prepare(index, k, n, queries)
    if prepared is None:
        return max(k, 1)
    rows, limits, k = prepared

    def reaches(ef: int) -> bool:
        return _recall(index, rows, limits, k, ef) >= recall

    high = max(k, 1)
    while high < _MOST and not reaches(high):
        high *= 2
    low = max(high // 2, k) if high > k else high
    while low < high:
        middle = (low + high) // 2
        if reaches(middle):
            high = middle
        else:
            low = middle + 1
    return high

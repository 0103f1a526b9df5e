"""Lists of relevance, one per query, as a matrix; shared by every judgement of a ranking."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ._labels import FloatArray, mean

Relevance: TypeAlias = npt.ArrayLike | Sequence[npt.ArrayLike]


def as_relevance(relevance: Relevance, name: str) -> FloatArray:
    """Return relevance as float64 of shape (n_queries, longest list), zeros after a list's end."""
    rows: list[Any] = [relevance] if _is_one_list(relevance) else [*relevance]  # type: ignore[misc]
    arrays = [_as_row(row, name) for row in rows]
    if not arrays:
        raise ValueError(f"{name} must hold at least one query, got none")
    matrix = np.zeros((len(arrays), max(len(array) for array in arrays)))
    for filled, array in zip(matrix, arrays, strict=True):
        filled[: len(array)] = array
    if not np.isfinite(matrix).all() or (matrix < 0).any():
        raise ValueError(f"{name} must be finite and >= 0")
    return matrix


def _is_one_list(relevance: Any) -> bool:
    if isinstance(relevance, str) or not hasattr(relevance, "__len__"):
        raise TypeError(f"relevance must be a list of lists, got {type(relevance).__name__}")
    return len(relevance) > 0 and np.ndim(relevance[0]) == 0


def _as_row(row: npt.ArrayLike, name: str) -> npt.NDArray[Any]:
    array = np.asarray(row)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold numbers or bools, got dtype {array.dtype}")
    if array.ndim != 1:
        raise ValueError(f"{name} must be one list per query, got one of shape {array.shape}")
    return array


def as_hits(relevance: Relevance) -> FloatArray:
    """Return relevance that is only a question of yes or no."""
    matrix = as_relevance(relevance, "relevance")
    if not np.isin(matrix, (0, 1)).all():
        raise ValueError("relevance must be 0 or 1 here; ndcg_score takes grades")
    return matrix


def as_k(k: int, name: str = "k") -> int:
    """Return a number of places, at least one."""
    if isinstance(k, bool):
        raise TypeError(f"{name} must be an integer, got bool")
    places = operator.index(k)
    if places < 1:
        raise ValueError(f"{name} must be at least 1, got {places}")
    return places


def relevant_counts(n_relevant: npt.ArrayLike | None, hits: FloatArray) -> FloatArray:
    """Return how many relevant items there are for each query, found or not."""
    found: FloatArray = hits.sum(axis=1)
    if n_relevant is None:
        return found
    counts = np.asarray(n_relevant)
    if counts.dtype.kind not in "iu":
        raise TypeError(f"n_relevant must hold integers, got dtype {counts.dtype}")
    if counts.shape not in ((), (len(hits),)):
        raise ValueError(f"n_relevant must have shape ({len(hits)},), got {counts.shape}")
    counts = np.broadcast_to(counts.astype(np.float64), found.shape)
    short = np.flatnonzero(counts < found)
    if short.size:
        query = short[0]
        raise ValueError(
            f"n_relevant must not be below the relevant items listed, got {counts[query]:.0f} "
            f"where query {query} lists {found[query]:.0f}"
        )
    return counts


def reduced(values: FloatArray, average: str | None) -> FloatArray | float:
    """Mean over the queries, nan left out, or the values themselves."""
    if average is None:
        return values
    if average != "mean":
        raise ValueError(f"average must be 'mean' or None, got {average!r}")
    return mean(values)

"""What searches return."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from .._validate import Array


class Neighbors(NamedTuple):
    """The nearest of each query, nearest first.

    Of one query of shape (dim,), `ids` and `distances` have shape (k,) and `counts` is a number.
    """

    ids: Array
    """int64 (n, k); -1 where fewer than k were found."""
    distances: Array
    """float32 (n, k); infinity where fewer than k were found."""
    counts: Array
    """int64 (n,): how many were found."""


class RadiusNeighbors(NamedTuple):
    """All within a radius of each query, nearest first.

    Those of query i are ``ids[offsets[i]:offsets[i + 1]]``.
    """

    ids: Array
    """int64 (total,)."""
    distances: Array
    """float32 (total,)."""
    offsets: Array
    """int64 (n + 1,)."""

"""What searches return."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from .._validate import Array


class Neighbors(NamedTuple):
    """The nearest of each query, nearest first.

    Of one query of shape (dim,), `ids` and `distances` have shape (k,) and `counts` is a number.

    Attributes
    ----------
    ids : ndarray of shape (n, k), int64
        -1 where fewer than k were found.
    distances : ndarray of shape (n, k), float32
        Infinity where fewer than k were found.
    counts : ndarray of shape (n,), int64
        How many were found.
    """

    ids: Array
    distances: Array
    counts: Array


class RadiusNeighbors(NamedTuple):
    """All within a radius of each query, nearest first.

    Those of query i are ``ids[offsets[i]:offsets[i + 1]]``.

    Attributes
    ----------
    ids : ndarray of shape (total,), int64
    distances : ndarray of shape (total,), float32
    offsets : ndarray of shape (n + 1,), int64
    """

    ids: Array
    distances: Array
    offsets: Array

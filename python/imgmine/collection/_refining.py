"""Better hits from the same vectors: query expansion, and ranking the best by their neighbors."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .._validate import as_int
from ..similarity import pairwise
from ._sources import SMALLER_IS_BETTER

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._validate import Array
    from ._results import Hit
    from ._snapshot import Snapshot

_POWER = 3  # of the cosine, by which hits weigh in a query that is expanded
# Zhong et al.'s numbers, found for persons, are good for scenes and things, too.
_NEIGHBORS = 20
_AVERAGED = 6
_OWN_SHARE = 0.3  # of the distance itself
_MOST = 2000  # the work grows with the square


class Refining(NamedTuple):
    """What a search does beyond one comparison: see `ImageIndex.search`."""

    expand: int = 0
    rerank: int = 0

    @classmethod
    def of(cls, expand: int, rerank: int) -> Refining:
        """Check the two numbers."""
        if as_int(expand, "expand") < 0:
            raise ValueError(f"expand must be at least 0, got {expand}")
        if not 0 <= as_int(rerank, "rerank") <= _MOST:
            raise ValueError(f"rerank must be from 0 to {_MOST}, got {rerank}")
        return cls(int(expand), int(rerank))

    def find(
        self,
        search: Callable[[Array, int, bool], list[Hit]],
        vectors_of: Callable[[list[Hit]], tuple[list[Hit], Array]],
        query: Array,
        k: int,
        include_self: bool,
        metric: str,
    ) -> list[Hit]:
        """Return the `k` best pictures for the vector of a query.

        ``search(vector, k, include_self)`` compares vectors, ``vectors_of`` says what these are.
        """
        if self.expand:
            query = expanded(query, vectors_of(search(query, self.expand, False))[1])
        hits = search(query, max(k, self.rerank), include_self)
        if self.rerank > 1 and len(hits) > 2:
            first, vectors = vectors_of(hits[: self.rerank])
            order = reranking(query, vectors, metric).tolist() if first else []
            hits = [*(first[i] for i in order), *hits[self.rerank :]]
        return hits[:k]


def vectors_of(snapshot: Snapshot, hits: list[Hit]) -> tuple[list[Hit], Array]:
    """Return those hits that are still there, and a row for each."""
    ids = np.array([hit.id for hit in hits], np.int64)
    rows = np.searchsorted(snapshot.ids, ids)
    known = np.isin(ids, snapshot.ids)
    left = [hit for hit, is_known in zip(hits, known.tolist(), strict=True) if is_known]
    return left, snapshot.vectors[rows[known]]


def expanded(query: Array, hits: Array) -> Array:
    """Return the mean of a query, which counts 1, and of hits, which count less than that.

    F. Radenovic et al., "Fine-tuning CNN image retrieval with no human annotation", TPAMI 2018.
    """
    wide, first = hits.astype(np.float64), query.astype(np.float64)
    norms = np.linalg.norm(wide, axis=1) * np.linalg.norm(first)
    cosines = wide @ first / np.where(norms > 0, norms, 1.0)
    weights = np.clip(cosines, 0, 1) ** _POWER
    total = first + (weights[:, np.newaxis] * wide).sum(axis=0)
    result: Array = (total / (1 + weights.sum())).astype(np.float32)
    return result


def reranking(query: Array, hits: Array, metric: str) -> Array:
    """Return the order in which hits, given as rows best first, are nearest to a query.

    Two pictures are near if the same pictures are among the neighbors of both, and they among
    theirs (Z. Zhong et al., "Re-ranking person re-identification with k-reciprocal encoding", CVPR
    2017), here among the hits and the query alone.
    """
    vectors = np.vstack([query[np.newaxis], hits]).astype(np.float32, copy=False)
    distances = _distances(vectors, metric)
    ranking = np.argsort(distances, axis=1, kind="stable")
    weights = _weights(distances, ranking)
    weights = weights[ranking[:, :_AVERAGED]].mean(axis=1)
    shared = np.minimum(weights[0], weights[1:]).sum(axis=1)
    jaccard = 1 - shared / (2 - shared)
    joined = (1 - _OWN_SHARE) * jaccard + _OWN_SHARE * distances[0, 1:]
    order: Array = np.argsort(joined, kind="stable")
    return order


def _distances(vectors: Array, metric: str) -> Array:
    """Return the distances of all to all, 0 to 1 in each row, but a picture's own -1."""
    values: Array = pairwise(vectors, vectors, metric).astype(np.float64)
    if metric not in SMALLER_IS_BETTER:
        values = values.max(axis=1, keepdims=True) - values
    elif metric == "euclidean":
        values = np.square(values)
    np.fill_diagonal(values, 0)
    values = values / np.maximum(values.max(axis=1, keepdims=True), 1e-30)
    np.fill_diagonal(values, -1)  # first in its own ranking, before its copies
    return values


def _weights(distances: Array, ranking: Array) -> Array:
    """Return for each picture how much each other one counts as its neighbor, in sum 1."""
    near = _reciprocal(ranking, _NEIGHBORS)
    nearer = _reciprocal(ranking, _NEIGHBORS // 2)
    # A neighbor's nearer neighbors join in where most of them are neighbors already.
    common = _product(near, nearer)
    joins = near & (common > 2 / 3 * nearer.sum(axis=1))
    members = near | (_product(joins, nearer) > 0)
    weights = np.where(members, np.exp(-np.maximum(distances, 0)), 0)
    result: Array = weights / weights.sum(axis=1, keepdims=True)
    return result


def _product(left: Array, right: Array) -> Array:
    """Return the matrix product of zeros and ones; `right` is symmetric."""
    return pairwise(left.astype(np.float32), right.astype(np.float32), "inner_product")


def _reciprocal(ranking: Array, k: int) -> Array:
    """Return which pictures are among the `k` nearest of each other; each is so to itself."""
    near = np.zeros(ranking.shape, bool)
    np.put_along_axis(near, ranking[:, : k + 1], True, axis=1)
    both: Array = near & near.T
    return both

"""Where the vectors of a catalogue are: arrays, and graphs over them; each finds its nearest."""

from __future__ import annotations

import copy
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from ..search._arguments import METRICS as GRAPH_METRICS
from ..similarity import top_k

if TYPE_CHECKING:
    from .._validate import Array
    from ..search import VectorIndex

SMALLER_IS_BETTER = ("euclidean", "l1", "chi2")
NOBODY = np.iinfo(np.int64).max  # an id in the place of none
_MOST_SKIPPED = 64  # dead rows that are found and dropped; more of them are not even looked at
_NONE = np.empty(0, np.int64)


def places_of(ids: Array, wanted: Array) -> tuple[Array, Array]:
    """Return where in rising `ids` each of `wanted` is, or would be, and whether it is there."""
    if not len(ids):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), bool)
    places = np.searchsorted(ids, wanted).clip(max=len(ids) - 1)
    return places, ids[places] == wanted


def common(ids: Array, wanted: Array) -> Array:
    """Return those of rising `wanted` that are in rising `ids`."""
    found: Array = wanted[places_of(ids, wanted)[1]]
    return found


def union(*ids: Array) -> Array:
    """Return ids, each once, rising."""
    # NumPy's own function imports half of NumPy first.
    rising = np.sort(np.concatenate(ids))
    is_first = np.ones(len(rising), bool)
    is_first[1:] = rising[1:] != rising[:-1]
    found: Array = rising[is_first]
    return found


def penalties(scores: Array, metric: str) -> Array:
    """Return scores so that less is better, and of those the scores again."""
    return scores if metric in SMALLER_IS_BETTER else -scores


class Flat:
    """Vectors in the order of their ids, compared one by one."""

    exact = True

    def __init__(self, ids: Array, vectors: Array, dead: Array = _NONE) -> None:
        self.ids = ids
        self.dead = dead
        self._vectors = vectors

    def without(self, dead: Array) -> Flat:
        """Return the same with only these dead."""
        return Flat(self.ids, self._vectors, dead)

    @cached_property
    def _rows(self) -> Array | None:
        """The rows that are alive; None: all."""
        return np.flatnonzero(~places_of(self.dead, self.ids)[1]) if len(self.dead) else None

    @cached_property
    def vectors(self) -> Array:
        """The vectors that are alive."""
        return self._vectors if self._rows is None else self._vectors[self._rows]

    @cached_property
    def alive(self) -> Array:
        """The ids of these."""
        return self.ids if self._rows is None else self.ids[self._rows]

    def nearest(
        self, queries: Array, k: int, metric: str, allowed: Array | None, exact: bool
    ) -> tuple[Array, Array]:
        """Return the ids of the nearest (among rising `allowed`), and scores where less is better.

        In the place of missing ones stands `NOBODY` with an infinite score.
        """
        del exact  # all is
        if allowed is not None:
            rows = places_of(self.ids, common(self.alive, allowed))[0]
            ids, vectors = self.ids[rows], self._vectors[rows]
        elif len(self.dead) <= _MOST_SKIPPED:
            ids, vectors = self.ids, self._vectors
            k += len(self.dead)
        else:
            ids, vectors = self.alive, self.vectors
        found, scores = top_k(queries, vectors, min(k, len(ids)), metric)
        return _skipped(ids[found], penalties(scores, metric), self.dead)


class Graph:
    """Vectors that are searched through a graph; scores are not rounded as those of `Flat`."""

    exact = False

    def __init__(self, ids: Array, index: VectorIndex, dead: Array = _NONE) -> None:
        self.ids = ids
        self.dead = dead
        self._index = index

    def without(self, dead: Array) -> Graph:
        """Return the same with only these dead."""
        return Graph(self.ids, self._index, dead)

    @cached_property
    def alive(self) -> Array:
        """The ids of the vectors that are alive."""
        return self.ids[~places_of(self.dead, self.ids)[1]] if len(self.dead) else self.ids

    @property
    def vectors(self) -> Array | None:
        """The vectors that are alive, in the order of ids, if they are kept as they were."""
        kept = self._index.metric in ("euclidean", "inner_product")
        return self._index.get(self.alive) if kept else None

    @cached_property
    def _living(self) -> VectorIndex:
        index = copy.copy(self._index)
        index.remove(common(self.ids, self.dead))
        return index

    def nearest(
        self, queries: Array, k: int, metric: str, allowed: Array | None, exact: bool
    ) -> tuple[Array, Array]:
        """As of `Flat`; `metric` must be the graph's."""
        index, skipped = self._index, len(self.dead)
        if allowed is not None:
            allowed, skipped = common(self.alive, allowed), 0
        elif skipped > _MOST_SKIPPED:
            index, skipped = self._living, 0
        k = min(k + skipped, len(self.ids))
        ef = max(index.ef, 2 * k)
        found = index.search(queries, k, ef=ef, allowed=allowed, exact=exact)
        ids = np.where(found.ids < 0, NOBODY, found.ids)
        distances = found.distances - (1 if metric in ("cosine", "pearson") else 0)
        return _skipped(ids, distances, self.dead if skipped else _NONE)


Source: TypeAlias = Flat | Graph


def nearest_of(
    sources: list[Source],
    queries: Array,
    k: int,
    metric: str,
    allowed: Array | None,
    exact: bool,
) -> tuple[Array, Array]:
    """Return the nearest of several sources as one of them does, best first, equal ones by id."""
    found = [source.nearest(queries, k, metric, allowed, exact) for source in sources]
    none = np.empty((len(queries), 0), np.int64), np.empty((len(queries), 0), np.float32)
    ids = np.concatenate([none[0], *(names for names, _ in found)], axis=1)
    scores = np.concatenate([none[1], *(values for _, values in found)], axis=1)
    order = np.lexsort((ids, scores), axis=-1)[:, :k]
    return np.take_along_axis(ids, order, 1), np.take_along_axis(scores, order, 1)


def can_be_graph(metric: str) -> bool:
    """Tell whether graphs know a metric."""
    return metric in GRAPH_METRICS


def _skipped(ids: Array, scores: Array, dead: Array) -> tuple[Array, Array]:
    if not len(dead):
        return ids, scores
    dropped = places_of(dead, ids)[1]
    return np.where(dropped, NOBODY, ids), np.where(dropped, np.float32(np.inf), scores)

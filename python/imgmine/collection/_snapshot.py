"""What a catalogue holds at one moment, brought up to date by what has changed since."""

from __future__ import annotations

import sqlite3
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from ..similarity import top_k
from . import _catalog, _columns, _part_file
from ._results import Hit
from ._sources import Flat, common, nearest_of, places_of, union

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .._validate import Array
    from ._catalog import Label
    from ._columns import Rows, Span
    from ._details import Metadata, Tags
    from ._part_file import Part
    from ._place import Place
    from ._sources import Source

T = TypeVar("T")
U = TypeVar("U")

ALL = "names", "details", "vectors"  # what can be loaded

_NONE = np.empty(0, np.int64)
_CONTRADICTION = "its tables and its indexes contradict each other"


class PartsGoneError(Exception):
    """Files of vectors that are listed are not there: other ones may be by now."""


class Snapshot:
    """A committed state: row i of `vectors` describes ``paths[i]``; ids rise.

    Vectors of files are mapped; names and details are only there once they have been loaded.
    """

    def __init__(
        self, revision: int, listing: str, parts: Sequence[Part], tail: Rows, dead: Sequence[Array]
    ) -> None:
        self.revision = revision
        self.listing = listing
        self.parts = tuple(parts)
        self.tail = tail
        self._dead = dead  # ids, for each part
        self._names: tuple[list[str], list[Label]] | None = None
        self._details: tuple[list[Metadata], list[Tags]] | None = None
        self._vectors: Array | None = None

    @classmethod
    def of(
        cls,
        ids: Array,
        paths: list[str],
        labels: list[Label],
        vectors: Array,
        metadata: list[Metadata],
        tags: list[Tags],
    ) -> Snapshot:
        """Return a state that is all in memory."""
        rows = _columns.Rows(ids, np.zeros_like(ids), vectors, paths, labels)
        snapshot = cls(0, "", (), rows, ())
        snapshot._names = paths, labels
        snapshot._details = metadata, tags
        return snapshot

    @classmethod
    def empty(cls, size: int) -> Snapshot:
        """Return the state of a catalogue before its first picture."""
        return cls.of(_NONE, [], [], np.empty((0, size), np.float32), [], [])

    def __len__(self) -> int:
        dead = sum(map(len, self._dead))
        return len(self.tail.ids) + sum(len(part.source.ids) for part in self.parts) - dead

    @cached_property
    def sources(self) -> list[Source]:
        """All vectors that are alive."""
        pairs = zip(self.parts, self._dead, strict=True)
        tail = Flat(self.tail.ids, self.tail.vectors)
        return [*(part.source.without(dead) for part, dead in pairs), tail]

    @property
    def is_in_memory(self) -> bool:
        """Whether all vectors and names are, and were verified."""
        return not self.parts and self._names is not None

    @cached_property
    def ids(self) -> Array:
        """The ids of all pictures."""
        alive = [source.alive for source in self.sources if len(source.alive)]
        ids = alive[0] if len(alive) == 1 else np.sort(np.concatenate([_NONE, *alive]))
        ids.flags.writeable = False
        return ids

    @property
    def vectors(self) -> Array:
        """The vectors of all pictures."""
        if self._vectors is None:
            found = self._gathered()
            if found is None:
                raise RuntimeError("the vectors have not been loaded")
            self._keep(found)
        return self._vectors  # type: ignore[return-value]

    @property
    def paths(self) -> list[str]:
        """The paths of all pictures."""
        return _loaded(self._names)[0]

    @property
    def labels(self) -> list[Label]:
        """The labels of all pictures."""
        return _loaded(self._names)[1]

    @property
    def metadata(self) -> list[Metadata]:
        """The metadata of all pictures."""
        return _loaded(self._details)[0]

    @property
    def tags(self) -> list[Tags]:
        """The tags of all pictures."""
        return _loaded(self._details)[1]

    def refreshed(
        self, connection: sqlite3.Connection, place: Place, *, patient: bool = False
    ) -> Snapshot:
        """Return the state that `connection` sees; `self` if that is the same.

        Raises
        ------
        PartsGoneError
            If it is patient, and not all files are there.
        """
        revision, listing = _catalog.state_of(connection, place.listing)
        if (revision, listing) == (self.revision, self.listing):
            return self
        parts = place.chain(listing)
        if patient and len(parts) < len(_part_file.listed(listing)):
            raise PartsGoneError
        news = self._updated(connection, revision, listing, place.span, parts)
        if news is None:  # this state is no help, or wrong
            fresh = Snapshot.empty(place.span.size)
            news = fresh._updated(connection, revision, listing, place.span, parts)
        if news is None and parts:  # nor are the files
            news = fresh._updated(connection, revision, listing, place.span, [])
        if news is None:
            raise sqlite3.DatabaseError(_CONTRADICTION)
        return news

    def load(self, connection: sqlite3.Connection, span: Span, names: Iterable[str]) -> Snapshot:
        """Load "names", "details" or "vectors", if they are not there; return `self`."""
        if "names" in names and self._names is None:
            ids, paths, labels = _columns.names(connection, span)
            self._require_same(ids)
            self._names = paths, labels
        if "details" in names and self._details is None:
            self._details = _columns.listed(self.ids, _columns.details(connection))
        if "vectors" in names and self._vectors is None:
            found = self._gathered()
            self._keep(_columns.vectors(connection, span) if found is None else found)
        return self

    def nearest(
        self, queries: Array, k: int, metric: str, allowed: Array | None, exact: bool
    ) -> tuple[Array, Array]:
        """Return ids and scores, less is better, of the `k` nearest; see `Flat.nearest`."""
        k = min(k, len(self))
        return nearest_of(self.sources, queries, k, metric, allowed, exact)

    def candidates(
        self, queries: Array, k: int, metric: str, rows: Array | None = None
    ) -> tuple[Array, Array]:
        """Return rows and scores of the `k` nearest, by comparing all vectors in memory."""
        if rows is None:
            return top_k(queries, self.vectors, min(k, len(self.ids)), metric)
        found, scores = top_k(queries, self.vectors[rows], min(k, len(rows)), metric)
        return rows[found], scores

    def scaled(self, scale: Array) -> Snapshot:
        """Return the same pictures with other vectors."""
        vectors = self.vectors * scale
        paths, labels = _loaded(self._names)
        metadata, tags = self._details or ([], [])
        return Snapshot.of(self.ids, paths, labels, vectors, metadata, tags)

    def hit(self, row: int, score: float) -> Hit:
        """Return a row as a picture that was found."""
        return Hit(int(self.ids[row]), self.paths[row], score, self.labels[row])

    def _updated(
        self,
        connection: sqlite3.Connection,
        revision: int,
        listing: str,
        span: Span,
        parts: Sequence[Part],
    ) -> Snapshot | None:
        """Return the state of `parts` and what came later; None if this one is no help."""
        filed = parts[-1].entry.last if parts else 0
        had = self.parts[-1].entry.last if self.parts else 0
        if self.revision and filed < had:
            return None
        begun = self.revision or filed
        news = _columns.rows_since(connection, begun or None, span)
        tail = _merged(self.tail, news)
        tail = _columns.taken(tail, np.flatnonzero(tail.revisions > filed)) if filed else tail
        dead = dead_ids(parts, tail.ids)
        state = Snapshot(revision, listing, parts, tail, dead)
        n = _catalog.count(connection) if revision > filed else len(state)
        if len(state) != n:
            state = state._restricted(_columns.ids_since(connection, None))
        if len(state) != n or (tail.ids[1:] <= tail.ids[:-1]).any():
            return None
        state._carry_over(self, news, connection, begun)
        return state

    def _restricted(self, left: Array) -> Snapshot:
        """Return the state in which only these ids are left."""
        dead = without_missing(self.parts, self._dead, left)
        tail = _columns.taken(self.tail, np.flatnonzero(places_of(left, self.tail.ids)[1]))
        return Snapshot(self.revision, self.listing, self.parts, tail, dead)

    def _carry_over(
        self, old: Snapshot, news: Rows, connection: sqlite3.Connection, begun: int
    ) -> None:
        """Take over names and details that the state before had in memory."""
        if not self.parts:
            self._names = self.tail.paths, self.tail.labels
        elif old._names is not None and old.revision:
            rows, is_new = places_of(news.ids, self.ids)
            before, is_old = places_of(old.ids, self.ids)
            if not (is_new | is_old).all():
                return
            pairs = list(zip(rows.tolist(), is_new.tolist(), before.tolist(), strict=True))
            self._names = (
                [news.paths[i] if new else old.paths[j] for i, new, j in pairs],
                [news.labels[i] if new else old.labels[j] for i, new, j in pairs],
            )
        if old._details is not None and old.revision:
            changed = _columns.details(connection, begun)
            ids = old.ids.tolist()
            kept = dict(zip(ids, zip(*old._details, strict=True), strict=True))
            for image_id in news.ids.tolist():
                kept.pop(image_id, None)
            self._details = _columns.listed(self.ids, {**kept, **changed})

    def _gathered(self) -> Array | None:
        """Return all vectors in the order of ids; None where a graph has not kept them."""
        parts = [(source.alive, source.vectors) for source in self.sources if len(source.alive)]
        if any(vectors is None for _, vectors in parts):
            return None
        blocks = [vectors for _, vectors in parts if vectors is not None]
        if len(blocks) == 1:
            return blocks[0]
        all_of_them = np.concatenate([self.tail.vectors[:0], *blocks])
        order = np.argsort(np.concatenate([_NONE, *(ids for ids, _ in parts)]), kind="stable")
        return all_of_them if (order[1:] > order[:-1]).all() else all_of_them[order]

    def _keep(self, vectors: Array) -> None:
        vectors.flags.writeable = False
        self._vectors = vectors

    def _require_same(self, ids: Array) -> None:
        if not np.array_equal(ids, self.ids):
            raise sqlite3.DatabaseError(_CONTRADICTION)


def dead_ids(parts: Sequence[Part], later: Array) -> list[Array]:
    """Return the ids in each part that a later one, or `later`, has made obsolete."""
    dead = []
    for part in reversed(parts):
        dead.append(common(part.source.ids, later))
        if part is not parts[0]:
            later = union(union(later, part.gone), part.source.ids)
    return dead[::-1]


def without_missing(parts: Sequence[Part], dead: Sequence[Array], left: Array) -> list[Array]:
    """Add to the dead ids of each part those that are not among rising `left`."""
    return [
        union(ids, part.source.ids[~places_of(left, part.source.ids)[1]])
        for part, ids in zip(parts, dead, strict=True)
    ]


def _loaded(columns: tuple[T, U] | None) -> tuple[T, U]:
    if columns is None:
        raise RuntimeError("this has not been loaded")
    return columns


def _merged(old: Rows, news: Rows) -> Rows:
    """Return both in the order of ids; of one id, the new row."""
    if not len(old.ids):
        return news
    if not len(news.ids):
        return old
    stays = np.flatnonzero(~places_of(news.ids, old.ids)[1])
    old = _columns.taken(old, stays)
    joined = _columns.Rows(
        np.concatenate([old.ids, news.ids]),
        np.concatenate([old.revisions, news.revisions]),
        np.concatenate([old.vectors, news.vectors]),
        old.paths + news.paths,
        old.labels + news.labels,
    )
    # New pictures have higher ids than all before; those that were described anew do not.
    order = np.argsort(joined.ids, kind="stable")
    return joined if (order[1:] > order[:-1]).all() else _columns.taken(joined, order)

"""Answers from a catalogue that others may change meanwhile: each from one committed state."""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from ..similarity import top_k
from . import _catalog, _columns
from ._conditions import columns_for, rows_that_meet
from ._results import Hit
from ._snapshot import PartsGoneError, Snapshot
from ._sources import NOBODY, penalties, places_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from typing import Any

    from .._validate import Array
    from ._columns import Row
    from ._database import Database
    from ._place import Place

Found: TypeAlias = "tuple[Array, Array]"  # ids, and scores where less is better

_TURNS = 5  # how often a state may pass while it is searched; then nobody may write meanwhile
_EXTRA = 8  # more than are wanted, where scores are not the final ones


class Reader:
    """The state of a catalogue that is open, and what was found in it."""

    def __init__(self, database: Database, place: Place) -> None:
        self._database = database
        self._place = place
        self._snapshot = Snapshot.empty(place.span.size)

    def current(self, *names: str) -> Snapshot:
        """Return what is committed now, with "names", "details" or "vectors" in memory."""
        for _ in range(_TURNS):
            with contextlib.suppress(PartsGoneError):
                return self._database.read(partial(self._refreshed, names, patient=True))
        return self._database.read(partial(self._refreshed, names, patient=False))

    def forget(self) -> None:
        """Let go of what is in memory, and of the files that are mapped."""
        self._place.forget()
        self._snapshot = Snapshot.empty(self._place.span.size)

    def find(
        self, queries: Array, k: int, conditions: tuple[Any, Any, Any], *, exact: bool
    ) -> list[list[Hit]]:
        """Return for each query the best pictures that meet the conditions, best first."""
        metric, names = self._place.metric, columns_for(*conditions)
        for _ in range(_TURNS):
            snapshot = self.current(*names)
            found = nearest(snapshot, queries, k, metric, conditions, exact)
            if snapshot.is_in_memory:
                return hits_in_memory(snapshot, found, metric)
            rows = self._look_up(snapshot, _distinct(found))
            if rows is not None:
                return _hits(queries, k, found[0], rows, self._place)

        def find_at_once(connection: sqlite3.Connection) -> list[list[Hit]]:
            snapshot = self._refreshed(names, connection, patient=False)
            found = nearest(snapshot, queries, k, metric, conditions, exact)
            rows = _columns.some(connection, _distinct(found), self._place.span)
            return _hits(queries, k, found[0], rows, self._place)

        return self._database.read(find_at_once)

    def _refreshed(
        self, names: Sequence[str], connection: sqlite3.Connection, *, patient: bool
    ) -> Snapshot:
        snapshot = self._snapshot.refreshed(connection, self._place, patient=patient)
        if "vectors" in names and not all(map(self._place.verifies, snapshot.parts)):
            self.forget()
            snapshot = self._snapshot.refreshed(connection, self._place)
        self._snapshot = snapshot
        return snapshot.load(connection, self._place.span, names)

    def _look_up(self, snapshot: Snapshot, ids: list[int]) -> dict[int, Row] | None:
        """Return pictures by their ids, or None if the snapshot's state has passed."""

        def look(connection: sqlite3.Connection) -> dict[int, Row] | None:
            if _catalog.current_revision(connection) != snapshot.revision:
                return None
            return _columns.some(connection, ids, self._place.span)

        rows = self._database.read(look)
        if rows is not None and len(rows) < len(ids):
            self._place.distrusted.update(part.entry for part in snapshot.parts)
            self.forget()
            return None
        return rows


def nearest(
    snapshot: Snapshot,
    queries: Array,
    k: int,
    metric: str,
    conditions: tuple[Any, Any, Any],
    exact: bool,
) -> Found:
    """Return what a snapshot has nearest to each query, a few more than `k` if need be."""
    rows = rows_that_meet(snapshot, *conditions)
    allowed = None if rows is None else snapshot.ids[rows]
    k += 0 if snapshot.is_in_memory else _EXTRA
    return snapshot.nearest(queries, k, metric, allowed, exact)


def hits_in_memory(snapshot: Snapshot, found: Found, metric: str) -> list[list[Hit]]:
    """Return what was found as pictures, their names being in memory."""
    scores = penalties(found[1], metric).tolist()
    places = places_of(snapshot.ids, found[0])[0].tolist() if len(snapshot) else found[0].tolist()
    return [
        [
            Hit(image_id, snapshot.paths[row], score, snapshot.labels[row])
            for image_id, row, score in zip(*columns, strict=True)
            if image_id != NOBODY
        ]
        for columns in zip(found[0].tolist(), places, scores, strict=True)
    ]


def _hits(
    queries: Array, k: int, found: Array, rows: dict[int, Row], place: Place
) -> list[list[Hit]]:
    """Return what was found as pictures; their scores are those of the database's vectors."""
    lists = []
    for query, names in zip(queries, found, strict=True):
        ids = sorted(i for i in names.tolist() if i in rows)
        vectors = _columns.numbers([rows[i].vector for i in ids], place.span)
        (order,), (scores,) = top_k(query[np.newaxis], vectors, min(k, len(ids)), place.metric)
        pairs = zip([ids[place] for place in order.tolist()], scores.tolist(), strict=True)
        lists.append([Hit(i, rows[i].path, score, rows[i].label) for i, score in pairs])
    return lists


def _distinct(found: Found) -> list[int]:
    return sorted(set(found[0].ravel().tolist()) - {NOBODY})

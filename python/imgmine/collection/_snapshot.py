"""The pictures of a catalogue in memory, brought up to date by what has changed since."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..metrics._relevance import as_k
from ..similarity import top_k
from . import _catalog
from ._results import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .._validate import Array
    from ._catalog import Label

_SELECT = "SELECT id, path, label, checksum, vector FROM images"
_ROWS = 4096  # read at a time
_STORED = np.dtype("<f4")


@dataclass(frozen=True)
class Snapshot:
    """A committed state: row i of `vectors` describes ``paths[i]``; ids rise."""

    revision: int
    ids: Array
    paths: list[str]
    labels: list[Label]
    vectors: Array

    @classmethod
    def empty(cls, size: int) -> Snapshot:
        """Return the state of a catalogue before its first picture."""
        vectors = np.empty((0, size), np.float32)
        return cls(0, np.empty(0, np.int64), [], [], vectors)

    def refreshed(self, connection: sqlite3.Connection) -> Snapshot:
        """Return the state that `connection` sees; `self` if that is the same."""
        revision = _catalog.current_revision(connection)
        if revision == self.revision:
            return self
        n = _catalog.count(connection)
        news = self._updated(connection, revision, n) if len(self.ids) else None
        if news is None or len(news.ids) != n:
            rows = connection.execute(_SELECT + " ORDER BY id")
            news = _load(rows, self.vectors.shape[1], revision)
        if len(news.ids) != n or (news.ids[1:] <= news.ids[:-1]).any():
            raise sqlite3.DatabaseError("its tables and its indexes contradict each other")
        for array in (news.ids, news.vectors):
            array.flags.writeable = False
        return news

    def _updated(self, connection: sqlite3.Connection, revision: int, n: int) -> Snapshot:
        """Return this state with what has changed since."""
        query = _SELECT + " WHERE revision > ? ORDER BY id"
        rows = connection.execute(query, (self.revision,))
        news = _load(rows, self.vectors.shape[1], revision)
        stays = ~np.isin(self.ids, news.ids)
        if n != stays.sum() + len(news.ids):
            left = connection.execute("SELECT id FROM images")
            stays &= np.isin(self.ids, np.fromiter((row[0] for row in left), np.int64))
        return self._take(np.flatnonzero(stays))._with(news)

    def find(
        self,
        queries: Array,
        k: int,
        metric: str,
        label: Label = None,
        left_out: Sequence[str | None] | None = None,
    ) -> list[list[Hit]]:
        """Compare each query with all pictures (of one label); return its `k` best, best first.

        A picture whose path is ``left_out[i]`` is no hit of query i.
        """
        k = as_k(k)
        rows = np.arange(len(self.paths))
        if label is not None:
            rows = np.array([i for i, found in enumerate(self.labels) if found == label], np.int64)
        base = self.vectors if label is None else self.vectors[rows]
        spare = left_out is not None
        found, scores = top_k(queries, base, min(k + spare, len(rows)), metric)
        return [
            self._hits(rows[hits].tolist(), values.tolist(), left_out[i] if left_out else None)[:k]
            for i, (hits, values) in enumerate(zip(found, scores, strict=True))
        ]

    def _hits(self, rows: list[int], scores: list[float], left_out: str | None) -> list[Hit]:
        return [
            Hit(int(self.ids[row]), self.paths[row], score, self.labels[row])
            for row, score in zip(rows, scores, strict=True)
            if self.paths[row] != left_out
        ]

    def _take(self, rows: Array) -> Snapshot:
        return Snapshot(
            self.revision,
            self.ids[rows],
            [self.paths[row] for row in rows],
            [self.labels[row] for row in rows],
            self.vectors[rows],
        )

    def _with(self, news: Snapshot) -> Snapshot:
        merged = Snapshot(
            news.revision,
            np.concatenate([self.ids, news.ids]),
            self.paths + news.paths,
            self.labels + news.labels,
            np.concatenate([self.vectors, news.vectors]),
        )
        # New pictures have higher ids than all before; those that were described anew do not.
        order = np.argsort(merged.ids, kind="stable")
        return merged if (order[1:] > order[:-1]).all() else merged._take(order)


def _load(cursor: sqlite3.Cursor, size: int, revision: int) -> Snapshot:
    """Read rows and verify each; no memory is taken that the file does not fill."""
    ids: list[int] = []
    paths: list[str] = []
    labels: list[Label] = []
    blocks = [np.empty((0, size), np.float32)]
    for rows in _portions(cursor):
        vectors = []
        for row_id, path, label, crc, vector in rows:
            paths.append(_catalog.restored(path))
            labels.append(_catalog.restored(label))
            _check(paths[-1], labels[-1], crc, vector, size)
            ids.append(row_id)
            vectors.append(vector)
        block = np.frombuffer(b"".join(vectors), _STORED).reshape(-1, size)
        blocks.append(block.astype(np.float32, copy=False))
    return Snapshot(revision, np.array(ids, np.int64), paths, labels, np.concatenate(blocks))


def _portions(cursor: sqlite3.Cursor) -> Iterator[list[Any]]:
    while rows := cursor.fetchmany(_ROWS):
        yield rows


def _check(path: Any, label: Any, crc: int, vector: Any, size: int) -> None:
    """Refuse a row that is not what was written."""
    if not isinstance(path, str) or not isinstance(label, (str, int, type(None))):
        raise sqlite3.DatabaseError("a picture has no proper path or label")
    if not isinstance(vector, bytes) or len(vector) != size * _STORED.itemsize:
        raise sqlite3.DatabaseError(f"the vector of {path!r} has not {size} numbers")
    if crc != _catalog.checksum(path, label, vector):
        raise sqlite3.DatabaseError(f"the checksum of {path!r} is wrong")

"""The pictures of a catalogue in memory, brought up to date by what has changed since."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..metrics._relevance import as_k
from ..similarity import top_k
from . import _catalog, _schema
from ._details import unpacked
from ._results import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .._validate import Array
    from ._catalog import Label
    from ._details import Metadata, Tags

_COLUMNS = "SELECT i.id, path, label, i.checksum, vector, "
# Catalogues of version 1, which may be read without being brought up to date, have no details.
_SELECT = {
    1: _COLUMNS + "NULL, NULL, NULL FROM images AS i",
    2: _COLUMNS
    + "metadata, tags, d.checksum FROM images AS i LEFT JOIN details AS d ON d.id = i.id",
}
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
    metadata: list[Metadata]
    tags: list[Tags]

    @classmethod
    def empty(cls, size: int) -> Snapshot:
        """Return the state of a catalogue before its first picture."""
        vectors = np.empty((0, size), np.float32)
        return cls(0, np.empty(0, np.int64), [], [], vectors, [], [])

    def refreshed(self, connection: sqlite3.Connection) -> Snapshot:
        """Return the state that `connection` sees; `self` if that is the same."""
        revision = _catalog.current_revision(connection)
        if revision == self.revision:
            return self
        n = _catalog.count(connection)
        news = self._updated(connection, revision, n) if len(self.ids) else None
        if news is None or len(news.ids) != n:
            rows = connection.execute(_select(connection) + " ORDER BY i.id")
            news = _load(rows, self.vectors.shape[1], revision)
        if len(news.ids) != n or (news.ids[1:] <= news.ids[:-1]).any():
            raise sqlite3.DatabaseError("its tables and its indexes contradict each other")
        for array in (news.ids, news.vectors):
            array.flags.writeable = False
        return news

    def _updated(self, connection: sqlite3.Connection, revision: int, n: int) -> Snapshot:
        """Return this state with what has changed since."""
        query = _select(connection) + " WHERE revision > ? ORDER BY i.id"
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
        rows: Array | None = None,
        left_out: Sequence[str | None] | None = None,
    ) -> list[list[Hit]]:
        """Return for each query the `k` best pictures (among `rows`, if given), best first.

        A picture whose path is ``left_out[i]`` is no hit of query i.
        """
        k = as_k(k)
        found, scores = self.candidates(queries, k + (left_out is not None), metric, rows)
        return [
            self._hits(hits.tolist(), values.tolist(), left_out[i] if left_out else None)[:k]
            for i, (hits, values) in enumerate(zip(found, scores, strict=True))
        ]

    def candidates(
        self, queries: Array, k: int, metric: str, rows: Array | None = None
    ) -> tuple[Array, Array]:
        """Return rows and scores of the `k` nearest: the one place where vectors are compared."""
        if rows is None:
            return top_k(queries, self.vectors, min(k, len(self.paths)), metric)
        found, scores = top_k(queries, self.vectors[rows], min(k, len(rows)), metric)
        return rows[found], scores

    def _hits(self, rows: list[int], scores: list[float], left_out: str | None) -> list[Hit]:
        return [
            self.hit(row, score)
            for row, score in zip(rows, scores, strict=True)
            if self.paths[row] != left_out
        ]

    def scaled(self, scale: Array) -> Snapshot:
        """Return the same pictures with other vectors."""
        return replace(self, vectors=self.vectors * scale)

    def hit(self, row: int, score: float) -> Hit:
        """Return a row as a picture that was found."""
        return Hit(int(self.ids[row]), self.paths[row], score, self.labels[row])

    def _take(self, rows: Array) -> Snapshot:
        return Snapshot(
            self.revision,
            self.ids[rows],
            [self.paths[row] for row in rows],
            [self.labels[row] for row in rows],
            self.vectors[rows],
            [self.metadata[row] for row in rows],
            [self.tags[row] for row in rows],
        )

    def _with(self, news: Snapshot) -> Snapshot:
        merged = Snapshot(
            news.revision,
            np.concatenate([self.ids, news.ids]),
            self.paths + news.paths,
            self.labels + news.labels,
            np.concatenate([self.vectors, news.vectors]),
            self.metadata + news.metadata,
            self.tags + news.tags,
        )
        # New pictures have higher ids than all before; those that were described anew do not.
        order = np.argsort(merged.ids, kind="stable")
        return merged if (order[1:] > order[:-1]).all() else merged._take(order)


def _load(cursor: sqlite3.Cursor, size: int, revision: int) -> Snapshot:
    """Read rows and verify each; no memory is taken that the file does not fill."""
    ids: list[int] = []
    paths: list[str] = []
    labels: list[Label] = []
    metadata: list[Metadata] = []
    tags: list[Tags] = []
    blocks = [np.empty((0, size), np.float32)]
    for rows in _portions(cursor):
        vectors = []
        for row_id, path, label, crc, vector, *details in rows:
            paths.append(_catalog.restored(path))
            labels.append(_catalog.restored(label))
            check_row(paths[-1], labels[-1], crc, vector, size)
            found = unpacked(row_id, *details)
            metadata.append(found[0])
            tags.append(found[1])
            ids.append(row_id)
            vectors.append(vector)
        block = np.frombuffer(b"".join(vectors), _STORED).reshape(-1, size)
        blocks.append(block.astype(np.float32, copy=False))
    vectors_of_all = np.concatenate(blocks)
    return Snapshot(
        revision, np.array(ids, np.int64), paths, labels, vectors_of_all, metadata, tags
    )


def _select(connection: sqlite3.Connection) -> str:
    return _SELECT[min(_schema.version_of(connection), 2)]


def _portions(cursor: sqlite3.Cursor) -> Iterator[list[Any]]:
    while rows := cursor.fetchmany(_ROWS):
        yield rows


def check_row(path: Any, label: Any, crc: int, vector: Any, size: int) -> None:
    """Refuse a row that is not what was written."""
    if not isinstance(path, str) or not isinstance(label, (str, int, type(None))):
        raise sqlite3.DatabaseError("a picture has no proper path or label")
    if not isinstance(vector, bytes) or len(vector) != size * _STORED.itemsize:
        raise sqlite3.DatabaseError(f"the vector of {path!r} has not {size} numbers")
    if crc != _catalog.checksum(path, label, vector):
        raise sqlite3.DatabaseError(f"the checksum of {path!r} is wrong")

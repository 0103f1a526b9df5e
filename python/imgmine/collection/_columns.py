"""Reading what a catalogue's database says of its pictures, each row verified."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from . import _catalog, _schema
from ._details import NO_METADATA, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .._validate import Array
    from ._catalog import Label
    from ._details import Metadata, Tags

_COLUMNS = "SELECT id, path, label, checksum, vector, revision FROM images"
_DETAILS = "SELECT d.id, d.metadata, d.tags, d.checksum FROM details AS d"
_ROWS = 4096  # read at a time
_STORED = np.dtype("<f4")


class Span(NamedTuple):
    """Which of the values of a stored vector are a recipe's: recipes share a row's vector."""

    start: int
    size: int
    stored: int  # how many values are stored in all


class Row(NamedTuple):
    """A picture, without its details."""

    path: str
    label: Label
    vector: bytes


class Rows(NamedTuple):
    """Pictures in the order of their ids."""

    ids: Array
    revisions: Array
    vectors: Array
    paths: list[str]
    labels: list[Label]


def rows_since(connection: sqlite3.Connection, revision: int | None, span: Span) -> Rows:
    """Read the rows that were written after a revision; None: all.

    No memory is taken that the file does not fill.
    """
    if revision is None:
        return _load(connection.execute(f"{_COLUMNS} ORDER BY id"), span, keep=True)
    # Were they asked for in the order of ids, SQLite would look at all rows.
    query = f"{_COLUMNS} INDEXED BY by_revision WHERE revision > ?"
    rows = _load(connection.execute(query, (revision,)), span, keep=True)
    return taken(rows, np.argsort(rows.ids, kind="stable"))


def taken(rows: Rows, places: Array) -> Rows:
    """Return some rows, in another order."""
    if len(places) == len(rows.ids) and (places[1:] > places[:-1]).all():
        return rows
    chosen = places.tolist()
    return Rows(
        rows.ids[places],
        rows.revisions[places],
        rows.vectors[places],
        [rows.paths[i] for i in chosen],
        [rows.labels[i] for i in chosen],
    )


def rows_between(connection: sqlite3.Connection, first: int, last: int, span: Span) -> Rows:
    """Read the rows whose ids are from `first` to `last`."""
    query = f"{_COLUMNS} WHERE id BETWEEN ? AND ? ORDER BY id"
    return _load(connection.execute(query, (first, last)), span, keep=True)


def names(connection: sqlite3.Connection, span: Span) -> tuple[Array, list[str], list[Label]]:
    """Read ids, paths and labels of all pictures."""
    rows = _load(connection.execute(f"{_COLUMNS} ORDER BY id"), span, keep=False)
    return rows.ids, rows.paths, rows.labels


def vectors(connection: sqlite3.Connection, span: Span) -> Array:
    """Read the vectors of all pictures."""
    return _load(connection.execute(f"{_COLUMNS} ORDER BY id"), span, keep=True).vectors


def details(
    connection: sqlite3.Connection, since: int | None = None
) -> dict[int, tuple[Metadata, Tags]]:
    """Read metadata and tags, by id, of all pictures that have some, or of rows since."""
    if _schema.version_of(connection) < 2:
        return {}
    if since is None:
        cursor = connection.execute(_DETAILS)
    else:
        query = f"{_DETAILS} JOIN images AS i ON i.id = d.id WHERE i.revision > ?"
        cursor = connection.execute(query, (since,))
    return {row[0]: unpacked(*row) for rows in _portions(cursor) for row in rows}


def listed(
    ids: Array, found: dict[int, tuple[Metadata, Tags]]
) -> tuple[list[Metadata], list[Tags]]:
    """Return metadata and tags of each of `ids`."""
    nothing: tuple[Metadata, Tags] = (NO_METADATA, ())
    rows = [found.get(i, nothing) for i in ids.tolist()]
    return [row[0] for row in rows], [row[1] for row in rows]


def ids_since(connection: sqlite3.Connection, revision: int | None) -> Array:
    """Read the ids of rows that were written after a revision; None: all. Rising."""
    where, values = ("", ()) if revision is None else (" WHERE revision > ?", (revision,))
    cursor = connection.execute(f"SELECT id FROM images{where}", values)  # noqa: S608
    blocks = [np.array(rows, np.int64).reshape(-1) for rows in _portions(cursor)]
    return np.sort(np.concatenate([np.empty(0, np.int64), *blocks]))


def some(connection: sqlite3.Connection, ids: Sequence[int], span: Span) -> dict[int, Row]:
    """Read some pictures by their ids; those that are not there are left out."""
    query = f"{_COLUMNS} WHERE id = ?"
    found = {}
    for image_id in ids:
        row = connection.execute(query, (image_id,)).fetchone()
        if row is not None:
            found[image_id] = _verified(row, span)
    return found


def numbers(parts: Sequence[bytes], span: Span) -> Array:
    """Return a recipe's values of stored vectors as one array."""
    block = np.frombuffer(b"".join(parts), _STORED).reshape(len(parts), span.stored)
    return np.ascontiguousarray(block[:, span.start : span.start + span.size], np.float32)


def check_row(path: Any, label: Any, crc: int, vector: Any, stored: int) -> None:
    """Refuse a row that is not what was written."""
    if not isinstance(path, str) or not isinstance(label, (str, int, type(None))):
        raise sqlite3.DatabaseError("a picture has no proper path or label")
    if not isinstance(vector, bytes) or len(vector) != stored * _STORED.itemsize:
        raise sqlite3.DatabaseError(f"the vector of {path!r} has not {stored} numbers")
    if crc != _catalog.checksum(path, label, vector):
        raise sqlite3.DatabaseError(f"the checksum of {path!r} is wrong")


def _load(cursor: sqlite3.Cursor, span: Span, *, keep: bool) -> Rows:
    ids: list[int] = []
    revisions: list[int] = []
    paths: list[str] = []
    labels: list[Label] = []
    blocks = [np.empty((0, span.size), np.float32)]
    for rows in _portions(cursor):
        found = []
        for row in rows:
            path, label, vector = _verified(row, span)
            paths.append(path)
            labels.append(label)
            found.append(vector)
            ids.append(row[0])
            revisions.append(row[5])
        if keep:
            blocks.append(numbers(found, span))
    try:
        columns = np.array(ids, np.int64), np.array(revisions, np.int64)
    except (TypeError, ValueError, OverflowError) as error:
        raise sqlite3.DatabaseError(f"its revisions are no numbers: {error}") from error
    return Rows(*columns, np.concatenate(blocks), paths, labels)


def _verified(row: Sequence[Any], span: Span) -> Row:
    _, path, label, crc, vector, _ = row
    path, label = _catalog.restored(path), _catalog.restored(label)
    check_row(path, label, crc, vector, span.stored)
    return Row(path, label, vector)


def _portions(cursor: sqlite3.Cursor) -> Iterator[list[Any]]:
    while rows := cursor.fetchmany(_ROWS):
        yield rows

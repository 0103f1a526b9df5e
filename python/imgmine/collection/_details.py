"""What a catalogue knows of some pictures: metadata, tags, a hash of the file, a thumbnail."""

from __future__ import annotations

import json
import math
import sqlite3
from typing import TYPE_CHECKING, Any, TypeAlias
from zlib import crc32

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Value: TypeAlias = str | int | float | bool
Metadata: TypeAlias = dict[str, Value]
Tags: TypeAlias = tuple[str, ...]

TABLES = ("contents", "details", "thumbnails")  # each row belongs to the picture of its id
NOTHING = "{}", "[]"
NO_METADATA: Metadata = {}  # of all pictures without; never changed


def checksum(image_id: int, *parts: str | bytes) -> int:
    """CRC-32 of a row of one of the tables, and of the id it belongs to."""
    value = crc32(str(image_id).encode())
    for part in parts:
        value = crc32(part.encode() if isinstance(part, str) else part, value)
    return value


def as_metadata(given: Mapping[str, Any]) -> dict[str, Value | None]:
    """Return metadata as they are kept; None stands for what is to be dropped."""
    if not hasattr(given, "items"):
        raise TypeError(f"metadata must be a dict, got {type(given).__name__}")
    return {_as_key(key): _as_value(key, value) for key, value in given.items()}


def _as_key(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError(f"keys of metadata must be str, got {type(key).__name__}")
    return str(key)


def _as_value(key: str, value: Any) -> Value | None:
    if value is None or isinstance(value, (str, bool, np.bool_)):
        return bool(value) if isinstance(value, np.bool_) else value
    if isinstance(value, (int, np.integer)):
        if not -(2**63) <= value < 2**63:
            raise ValueError(f"metadata[{key!r}] must be a 64-bit number, got {value}")
        return int(value)
    if isinstance(value, (float, np.floating)):
        if not math.isfinite(value):
            raise ValueError(f"metadata[{key!r}] must be finite, got {value}")
        return float(value)
    raise TypeError(f"metadata[{key!r}] must be a text, number or bool, got {type(value).__name__}")


def as_tags(given: Any) -> Tags:
    """Return tags as they are kept: each once, in the order given."""
    tags = [given] if isinstance(given, str) else list(given)
    for tag in tags:
        if not isinstance(tag, str):
            raise TypeError(f"tags must be texts, got {type(tag).__name__}")
        if not tag:
            raise ValueError("tags must not be empty")
    return tuple(dict.fromkeys(map(str, tags)))


def packed(metadata: Metadata, tags: Tags) -> tuple[str, str]:
    """Return metadata and tags as they are stored; as JSON in ASCII any text is possible."""
    return json.dumps(metadata, sort_keys=True, allow_nan=False), json.dumps(tags)


def unpacked(image_id: int, metadata: Any, tags: Any, crc: Any) -> tuple[Metadata, Tags]:
    """Return what `packed` made; anything else is an error."""
    if crc is None and metadata is None:  # there is no row
        return NO_METADATA, ()
    texts = isinstance(metadata, str) and isinstance(tags, str)
    if not texts or crc != checksum(image_id, metadata, tags):
        raise sqlite3.DatabaseError(f"the checksum of the details of picture {image_id} is wrong")
    try:
        found, names = as_metadata(json.loads(metadata)), as_tags(json.loads(tags))
    except (TypeError, ValueError, RecursionError) as error:
        raise sqlite3.DatabaseError(f"the details of picture {image_id}: {error}") from error
    return {key: value for key, value in found.items() if value is not None}, names


def details_of(connection: sqlite3.Connection, image_id: int) -> tuple[Metadata, Tags]:
    """Return the metadata and the tags of a picture."""
    query = "SELECT metadata, tags, checksum FROM details WHERE id = ?"
    row = connection.execute(query, (image_id,)).fetchone()
    return unpacked(image_id, *(row or (None, None, None)))


def put_details(
    connection: sqlite3.Connection, image_id: int, metadata: Metadata, tags: Tags
) -> None:
    """Keep metadata and tags of a picture, instead of what it had."""
    texts = packed(metadata, tags)
    if texts == NOTHING:
        connection.execute("DELETE FROM details WHERE id = ?", (image_id,))
        return
    row = (image_id, *texts, checksum(image_id, *texts))
    connection.execute("INSERT OR REPLACE INTO details VALUES (?, ?, ?, ?)", row)


def put_blob(connection: sqlite3.Connection, table: str, image_id: int, data: bytes | None) -> None:
    """Keep the hash ("contents") or the thumbnail ("thumbnails") of a picture, or none."""
    if data is None:
        connection.execute(f"DELETE FROM {table} WHERE id = ?", (image_id,))  # noqa: S608
        return
    row = image_id, data, checksum(image_id, data)
    connection.execute(f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?)", row)  # noqa: S608


def blob_of(connection: sqlite3.Connection, table: str, image_id: int) -> bytes | None:
    """Return what `put_blob` kept."""
    query = f"SELECT * FROM {table} WHERE id = ?"  # noqa: S608
    row = connection.execute(query, (image_id,)).fetchone()
    if row is None:
        return None
    _, data, crc = row
    if not isinstance(data, bytes) or crc != checksum(image_id, data):
        raise sqlite3.DatabaseError(f"the checksum of picture {image_id} in {table} is wrong")
    return data


def remove(connection: sqlite3.Connection, keys: Iterable[tuple[Any]]) -> None:
    """Forget what is known of pictures, given by their stored paths."""
    for key in keys:
        row = connection.execute("SELECT id FROM images WHERE path = ?", key).fetchone()
        if row is not None:
            for table in TABLES:
                connection.execute(f"DELETE FROM {table} WHERE id = ?", row)  # noqa: S608


def of_size(connection: sqlite3.Connection, size: int) -> Iterator[tuple[int, Any, bytes]]:
    """Yield id, stored path and hash of pictures whose file had so many bytes."""
    query = (
        "SELECT i.id, i.path FROM images AS i JOIN contents AS c ON c.id = i.id"
        " WHERE i.size NOT NULL AND i.size = ? ORDER BY i.id"
    )
    for image_id, path in connection.execute(query, (size,)).fetchall():
        content = blob_of(connection, "contents", image_id)
        if content is not None:
            yield image_id, path, content

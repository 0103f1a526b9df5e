"""The pictures in a catalogue's database, and the statements that read and change them."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias
from zlib import crc32

from . import _details

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
Label: TypeAlias = str | int | None

LISTING = "parts"  # an entry of `meta`: the files of the first recipe's vectors ...
LISTING_OF = "parts:"  # ... and, with its name behind it, of another one's
_LISTINGS = "SELECT key, value FROM meta WHERE key = ? OR substr(key, 1, 6) = ?"


class Row(NamedTuple):
    """A picture and its description. Without `size` and `mtime_ns` it is no file's."""

    path: str
    size: int | None
    mtime_ns: int | None
    label: Label
    vector: bytes
    content: bytes | None = None  # the hash of the file's bytes
    thumbnail: bytes | None = None  # a JPEG


class Known(NamedTuple):
    """What a catalogue knows of a file: when it saw it, and what came of it."""

    size: int | None
    mtime_ns: int | None
    label: Label
    error: str | None


def storable(text: str) -> str | bytes:
    """Return a text as it is stored: as bytes if it is a file name that is not valid UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
    return text


def restored(value: Any) -> Any:
    """Return a stored text or label as it was."""
    if not isinstance(value, bytes):
        return value
    try:
        return value.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        raise sqlite3.DatabaseError(f"a name in it is no text: {value!r}") from error


def checksum(path: str, label: Label, vector: bytes) -> int:
    """CRC-32 of what a search relies on; SQLite itself has none."""
    text = f"{path}\0{type(label).__name__}\0{label}"
    return crc32(text.encode("utf-8", "surrogatepass"), crc32(vector))


def next_revision(connection: sqlite3.Connection) -> int:
    """Begin a write that changes images."""
    connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'revision'")
    return current_revision(connection)


def current_revision(connection: sqlite3.Connection) -> int:
    """Return the number of writes so far that changed images."""
    row = connection.execute("SELECT value FROM meta WHERE key = 'revision'").fetchone()
    if row is None or not isinstance(row[0], int):
        raise sqlite3.DatabaseError("it has no revision")
    return row[0]


def state_of(connection: sqlite3.Connection, key: str = LISTING) -> tuple[int, str]:
    """Return the revision, and a recipe's list of files of vectors, empty if there is none."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    listing = row[0] if row is not None and isinstance(row[0], str) else ""
    return current_revision(connection), listing


def put_listing(connection: sqlite3.Connection, listing: str, key: str = LISTING) -> None:
    """Keep another list of files of vectors."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, listing))


def drop_listings(connection: sqlite3.Connection) -> None:
    """Take back the lists of files of vectors: all of them are leftovers then."""
    keys = [(key,) for key, _ in connection.execute(_LISTINGS, (LISTING, LISTING_OF))]
    connection.executemany("DELETE FROM meta WHERE key = ?", keys)


def listings(connection: sqlite3.Connection) -> list[str]:
    """Return the lists of files of vectors of all recipes."""
    found = connection.execute(_LISTINGS, (LISTING, LISTING_OF))
    return [listing for _, listing in found if isinstance(listing, str)]


def known(connection: sqlite3.Connection, path: str) -> Known | None:
    """Return what is known of a picture, None if nothing is."""
    query = (
        "SELECT size, mtime_ns, label, NULL FROM images WHERE path = ?1 UNION ALL"
        " SELECT size, mtime_ns, NULL, error FROM failures WHERE path = ?1"
    )
    row = connection.execute(query, (storable(path),)).fetchone()
    return None if row is None else Known(row[0], row[1], restored(row[2]), row[3])


def known_each(connection: sqlite3.Connection, paths: Iterable[str]) -> list[Known | None]:
    """Return what is known of each of several pictures."""
    return [known(connection, path) for path in paths]


def put(connection: sqlite3.Connection, rows: Sequence[Row], revision: int) -> None:
    """Store pictures; one whose path is there already keeps its id."""

    def values() -> Iterator[tuple[Any, ...]]:
        for path, size, mtime_ns, label, vector, _, _ in rows:
            shown = storable(label) if isinstance(label, str) else label
            crc = checksum(path, label, vector)
            yield storable(path), size, mtime_ns, shown, revision, crc, vector

    connection.executemany(
        "INSERT INTO images (path, size, mtime_ns, label, revision, checksum, vector)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET"
        " size = excluded.size, mtime_ns = excluded.mtime_ns, label = excluded.label,"
        " revision = excluded.revision, checksum = excluded.checksum, vector = excluded.vector",
        values(),
    )
    paths = [(storable(row.path),) for row in rows]
    connection.executemany("DELETE FROM failures WHERE path = ?", paths)
    for row, path in zip(rows, paths, strict=True):
        (image_id,) = connection.execute("SELECT id FROM images WHERE path = ?", path).fetchone()
        _details.put_blob(connection, "contents", image_id, row.content)
        _details.put_blob(connection, "thumbnails", image_id, row.thumbnail)


def relabel(
    connection: sqlite3.Connection,
    old: str,
    path: str,
    mtime_ns: int | None,
    label: Label,
    revision: int,
) -> bool:
    """Give the picture that was called `old` another path or label; all else stays."""
    query = "SELECT id, vector FROM images WHERE path = ?"
    row = connection.execute(query, (storable(old),)).fetchone()
    if row is None:
        return False
    shown = storable(label) if isinstance(label, str) else label
    crc = checksum(path, label, row[1])
    done = connection.execute(  # nothing if another process has just added that path
        "UPDATE OR IGNORE images SET path = ?, mtime_ns = ?, label = ?, revision = ?, checksum = ?"
        " WHERE id = ?",
        (storable(path), mtime_ns, shown, revision, crc, row[0]),
    )
    connection.execute("DELETE FROM failures WHERE path = ?", (storable(path),))
    return done.rowcount == 1


def put_failures(
    connection: sqlite3.Connection, failures: Iterable[tuple[str, int | None, int | None, str]]
) -> None:
    """Note pictures that could not be described, instead of what was known of them."""
    rows = [(storable(path), size, mtime_ns, error) for path, size, mtime_ns, error in failures]
    connection.executemany("INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?)", rows)
    _details.remove(connection, [row[:1] for row in rows])
    connection.executemany("DELETE FROM images WHERE path = ?", [row[:1] for row in rows])


def remove(connection: sqlite3.Connection, paths: Iterable[str]) -> int:
    """Forget pictures; return how many of them were described."""
    keys = [(storable(path),) for path in paths]
    connection.executemany("DELETE FROM failures WHERE path = ?", keys)
    _details.remove(connection, keys)
    return connection.executemany("DELETE FROM images WHERE path = ?", keys).rowcount


def path_of(connection: sqlite3.Connection, image_id: int) -> str | None:
    """Return the path of the picture that has an id, None if none has it."""
    row = connection.execute("SELECT path FROM images WHERE id = ?", (image_id,)).fetchone()
    return None if row is None else restored(row[0])


def numbers_of(connection: sqlite3.Connection, path: str) -> tuple[int, int | None, Label] | None:
    """Return id, time of change and label of a picture, None if it is not there."""
    query = "SELECT id, mtime_ns, label FROM images WHERE path = ?"
    row = connection.execute(query, (storable(path),)).fetchone()
    return None if row is None else (row[0], row[1], restored(row[2]))


def count(connection: sqlite3.Connection) -> int:
    """Return the number of pictures."""
    n: int = connection.execute("SELECT count(*) FROM images").fetchone()[0]
    return n


def failures(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Return path of, and reason for, each picture that could not be described."""
    rows = connection.execute("SELECT path, error FROM failures ORDER BY path")
    return [(restored(path), error) for path, error in rows]


def paths_below(connection: sqlite3.Connection, folder: str) -> list[str]:
    """Return the paths of all pictures and failures in a folder and the folders in it."""
    found: list[str] = []
    first = folder.rstrip(os.sep) + os.sep
    last = first[:-1] + chr(ord(first[-1]) + 1)
    as_bytes = tuple(text.encode("utf-8", "surrogatepass") for text in (first, last))
    for bounds in {(storable(first), storable(last)), as_bytes}:
        for table in ("images", "failures"):
            query = f"SELECT path FROM {table} WHERE path >= ? AND path < ?"  # noqa: S608
            found += [restored(path) for (path,) in connection.execute(query, bounds)]
    return found

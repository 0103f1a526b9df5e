"""What a catalogue's database holds, and the statements that read and change it."""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias
from zlib import crc32

from .._errors import FormatError
from .._files import sync_file, sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from ._database import Database

Label: TypeAlias = str | int | None

FILE_NAME = "catalogue.sqlite"
APPLICATION_ID = 0x496D4361  # "ImCa"
VERSION = 1  # of the tables below

# `label` has no type, so that numbers stay numbers. AUTOINCREMENT: an id is never given twice, so
# that what others keep under an id of a removed picture can never mean another one. `revision`
# says in which write a row got its contents; readers ask for the rows that are news to them.
SCHEMA = {
    "meta": "CREATE TABLE meta (key TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID",
    "images": """CREATE TABLE images (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    path NOT NULL UNIQUE,
    size INTEGER,
    mtime_ns INTEGER,
    label,
    revision INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    vector BLOB NOT NULL
)""",
    "failures": """CREATE TABLE failures (
    path PRIMARY KEY,
    size INTEGER,
    mtime_ns INTEGER,
    error TEXT NOT NULL
) WITHOUT ROWID""",
    "by_revision": "CREATE INDEX by_revision ON images (revision)",
}


class Row(NamedTuple):
    """A picture and its description. Without `size` and `mtime_ns` it is no file's."""

    path: str
    size: int | None
    mtime_ns: int | None
    label: Label
    vector: bytes


class Known(NamedTuple):
    """What a catalogue knows of a file: when it saw it, and what came of it."""

    size: int | None
    mtime_ns: int | None
    label: Label
    error: str | None


def create(folder: Path, meta: dict[str, Any]) -> bool:
    """Make an empty catalogue; return False if another process has just made one there.

    It appears under its name in one step, so that there never is half a catalogue.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / FILE_NAME
    temporary = folder / f".{FILE_NAME}-{secrets.token_hex(8)}.tmp"
    try:
        with contextlib.closing(sqlite3.connect(temporary, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = OFF")  # one fsync, below, will do
            connection.execute("BEGIN")
            for statement in SCHEMA.values():
                connection.execute(statement)
            entries = {**meta, "revision": 0}.items()
            connection.executemany("INSERT INTO meta VALUES (?, ?)", entries)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {VERSION}")
            connection.execute("COMMIT")
            connection.execute("PRAGMA journal_mode = WAL")
        sync_file(temporary)
        return _appear(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def _appear(temporary: Path, target: Path) -> bool:
    """Give a finished file its name, unless another one has it."""
    try:
        os.link(temporary, target)
    except FileExistsError:
        return False
    except OSError:  # a file system without hard links
        if target.exists():
            return False
        temporary.rename(target)
    sync_folder(target.parent)
    return True


def read_meta(database: Database) -> dict[str, Any]:
    """Verify that this is a catalogue, and return what it says about itself.

    Raises
    ------
    FormatError
        If it is damaged, of a newer version, or something else.
    """

    def meta(connection: sqlite3.Connection) -> dict[str, Any]:
        _check(connection, database.file)
        (page_size,) = connection.execute("PRAGMA page_size").fetchone()
        if database.is_cut(page_size):
            raise sqlite3.DatabaseError("it is truncated")
        return dict(connection.execute("SELECT key, value FROM meta"))

    return database.read(meta)


def _check(connection: sqlite3.Connection, file: Path) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION_ID:
        raise FormatError(f"{str(file)!r} is no catalogue: it is another program's database")
    if version > VERSION:
        raise FormatError(
            f"{str(file)!r} was written by a newer imgmine: it has version {version}, this "
            f"library reads up to {VERSION}"
        )
    # Exactly our tables: no trigger, view or constraint that somebody else has put there.
    found = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql NOT NULL")
    if {name: sql for name, sql in found if not name.startswith("sqlite_")} != SCHEMA:
        raise FormatError(f"{str(file)!r} is damaged: its tables are not those of a catalogue")


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


def vector_of(connection: sqlite3.Connection, path: str) -> bytes | None:
    """Return the stored vector of a picture, None if it is not there."""
    query = "SELECT vector FROM images WHERE path = ?"
    row = connection.execute(query, (storable(path),)).fetchone()
    return None if row is None else row[0]


def put(connection: sqlite3.Connection, rows: Sequence[Row], revision: int) -> None:
    """Store pictures; one whose path is there already keeps its id."""

    def values() -> Iterator[tuple[Any, ...]]:
        for path, size, mtime_ns, label, vector in rows:
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


def put_failures(
    connection: sqlite3.Connection, failures: Iterable[tuple[str, int | None, int | None, str]]
) -> None:
    """Note pictures that could not be described, instead of what was known of them."""
    rows = [(storable(path), size, mtime_ns, error) for path, size, mtime_ns, error in failures]
    connection.executemany("INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?)", rows)
    connection.executemany("DELETE FROM images WHERE path = ?", [row[:1] for row in rows])


def remove(connection: sqlite3.Connection, paths: Iterable[str]) -> int:
    """Forget pictures; return how many of them were described."""
    keys = [(storable(path),) for path in paths]
    connection.executemany("DELETE FROM failures WHERE path = ?", keys)
    return connection.executemany("DELETE FROM images WHERE path = ?", keys).rowcount


def path_of(connection: sqlite3.Connection, image_id: int) -> str | None:
    """Return the path of the picture that has an id, None if none has it."""
    row = connection.execute("SELECT path FROM images WHERE id = ?", (image_id,)).fetchone()
    return None if row is None else restored(row[0])


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

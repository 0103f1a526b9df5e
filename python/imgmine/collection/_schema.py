"""The tables of a catalogue's database: making, verifying and bringing them up to date."""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
from typing import TYPE_CHECKING, Any

from .._errors import FormatError
from .._files import sync_file, sync_folder

if TYPE_CHECKING:
    from pathlib import Path

    from ._database import Database

FILE_NAME = "catalogue.sqlite"
APPLICATION_ID = 0x496D4361  # "ImCa"
VERSION = 2  # of the tables below

# `label` has no type, so that numbers stay numbers. AUTOINCREMENT: an id is never given twice, so
# that what others keep under an id of a removed picture can never mean another one. `revision`
# says in which write a row got its contents; readers ask for the rows that are news to them.
_VERSION_1 = {
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

# What came with version 2 stands in tables of its own, so that old catalogues need not be rewritten
# and most pictures, which have no details, take no room. `contents` holds a hash of a file's bytes,
# by which it is known again when it has moved.
_NEW_IN_2 = {
    "contents": """CREATE TABLE contents (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL,
    checksum INTEGER NOT NULL
)""",
    "details": """CREATE TABLE details (
    id INTEGER PRIMARY KEY,
    metadata TEXT NOT NULL,
    tags TEXT NOT NULL,
    checksum INTEGER NOT NULL
)""",
    "thumbnails": """CREATE TABLE thumbnails (
    id INTEGER PRIMARY KEY,
    jpeg BLOB NOT NULL,
    checksum INTEGER NOT NULL
)""",
    "by_size": "CREATE INDEX by_size ON images (size) WHERE size NOT NULL",
}
SCHEMAS = {1: _VERSION_1, 2: {**_VERSION_1, **_NEW_IN_2}}
SCHEMA = SCHEMAS[VERSION]


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
        check(connection, database.file)
        (page_size,) = connection.execute("PRAGMA page_size").fetchone()
        if database.is_cut(page_size):
            raise sqlite3.DatabaseError("it is truncated")
        return dict(connection.execute("SELECT key, value FROM meta"))

    return database.read(meta)


def migrate(database: Database) -> None:
    """Bring the tables of an older version up to date, all of them or none."""

    def add_tables(connection: sqlite3.Connection) -> None:
        if version_of(connection) == 1:  # unless another process has just done it
            check(connection, database.file)
            for statement in _NEW_IN_2.values():
                connection.execute(statement)
            connection.execute("PRAGMA user_version = 2")

    if database.read(version_of) < VERSION:
        database.write(add_tables)


def version_of(connection: sqlite3.Connection) -> int:
    """Return the version of a catalogue's tables."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def check(connection: sqlite3.Connection, file: Path) -> None:
    """Refuse a database that is no catalogue, or one of a version that is not known."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    version = version_of(connection)
    if application != APPLICATION_ID:
        raise FormatError(f"{str(file)!r} is no catalogue: it is another program's database")
    if version > VERSION:
        raise FormatError(
            f"{str(file)!r} was written by a newer imgmine: it has version {version}, this "
            f"library reads up to {VERSION}"
        )
    # Exactly our tables: no trigger, view or constraint that somebody else has put there.
    found = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql NOT NULL")
    tables = {name: sql for name, sql in found if not name.startswith("sqlite_")}
    if tables != SCHEMAS.get(version):
        raise FormatError(f"{str(file)!r} is damaged: its tables are not those of a catalogue")

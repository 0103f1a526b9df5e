"""Erasing pictures without a trace, verifying a catalogue, and making anew what can be derived."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from . import _catalog, _columns, _details, _part_file, _schema
from ._filing import OLD, leftovers, note_erasure, tidy
from ._items import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ._database import Database
    from ._place import Place

_MOST_PROBLEMS = 100
_MOST_FREE = 0.1  # of a database's pages
_ERASING = "erasing"  # an entry of `meta` that stays while traces may be left


@dataclass(frozen=True)
class CheckReport:
    """What `ImageIndex.check` found.

    Attributes
    ----------
    n_pictures : int
        Pictures that were looked at.
    problems : tuple of str
        What is wrong, at most 100 of it; empty if the catalogue is sound.
    """

    n_pictures: int
    problems: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def __str__(self) -> str:
        kind = "1 picture" if self.n_pictures == 1 else f"{self.n_pictures} pictures"
        if self.ok:
            return f"{kind}, nothing wrong"
        return "\n".join([f"{kind}, {len(self.problems)} wrong:", *self.problems])


def erase(database: Database, items: Sequence[Any]) -> int:
    """Forget pictures and overwrite every place where anything of them stood."""

    def forget(connection: sqlite3.Connection) -> int:
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("INSERT OR REPLACE INTO meta VALUES (?, 1)", (_ERASING,))
        names = [name_of(connection, item) for item in items]
        note_erasure(connection, _catalog.next_revision(connection))
        return _catalog.remove(connection, [name for name in names if name is not None])

    n_erased = database.write(forget)
    finish_erasing(database)
    return n_erased


def finish_erasing(database: Database) -> None:
    """Overwrite what an `erase` has left, also one that was interrupted."""

    def is_pending(connection: sqlite3.Connection) -> bool:
        query = "SELECT count(*) FROM meta WHERE key = ?"
        return bool(connection.execute(query, (_ERASING,)).fetchone()[0])

    def note(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM meta WHERE key = ?", (_ERASING,))

    if database.read(is_pending):
        tidy(database)
        database.compact()
        if leftovers(database):
            raise RuntimeError(
                "other processes have kept files with vectors in use: close them, and call erase "
                "again"
            )
        database.write(note)


def check(database: Database, places: Sequence[Place]) -> CheckReport:
    """Verify everything; see `ImageIndex.check`."""
    n_pictures, problems = 0, []

    def look(connection: sqlite3.Connection) -> None:
        nonlocal n_pictures
        n_pictures = _catalog.count(connection)
        for problem in _problems(connection, places[0].span.stored):
            problems.append(problem)
            if len(problems) >= _MOST_PROBLEMS:
                return

    def attempt(connection: sqlite3.Connection) -> None:
        try:
            look(connection)
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            problems.append(f"the database cannot be read: {error}")

    database.read(attempt)
    for place in places:
        problems += _bad_files(database, place)
    for path in [*_halves(database), *leftovers(database, OLD)]:
        problems.append(f"{path.name} is left of a process that was killed")
    return CheckReport(n_pictures, tuple(problems))


def rebuild(database: Database) -> None:
    """Make anew what can be derived, and drop what belongs to nothing."""

    def repair(connection: sqlite3.Connection) -> None:
        connection.execute("REINDEX")
        for table in _details.TABLES:
            connection.execute(f"DELETE FROM {table} WHERE id NOT IN (SELECT id FROM images)")  # noqa: S608
        _catalog.next_revision(connection)
        _catalog.drop_listings(connection)

    database.write(repair)
    database.compact()
    tidy(database)
    for path in _halves(database):
        path.unlink(missing_ok=True)


def give_space_back(database: Database) -> None:
    """Write the database anew if much of it is free."""

    def is_worth_it(connection: sqlite3.Connection) -> bool:
        (free,) = connection.execute("PRAGMA freelist_count").fetchone()
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        return bool(free > _MOST_FREE * pages)

    if database.read(is_worth_it):
        database.compact()


def _halves(database: Database) -> list[Path]:
    return sorted(database.file.parent.glob(f".{_schema.FILE_NAME}-*.tmp"))


def _bad_files(database: Database, place: Place) -> Iterator[str]:
    """Yield what is wrong with files of vectors; each is read whole."""

    def entries() -> list[_part_file.Entry]:
        _, listing = database.read(partial(_catalog.state_of, key=place.listing))
        return _part_file.listed(listing)

    for entry in entries():
        try:
            place.verify(entry)
        except FileNotFoundError:
            if entry in entries():
                yield f"{entry.name} is missing: rebuild makes it anew"
        except (OSError, ValueError) as error:
            yield f"{entry.name} is damaged, rebuild makes it anew: {error}"


def _problems(connection: sqlite3.Connection, stored: int) -> Iterator[str]:
    for (message,) in connection.execute(f"PRAGMA integrity_check({_MOST_PROBLEMS})"):
        if message != "ok":
            yield f"database: {message}"
    yield from _bad_pictures(connection, stored)
    if _schema.version_of(connection) >= 2:
        yield from _bad_details(connection)
    last = "SELECT max(id), (SELECT seq FROM sqlite_sequence WHERE name = 'images') FROM images"
    highest, given = connection.execute(last).fetchone()
    if highest is not None and (given is None or highest > given):
        yield "ids may be given twice: the highest one is not on record"
    for (key,) in connection.execute("SELECT key FROM meta WHERE key = ?", (_ERASING,)):
        yield f"{key} was interrupted: open the catalogue to write, which will end it"


def _bad_pictures(connection: sqlite3.Connection, stored: int) -> Iterator[str]:
    query = "SELECT id, path, label, checksum, vector FROM images ORDER BY id"
    for image_id, path, label, crc, vector in connection.execute(query):
        try:
            name, shown = _catalog.restored(path), _catalog.restored(label)
            _columns.check_row(name, shown, crc, vector, stored)
        except sqlite3.DatabaseError as error:
            yield f"picture {image_id}: {error}"


def _bad_details(connection: sqlite3.Connection) -> Iterator[str]:
    for table in _details.TABLES:
        orphans = f"SELECT id FROM {table} WHERE id NOT IN (SELECT id FROM images)"  # noqa: S608
        for (image_id,) in connection.execute(orphans):
            yield f"{table} has a row of picture {image_id}, which is not there"
        for (image_id,) in connection.execute(f"SELECT id FROM {table}"):  # noqa: S608
            try:
                if table == "details":
                    _details.details_of(connection, image_id)
                else:
                    _details.blob_of(connection, table, image_id)
            except sqlite3.DatabaseError as error:
                yield str(error)

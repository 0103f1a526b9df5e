"""Files that have moved: the same bytes under a new path, the old one being gone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from . import _catalog, _details
from ._describing import hash_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from ._database import Database
    from ._pictures import Picture


def moved_from(database: Database, pictures: Sequence[Picture]) -> dict[str, str]:
    """Return of each new picture that is an old one in another place its old path.

    Only files as large as one that has vanished are opened.
    """

    def vanished(connection: sqlite3.Connection) -> list[list[tuple[str, bytes]]]:
        found = []
        for picture in pictures:
            known = () if picture.size is None else _details.of_size(connection, picture.size)
            found.append([(_catalog.restored(path), content) for _, path, content in known])
        return found

    moved: dict[str, str] = {}
    for picture, known in zip(pictures, database.read(vanished), strict=True):
        taken = moved.values()
        gone = [(path, content) for path, content in known if path not in taken and is_gone(path)]
        if gone and (content := _hash_or_none(picture.name)) is not None:
            same = [path for path, found in gone if found == content]
            if same:
                moved[picture.name] = same[0]
    return moved


def is_gone(path: str) -> bool:
    """Tell whether there surely is no such file."""
    try:
        Path(path).stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _hash_or_none(path: str) -> bytes | None:
    try:
        return hash_of(path)
    except OSError:  # describing it will say what is wrong
        return None

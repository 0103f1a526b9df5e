"""Adding pictures to a catalogue: what is new is described, batch by batch."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np

from . import _catalog
from ._catalog import Row
from ._describing import describe_all
from ._moved import is_gone, moved_from
from ._names import printable, reason
from ._pictures import labels_for

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Container, Generator, Sequence

    from ..features import Recipe
    from ._catalog import Known, Label
    from ._database import Database
    from ._describing import Described
    from ._pictures import Listing, Picture

_COMMIT_SECONDS = 0.5  # of work at most that a killed process loses ...
_PORTION = 256  # ... or so many pictures

_STORED = np.dtype("<f4")
# Anything else is a mistake in a program, not a bad picture.
_BAD_PICTURE = (ValueError, OSError, MemoryError)


@dataclass(frozen=True)
class AddReport:
    """What `ImageIndex.add` did.

    Attributes
    ----------
    added : int
        Pictures that are new in the catalogue.
    updated : int
        Pictures that were described anew because they had changed, or got another label.
    unchanged : int
        Files that were left alone, because their size and time of change are as before.
    failed : int
        Pictures that could not be read; the catalogue does not hold them.
    removed : int
        Entries that were dropped because their files had vanished.
    failures : tuple of (str, str)
        Path of, and reason for, each of `failed`.
    moved : int
        Pictures whose files were found in another place: same bytes, and the old path is gone.
    """

    added: int
    updated: int
    unchanged: int
    failed: int
    removed: int
    failures: tuple[tuple[str, str], ...] = ()
    moved: int = 0

    def __str__(self) -> str:
        counts = (
            f"{getattr(self, name)} {name}"
            for name in ("added", "updated", "moved", "unchanged", "failed", "removed")
            if name == "added" or getattr(self, name)
        )
        lines = (f"  {printable(path)}: {printable(why)}" for path, why in self.failures)
        return "\n".join([", ".join(counts), *lines])


class _Task(NamedTuple):
    """A picture that is new or has changed."""

    picture: Picture
    label: Label
    is_new: bool


class _Run:
    """One call of `add`: what it found, and what it has done so far."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.moved = 0
        self.added = self.updated = self.unchanged = self.removed = 0
        self.failures: list[tuple[str, str]] = []
        self.missing: list[str] = []
        self.to_describe: list[_Task] = []
        self.to_relabel: list[_Task] = []
        self._rows: list[Row] = []
        self._failed: list[tuple[str, int | None, int | None, str]] = []
        self._committed = time.monotonic()

    def report(self) -> AddReport:
        counts = self.added, self.updated, self.unchanged, len(self.failures), self.removed
        return AddReport(*counts, tuple(self.failures), self.moved)

    def sort_out(self, pictures: Sequence[tuple[Picture, Label]]) -> None:
        """Compare pictures with what is known of them; no file is opened."""
        for start in range(0, len(pictures), _PORTION):
            portion = pictures[start : start + _PORTION]
            names = [picture.name for picture, _ in portion]
            known = self.database.read(partial(_catalog.known_each, paths=names))
            for (picture, label), before in zip(portion, known, strict=True):
                self._sort(picture, label, before)

    def _sort(self, picture: Picture, label: Label, known: Known | None) -> None:
        if picture.error is not None:
            self.failures.append((picture.name, reason(picture.error, picture.name)))
            if known is not None and isinstance(picture.error, FileNotFoundError):
                self.missing.append(picture.name)
        elif known is None:
            self.to_describe.append(_Task(picture, label, is_new=True))
        elif picture.size is None or known[:2] != (picture.size, picture.mtime_ns):
            label = known.label if label is None else label
            self.to_describe.append(_Task(picture, label, is_new=known.error is not None))
        elif known.error is not None:
            self.failures.append((picture.name, known.error))
        elif label is not None and label != known.label:
            self.to_relabel.append(_Task(picture, label, is_new=False))
        else:
            self.unchanged += 1

    def recognize(self) -> None:
        """Find out which new files are old ones that have moved, and keep them as they are."""
        left: list[_Task] = []
        for start in range(0, len(self.to_describe), _PORTION):
            portion = self.to_describe[start : start + _PORTION]
            new = [task.picture for task in portion if task.is_new]
            paths = moved_from(self.database, new)
            moves = [
                (task, paths[task.picture.name]) for task in portion if task.picture.name in paths
            ]
            if moves:
                self.moved += self.database.write(partial(_move, moves=moves))
            left += [task for task in portion if task.picture.name not in paths]
        self.to_describe = left

    def describe(
        self,
        recipes: Sequence[Recipe],
        thumbnails: bool,
        n_jobs: int | None,
        report: Callable[[int], object],
    ) -> None:
        """Describe what is new, and commit it in portions, also when this is interrupted."""
        pictures = (task.picture for task in self.to_describe)
        described = describe_all(pictures, recipes, thumbnails, n_jobs)
        results = cast("Generator[Described | Exception]", described)
        try:
            with closing(results):
                for i, task in enumerate(self.to_describe):
                    self._take(task, next(results))
                    report(i + 1)
        finally:
            self.commit()

    def _take(self, task: _Task, result: Described | Exception) -> None:
        name, _, size, mtime_ns, _ = task.picture
        if not isinstance(result, Exception):
            vector = result.vector.astype(_STORED, copy=False).tobytes()
            row = Row(name, size, mtime_ns, task.label, vector, result.content, result.thumbnail)
            self._rows.append(row)
            self.added += task.is_new
            self.updated += not task.is_new
        elif isinstance(result, _BAD_PICTURE):
            # What the system refused today it may grant tomorrow: such a file is tried again.
            is_final = isinstance(result, ValueError) and not isinstance(
                result.__cause__, (OSError, MemoryError)
            )
            seen = (size, mtime_ns) if is_final else (None, None)
            self._failed.append((name, *seen, reason(result, name)))
            self.failures.append((name, reason(result, name)))
        else:
            raise result
        n_waiting = len(self._rows) + len(self._failed)
        if n_waiting >= _PORTION or time.monotonic() - self._committed > _COMMIT_SECONDS:
            self.commit()

    def commit(self) -> None:
        """Write down what is finished."""
        if self._rows or self._failed:
            self.database.write(self._put)
            self._rows, self._failed = [], []
        self._committed = time.monotonic()

    def _put(self, connection: sqlite3.Connection) -> None:
        _catalog.put(connection, self._rows, _catalog.next_revision(connection))
        _catalog.put_failures(connection, self._failed)

    def relabel(self) -> None:
        """Give pictures that have not changed other labels."""
        for start in range(0, len(self.to_relabel), _PORTION):
            tasks = self.to_relabel[start : start + _PORTION]
            self.updated += self.database.write(partial(_relabel, tasks=tasks))

    def prune(self, folders: Sequence[str], present: Container[str]) -> None:
        """Drop the entries whose files have vanished from `folders` or were asked for in vain."""
        below = self.database.read(partial(_paths_below, folders=folders))
        gone = [*self.missing, *(p for p in sorted(below) if p not in present and is_gone(p))]
        if gone:
            self.removed += self.database.write(partial(_remove, paths=gone))
        self.failures = [item for item in self.failures if item[0] not in set(self.missing)]


def add(
    database: Database,
    recipes: Sequence[Recipe],
    images: Listing,
    labels: Any,
    *,
    thumbnails: bool,
    prune: bool,
    n_jobs: int | None,
    report: Callable[[int, int], object],
) -> AddReport:
    """Bring a catalogue up to date with `images`; see `ImageIndex.add`."""
    labeled = zip(images.pictures, labels_for(images.pictures, labels), strict=True)
    pictures = {picture.name: (picture, label) for picture, label in labeled}
    run = _Run(database)
    run.sort_out(list(pictures.values()))
    run.relabel()
    run.recognize()
    total, before = len(pictures), len(pictures) - len(run.to_describe)
    report(before, total)
    run.describe(recipes, thumbnails, n_jobs, lambda done: report(before + done, total))
    if prune:
        run.prune(images.folders, pictures)
    return run.report()


def _relabel(connection: sqlite3.Connection, tasks: Sequence[_Task]) -> int:
    revision = _catalog.next_revision(connection)
    return sum(
        _catalog.relabel(connection, picture.name, picture.name, picture.mtime_ns, label, revision)
        for picture, label, _ in tasks
    )


def _move(connection: sqlite3.Connection, moves: Sequence[tuple[_Task, str]]) -> int:
    revision, n_moved = _catalog.next_revision(connection), 0
    for (picture, label, _), old in moves:
        if label is None:
            known = _catalog.known(connection, old)
            label = None if known is None else known.label
        n_moved += _catalog.relabel(
            connection, old, picture.name, picture.mtime_ns, label, revision
        )
    return n_moved


def _remove(connection: sqlite3.Connection, paths: Sequence[str]) -> int:
    _catalog.next_revision(connection)
    return _catalog.remove(connection, paths)


def _paths_below(connection: sqlite3.Connection, folders: Sequence[str]) -> set[str]:
    return {path for folder in folders for path in _catalog.paths_below(connection, folder)}

"""Writing files of vectors beside a catalogue's database, in the foreground and background."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ..search._graph_builder import Stopped
from ..search._vector_index import VectorIndex
from . import _catalog, _columns, _part_file
from ._plan import FEW, plan, plan_of_all
from ._sources import places_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from .._validate import Array
    from ._database import Database
    from ._place import Place
    from ._plan import Plan

_PORTION = 1024  # rows read in one transaction
_RECALL = 0.99  # of the ten best, which a search shall find
_ERASED = "erased"  # an entry of `meta`: the revision of the last erasure
OLD = 600  # seconds after which nobody writes a file any more
_PATIENCE = 300  # seconds
_HARMLESS = OSError, RuntimeError, ValueError, MemoryError  # everything is in the database


class Filer:
    """Writes a catalogue's files of vectors; graphs in the background, one at a time."""

    def __init__(self, database: Database, places: Sequence[Place]) -> None:
        self._database = database
        self._places = places
        self._folder = database.file.parent
        # No `threading.Event`: a Ctrl-C in the middle of one may leave it locked for ever.
        self._is_stopped = False
        self._thread: threading.Thread | None = None
        self._is_awaited = False
        self._no_graphs: set[Place] = set()  # for vectors that are not finite

    def file_new(self) -> None:
        """Write down what is new, if it is much; if it is very much, go on in the background."""
        with contextlib.suppress(*_HARMLESS):
            is_building = self._is_building()
            if not is_building:
                self._is_stopped = False
            for place in self._places:
                self._file(place, partial(plan, place=place, graphs=False, absorb=not is_building))
            if not is_building and self._is_due():
                self._start(awaited=True)

    def heal(self) -> None:
        """Do in the background what others have left to do."""
        with contextlib.suppress(*_HARMLESS):
            if self._is_due() or leftovers(self._database, OLD):
                self._start(awaited=False)

    def compact(self) -> None:
        """Write one file of everything, for each recipe.

        Raises
        ------
        RuntimeError
            If other processes write such files all the time.
        """
        self.stop()
        self._is_stopped = False
        begun = time.monotonic()
        for place in self._places:
            while not self._file(place, partial(plan_of_all, place=place)):
                spent = time.monotonic() - begun
                if spent > _PATIENCE:
                    raise RuntimeError("another process is compacting the catalogue, too")
                time.sleep(random.uniform(0, min(spent, 1)))  # noqa: S311 - let it finish
        tidy(self._database, OLD)

    def stop(self) -> None:
        """End what goes on in the background, at the latest after a few seconds."""
        self._is_stopped = True
        self._join()

    def finish(self) -> None:
        """Wait for the end of what `file_new` began."""
        try:
            if self._is_awaited:
                self._join()
        finally:
            self.stop()

    def _is_building(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _join(self) -> None:
        while self._is_building() and self._thread is not threading.current_thread():
            self._thread.join(0.2)  # type: ignore[union-attr]  # Ctrl-C gets through in between

    def _start(self, *, awaited: bool) -> None:
        self._is_awaited = awaited
        self._is_stopped = False
        self._thread = threading.Thread(target=self._run, name="imgmine catalogue", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        with contextlib.suppress(*_HARMLESS, Stopped):
            tidy(self._database, OLD)
            for place in self._places:  # soon done, and a help
                self._file(place, partial(plan, place=place, graphs=False))
            for place in self._places:
                self._file(place, partial(self._plan, place))

    def _is_due(self) -> bool:
        """Tell whether something is to be written."""
        plans = (self._database.read(partial(self._plan, place)) for place in self._places)
        return any(wanted is not None for wanted in plans)

    def _plan(self, place: Place, connection: sqlite3.Connection) -> Plan | None:
        return plan(connection, place, graphs=place not in self._no_graphs)

    def _file(self, place: Place, planned: Callable[[sqlite3.Connection], Plan | None]) -> bool:
        """Write what is planned; return False if others were quicker."""
        wanted = self._database.read(planned)
        if wanted is None:
            return True
        ids, vectors = self._rows(place, wanted)
        made = self._graph_of(place, ids, vectors) if wanted.graph else vectors
        if self._database.read(_erased) > wanted.revision:
            return False
        try:
            entry = _part_file.write(self._folder, ids, wanted.gone, made, wanted.revision)
        except FileNotFoundError:  # somebody has erased or rebuilt
            return False
        if self._database.write(partial(self._publish, place, wanted, entry)):
            tidy(self._database, OLD)
            for old in _part_file.listed(wanted.listing):
                if old not in wanted.kept:
                    _unlink(self._folder / old.name)
            return True
        _unlink(self._folder / entry.name)
        return False

    def _rows(self, place: Place, wanted: Plan) -> tuple[Array, Array]:
        """Read vectors as they are now; rows that have changed since the plan are left out."""
        vectors = np.empty((len(wanted.ids), place.span.size), np.float32)
        ids, n = [np.empty(0, np.int64)], 0
        for start in range(0, len(wanted.ids), _PORTION):
            if self._is_stopped:
                raise Stopped
            names = wanted.ids[start : start + _PORTION]
            first, last = int(names[0]), int(names[-1])
            rows = self._database.read(
                partial(_columns.rows_between, first=first, last=last, span=place.span)
            )
            here = (rows.revisions <= wanted.revision) & places_of(names, rows.ids)[1]
            ids.append(rows.ids[here])
            vectors[n : n + len(ids[-1])] = rows.vectors[here]
            n += len(ids[-1])
        return np.concatenate(ids), vectors[:n]

    def _graph_of(self, place: Place, ids: Array, vectors: Array) -> Array | VectorIndex:
        blocks = (vectors[start : start + FEW] for start in range(0, len(ids), FEW))
        if not len(ids) or not all(np.isfinite(block).all() for block in blocks):
            self._no_graphs.add(place)
            return vectors
        index = VectorIndex._built(vectors, ids, place.metric, lambda: self._is_stopped)
        index.tune(_RECALL)
        return index

    def _publish(
        self, place: Place, wanted: Plan, entry: _part_file.Entry, connection: sqlite3.Connection
    ) -> bool:
        """List a new file, unless somebody has replaced what it was made of, or has erased."""
        listing = _catalog.state_of(connection, place.listing)[1]
        known, now = map(_part_file.listed, (wanted.listing, listing))
        is_there = (self._folder / entry.name).exists()
        if now[: len(known)] != known or _erased(connection) > wanted.revision or not is_there:
            return False
        later = [one for one in now[len(known) :] if one.last > entry.last]
        listing = _part_file.as_listing([*wanted.kept, entry, *later])
        _catalog.put_listing(connection, listing, place.listing)
        return True


def note_erasure(connection: sqlite3.Connection, revision: int) -> None:
    """Take back the lists of files, and all that are in the making."""
    _catalog.drop_listings(connection)
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_ERASED, revision))


def tidy(database: Database, age: float = 0) -> None:
    """Delete files of vectors that are not listed, and as many seconds old."""
    for path in leftovers(database, age):
        _unlink(path)


def leftovers(database: Database, age: float = 0) -> list[Path]:
    """Return the files of vectors that are not listed: old ones, and halves of new ones."""
    found = _part_file.files_in(database.file.parent)  # first: they are listed after they appear
    if not found:
        return []
    listings = database.read(_catalog.listings)
    names = {entry.name for listing in listings for entry in _part_file.listed(listing)}
    return [path for path in found if path.name not in names and _age_of(path) >= age]


def _age_of(path: Path) -> float:
    try:
        return max(time.time() - path.stat().st_mtime, 0.0)
    except OSError:  # it is gone
        return -1.0


def _unlink(path: Path) -> None:
    # Windows keeps files that somebody has mapped: `tidy` tries again.
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)


def _erased(connection: sqlite3.Connection) -> int:
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (_ERASED,)).fetchone()
    return row[0] if row is not None and isinstance(row[0], int) else 0

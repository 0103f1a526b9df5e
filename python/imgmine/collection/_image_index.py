"""A catalogue of pictures that can be searched by example."""

from __future__ import annotations

import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import _catalog, _details, _schema, _upkeep
from ._changing import Changing
from ._duplicates import THRESHOLD, find_duplicates
from ._filing import Filer
from ._items import name_of
from ._opening import open_catalog
from ._pictures import absolute
from ._place import Place
from ._reading import Reader
from ._recipe_view import RecipeView
from ._snapshot import ALL

if TYPE_CHECKING:
    import os
    import sqlite3
    from collections.abc import Mapping
    from types import TracebackType

    from .._progress import Progress
    from .._validate import Array
    from ..features import Recipe
    from ._about import About, Way
    from ._database import Database
    from ._duplicates_result import Duplicates, Key
    from ._results import Hit
    from ._snapshot import Snapshot
    from ._upkeep import CheckReport


class ImageIndex(Changing):
    """Pictures that can be searched by example, kept in a folder on disk.

    Use `open`. The folder, called a catalogue, holds for every picture its path, its vector and,
    if it has one, its label; the pictures themselves stay where they are. Killing the process at
    any moment, or a loss of power, loses nothing that was committed.

    Any number of processes may read while one writes, each seeing what has been committed; several
    that write take turns. One object may be used from many threads, and after a fork.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import numpy as np
    >>> import imgmine as im
    >>> folder = tempfile.TemporaryDirectory()
    >>> colors = {"red": (220, 30, 20), "blue": (20, 40, 200), "navy": (10, 20, 90)}
    >>> images = {name: np.full((40, 60, 3), rgb, np.uint8) for name, rgb in colors.items()}
    >>> with im.ImageIndex.open(Path(folder.name, "catalogue")) as index:
    ...     print(index.add(images))
    ...     [hit.path for hit in index.search(images["red"], k=2)]
    3 added
    ['red', 'blue']
    >>> folder.cleanup()
    """

    def __init__(self, folder: Path, mode: str, database: Database, about: About):
        self._folder = folder
        self._mode = mode
        self._database = database
        self._about = about
        self._way = about.ways[0]
        columns = zip(about.ways, about.spans(), about.listings(), strict=True)
        self._places = [Place(folder, span, way.metric, key) for way, span, key in columns]
        self._readers = {
            way.name: Reader(database, place)
            for way, place in zip(about.ways, self._places, strict=True)
        }
        self._filer = Filer(database, self._places)
        if mode != "r":
            self._filer.heal()
            weakref.finalize(self, self._filer.stop)

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        recipe: Recipe | str | Mapping[str, Recipe | str] | None = None,
        mode: str = "a",
        *,
        metric: str | Mapping[str, str] | None = None,
        thumbnails: bool | None = None,
    ) -> ImageIndex:
        """Open a catalogue, or make one.

        Parameters
        ----------
        path : path
            The catalogue's folder; with mode "r" also a file that `export` wrote.
        recipe : Recipe or str, or dict of str to Recipe or str, optional
            How its pictures are described, or the name of a preset (`Recipe.named`). A new
            catalogue takes "color" by default; one that exists keeps its own. Several recipes
            each have a name: the first is used, and the others by `using`.
        mode : {"a", "r", "x"}, default "a"
            "a": read and write, and make it if there is none; "r": only read; "x": make it, and
            refuse one that exists.
        metric : str or dict of str to str, optional
            How vectors are compared, as in `similarity.pairwise` (not "hamming"), or how those of
            each recipe are. A new catalogue takes "euclidean" by default; one that exists keeps
            its own.
        thumbnails : bool, optional
            Whether a new catalogue keeps a small JPEG of each picture (160 pixels at most a side),
            which `thumbnail` returns also where the file is gone. Not by default; one that exists
            goes on as it was made.

        Returns
        -------
        ImageIndex
            Close it after use: `close`, or a ``with`` block.

        Raises
        ------
        FileNotFoundError
            If there is no catalogue and mode is "r".
        FileExistsError
            If there is one and mode is "x".
        FormatError
            If it is damaged, was written by a newer version, or is something else.
        ValueError
            If an existing catalogue has another recipe or metric, or keeps thumbnails and should
            not, or the other way round.

        Notes
        -----
        The folder should be on a disk of this machine: SQLite cannot share a catalogue with other
        machines. In a folder that this process may not write to, a catalogue that has a log of
        commits (``-wal``) cannot be read until a process that may write has opened it.

        A catalogue that an older version has written is brought up to date, in one step, when it
        is opened to write; opened to read it is read as it is.
        """
        folder = Path(absolute(path))
        if mode == "r" and folder.is_file():
            from ._exported import ExportedIndex

            return ExportedIndex.load(folder)
        database, about = open_catalog(folder, mode, recipe, metric, thumbnails)
        return cls(folder, mode, database, about)

    def close(self) -> None:
        """Let go of the catalogue's files; the object is of no further use.

        What `add` has begun to write in the background is finished first.
        """
        try:
            self._filer.finish()
        finally:
            self._forget()
            self._database.close()

    def __enter__(self) -> ImageIndex:  # noqa: PYI034
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is not None:
            self._filer.stop()
        self.close()

    def __repr__(self) -> str:
        return f"ImageIndex({str(self._folder)!r}, mode={self._mode!r})"

    @property
    def path(self) -> Path:
        """The catalogue's folder."""
        return self._folder

    def __len__(self) -> int:
        """Return the number of pictures."""
        return self._database.read(_catalog.count)

    @property
    def recipes(self) -> dict[str, Recipe]:
        """The recipes by name, the first one first; a single one without a name is "default"."""
        return self._about.recipes

    def using(self, name: str) -> RecipeView:
        """Return the same pictures as another recipe describes them.

        Parameters
        ----------
        name : str
            One of `recipes`.

        Returns
        -------
        RecipeView
            It is searched as the index is, and ends with it.

        Raises
        ------
        ValueError
            If the catalogue has no such recipe.

        Examples
        --------
        >>> import tempfile
        >>> import numpy as np
        >>> import imgmine as im
        >>> images = {f"{i}": np.full((40, 40, 3), 50 * i, np.uint8) for i in range(4)}
        >>> recipes = {"colors": "color", "forms": "shape"}
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     with im.ImageIndex.open(folder, recipes) as index:
        ...         print(index.add(images))
        ...         index.using("forms").search(images["2"], k=1)[0].path
        4 added
        '0'
        """
        for way in self._about.ways:
            if way.name == name:
                return self._view(way)
        raise ValueError(f"name must be one of {', '.join(self.recipes)}, got {name!r}")

    def failures(self) -> list[tuple[str, str]]:
        """Return path of, and reason for, each picture that could not be described."""
        return self._database.read(_catalog.failures)

    def thumbnail(self, item: Any) -> bytes | None:
        """Return the small JPEG that the catalogue keeps of a picture.

        Parameters
        ----------
        item : path, name, id or Hit

        Returns
        -------
        bytes or None
            None if the picture is not there, or the catalogue keeps no thumbnails.
        """

        def look(connection: sqlite3.Connection) -> bytes | None:
            name = name_of(connection, item)
            row = None if name is None else _catalog.numbers_of(connection, name)
            if row is None or _schema.version_of(connection) < 2:
                return None
            return _details.blob_of(connection, "thumbnails", row[0])

        return self._database.read(look)

    def duplicates(
        self,
        threshold: float = THRESHOLD,
        *,
        kind: str = "near",
        key: Key | None = None,
        n_jobs: int | None = None,
        progress: Progress = False,
    ) -> Duplicates:
        """Find the pictures of the catalogue that are the same; see `find_duplicates`.

        Parameters
        ----------
        threshold : float, default 0.92
        kind : {"near", "pixels", "bytes"}, default "near"
        key : callable, optional
        n_jobs : int, optional
        progress : bool or callable ``(done, total)``, default False

        Returns
        -------
        Duplicates
            Files that have vanished, and pictures that are no files, are left out.
        """
        files = [path for path in self.paths() if Path(path).is_file()]
        return find_duplicates(
            files, kind=kind, threshold=threshold, key=key, n_jobs=n_jobs, progress=progress
        )

    def check(self) -> CheckReport:
        """Verify all that the catalogue holds.

        Returns
        -------
        CheckReport
            Whether the database is whole, the checksum of every picture, thumbnail and note, and of
            the files of vectors, is right, and nothing is left of an interrupted `erase`.

        Examples
        --------
        >>> import tempfile
        >>> import imgmine as im
        >>> with tempfile.TemporaryDirectory() as folder, im.ImageIndex.open(folder) as index:
        ...     print(index.check())
        0 pictures, nothing wrong
        """
        return _upkeep.check(self._database, self._places)

    def rebuild(self) -> CheckReport:
        """Make anew what can be derived: files of vectors, indexes, a database without gaps.

        Also drops what belongs to no picture. Pictures and their vectors stay as they are: where
        these are damaged, `remove` and `add` them.

        Returns
        -------
        CheckReport
            What `check` says afterwards.

        Raises
        ------
        RuntimeError
            If another process has been writing for ten seconds.
        ValueError
            If the index is read-only.
        """
        self._require_writable()
        self._filer.stop()
        self._forget()
        _upkeep.rebuild(self._database)
        self._filer.file_new()
        self._filer.finish()
        return self.check()

    def compact(self) -> None:
        """Make one file of all vectors, with a graph if they are many, and give free space back.

        `add` takes care that searches are quick; after many changes this makes them quicker. It
        takes as long as building a graph of all pictures does, minutes for a million.

        Raises
        ------
        RuntimeError
            If other processes have kept the catalogue in use for ten seconds.
        ValueError
            If the index is read-only.
        """
        self._require_writable()
        self._forget()
        self._filer.compact()
        _upkeep.give_space_back(self._database)

    def _view(self, way: Way) -> RecipeView:
        reader = self._readers[way.name]
        return RecipeView(way, reader.current, reader.find)

    def _current(self, *names: str) -> Snapshot:
        return self._readers[self._way.name].current(*(names or ALL))

    def _forget(self) -> None:
        for reader in self._readers.values():
            reader.forget()

    def _hits(
        self, vectors: Array, k: int, conditions: tuple[Any, Any, Any], *, exact: bool
    ) -> list[list[Hit]]:
        return self._readers[self._way.name].find(vectors, k, conditions, exact=exact)

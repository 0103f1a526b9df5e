"""A catalogue of pictures that can be searched by example."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .._progress import Progress, reporter
from .._validate import is_path
from . import _catalog, _retrieval_report
from ._add import AddReport, add
from ._opening import as_recipe, open_catalog
from ._pictures import absolute, as_label, listing
from ._results import Hit, Results
from ._snapshot import Snapshot

if TYPE_CHECKING:
    import os
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence
    from types import TracebackType

    from .._validate import Array
    from ..features import Recipe
    from ._catalog import Label
    from ._database import Database
    from ._retrieval_report import RetrievalReport


class ImageIndex:
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

    def __init__(self, folder: Path, mode: str, database: Database, recipe: Recipe, metric: str):
        self._folder = folder
        self._mode = mode
        self._database = database
        self._recipe = recipe
        self._metric = metric
        self._snapshot = Snapshot.empty(recipe.size)

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        recipe: Recipe | str | None = None,
        mode: str = "a",
        *,
        metric: str | None = None,
    ) -> ImageIndex:
        """Open a catalogue, or make one.

        Parameters
        ----------
        path : path
            The catalogue's folder.
        recipe : Recipe or str, optional
            How its pictures are described, or the name of a preset (`Recipe.named`). A new
            catalogue takes "color" by default; one that exists keeps its own.
        mode : {"a", "r", "x"}, default "a"
            "a": read and write, and make it if there is none; "r": only read; "x": make it, and
            refuse one that exists.
        metric : str, optional
            How vectors are compared, as in `similarity.pairwise` (not "hamming"). A new catalogue
            takes "euclidean" by default; one that exists keeps its own.

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
            If an existing catalogue has another recipe or metric.

        Notes
        -----
        The folder should be on a disk of this machine: SQLite cannot share a catalogue with other
        machines. In a folder that this process may not write to, a catalogue that has a log of
        commits (``-wal``) cannot be read until a process that may write has opened it.
        """
        folder = Path(absolute(path))
        wanted = None if recipe is None else as_recipe(recipe)
        database, found, found_metric = open_catalog(folder, wanted, mode, metric)
        return cls(folder, mode, database, found, found_metric)

    def close(self) -> None:
        """Let go of the catalogue's files; the object is of no further use."""
        self._database.close()

    def __enter__(self) -> ImageIndex:  # noqa: PYI034
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"ImageIndex({str(self._folder)!r}, mode={self._mode!r})"

    @property
    def path(self) -> Path:
        """The catalogue's folder."""
        return self._folder

    @property
    def recipe(self) -> Recipe:
        """How pictures are described."""
        return self._recipe

    @property
    def metric(self) -> str:
        """How vectors are compared."""
        return self._metric

    def __len__(self) -> int:
        """Return the number of pictures."""
        return self._database.read(_catalog.count)

    @property
    def ids(self) -> Array:
        """The pictures' numbers, shape (n,), int64, rising.

        Each picture keeps its number when it changes; numbers of removed ones are never reused.
        """
        return self._current().ids

    def paths(self) -> list[str]:
        """Return the path, or the name, of each picture, in the order of `ids`."""
        return list(self._current().paths)

    def labels(self) -> list[Label]:
        """Return the label of each picture, None where there is none, in the order of `ids`."""
        return list(self._current().labels)

    def vectors(self) -> Array:
        """Return the vectors, shape (n, recipe.size), float32, read-only, in the order of `ids`."""
        return self._current().vectors

    def failures(self) -> list[tuple[str, str]]:
        """Return path of, and reason for, each picture that could not be described."""
        return self._database.read(_catalog.failures)

    def add(
        self,
        images: str | os.PathLike[str] | Iterable[str | os.PathLike[str]] | Mapping[str, Any],
        *,
        labels: str | Sequence[Label] | None = None,
        prune: bool = False,
        n_jobs: int | None = None,
        progress: Progress = False,
    ) -> AddReport:
        """Describe pictures and keep the vectors; what has not changed is not even opened.

        A file counts as unchanged if its size and its time of change are as they were. Finished
        work is committed at least every half second, also on Ctrl-C.

        Parameters
        ----------
        images : path, iterable of paths, or dict of str to image
            A folder is searched for pictures (`io.find_images`). Files are kept under their
            absolute path, so they should stay where they are. Images that are not files, arrays
            or bytes, need a name.
        labels : "folder", list of str or int, or None
            What the pictures show: the name of the folder that each is in, or one for each picture
            in order. None, for all or for one, leaves labels as they are.
        prune : bool, default False
            Drop the entries of files that have vanished from the folders (or paths) in `images`.
        n_jobs : int, optional
            Threads; default: all the process may use.
        progress : bool or callable ``(done, total)``, default False

        Returns
        -------
        AddReport
            How many were added, updated, left unchanged, failed or removed. A picture that cannot
            be read does not stop the others: the report lists it, and `failures` remembers it, so
            that it is only tried again when it has changed.

        Raises
        ------
        FileNotFoundError
            If `images` is a path that does not exist.
        RuntimeError
            If another process has been writing for ten seconds.
        TypeError, ValueError
            If an argument is of the wrong kind, or the index is read-only.
        """
        self._require_writable()
        return add(
            self._database,
            self._recipe,
            listing(images),
            labels,
            prune=prune,
            n_jobs=n_jobs,
            report=reporter(progress),
        )

    def remove(self, items: Any) -> int:
        """Forget pictures; their files are left alone.

        Parameters
        ----------
        items : path, name, id or Hit, or an iterable of these
            What is not in the catalogue is skipped.

        Returns
        -------
        int
            How many pictures were removed.
        """
        self._require_writable()
        single = is_path(items) or isinstance(items, (int, np.integer, Hit))
        chosen = [items] if single else list(items)

        def forget(connection: sqlite3.Connection) -> int:
            names = [_name_of(connection, item) for item in chosen]
            _catalog.next_revision(connection)
            return _catalog.remove(connection, [name for name in names if name is not None])

        return self._database.write(forget)

    def search(
        self,
        image: str | os.PathLike[str] | bytes | Array,
        k: int = 10,
        *,
        label: Label = None,
        include_self: bool = True,
    ) -> Results:
        """Find the pictures most like one, by comparing all of them.

        Parameters
        ----------
        image : path, bytes or array_like
            It need not be in the catalogue.
        k : int, default 10
            How many to find, >= 1.
        label : str or int, optional
            Only find pictures with this label.
        include_self : bool, default True
            False leaves out the picture whose path `image` is.

        Returns
        -------
        Results
            Up to `k` hits, best first; equal scores in the order of `ids`.

        Raises
        ------
        DecodeError, OSError
            If `image` cannot be read.
        """
        vector = self._recipe.read(image)[np.newaxis]
        return self._find([image], vector, k, label, include_self)[0]

    def search_many(
        self,
        images: Iterable[Any],
        k: int = 10,
        *,
        label: Label = None,
        include_self: bool = True,
        n_jobs: int | None = None,
        progress: Progress = False,
    ) -> list[Results]:
        """Search for many pictures at once, which is quicker than one by one.

        Parameters
        ----------
        images : iterable of paths, bytes or images
        k, label, include_self
            As for `search`.
        n_jobs : int, optional
            Threads; default: all the process may use.
        progress : bool or callable ``(done, total)``, default False

        Returns
        -------
        list of Results
            What `search` finds for each.
        """
        queries = list(images)
        vectors = self._recipe.transform(queries, n_jobs, progress)
        return self._find(queries, vectors, k, label, include_self)

    def evaluate(self, labels: Any = None, k: Sequence[int] = (1, 5, 10)) -> RetrievalReport:
        """Judge the search: each picture in turn asks for its own label among all others.

        Parameters
        ----------
        labels : "folder", list, dict of path to label, or None
            One label for each of `paths`; by default those stored. Pictures without a label are
            left out.
        k : sequence of int, default (1, 5, 10)
            Where to measure precision; missing hits count as wrong.

        Returns
        -------
        RetrievalReport
            Precision at each `k` and mean average precision, by label and in all. Pictures whose
            label nobody shares are searched but ask for nothing.

        Raises
        ------
        ValueError
            If no two pictures share a label.
        """
        return _retrieval_report.evaluate(self._current(), self._metric, labels, k)

    def _current(self) -> Snapshot:
        def refresh(connection: sqlite3.Connection) -> Snapshot:
            self._snapshot = self._snapshot.refreshed(connection)
            return self._snapshot

        return self._database.read(refresh)

    def _find(
        self, queries: list[Any], vectors: Array, k: int, label: Label, include_self: bool
    ) -> list[Results]:
        paths = None
        if not include_self:
            paths = [absolute(query) if is_path(query) else None for query in queries]
        found = self._current().find(vectors, k, self._metric, as_label(label), paths)
        return [
            Results(query, hits, self._metric) for query, hits in zip(queries, found, strict=True)
        ]

    def _require_writable(self) -> None:
        if self._mode == "r":
            raise ValueError("the index is opened with mode='r': open it with mode='a' to write")


def _name_of(connection: sqlite3.Connection, item: Any) -> str | None:
    """Return the name under which a catalogue keeps `item`."""
    if isinstance(item, Hit):
        return item.path
    if isinstance(item, (int, np.integer)):
        return _catalog.path_of(connection, int(item))
    if isinstance(item, str) and _catalog.known(connection, item):
        return item
    return absolute(item)

"""A catalogue of pictures that can be searched by example."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._progress import Progress, reporter
from . import _catalog, _details, _schema
from ._add import AddReport, add
from ._annotating import Notes, annotate
from ._details import as_metadata, as_tags
from ._items import as_items, name_of
from ._opening import as_recipe, open_catalog
from ._pictures import absolute, as_label, listing
from ._searching import Searching
from ._snapshot import Snapshot

if TYPE_CHECKING:
    import os
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence
    from types import TracebackType

    from ..features import Recipe
    from ._catalog import Label
    from ._database import Database
    from ._opening import About


class ImageIndex(Searching):
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
        self._snapshot = Snapshot.empty(about.recipe.size)

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        recipe: Recipe | str | None = None,
        mode: str = "a",
        *,
        metric: str | None = None,
        thumbnails: bool | None = None,
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
        wanted = None if recipe is None else as_recipe(recipe)
        database, about = open_catalog(folder, mode, wanted, metric, thumbnails)
        return cls(folder, mode, database, about)

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

    def __len__(self) -> int:
        """Return the number of pictures."""
        return self._database.read(_catalog.count)

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

        A file counts as unchanged if its size and its time of change are as they were. One that
        has moved, the same bytes in a new place while the old path is gone, keeps its id and all
        that is known of it. Finished work is committed at least every half second, also on Ctrl-C.

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
            self._about.recipe,
            listing(images),
            labels,
            thumbnails=self._about.thumbnails,
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
        chosen = as_items(items)

        def forget(connection: sqlite3.Connection) -> int:
            names = [name_of(connection, item) for item in chosen]
            _catalog.next_revision(connection)
            return _catalog.remove(connection, [name for name in names if name is not None])

        return self._database.write(forget)

    def annotate(
        self,
        items: Any,
        *,
        label: Label = None,
        tags: str | Iterable[str] | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> int:
        """Note what pictures show, by which `search` can then choose.

        Parameters
        ----------
        items : path, name, id or Hit, or an iterable of these
            What is not in the catalogue is skipped.
        label : str or int, optional
            What they show, as in `add`; by default it stays as it is.
        tags : str or iterable of str, optional
            Instead of the tags they have; an empty list takes them away.
        metadata : dict of str to str, int, float, bool or None, optional
            Added to what they have; None takes a key away.

        Returns
        -------
        int
            How many pictures were found.
        """
        self._require_writable()
        notes = Notes(
            as_label(label),
            None if tags is None else as_tags(tags),
            None if metadata is None else as_metadata(metadata),
        )
        return self._database.write(partial(annotate, items=as_items(items), notes=notes))

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

    def _current(self) -> Snapshot:
        def refresh(connection: sqlite3.Connection) -> Snapshot:
            self._snapshot = self._snapshot.refreshed(connection)
            return self._snapshot

        return self._database.read(refresh)

    def _require_writable(self) -> None:
        if self._mode == "r":
            raise ValueError("the index is opened with mode='r': open it with mode='a' to write")

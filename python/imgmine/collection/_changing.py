"""Changing a catalogue: adding, noting, forgetting and erasing pictures."""

from __future__ import annotations

from abc import abstractmethod
from functools import partial
from typing import TYPE_CHECKING, Any

from .._progress import Progress, reporter
from . import _catalog, _upkeep
from ._add import AddReport, add
from ._annotating import Notes, annotate
from ._details import as_metadata, as_tags
from ._items import as_items, name_of
from ._pictures import as_label, listing
from ._searching import Searching

if TYPE_CHECKING:
    import os
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence

    from ._about import About
    from ._catalog import Label
    from ._database import Database
    from ._filing import Filer


class Changing(Searching):
    """What an `ImageIndex` opened to write does to its pictures."""

    _about: About
    _database: Database
    _filer: Filer
    _mode: str

    @abstractmethod
    def _forget(self) -> None:
        """Let go of what is in memory."""

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
        report = add(
            self._database,
            list(self._about.recipes.values()),
            listing(images),
            labels,
            thumbnails=self._about.thumbnails,
            prune=prune,
            n_jobs=n_jobs,
            report=reporter(progress),
        )
        self._filer.file_new()
        return report

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

        n_removed = self._database.write(forget)
        self._filer.file_new()
        return n_removed

    def erase(self, items: Any) -> int:
        """Forget pictures and leave no trace of them in the catalogue's folder.

        `remove` leaves bytes behind, in free pages and in the log of commits, until they happen to
        be overwritten. This overwrites them: it writes the whole database anew, so erase many
        pictures in one call. If it is interrupted, opening the catalogue to write ends it. Files
        of pictures, exported files and backups are left alone, and so are blocks that the disk
        itself keeps of files that have been overwritten.

        Parameters
        ----------
        items : path, name, id or Hit, or an iterable of these
            What is not in the catalogue is skipped.

        Returns
        -------
        int
            How many pictures were erased.

        Raises
        ------
        RuntimeError
            If other processes have kept the log in use for ten seconds: the pictures are gone,
            traces of them may be left. Call it again.
        ValueError
            If the index is read-only.
        """
        self._require_writable()
        self._filer.stop()
        self._forget()
        n_erased = _upkeep.erase(self._database, as_items(items))
        self._filer.file_new()
        return n_erased

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
        n_found = self._database.write(partial(annotate, items=as_items(items), notes=notes))
        self._filer.file_new()
        return n_found

    def _require_writable(self) -> None:
        if self._mode == "r":
            raise ValueError("the index is opened with mode='r': open it with mode='a' to write")

"""An `ImageIndex` on a file that `export` wrote: it is searched without a database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import _export
from ._image_index import ImageIndex
from ._reading import hits_in_memory, nearest
from ._recipe_view import RecipeView
from ._upkeep import CheckReport

if TYPE_CHECKING:
    from pathlib import Path

    from .._validate import Array
    from ._about import About, Way
    from ._results import Hit
    from ._snapshot import Snapshot


class ExportedIndex(ImageIndex):
    """All that an `ImageIndex` opened with mode "r" can do, from one file in memory."""

    def __init__(self, path: Path, about: About, snapshot: Snapshot) -> None:
        self._folder = path
        self._mode = "r"
        self._about = about
        self._way = about.ways[0]
        self._exported: Snapshot | None = snapshot

    @classmethod
    def load(cls, path: Path) -> ExportedIndex:
        """Read a file that `ImageIndex.export` wrote."""
        return cls(path, *_export.read(path))

    def close(self) -> None:
        """Let go of what was read; the object is of no further use."""
        self._exported = None

    def __len__(self) -> int:
        """Return the number of pictures."""
        return len(self._current())

    def failures(self) -> list[tuple[str, str]]:
        """Return nothing: such a file holds only what could be described."""
        self._current()
        return []

    def thumbnail(self, item: Any) -> bytes | None:  # noqa: ARG002
        """Return nothing: such a file holds no thumbnails."""
        self._current()
        return None

    def check(self) -> CheckReport:
        """Read the file again and verify it."""
        self._current()
        try:
            return CheckReport(len(_export.read(self._folder)[1].ids))
        except ValueError as error:
            return CheckReport(len(self), (str(error),))

    def _current(self, *names: str) -> Snapshot:
        del names  # all is in memory
        if self._exported is None:
            raise ValueError(f"the file {str(self._folder)!r} is closed")
        return self._exported

    def _view(self, way: Way) -> RecipeView:
        return RecipeView(way, self._current, self._hits)

    def _hits(
        self, vectors: Array, k: int, conditions: tuple[Any, Any, Any], *, exact: bool
    ) -> list[list[Hit]]:
        snapshot = self._current()
        found = nearest(snapshot, vectors, k, self.metric, conditions, exact)
        return hits_in_memory(snapshot, found, self.metric)

"""Where a catalogue's files of vectors are, what is in them, and which are not to be trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import _catalog, _part_file

if TYPE_CHECKING:
    from pathlib import Path

    from ._columns import Span
    from ._part_file import Entry, Part


class Place:
    """Where the files of a recipe's vectors are, and what is in them."""

    def __init__(
        self, folder: Path, span: Span, metric: str, listing: str = _catalog.LISTING
    ) -> None:
        self.folder = folder
        self.listing = listing  # the entry of `meta` that lists them
        self.distrusted: set[Entry] = set()  # files that are known to be wrong
        self._verified: set[Entry] = set()
        self._open: list[Part] = []
        self.span = span
        self.metric = metric

    def chain(self, listing: str) -> list[Part]:
        """Open the files of a list, up to the first that is not as it should be."""
        parts = _part_file.chain(self.folder, listing, self.span.size, self.metric, self._open)
        self._open = parts
        bad = [i for i, part in enumerate(parts) if part.entry in self.distrusted]
        return parts[: bad[0]] if bad else parts

    def forget(self) -> None:
        """Let go of the files that are mapped."""
        self._open = []

    def verifies(self, part: Part) -> bool:
        """Read a file whole, the first time, and tell whether it is what was written."""
        if part.entry not in self._verified:
            try:
                self.verify(part.entry)
            except (OSError, ValueError):
                self.distrusted.add(part.entry)
                return False
            self._verified.add(part.entry)
        return True

    def verify(self, entry: Entry) -> None:
        """Read a file whole; FormatError or OSError if it is not what was written."""
        _part_file.opened(self.folder, entry, self.span.size, self.metric, verify=True)

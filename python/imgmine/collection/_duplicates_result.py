"""What `find_duplicates` returns: groups of files, printed, on a page, or moved away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from . import _duplicates_page, _html, _trash
from ._duplicates_files import DuplicateFile
from ._names import printable

if TYPE_CHECKING:
    import os

KINDS = ("bytes", "pixels", "near")

Key = Callable[[DuplicateFile], Any]


def keep_best(file: DuplicateFile) -> tuple[int, int, int, int]:
    """Say how much a file is worth keeping: the `key` of `find_duplicates` unless another is given.

    Parameters
    ----------
    file : DuplicateFile

    Returns
    -------
    tuple
        The greatest is kept: the picture of the largest area; of these the largest file, which is
        the least compressed; then the oldest; then the one with the shortest path. What is equal
        in all is kept in the order of paths.

    Examples
    --------
    >>> from pathlib import Path
    >>> import imgmine as im
    >>> large = im.collection.DuplicateFile(Path("a.jpg"), 900, 0, 40, 30)
    >>> small = im.collection.DuplicateFile(Path("b.jpg"), 990, 0, 20, 15)
    >>> max([small, large], key=im.collection.keep_best).path.name
    'a.jpg'
    """
    return file.area, file.size, -file.mtime_ns, -len(str(file.path))


@dataclass(frozen=True)
class DuplicateGroup:
    """Files that show one picture, the one to keep first.

    Attributes
    ----------
    files : tuple of DuplicateFile
    kinds : tuple of str
        How each is the same as the first: "bytes", "pixels" or "near".
    scores : tuple of float
        How well each matches the first: the correlation of `imgmine.features.same_picture`; 1 where
        the bytes or pixels are equal.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import numpy as np
    >>> import imgmine as im
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in ("a.png", "copy of a.png"):
    ...         im.io.imwrite(Path(folder, name), np.eye(40, dtype=np.uint8) * 255)
    ...     group = im.find_duplicates(folder)[0]
    >>> group.kind, group.best.name, [path.name for path in group.others]
    ('bytes', 'a.png', ['copy of a.png'])
    """

    files: tuple[DuplicateFile, ...]
    kinds: tuple[str, ...]
    scores: tuple[float, ...]

    @property
    def kind(self) -> str:
        """The weakest of `kinds`."""
        return max(self.kinds, key=KINDS.index)

    @property
    def paths(self) -> list[Path]:
        """Paths of all files, the one to keep first."""
        return [file.path for file in self.files]

    @property
    def best(self) -> Path:
        """The file to keep."""
        return self.files[0].path

    @property
    def others(self) -> list[Path]:
        """The files that can go."""
        return self.paths[1:]

    @property
    def excess(self) -> int:
        """Bytes of the files that can go."""
        return sum(file.size for file in self.files[1:])

    def to_dict(self) -> dict[str, Any]:
        """Return the group as plain data, as for JSON."""
        files = [
            {
                "path": str(file.path),
                "kind": kind,
                "score": score,
                "size": file.size,
                "width": file.width,
                "height": file.height,
                "links": [str(link) for link in file.links],
            }
            for file, kind, score in zip(self.files, self.kinds, self.scores, strict=True)
        ]
        return {"kind": self.kind, "best": str(self.best), "files": files}


@dataclass(frozen=True)
class Duplicates(Sequence[DuplicateGroup]):
    """What `find_duplicates` found: a sequence of groups, in the order of what is kept.

    Attributes
    ----------
    groups : tuple of DuplicateGroup
    n_files : int
        Files that were looked at; names of one file count once.
    failures : list of (path, reason)
        What could not be read.
    root : pathlib.Path or None
        The folder that all files are in.

    Examples
    --------
    >>> import tempfile
    >>> import imgmine as im
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     print(im.find_duplicates(folder))
    no duplicates among 0 files
    """

    groups: tuple[DuplicateGroup, ...]
    n_files: int
    failures: list[tuple[str, str]]
    root: Path | None = None

    def __len__(self) -> int:
        return len(self.groups)

    @overload
    def __getitem__(self, index: int) -> DuplicateGroup: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[DuplicateGroup, ...]: ...
    def __getitem__(self, index: int | slice) -> DuplicateGroup | tuple[DuplicateGroup, ...]:
        return self.groups[index]

    @property
    def excess(self) -> int:
        """Bytes of all files that can go."""
        return sum(group.excess for group in self.groups)

    def name(self, path: Path) -> str:
        """Return a file's path as it is printed: from the folder that all are in."""
        if self.root is not None and self.root in path.parents:
            return printable(path.relative_to(self.root))
        return printable(path)

    def __str__(self) -> str:
        if not self.groups:
            return f"no duplicates among {_plural(self.n_files, 'file')}"
        lines = []
        for group in self.groups:
            lines.append(f"{group.kind:6}        {self.name(group.best)}")
            for file, kind, score in list(zip(group.files, group.kinds, group.scores, strict=True))[
                1:
            ]:
                how = f"{score:.3f}" if kind == "near" else ""
                lines.append(f"  {kind:6} {how:5} {self.name(file.path)}")
        n_others = sum(len(group.files) - 1 for group in self.groups)
        lines.append(
            f"{_plural(n_others, 'duplicate')} in {_plural(len(self.groups), 'group')} among "
            f"{_plural(self.n_files, 'file')}: {_duplicates_page.bytes_text(self.excess)}"
        )
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<Duplicates: {len(self.groups)} groups among {self.n_files} files>"

    def _repr_html_(self) -> str:
        return _duplicates_page.fragment(self)

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain data, as for JSON."""
        return {
            "groups": [group.to_dict() for group in self.groups],
            "n_files": self.n_files,
            "excess_bytes": self.excess,
            "failures": [{"path": path, "reason": why} for path, why in self.failures],
        }

    def to_html(self, path: str | os.PathLike[str], *, title: str = "Duplicates") -> None:
        """Write one page that shows the groups side by side, and needs nothing else.

        Parameters
        ----------
        path : path
            File to write; a reader finds the old one or the whole new one.
        title : str, default "Duplicates"
            Heading of the page.
        """
        _html.write_file(path, _duplicates_page.page(self, title))

    def move_to_trash(self, folder: str | os.PathLike[str]) -> _trash.TrashReport:
        """Move all files but the first of each group to a folder. Nothing is deleted.

        Parameters
        ----------
        folder : path
            Made where it does not exist; on the same file system moving is a matter of names.
            Files keep their path from `root` on. A log in it says where each came from:
            `restore_from_trash` puts them back.

        Returns
        -------
        TrashReport
            What was moved, and what was left: files that have changed since they were looked at,
            files with other names (links), and those of which nothing would be left.

        Raises
        ------
        ValueError
            If `folder` is `root`.
        OSError
            If the folder cannot be written.
        """
        pairs = ((file, group.best) for group in self.groups for file in group.files[1:])
        return _trash.move(pairs, folder, self.root or Path.cwd())


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"

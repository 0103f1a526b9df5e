"""What finding duplicates knows of files: which there are, their bytes, their pictures' sizes."""

from __future__ import annotations

import os
import stat
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._files import digest_of
from .._validate import is_path
from ..io import _formats, _pillow, find_images
from ._names import reason
from ._trash import is_trash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MOST_PIXELS = 2**28
UNREADABLE = (OSError, ValueError, MemoryError)


@dataclass(frozen=True)
class DuplicateFile:
    """A file among duplicates; what `key` of `find_duplicates` is given.

    Attributes
    ----------
    path : pathlib.Path
    size : int
        Bytes.
    mtime_ns : int
        When it was last written, nanoseconds since 1970.
    width, height : int
        Of the picture, in pixels; 0 where that could not be told.
    links : tuple of pathlib.Path
        Other names of the very same file, by symbolic or hard links: no duplicates, as they take
        no space.

    Examples
    --------
    >>> from pathlib import Path
    >>> import imgmine as im
    >>> file = im.collection.DuplicateFile(Path("a.jpg"), 1000, 0, 40, 30)
    >>> file.area
    1200
    """

    path: Path
    size: int
    mtime_ns: int
    width: int = 0
    height: int = 0
    links: tuple[Path, ...] = ()

    @property
    def area(self) -> int:
        """Pixels of the picture."""
        return self.width * self.height


@dataclass
class Listed:
    """Files, each once, and what could not be looked at."""

    files: list[DuplicateFile] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)
    root: Path | None = None


def listed(images: Any) -> Listed:
    """List the pictures of a folder, or those given, or of several folders.

    Names of one file count once, under one that is no symbolic link where there is such a name,
    the shortest of these.
    """
    items = [images] if is_path(images) else images
    if not isinstance(items, Iterable) or isinstance(items, (bytes, bytearray)):
        raise TypeError(f"images must be a folder or paths, got {type(images).__name__}")
    found = Listed()
    names: defaultdict[tuple[int, int], list[tuple[bool, int, str, os.stat_result]]]
    names, roots = defaultdict(list), []
    for item in items:
        if not is_path(item):
            raise TypeError(f"images must be a folder or paths, got one of {type(item).__name__}")
        given = Path(os.path.abspath(os.fsdecode(item)))  # noqa: PTH100 - Path keeps ".."
        is_folder = given.is_dir()
        if is_path(images):
            given.stat()  # a mistyped path is an error, not a picture that is missing
        roots.append(given if is_folder else given.parent)
        for path in _pictures(given) if is_folder else [given]:
            try:
                status, own = path.stat(), path.lstat()
            except OSError as error:
                found.failures.append((str(path), reason(error, str(path))))
                continue
            entry = (stat.S_ISLNK(own.st_mode), len(str(path)), str(path), status)
            names[status.st_dev, status.st_ino].append(entry)
    found.files = sorted(map(_file, names.values()), key=lambda file: file.path)
    if roots:
        found.root = Path(os.path.commonpath(roots))
    return found


def _pictures(root: Path) -> Iterator[Path]:
    """Yield the pictures in a folder but those in trash folders below it."""
    trashed = {root: False}
    for path in find_images(root):
        for folder in reversed(path.parents):
            if folder not in trashed and root in folder.parents:
                trashed[folder] = trashed[folder.parent] or is_trash(folder)
        if not trashed[path.parent]:
            yield path


def _file(names: list[tuple[bool, int, str, os.stat_result]]) -> DuplicateFile:
    (_, _, name, status), *others = sorted(set(names), key=lambda entry: entry[:3])
    links = tuple(Path(other[2]) for other in others)
    return DuplicateFile(Path(name), status.st_size, status.st_mtime_ns, links=links)


def same_bytes(
    files: list[DuplicateFile],
    failures: list[tuple[str, str]],
    report: Callable[[int], object],
) -> list[list[int]]:
    """Return places in `files` in lists of files that hold the same bytes, in order.

    Only files of equal length are read. `report` is told how many are done.
    """
    by_size: defaultdict[int, list[int]] = defaultdict(list)
    for i, file in enumerate(files):
        by_size[file.size].append(i)
    classes: list[list[int]] = []
    done = 0
    for alike in by_size.values():
        by_digest: defaultdict[bytes, list[int]] = defaultdict(list)
        for i in alike:
            try:
                by_digest[digest_of(files[i].path, 32) if len(alike) > 1 else b""].append(i)
            except OSError as error:
                failures.append((str(files[i].path), reason(error, str(files[i].path))))
            done += 1
            report(done)
        classes += by_digest.values()
    return sorted(classes)


def size_of_picture(path: Path) -> tuple[int, int]:
    """Return a picture's (width, height) as its header has it; (0, 0) where that fails."""
    try:
        data = path.read_bytes()
        width, height = _pillow.open_image(_formats.sniff(data), data, _MOST_PIXELS).size
    except UNREADABLE:
        return 0, 0
    return int(width), int(height)

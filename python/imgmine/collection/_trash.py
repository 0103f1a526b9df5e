"""A folder for files that are not wanted any more, from which they can be put back.

Each move stands in the folder's log, on the disk, before the file is touched; no file ever takes
the place of another. Whatever moment the power goes at, each file is where it was, in the trash
folder, or (the same file under two names) in both, and `restore` puts back what can be.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._files import replace_file, sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ._duplicates_files import DuplicateFile

LOG = "imgmine-trash.jsonl"
_PART = ".imgmine-part"


@dataclass
class TrashReport:
    """What was moved and what was not.

    Attributes
    ----------
    moved : list of (pathlib.Path, pathlib.Path)
        From where and to where.
    skipped : list of (pathlib.Path, str)
        What was left where it is, and why.

    Examples
    --------
    >>> import imgmine as im
    >>> print(im.collection.TrashReport())
    0 files moved
    """

    moved: list[tuple[Path, Path]] = field(default_factory=list)
    skipped: list[tuple[Path, str]] = field(default_factory=list)

    def __str__(self) -> str:
        count = len(self.moved)
        text = f"{count:,} file{'' if count == 1 else 's'} moved"
        return text + (f", {len(self.skipped):,} left where they are" if self.skipped else "")


def is_trash(folder: Path) -> bool:
    """Whether a folder is one that `move` has made."""
    return (folder / LOG).exists()


def move(
    files: Iterable[tuple[DuplicateFile, Path]], trash: str | os.PathLike[str], root: Path
) -> TrashReport:
    """Move files, given with the one that is kept in their place, to a trash folder.

    They keep their path relative to `root`. A file that has changed, or of which nothing is kept,
    stays.
    """
    folder = Path(os.path.abspath(trash))  # noqa: PTH100 - Path keeps ".."
    inside = Path(os.path.realpath(root))
    if Path(os.path.realpath(folder)) == inside:
        raise ValueError(f"folder must not be the pictures' own, got {str(trash)!r}")
    report = TrashReport()
    for file, kept in files:
        path = file.path
        try:
            why = reason_to_stay(file, kept, inside)
            if not why:
                relative = Path(os.path.realpath(path.parent)).relative_to(inside) / path.name
                report.moved.append((path, _move_one(path, folder, relative, kept)))
        except OSError as error:
            why = error.strerror or str(error)
        if why:
            report.skipped.append((path, why))
    return report


def restore(trash: str | os.PathLike[str]) -> TrashReport:
    """Put the files of a trash folder back where they were.

    Parameters
    ----------
    trash : path
        What `Duplicates.move_to_trash` was given.

    Returns
    -------
    TrashReport
        Where another file has taken a name in the meantime, the trashed one stays where it is, and
        in the log.

    Raises
    ------
    FileNotFoundError
        If the folder has no log.

    Examples
    --------
    >>> import tempfile
    >>> import imgmine as im
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     im.collection.restore_from_trash(folder)
    Traceback (most recent call last):
    FileNotFoundError: ...
    """
    folder = Path(os.path.abspath(trash))  # noqa: PTH100 - Path keeps ".."
    report, left = TrashReport(), []
    entries = _entries(folder / LOG)
    for entry in reversed(entries):
        home, place = Path(entry["from"]), folder / entry["to"]
        try:
            why = _put_back(home, place)
            if why is None:
                report.moved.append((place, home))
        except OSError as error:
            why = error.strerror or str(error)
        if why:
            report.skipped.append((place, why))
            left.append(entry)
    text = "".join(_line(entry) for entry in reversed(left))
    if text:
        replace_file(folder / LOG, text.encode(), sync=True)
    else:
        (folder / LOG).unlink()
    _remove_empty(folder)
    return report


def reason_to_stay(file: DuplicateFile, kept: Path, inside: Path) -> str:
    """Say why a file must not be moved, or nothing."""
    path = file.path
    if path.is_symlink():
        return "a symbolic link"
    if file.links:
        return f"{file.links[0]} is the same file, by a link"
    status = path.stat()
    if (status.st_size, status.st_mtime_ns) != (file.size, file.mtime_ns):
        return "changed since it was looked at"
    if not kept.exists():
        return f"{kept}, which was to be kept, is gone"
    if kept.samefile(path):
        return "the file to be kept, under another name"
    if inside not in Path(os.path.realpath(path)).parents:
        return "reached through a link that leads out of the folder"
    return ""


def _move_one(path: Path, folder: Path, relative: Path, kept: Path) -> Path:
    place = folder / relative
    number = 2
    while os.path.lexists(place):
        place = folder / relative.with_name(f"{relative.stem} ({number}){relative.suffix}")
        number += 1
    place.parent.mkdir(parents=True, exist_ok=True)
    entry = {"from": str(path), "to": place.relative_to(folder).as_posix(), "kept": str(kept)}
    _append(folder / LOG, _line(entry))
    _carry(path, place)
    return place


def _put_back(home: Path, place: Path) -> str | None:
    """Return None if the file was put back, "" if there is nothing to do, or why not."""
    if not place.exists():
        return "" if os.path.lexists(home) else "not in the trash folder any more"
    if home.exists() and home.samefile(place):  # a move that did not come to its end
        place.unlink()
        return ""
    if os.path.lexists(home):
        return f"{home} is taken"
    home.parent.mkdir(parents=True, exist_ok=True)
    _carry(place, home)
    return None


def _carry(source: Path, target: Path) -> None:
    """Move a file, never in the place of another: at each moment it has one name, or two."""
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:  # another file system, or one without links
        _copy(source, target)
    sync_folder(target.parent)
    source.unlink()


def _copy(source: Path, target: Path) -> None:
    part = target.with_name(f"{target.name}{_PART}")
    part.unlink(missing_ok=True)
    try:
        with source.open("rb") as reader, part.open("xb") as writer:
            shutil.copyfileobj(reader, writer, 1 << 20)
            writer.flush()
            os.fsync(writer.fileno())
        shutil.copystat(source, part)
        try:
            os.link(part, target)
        except FileExistsError:
            raise
        except OSError:  # no links at all: rename, having looked first
            if os.path.lexists(target):
                raise FileExistsError(f"{target} is taken") from None
            part.rename(target)
    finally:
        part.unlink(missing_ok=True)


def _line(entry: dict[str, Any]) -> str:
    return json.dumps(entry) + "\n"  # ASCII: a name that is no UTF-8 comes back as it was


def _append(log: Path, line: str) -> None:
    new = not log.exists()
    with log.open("a+b") as file:
        # What a crash cut off in the middle of a line must not swallow the next one.
        if file.tell() and not _ends_line(file):
            file.write(b"\n")
        file.write(line.encode())
        file.flush()
        os.fsync(file.fileno())
    if new:
        sync_folder(log.parent)


def _ends_line(file: Any) -> bool:
    file.seek(-1, os.SEEK_END)
    return bool(file.read(1) == b"\n")


def _entries(log: Path) -> list[dict[str, str]]:
    entries = []
    for line in log.read_bytes().splitlines():
        try:
            entry = json.loads(line)
            home, place = Path(entry["from"]), Path(entry["to"])
        except (ValueError, KeyError, TypeError):
            continue  # cut off by a crash before the file was touched
        if home.is_absolute() and not place.is_absolute() and ".." not in place.parts:
            entries.append(entry)
    return entries


def _remove_empty(folder: Path) -> None:
    """Remove the folders in `folder` that have nothing in them, and it, if it has nothing."""
    for path, _, _ in os.walk(folder, topdown=False):
        if not os.listdir(path):  # noqa: PTH208 - any name counts
            Path(path).rmdir()

"""Files that are there whole or not at all, even after a loss of power."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path


def replace_file(path: str | os.PathLike[str], data: bytes, *, sync: bool = False) -> None:
    """Put `data` in the place of a file in one step; with `sync`, only return when it is on disk.

    Links are followed, and a file that is replaced hands its permissions on.
    """
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".imgmine-{secrets.token_hex(8)}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            if sync:
                file.flush()
                os.fsync(file.fileno())
        with contextlib.suppress(FileNotFoundError):
            temporary.chmod(stat.S_IMODE(target.stat().st_mode))
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if sync:
        sync_folder(target.parent)


def sync_file(path: Path) -> None:
    """Bring a file's contents to the disk."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    if not hasattr(os, "O_DIRECTORY"):  # Windows has no such call, and does it by itself
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""Files that are there whole or not at all, even after a loss of power."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import stat
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_BLOCK = 1 << 20


def replace_file(path: str | os.PathLike[str], data: bytes, *, sync: bool = False) -> None:
    """Put `data` in the place of a file in one step; with `sync`, only return when it is on disk.

    Links are followed, and a file that is replaced hands its permissions on.
    """
    replace_file_by_parts(path, [data], sync=sync)


def replace_file_by_parts(
    path: str | os.PathLike[str], parts: Iterable[bytes | memoryview], *, sync: bool = False
) -> None:
    """Do what `replace_file` does with data that are never in one piece."""
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".imgmine-{secrets.token_hex(8)}.tmp")
    try:
        _write_new(temporary, parts, sync=sync)
        with contextlib.suppress(FileNotFoundError):
            temporary.chmod(stat.S_IMODE(target.stat().st_mode))
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if sync:
        sync_folder(target.parent)


def create_file_by_parts(path: Path, parts: Iterable[bytes | memoryview]) -> None:
    """Write a file that nobody looks at before this returns; then it is on disk.

    Raises
    ------
    FileExistsError
        If there is one.
    """
    try:
        _write_new(path, parts, sync=True)
    except FileExistsError:
        raise
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def _write_new(path: Path, parts: Iterable[bytes | memoryview], *, sync: bool) -> None:
    with path.open("xb") as file:
        for part in parts:
            file.write(part)
        if sync:
            file.flush()
            os.fsync(file.fileno())


def digest_of(path: str | os.PathLike[str], size: int) -> bytes:
    """Return the BLAKE2b checksum, of `size` bytes, of a file's contents."""
    checksum = hashlib.blake2b(digest_size=size)
    with Path(path).open("rb") as file:
        while block := file.read(_BLOCK):
            checksum.update(block)
    return checksum.digest()


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

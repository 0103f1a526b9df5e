"""List the pictures in a folder."""

from __future__ import annotations

import os
from pathlib import Path

# What imread reads, by the names such files usually have.
SUFFIXES = (
    *(".bmp", ".dib", ".gif", ".jfif", ".jpe", ".jpeg", ".jpg", ".pbm", ".pfm", ".pgm"),
    *(".png", ".pnm", ".ppm", ".tga", ".tif", ".tiff", ".webp"),
)


def find_images(root: str | os.PathLike[str], *, recursive: bool = True) -> list[Path]:
    """List the files in a folder that, by their suffix, are pictures.

    Parameters
    ----------
    root : path
        A folder, or one picture file.
    recursive : bool, default True
        Look into the folders below as well.

    Returns
    -------
    list of pathlib.Path
        Sorted; each begins with `root`. Suffixes count in any case (``.JPG`` as ``.jpg``).
        Files and folders whose name begins with a dot are left out, as is all that is not a
        regular file. Links are followed, but each folder is visited once, under the first of its
        names in sorted order, so that links to a folder above or beside do no harm. Of a root
        that is a picture file, that file alone.

    Raises
    ------
    FileNotFoundError
        If `root` does not exist.
    NotADirectoryError
        If `root` is neither a folder nor a file with the suffix of a picture.
    PermissionError
        If a folder may not be read.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import numpy as np
    >>> import imgmine as im
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     im.io.imwrite(Path(folder, "gray.png"), np.zeros((4, 4), np.uint8))
    ...     [path.name for path in im.io.find_images(folder)]
    ['gray.png']
    """
    root = Path(root)
    if root.is_file():
        if root.suffix.lower() in SUFFIXES:
            return [root]
        raise NotADirectoryError(f"root must be a folder or a picture file, got {str(root)!r}")
    found: list[Path] = []
    visited: set[tuple[int, int]] = set()
    stack = [(root, True)]  # a stack and not recursion: folders may be nested deeply
    while stack:
        path, is_folder = stack.pop()
        if not is_folder:
            found.append(path)
            continue
        status = path.stat()
        if (status.st_dev, status.st_ino) not in visited:
            visited.add((status.st_dev, status.st_ino))
            stack.extend(reversed(_children(path, recursive)))
    return found


def _children(folder: Path, recursive: bool) -> list[tuple[Path, bool]]:
    """(path, is it a folder) of what may count in `folder`, sorted by name."""
    with os.scandir(folder) as entries:
        shown = sorted((e for e in entries if not e.name.startswith(".")), key=lambda e: e.name)
    children = []
    for entry in shown:
        path = folder / entry.name
        # Of a link to itself, Path says that it is nothing; the entry raises an error.
        target = path if entry.is_symlink() else entry
        if target.is_dir():
            if recursive:
                children.append((path, True))
        elif entry.name.lower().endswith(SUFFIXES) and target.is_file():
            children.append((path, False))
    return children

"""From what stands on the command line to pictures, vectors and catalogues."""

from __future__ import annotations

import os
from errno import ENOENT
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .._progress import reporter
from ..collection import ImageIndex
from ..io import find_images

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .._progress import Progress
    from .._validate import Array
    from ..features import Recipe

CATALOGUE = ".imgmine"  # hidden, so that nothing in it counts as a picture of the folder


def pictures(paths: Iterable[str]) -> list[Path]:
    """Return the files given and, of folders, all pictures in them."""
    given = list(paths)
    found: list[Path] = []
    for path in map(Path, given):
        found += find_images(path) if path.is_dir() else [path]
    if not found:
        raise ValueError(f"{', '.join(given)}: no pictures found")
    return found


def open_catalogue(path: str, mode: str = "r") -> ImageIndex:
    """Open the catalogue `path`, or the one ``imgmine index`` made in a folder `path`."""
    inside = Path(path, CATALOGUE)
    found = inside if inside.is_dir() else Path(path)
    try:
        if mode != "r":
            ImageIndex.open(found, mode="r").close()  # rather an error than a new catalogue
        return ImageIndex.open(found, mode=mode)
    except FileNotFoundError:
        if not Path(path).exists():
            raise FileNotFoundError(ENOENT, os.strerror(ENOENT), path) from None
        raise FileNotFoundError(
            f"{path}: no catalogue; imgmine index makes one of a folder"
        ) from None


def describe(
    recipe: Recipe, paths: Sequence[str | Path], jobs: int | None, progress: Progress
) -> tuple[list[int], Array, list[tuple[str, str]]]:
    """Describe the pictures that can be read.

    Returns
    -------
    kept : list of int
        Which of `paths` these are.
    vectors : ndarray of shape (len(kept), recipe.size), float32
    failures : list of (path, reason)
    """
    kept: list[int] = []
    vectors = np.empty((len(paths), recipe.size), np.float32)
    failures: list[tuple[str, str]] = []
    report = reporter(progress)
    for i, result in enumerate(recipe.iterate(paths, jobs)):
        if not isinstance(result, Exception):
            vectors[len(kept)] = result
            kept.append(i)
        elif isinstance(result, (OSError, ValueError, MemoryError)):
            failures.append((str(paths[i]), reason_of(result)))
        else:
            raise result
        report(i + 1, len(paths))
    return kept, vectors[: len(kept)], failures


def reason_of(error: Exception) -> str:
    """Say why a picture could not be read."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error)

"""What callers of a classifier hand over, as a list of pictures and their labels."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .._validate import is_path
from ..io import find_images

if TYPE_CHECKING:
    from .._validate import Array


class Samples(NamedTuple):
    """Pictures whose classes are known; a class may have no picture at all."""

    sources: list[Any]
    labels: Array
    classes: list[Any]

    def name(self, i: int) -> str:
        """Return what to call a picture in a message."""
        source = self.sources[i]
        return os.fspath(source) if is_path(source) else f"image {i}"


def labeled_samples(images: Any, labels: Any) -> Samples:
    """Return `images` with `labels`, or the pictures of a folder per class."""
    if is_path(images):
        if labels is not None:
            raise ValueError("labels must be None for a folder: its folders' names are the labels")
        return _folder_per_class(Path(images))
    sources = batch(images)
    if labels is None:
        raise ValueError("labels must be given unless images is a folder")
    given = np.asarray(labels)
    if given.shape != (len(sources),):
        raise ValueError(f"labels must have shape ({len(sources)},), got {given.shape}")
    return Samples(sources, given, np.unique(given).tolist())


def batch(images: Any) -> list[Any]:
    """Return a list of pictures: those of a folder or an array, the items of anything else."""
    if is_path(images):
        path = Path(images)
        return list(find_images(path)) if path.is_dir() else [path]
    if isinstance(images, np.ndarray):
        # One color picture would pass for many gray ones, three or four pixels wide.
        if images.ndim not in (3, 4) or (images.ndim == 3 and images.shape[2] in (3, 4)):
            raise ValueError(
                f"images must have shape (n, H, W) or (n, H, W, C), got {images.shape}; "
                "put one picture into a list"
            )
        return list(images)
    if isinstance(images, (bytes, bytearray, memoryview)) or not isinstance(images, Iterable):
        raise TypeError(
            f"images must be a folder, a list of pictures or an array, got {type(images).__name__}"
        )
    return list(images)


def _folder_per_class(root: Path) -> Samples:
    folders = sorted(path for path in root.iterdir() if path.is_dir() and path.name[0] != ".")
    found = [(path, folder.name) for folder in folders for path in find_images(folder)]
    labels = np.array([label for _, label in found], np.str_)
    return Samples([path for path, _ in found], labels, [folder.name for folder in folders])

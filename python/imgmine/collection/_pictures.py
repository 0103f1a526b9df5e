"""What callers hand over, a folder, paths or named images, as a list of pictures."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .._validate import is_path
from ..io import find_images

if TYPE_CHECKING:
    from ._catalog import Label


class Picture(NamedTuple):
    """A picture to describe; `error` says why its file could not even be looked at."""

    name: str  # a file's absolute path, or what the caller calls an image
    source: Any  # what `Recipe.read` takes
    size: int | None = None
    mtime_ns: int | None = None
    error: OSError | None = None


@dataclass
class Listing:
    """Pictures in order, and the folders they were found in."""

    pictures: list[Picture] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)


def listing(images: Any) -> Listing:
    """List what `images` names: a folder, a file, several of both, or images by name.

    Folders are searched at once, and their files' sizes and times taken, in one go.
    """
    if isinstance(images, Mapping):
        return Listing([Picture(_as_name(name), image) for name, image in images.items()])
    if is_path(images):
        Path(images).stat()  # a mistyped path is an error, not a picture that is missing
        images = [images]
    if not isinstance(images, Iterable) or isinstance(images, (bytes, bytearray, np.ndarray)):
        raise TypeError(_message(images))
    found = Listing()
    for item in images:
        if not is_path(item):
            raise TypeError(_message(item))
        _add(found, Path(absolute(item)))
    return found


def absolute(path: str | os.PathLike[str]) -> str:
    """Return the name under which a file is kept."""
    text = os.fspath(path)
    if not isinstance(text, str):
        raise TypeError(f"paths must be str, got one of {type(text).__name__}")
    return os.path.abspath(text)  # noqa: PTH100 - Path has nothing that also resolves ".."


def labels_for(pictures: list[Picture], labels: Any) -> list[Label]:
    """Return the label of each picture that `labels` asks for; None leaves it as it is."""
    if labels is None:
        return [None] * len(pictures)
    if isinstance(labels, str):
        if labels != "folder":
            raise ValueError(f"labels must be a list, 'folder' or None, got {labels!r}")
        return [folder_of(picture.name) for picture in pictures]
    given = [as_label(label) for label in labels]
    if len(given) != len(pictures):
        raise ValueError(f"labels must be one for each of {len(pictures)}, got {len(given)}")
    return given


def folder_of(path: str) -> str:
    """Return the name of the folder that a file is in."""
    return os.path.basename(os.path.dirname(path))  # noqa: PTH119, PTH120 - Path takes 10 us


def as_label(label: Any) -> Label:
    """Return a label as it is kept, a text or a whole number."""
    if label is None or isinstance(label, str):
        return None if label is None else str(label)
    if isinstance(label, (int, np.integer)) and not isinstance(label, bool):
        if not -(2**63) <= label < 2**63:
            raise ValueError(f"labels must be 64-bit numbers or texts, got {label}")
        return int(label)
    raise TypeError(f"labels must be texts or whole numbers, got {type(label).__name__}")


def _add(found: Listing, path: Path) -> None:
    name = str(path)
    try:
        status = path.stat()
    except OSError as error:
        found.pictures.append(Picture(name, name, error=error))
        return
    if not stat.S_ISDIR(status.st_mode):
        mtime_ns = min(max(status.st_mtime_ns, -(2**63)), 2**63 - 1)  # the year 2262 at most
        found.pictures.append(Picture(name, name, status.st_size, mtime_ns))
        return
    found.folders.append(name)
    for image in find_images(path):
        _add(found, image)


def _as_name(name: Any) -> str:
    if not isinstance(name, str):
        raise TypeError(f"names of images must be str, got {type(name).__name__}")
    return name


def _message(item: Any) -> str:
    return (
        "images must be a folder, paths, or a dict of names and images, got "
        f"{type(item).__name__}: images that are no files need a name"
    )

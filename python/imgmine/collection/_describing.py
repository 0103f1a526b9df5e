"""What a catalogue keeps of a picture: its vector, a hash of its file, perhaps a thumbnail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .. import _core
from .._files import digest_of
from .._validate import as_jobs, is_path
from ..features._batch import map_ordered
from ..geometry import resize
from ..io import imencode, imread

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .._validate import Array
    from ..features import Recipe
    from ._pictures import Picture

THUMBNAIL_SIDE = 160
_QUALITY = 80


class Described(NamedTuple):
    """What came of a picture."""

    vector: Array
    content: bytes | None
    thumbnail: bytes | None


def describe_all(
    pictures: Iterable[Picture], recipe: Recipe, thumbnails: bool, n_jobs: int | None
) -> Iterator[Described | Exception]:
    """Yield what came of each picture, or the exception it raised, in order."""

    def describe(picture: Picture) -> Described:
        vector = recipe.read(picture.source)
        content = None if picture.size is None else hash_of(picture.name)
        return Described(vector, content, thumbnail_of(picture.source) if thumbnails else None)

    recipe._require_fitted()
    return map_ordered(describe, pictures, as_jobs(n_jobs, _core.num_threads()))


def hash_of(path: str) -> bytes:
    """Return a hash of a file's bytes, by which it is known again when it has moved."""
    return digest_of(path, 16)


def thumbnail_of(source: Any) -> bytes:
    """Return a picture as a JPEG of at most 160 pixels a side."""
    if is_path(source) or isinstance(source, (bytes, bytearray, memoryview)):
        image = imread(source, mode="RGB", min_side=THUMBNAIL_SIDE)
    else:
        image = np.asarray(source)
        image = image[..., :3] if image.ndim == 3 else image
    height, width = image.shape[:2]
    scale = min(1.0, THUMBNAIL_SIDE / max(height, width))
    if scale < 1:
        size = max(1, round(height * scale)), max(1, round(width * scale))
        image = resize(np.ascontiguousarray(image), size, "area")
    return imencode(image, "jpeg", quality=_QUALITY)

"""What a catalogue keeps of a picture: its vector, a hash of its file, perhaps a thumbnail."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .. import _core
from .._files import digest_of
from .._validate import as_jobs, is_path
from ..features._batch import map_ordered
from ..io import imencode, imread
from ..io._imread import decode, read_file
from ._shrinking import shrunk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .._validate import Array
    from ..features import Recipe
    from ._pictures import Picture

THUMBNAIL_SIDE = 160
_QUALITY = 80
_HASH_SIZE = 16


class Described(NamedTuple):
    """What came of a picture."""

    vector: Array  # by each recipe, one behind the other
    content: bytes | None
    thumbnail: bytes | None


def describe_all(
    pictures: Iterable[Picture], recipes: Sequence[Recipe], thumbnails: bool, n_jobs: int | None
) -> Iterator[Described | Exception]:
    """Yield what came of each picture, or the exception it raised, in order."""

    def describe(picture: Picture) -> Described:
        if picture.size is None:
            source, content = picture.source, None
            vectors = [recipe.read(source) for recipe in recipes]
        else:  # one reading serves all: what is hashed is what is described
            source = read_file(picture.name)
            vectors = _described(source, picture.name, recipes)
            content = blake2b(source, digest_size=_HASH_SIZE).digest()
        thumbnail = thumbnail_of(source) if thumbnails else None
        return Described(np.concatenate(vectors), content, thumbnail)

    for recipe in recipes:
        recipe._require_fitted()
    return map_ordered(describe, pictures, as_jobs(n_jobs, _core.num_threads()))


def _described(source: bytes, name: str, recipes: Sequence[Recipe]) -> list[Array]:
    """Return a file's vector by each recipe; recipes that read it alike share one decoding."""
    images: dict[tuple[str, int | None], Array] = {}
    for recipe in recipes:
        settings = recipe.mode, recipe.min_side
        if settings not in images:
            images[settings] = decode(source, name, mode=recipe.mode, min_side=recipe.min_side)
    return [recipe(images[recipe.mode, recipe.min_side]) for recipe in recipes]


def hash_of(path: str) -> bytes:
    """Return a hash of a file's bytes, by which it is known again when it has moved."""
    return digest_of(path, _HASH_SIZE)


def thumbnail_of(source: Any) -> bytes:
    """Return a picture as a JPEG of at most 160 pixels a side."""
    if is_path(source) or isinstance(source, (bytes, bytearray, memoryview)):
        image = imread(source, mode="RGB", min_side=THUMBNAIL_SIDE)
    else:
        image = np.asarray(source)
        image = image[..., :3] if image.ndim == 3 else image
    small = shrunk(np.ascontiguousarray(image), THUMBNAIL_SIDE)
    return imencode(small, "jpeg", quality=_QUALITY)

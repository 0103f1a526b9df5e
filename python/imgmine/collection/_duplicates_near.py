"""Which pictures are copies of each other: by fingerprints, then keypoints, then pixels."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .. import _core
from ..features import fingerprint_files, verify
from ..features._batch import map_ordered
from ..io import imread
from ._duplicates_files import UNREADABLE
from ._names import reason
from ._shrinking import shrunk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from .._validate import Array
    from ..features import Fingerprint

SURE = 0.995  # a score from which keypoints are not asked
LIKELY = 0.97  # a score that is enough where there are too few of them
_FEW = 30
_RADII = ((10_000, 22), (200_000, 16), (2**62, 10))
_PLAIN = 8  # levels: a thumbnail that spans no more has nothing by which to tell it
_SIDE = 256
_N_KEYPOINTS = 500


class Prints(NamedTuple):
    """Fingerprints of many pictures, and which of them there are."""

    hashes: Array
    thumbnails: Array
    known: Array

    @classmethod
    def of(cls, results: Iterable[Fingerprint | None], n: int) -> Prints:
        """Take fingerprints, None where there is none, into 1089 bytes a picture."""
        prints = cls(
            np.zeros((n, 8, 8), np.uint8), np.zeros((n, 32, 32), np.uint8), np.zeros(n, np.bool_)
        )
        for i, result in enumerate(results):
            if result is not None:
                prints.hashes[i], prints.thumbnails[i] = result.hashes, result.thumbnail
                prints.known[i] = True
        return prints

    def plain(self) -> Array:
        """Say which pictures have nothing to see."""
        low, high = self.thumbnails.min((1, 2)), self.thumbnails.max((1, 2))
        flat: Array = self.known & (high - low <= _PLAIN)
        return flat

    def clusters(self, threshold: float, radius: int | None) -> list[list[int]]:
        """Return which pictures are connected by pairs that match, two or more at a time."""
        used = self.known & ~self.plain()
        n = int(np.count_nonzero(used))
        if radius is None:
            radius = next(bits for most, bits in _RADII if n <= most)
        labels = _core.features.fingerprint_clusters(
            self.hashes, self.thumbnails, used, radius, threshold
        )
        return members(zip(labels.tolist(), range(len(labels)), strict=True))

    def scores(self, best: int, others: Sequence[int]) -> dict[int, float]:
        """Return how well others match one picture, whichever way they are turned."""
        found = {}
        before = [i for i in others if i < best]
        after = [i for i in others if i > best]
        for left, right in ((before, [best]), ([best], after)):
            pairs, scores = _core.features.near_duplicates(
                *self._of(left), *self._of(right), False, 64, -2.0
            )
            for (i, j), score in zip(pairs.tolist(), scores.tolist(), strict=True):
                found[left[i] if right == [best] else right[j]] = float(score)
        return found

    def _of(self, places: list[int]) -> tuple[Array, Array]:
        return self.hashes[places], self.thumbnails[places]

    def form(self, best: int, other: int) -> int:
        """Return which of its eight forms makes a picture most like another."""
        apart = np.bitwise_count(self.hashes[other] ^ self.hashes[best, 0]).sum(axis=1)
        return int(apart.argmin())


def read_prints(
    paths: Sequence[Path],
    jobs: int | None,
    failures: list[tuple[str, str]],
    report: Callable[[int], object],
) -> Prints:
    """Take the fingerprints of files; those that cannot be read go to `failures`."""

    def results() -> Iterator[Fingerprint | None]:
        for i, result in enumerate(fingerprint_files(paths, n_jobs=jobs)):
            yield readable(result, paths[i], failures)
            report(i + 1)

    return Prints.of(results(), len(paths))


def readable(result: Any, path: Path, failures: list[tuple[str, str]]) -> Any:
    """Return what was made of a file, or None, with a note, where it cannot be read."""
    if not isinstance(result, Exception):
        return result
    if not isinstance(result, UNREADABLE):
        raise result
    failures.append((str(path), reason(result, str(path))))
    return None


def same_pixels_classes(
    places: Sequence[int],
    paths: Sequence[Path],
    jobs: int,
    failures: list[tuple[str, str]],
    report: Callable[[int], object],
) -> list[list[int]]:
    """Return which of the pictures at `places` have the same pixels, two or more at a time."""
    named = []
    digests = map_ordered(_digest, (paths[i] for i in places), jobs)
    for done, (i, result) in enumerate(zip(places, digests, strict=True)):
        found = readable(result, paths[i], failures)
        if found is not None:
            named.append((found, i))
        report(done + 1)
    return members(named)


def members(named: Iterable[tuple[Any, int]]) -> list[list[int]]:
    """Return what has the same name, two or more at a time."""
    groups = defaultdict(list)
    for name, i in named:
        groups[name].append(i)
    return [group for group in groups.values() if len(group) > 1]


def _digest(path: Path) -> bytes:
    image = imread(path, mode=None)
    checksum = hashlib.blake2b(f"{image.shape} {image.dtype}".encode(), digest_size=32)
    checksum.update(np.ascontiguousarray(image).data)
    return checksum.digest()


def same_pixels(a: Path, b: Path) -> bool:
    """Whether two pictures that can be read have the same pixels."""
    try:
        return _digest(a) == _digest(b)
    except UNREADABLE:
        return False


def same_scene(a: Path, b: Path, form: int) -> bool | None:
    """Whether the keypoints of a picture agree with those of another once that is turned.

    None where there are too few to tell, or a file cannot be read any more.
    """
    try:
        first = imread(a, mode="L", min_side=_SIDE)
        second = np.ascontiguousarray(_turned(imread(b, mode="L", min_side=_SIDE), form))
    except UNREADABLE:
        return None
    found = verify(shrunk(first, 2 * _SIDE), shrunk(second, 2 * _SIDE), n=_N_KEYPOINTS)
    few = min(len(points.xy) for points in found.keypoints) < _FEW
    return True if found.same else None if few else False


def _turned(image: Array, form: int) -> Array:
    """Lay a picture in one of the eight ways of `dihedral_hashes`."""
    if form < 4:
        return np.rot90(image, form)
    return (image[::-1], image[:, ::-1], image.T, np.rot90(image, 2).T)[form - 4]

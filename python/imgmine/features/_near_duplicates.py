"""Copies of one picture, whatever was done to them: recompressed, resized, cropped, mirrored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _core
from .._validate import UINT8, Array, as_bool, as_float, as_int, as_jobs
from ._batch import map_ordered
from ._hash import as_picture
from ._hash_files import as_read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy.typing as npt

HASHES, THUMBNAIL = (8, 8), (32, 32)
THRESHOLD = 0.92
RADIUS = 22


@dataclass(frozen=True, eq=False)
class Fingerprint:
    """What near-duplicates are told by, 1088 bytes a picture: `fingerprint` makes it.

    Parameters
    ----------
    hashes : ndarray of shape (8, 8), uint8
        What `dihedral_hashes` returns for "phash".
    thumbnail : ndarray of shape (32, 32), uint8
        The luma, shrunk.

    Raises
    ------
    TypeError, ValueError
        If an array is of another dtype or shape.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> found = im.features.fingerprint(np.eye(50, dtype=np.uint8))
    >>> data = found.to_bytes()
    >>> len(data), im.features.same_picture(im.features.Fingerprint.from_bytes(data), found)
    (1088, 1.0)
    """

    hashes: Array
    thumbnail: Array

    def __post_init__(self) -> None:
        for name, shape in (("hashes", HASHES), ("thumbnail", THUMBNAIL)):
            array = getattr(self, name)
            if not isinstance(array, np.ndarray) or array.dtype != UINT8:
                raise TypeError(f"{name} must be a uint8 array, got {type(array).__name__}")
            if array.shape != shape:
                raise ValueError(f"{name} must have shape {shape}, got {array.shape}")

    def to_bytes(self) -> bytes:
        """Return the 1088 bytes that `from_bytes` reads: hashes, then thumbnail."""
        return self.hashes.tobytes() + self.thumbnail.tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> Fingerprint:
        """Read what `to_bytes` wrote.

        Raises
        ------
        ValueError
            If there are more bytes, or fewer.
        """
        if len(data) != 1088:
            raise ValueError(f"data must have 1088 bytes, got {len(data)}")
        values = np.frombuffer(data, np.uint8)
        return cls(values[:64].reshape(HASHES).copy(), values[64:].reshape(THUMBNAIL).copy())


def fingerprint(image: npt.ArrayLike) -> Fingerprint:
    """Return what near-duplicates of a picture are told by.

    Parameters
    ----------
    image : array_like of shape (H, W), (H, W, 3) or (H, W, 4), uint8
        Gray, RGB or RGBA, whose alpha is left out. Not empty.

    Returns
    -------
    Fingerprint

    Raises
    ------
    TypeError
        If `image` is not uint8.
    ValueError
        If `image` has another shape or is empty.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> image = np.random.default_rng(0).integers(0, 256, (40, 50), np.uint8)
    >>> mirrored = im.features.fingerprint(image[:, ::-1])
    >>> round(im.features.same_picture(im.features.fingerprint(image), mirrored), 2)
    1.0
    """
    return Fingerprint(*_core.features.fingerprint(as_picture(image)))


def fingerprint_files(
    paths: Iterable[Any], *, exact: bool = False, n_jobs: int | None = None
) -> Iterator[Fingerprint | Exception]:
    """Yield the fingerprint of each file, or the exception it raised, in order.

    Parameters
    ----------
    paths : iterable of paths, bytes or images
    exact : bool, default False
        Decode in full size and color; see `hash_files`.
    n_jobs : int, optional
        Threads; default: all the process may use.

    Yields
    ------
    Fingerprint or exception

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or out of range.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> data = im.io.imencode(np.zeros((20, 30), np.uint8), "png")
    >>> prints = im.features.fingerprint_files([data, b"no picture"])
    >>> [type(result).__name__ for result in prints]
    ['Fingerprint', 'DecodeError']
    """
    full = as_bool(exact, "exact")
    jobs = as_jobs(n_jobs, _core.num_threads())
    return map_ordered(lambda source: fingerprint(as_read(source, full)), paths, jobs)


def _stacked(fingerprints: Iterable[Fingerprint], name: str) -> tuple[Array, Array]:
    items = list(fingerprints)
    for item in items:
        if not isinstance(item, Fingerprint):
            raise TypeError(f"{name} must hold fingerprints, got {type(item).__name__}")
    return (
        np.array([item.hashes for item in items], np.uint8).reshape(-1, *HASHES),
        np.array([item.thumbnail for item in items], np.uint8).reshape(-1, *THUMBNAIL),
    )


def same_picture(a: Fingerprint, b: Fingerprint) -> float:
    """Return how well two pictures match, however they are turned, mirrored and slightly cropped.

    Parameters
    ----------
    a, b : Fingerprint

    Returns
    -------
    float
        The correlation of the thumbnails, -1 to 1, where one is turned or mirrored, moved by up to
        8 % and scaled by up to 15 % along either axis as suits them best. Copies that were
        recompressed, resized, blurred, brightened or cropped by some per cent have 0.92 or more.

    Raises
    ------
    TypeError
        If `a` or `b` is no fingerprint.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> image = np.add.outer(np.arange(60) ** 2 // 20, 3 * np.arange(50)).astype(np.uint8)
    >>> part = im.features.fingerprint(image[3:-3, 2:-2])
    >>> im.features.same_picture(im.features.fingerprint(image), part) > 0.92
    True
    """
    left, right = _stacked([a], "a"), _stacked([b], "b")
    _, scores = _core.features.near_duplicates(*left, *right, False, 64, -2.0)
    return float(scores[0])


def find_near_duplicates(
    fingerprints: Sequence[Fingerprint],
    others: Sequence[Fingerprint] | None = None,
    *,
    threshold: float = THRESHOLD,
    radius: int = RADIUS,
) -> tuple[Array, Array]:
    """Find the pairs of pictures that are copies of each other.

    Every picture is compared with every other: hashes first (some nanoseconds a pair), then, for
    those that are near in any dihedral form, thumbnails by `same_picture`.

    Parameters
    ----------
    fingerprints : sequence of Fingerprint, n
    others : sequence of Fingerprint, m, optional
        Where given, pairs are one of `fingerprints` and one of `others`; else two of
        `fingerprints`.
    threshold : float, default 0.92
        The least correlation of a pair. Higher finds fewer false pairs.
    radius : int, default 22
        Hashes that differ in more bits, of 64, rule a pair out; 64 compares all thumbnails.

    Returns
    -------
    pairs : ndarray of shape (p, 2), int64
        Places in `fingerprints` and in `others` (or in `fingerprints` again, the larger one
        second), in rising order.
    scores : ndarray of shape (p,), float32
        What `same_picture` gives, of the forms whose hashes are near.

    Raises
    ------
    TypeError
        If something is no fingerprint, or `threshold` or `radius` no number.
    ValueError
        If `radius` is not from 0 to 64, or `threshold` not from -1 to 1.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> images = np.random.default_rng(0).integers(0, 256, (3, 40, 40), np.uint8)
    >>> prints = [im.features.fingerprint(image) for image in (*images, np.rot90(images[1]))]
    >>> pairs, scores = im.features.find_near_duplicates(prints)
    >>> pairs, scores.round(2)
    (array([[1, 3]]), array([1.], dtype=float32))
    """
    least, bits = as_float(threshold, "threshold"), as_int(radius, "radius")
    if not -1 <= least <= 1:
        raise ValueError(f"threshold must be from -1 to 1, got {threshold}")
    if not 0 <= bits <= 64:
        raise ValueError(f"radius must be from 0 to 64, got {radius}")
    left = _stacked(fingerprints, "fingerprints")
    right = left if others is None else _stacked(others, "others")
    return _core.features.near_duplicates(*left, *right, others is None, bits, least)

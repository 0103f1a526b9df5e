"""Hashes of many files."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _core
from .._validate import Array, as_bool, as_int, as_jobs, as_name, is_path
from ..io import imread
from ._batch import map_ordered
from ._hash import ahash, dhash, phash, whash
from ._pdq import pdq

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

METHODS: dict[str, Callable[..., Array]] = {
    "ahash": ahash,
    "dhash": dhash,
    "dhash_vertical": partial(dhash, vertical=True),
    "phash": phash,
    "whash": whash,
    "pdq": lambda image, hash_size: pdq(image)[0],
}
# Pixels that the shorter side of a picture keeps when it is decoded at a smaller scale.
MIN_SIDE = 256


def as_read(source: Any, exact: bool) -> Any:
    """Return the picture of a file's path or bytes, decoded as far as needed; an image as it is."""
    if is_path(source) or isinstance(source, (bytes, bytearray, memoryview)):
        return imread(source) if exact else imread(source, mode="L", min_side=MIN_SIDE)
    return source


def hash_files(
    paths: Iterable[Any],
    method: str = "phash",
    hash_size: int = 8,
    *,
    exact: bool = False,
    n_jobs: int | None = None,
) -> Iterator[Array | Exception]:
    """Yield the hash of each file, or the exception it raised, in order.

    Parameters
    ----------
    paths : iterable of paths, bytes or images
    method : {"phash", "ahash", "dhash", "dhash_vertical", "whash", "pdq"}, default "phash"
    hash_size : int, default 8
        Of "pdq" always 16.
    exact : bool, default False
        Decode in full size and color, so that the bits are those of ImageHash (or pdqhash) for the
        upright picture. Otherwise a large JPEG is decoded 2, 4 or 8 times smaller (never below 256
        pixels a side) and as gray, which is several times faster and now and then changes a bit:
        choose one way for all the hashes that are to be compared.
    n_jobs : int, optional
        Threads; default: all the process may use.

    Yields
    ------
    ndarray of shape (hash_size² / 8, rounded up,), uint8, or an exception
        `DecodeError` of a file that cannot be decoded, `OSError` of one that cannot be read.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or out of range.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> data = im.io.imencode(np.zeros((20, 30), np.uint8), "png")
    >>> hashes = im.features.hash_files([data, b"no picture"], "dhash")
    >>> [type(result).__name__ for result in hashes]
    ['ndarray', 'DecodeError']
    """
    if as_name(method, "method") not in METHODS:
        raise ValueError(f"method must be {' or '.join(map(repr, METHODS))}, got {method!r}")
    function, size = METHODS[method], as_int(hash_size, "hash_size")
    function(np.zeros((1, 1), np.uint8), size)  # a wrong size is an error now, not one a file
    full, jobs = as_bool(exact, "exact"), as_jobs(n_jobs, _core.num_threads())
    return map_ordered(lambda source: function(as_read(source, full), size), paths, jobs)

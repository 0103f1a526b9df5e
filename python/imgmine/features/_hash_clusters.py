"""Clusters of many hashes, and the pairs that make them, without comparing each with each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from .._validate import UINT8, Array, as_int

if TYPE_CHECKING:
    import numpy.typing as npt


def hash_clusters(hashes: npt.ArrayLike, radius: int = 10) -> Array:
    """Say which of many 64-bit hashes belong together: near ones, and what these are near to.

    Parameters
    ----------
    hashes : array_like of shape (n, 8) or (n, forms, 8), uint8
        What `phash` and its likes return, or `dihedral_hashes` of each picture.
    radius : int, default 10
        Most bits, of 64, in which near hashes differ. Of several forms the first of either picture
        is compared with all of the other.

    Returns
    -------
    ndarray of shape (n,), int64
        For each hash the lowest place of one in its cluster: its own where it is the first, or
        alone.

    Raises
    ------
    TypeError
        If `hashes` is not uint8, or `radius` no whole number.
    ValueError
        If `hashes` has another shape, or `radius` is not from 0 to 64.

    See Also
    --------
    hash_pairs : the pairs themselves.

    Notes
    -----
    Hashes are sorted into buckets by some of their bits at a time, so many that what is near
    shares at least one bucket or is in neighboring ones; only these are compared. What links is
    not kept, so that memory is some 70 bytes a picture, and a copy of the hashes, however many
    links there are.
    The result depends neither on the order in which links are found nor on the number of threads.

    Clusters grow by chains: the ends of one may be far apart. With a million hashes and a radius
    above 12 chance alone joins them.

    References
    ----------
    M. Norouzi, A. Punjani, D. J. Fleet, "Fast exact search in Hamming space with multi-index
    hashing", IEEE Transactions on Pattern Analysis and Machine Intelligence 36, 2014.

    Examples
    --------
    >>> import imgmine as im
    >>> hashes = [[0] * 8, [255] * 8, [0] * 7 + [3], [0] * 7 + [15]]
    >>> im.features.hash_clusters(hashes, radius=2)
    array([0, 1, 0, 0])
    """
    return _core.features.hash_clusters(_as_words(hashes), _as_radius(radius))


def hash_pairs(hashes: npt.ArrayLike, radius: int = 10) -> Array:
    """Find the pairs of 64-bit hashes that are near each other.

    Parameters
    ----------
    hashes : array_like of shape (n, 8) or (n, forms, 8), uint8
        As in `hash_clusters`.
    radius : int, default 10

    Returns
    -------
    ndarray of shape (p, 2), int64
        Places in `hashes`, the lower one first, in rising order.

    Raises
    ------
    TypeError, ValueError
        As `hash_clusters`.

    Examples
    --------
    >>> import imgmine as im
    >>> im.features.hash_pairs([[0] * 8, [255] * 8, [0] * 7 + [3], [0] * 7 + [15]], radius=2)
    array([[0, 2],
           [2, 3]])
    """
    flat = _core.features.hash_pairs(_as_words(hashes), _as_radius(radius))
    return flat.reshape(-1, 2)


def _as_words(hashes: npt.ArrayLike) -> Array:
    array = np.asarray(hashes)
    if isinstance(hashes, (list, tuple)) and array.dtype.kind == "i" and array.size:
        if array.min() < 0 or array.max() > 255:
            raise ValueError("hashes must be bytes, from 0 to 255")
        array = array.astype(np.uint8)
    if array.dtype != UINT8:
        raise TypeError(f"hashes must be uint8, got {array.dtype}")
    if array.ndim not in (2, 3) or array.shape[-1] != 8 or 0 in array.shape[1:]:
        raise ValueError(f"hashes must have shape (n, 8) or (n, forms, 8), got {array.shape}")
    n_forms = 1 if array.ndim == 2 else array.shape[1]
    rows = np.ascontiguousarray(array).reshape(len(array), n_forms, 8)
    words: Array = rows.view(np.uint64)[..., 0].copy()
    return words


def _as_radius(radius: int) -> int:
    bits = as_int(radius, "radius")
    if not 0 <= bits <= 64:
        raise ValueError(f"radius must be from 0 to 64, got {radius}")
    return bits

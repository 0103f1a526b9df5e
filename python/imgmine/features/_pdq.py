from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._backend import version_for
from ._hash import as_picture

if TYPE_CHECKING:
    import numpy.typing as npt

    from .._validate import Array


def pdq(image: npt.ArrayLike) -> tuple[Array, int]:
    """Return Meta's fingerprint of 256 bits, and how far to trust it.

    Parameters
    ----------
    image : array_like of shape (H, W), (H, W, 3) or (H, W, 4), uint8
        Gray, RGB or RGBA, whose alpha is left out. Not empty.

    Returns
    -------
    hash : ndarray of shape (32,), uint8
        Packed bits in the order in which they are written down: `hash_to_hex` gives the 64 digits
        that Meta's tools exchange. Half of the bits are set. Two pictures are taken for the same if
        at most 31 bits differ. All zeros where a side is below 5 pixels.
    quality : int
        0 to 100; below 50 there is too little in the picture to tell it from others. On a GPU an
        array of shape (N,), int32, N being 1 but of a batch (N, H, W, C), whose hashes are (N, 32).

    Raises
    ------
    TypeError
        If `image` is not uint8.
    ValueError
        If `image` has another shape or is empty.

    Notes
    -----
    As the reference implementation (ThreatExchange, "PDQ & TMK + PDQF", 2019) and its package
    pdqhash, float roundings included: luma, two box filters along rows and columns, 64 x 64
    samples, 16 x 16 cosine coefficients, compared with their median. Meta advises to shrink
    pictures to 512 pixels a side first.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> rng = np.random.default_rng(0)
    >>> hash, quality = im.features.pdq(rng.integers(0, 256, (100, 100, 3), np.uint8))
    >>> np.bitwise_count(hash).sum(), quality
    (np.uint64(128), 100)
    """
    array = as_picture(image, gpu=True)
    hashes, quality = version_for(array, _core.features.pdq)(array)
    return hashes[0], quality

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .. import _core
from .._validate import as_float, as_image, as_int, require_finite
from ._label_image import as_label_image

if TYPE_CHECKING:
    import numpy.typing as npt

    from .._validate import Array


def region_grow(
    image: npt.ArrayLike,
    seeds: npt.ArrayLike,
    *,
    tolerance: float = math.inf,
    connectivity: int = 4,
) -> Array:
    """Grow regions from seeds; they compete for pixels by likeness to their means.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
        Finite.
    seeds : array_like of shape (H, W), integer
        Labels > 0 of the pixels that regions begin with, 0 elsewhere.
    tolerance : float, default inf
        How far a pixel may be from the mean of the region it joins, as a Euclidean distance over
        the channels, >= 0.
    connectivity : {4, 8}, default 4
        Neighbors of a pixel.

    Returns
    -------
    ndarray of shape (H, W), int32
        Labels of `seeds`; 0 where no region came.

    Raises
    ------
    TypeError
        If an argument has another dtype or kind.
    ValueError
        If shapes differ, a seed is negative or above 2^31 - 1, or a parameter is out of range.

    Notes
    -----
    A pixel that a region meets waits at its distance from the mean that the region has then. The
    least distance is served first, of equals the one that has waited longest; the pixel joins
    unless another region was faster, and moves the mean. Seeds meet their neighbors row by row:
    above, left, right, below, and the diagonals in rows.

    References
    ----------
    R. Adams and L. Bischof, "Seeded Region Growing", IEEE Transactions on Pattern Analysis and
    Machine Intelligence 16 (6), 1994, pp. 641-647. https://doi.org/10.1109/34.295913

    Examples
    --------
    >>> import imgmine as im
    >>> import numpy as np
    >>> image = np.uint8([[10, 14, 60, 70, 71]])
    >>> im.segment.region_grow(image, [[1, 0, 0, 0, 2]])
    array([[1, 1, 2, 2, 2]], dtype=int32)
    """
    pixels = as_image(image)
    require_finite(pixels, "image")
    return _core.segment.region_grow(
        pixels,
        as_label_image(seeds, "seeds"),
        as_float(tolerance, "tolerance"),
        as_int(connectivity, "connectivity"),
    )

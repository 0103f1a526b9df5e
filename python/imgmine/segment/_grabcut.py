from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from .._samples import as_seed
from .._validate import UINT8, as_image, as_int
from ._label_image import as_mask

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from .._validate import Array


def grabcut(
    image: npt.ArrayLike,
    rectangle: Sequence[int] | None = None,
    mask: npt.ArrayLike | None = None,
    *,
    n_iter: int = 5,
    n_components: int = 5,
    random_state: int | None = 0,
) -> Array:
    """Cut a foreground out of a picture, given a rectangle around it or a rough mask.

    Parameters
    ----------
    image : array_like of shape (H, W, 3), uint8
        Colors of any kind; Euclidean distances between them should mean something.
    rectangle : (int, int, int, int), optional
        Top, left, height and width of a rectangle that holds the foreground; what is outside of it
        is background, what is inside probably foreground.
    mask : array_like of shape (H, W), uint8, optional
        Instead of a rectangle: 0 background, 1 foreground, 2 probably background, 3 probably
        foreground. So a result can be corrected and sorted out once more.
    n_iter : int, default 5
        How often colors are learned and the picture is cut, >= 0.
    n_components : int, default 5
        Normal distributions of each side's colors, 1 to 255.
    random_state : int, default 0
        Seed of k-means, >= 0; None is 0.

    Returns
    -------
    ndarray of shape (H, W), uint8
        A mask as above, in which pixels that were probably of one side are now probably of the
        right one. ``mask & 1`` is the foreground.

    Raises
    ------
    TypeError
        If an argument has another dtype or kind.
    ValueError
        If neither or both of `rectangle` and `mask` are given, shapes differ, the mask holds other
        values or a parameter is out of range.

    Notes
    -----
    A pixel costs what it costs in its component, as the paper says; OpenCV sums over all. Neighbors
    on different sides cost ``50 exp(-beta d**2)`` over their distance, where ``d`` is their
    difference of colors and ``beta`` is 1 over twice the mean of its square. The cut is exact, in
    units of 2**-14, and the same on every machine. Where either side has no pixels (a rectangle
    that covers all or nothing) there is nothing to learn from, and the mask stays as it is.

    References
    ----------
    C. Rother, V. Kolmogorov and A. Blake, "GrabCut: Interactive Foreground Extraction using
    Iterated Graph Cuts", ACM Transactions on Graphics 23 (3), 2004, pp. 309-314.
    https://doi.org/10.1145/1015706.1015720

    Y. Boykov and V. Kolmogorov, "An Experimental Comparison of Min-Cut/Max-Flow Algorithms for
    Energy Minimization in Vision", IEEE Transactions on Pattern Analysis and Machine Intelligence
    26 (9), 2004, pp. 1124-1137. https://doi.org/10.1109/TPAMI.2004.60

    Examples
    --------
    >>> import imgmine as im
    >>> import numpy as np
    >>> image = np.full((30, 40, 3), (200, 190, 60), np.uint8)
    >>> image[10:20, 15:30] = 20, 60, 160
    >>> foreground = im.segment.grabcut(image, (5, 8, 20, 28)) & 1
    >>> int(foreground.sum()), int(foreground[10:20, 15:30].sum())
    (150, 150)
    """
    pixels = as_image(image, (UINT8,))
    return _core.segment.grabcut(
        pixels,
        _start(pixels.shape[:2], rectangle, mask),
        as_int(n_iter, "n_iter"),
        as_int(n_components, "n_components"),
        as_seed(random_state),
    )


def _start(
    shape: tuple[int, ...], rectangle: Sequence[int] | None, mask: npt.ArrayLike | None
) -> Array:
    if (rectangle is None) == (mask is None):
        given = "neither" if mask is None else "both"
        raise ValueError(f"either rectangle or mask must be given, got {given}")
    if mask is not None:
        return as_mask(mask, "mask")
    box = [as_int(number, "rectangle") for number in rectangle or ()]
    if len(box) != 4 or min(box[2:]) < 0:
        raise ValueError(
            f"rectangle must be (top, left, height >= 0, width >= 0), got {tuple(box)}"
        )
    (top, left), (bottom, right) = box[:2], (box[0] + box[2], box[1] + box[3])
    start = np.zeros(shape, np.uint8)
    start[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = 3
    return start

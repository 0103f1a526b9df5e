from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from .._validate import UINT8, as_image
from ._label_image import as_label_image

if TYPE_CHECKING:
    import numpy.typing as npt

    from .._validate import Array


@dataclass(frozen=True)
class RegionAdjacency:
    """Which regions of a label image meet, one entry for each two of them.

    Attributes
    ----------
    pairs : ndarray of shape (n, 2), int32
        The labels of both, the lower one first, in rising order.
    length : ndarray of shape (n,), int64
        Pairs of pixels, side by side or one above the other, along their common border.
    color_difference : ndarray of shape (n,), float32, or None
        Euclidean distance of their mean colors in L*a*b*. None without an image.
    gradient : ndarray of shape (n,), float32, or None
        Mean Euclidean distance in L*a*b* of the pairs of pixels along their common border, of the
        image smoothed by a Gaussian of sigma 1. None without an image.
    """

    pairs: Array
    length: Array
    color_difference: Array | None
    gradient: Array | None

    def __len__(self) -> int:
        """Return how many pairs of regions meet."""
        return len(self.pairs)


def region_adjacency(labels: npt.ArrayLike, image: npt.ArrayLike | None = None) -> RegionAdjacency:
    """Find which regions of a label image meet, along how long a border, and how they differ.

    Parameters
    ----------
    labels : array_like of shape (H, W), of whole numbers from 0 to 2^31 - 1
        Pixels of one label are a region, connected or not; 0 is none.
    image : array_like of shape (H, W), (H, W, 1) or (H, W, 3), uint8, optional
        RGB or gray; what `color_difference` and `gradient` are of.

    Returns
    -------
    RegionAdjacency
        Its arrays have one entry for each two regions that meet by pixels' sides.

    Raises
    ------
    TypeError
        If `labels` is not of whole numbers, or `image` is not uint8.
    ValueError
        If one of them has another shape, or a label is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> graph = im.segment.region_adjacency([[1, 1, 2], [1, 1, 2], [0, 3, 3]])
    >>> graph.pairs, graph.length
    (array([[1, 2],
           [1, 3],
           [2, 3]], dtype=int32), array([2, 1, 1]))
    """
    src = None if image is None else as_image(image, (UINT8,))
    one, other, length, color_difference, gradient = _core.segment.region_adjacency(
        as_label_image(labels), src
    )
    pairs = np.stack([one, other], axis=1)
    if src is None:
        return RegionAdjacency(pairs, length, None, None)
    return RegionAdjacency(pairs, length, color_difference, gradient)

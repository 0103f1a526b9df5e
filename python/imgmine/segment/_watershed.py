from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from .._validate import as_float, as_image, as_int, require_finite
from ._label_image import as_label_image, as_mask

if TYPE_CHECKING:
    import numpy.typing as npt

    from .._validate import Array


def watershed(
    image: npt.ArrayLike,
    markers: npt.ArrayLike | int,
    *,
    connectivity: int = 4,
    compactness: float = 0.0,
    mask: npt.ArrayLike | None = None,
) -> Array:
    """Flood an image from markers: each pixel gets the marker whose water reaches it first.

    Parameters
    ----------
    image : array_like of shape (H, W), uint8 or float32
        Heights, finite; usually the strength of edges, so that regions meet at them.
    markers : array_like of shape (H, W), integer, or int
        Labels > 0 of the pixels that water springs from, 0 elsewhere. Or about how many there are
        to be, >= 1, in the mask: 1, 2, ... on a regular grid.
    connectivity : {4, 8}, default 4
        Neighbors of a pixel.
    compactness : float, default 0.0
        How much a pixel of distance from its marker counts beside the heights, >= 0; the more, the
        rounder the regions.
    mask : array_like of shape (H, W), bool or uint8, optional
        Only pixels that are true, or not 0, are flooded; markers elsewhere are left out.

    Returns
    -------
    ndarray of shape (H, W), int32
        Labels of the markers; 0 outside of the mask and where no water comes.

    Raises
    ------
    TypeError
        If an argument has another dtype or kind.
    ValueError
        If shapes differ, a marker is negative or above 2^31 - 1, or a parameter is out of range.

    Notes
    -----
    Equal to scikit-image's, whose ``connectivity`` is 1 for 4 and 2 for 8. A pixel is flooded when
    the water stands as high as it, of equals the one that has waited longest; equal markers take
    turns as the items of a binary heap do. Where their turns cannot change a label, which is so for
    most, bytes without compactness wait in a queue for each level, which takes linear time.

    References
    ----------
    F. Meyer, "Topographic Distance and Watershed Lines", Signal Processing 38 (1), 1994,
    pp. 113-125. https://doi.org/10.1016/0165-1684(94)90060-4

    P. Neubert and P. Protzel, "Compact Watershed and Preemptive SLIC: On Improving Trade-offs of
    Superpixel Segmentation Algorithms", International Conference on Pattern Recognition, 2014,
    pp. 996-1001. https://doi.org/10.1109/ICPR.2014.181

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> heights = np.uint8([[1, 0, 3, 9, 2, 0]])
    >>> im.segment.watershed(heights, [[0, 1, 0, 0, 0, 2]])
    array([[1, 1, 1, 2, 2, 2]], dtype=int32)
    >>> im.segment.watershed(heights, 3)
    array([[1, 1, 1, 2, 3, 3]], dtype=int32)
    """
    heights = as_image(image)
    require_finite(heights, "image")
    within = None if mask is None else as_mask(mask, "mask")
    if isinstance(markers, (int, np.integer)):
        markers = _on_a_grid(as_int(markers, "markers"), heights.shape[:2], within)
    return _core.segment.watershed(
        heights,
        as_label_image(markers, "markers"),
        within,
        as_int(connectivity, "connectivity"),
        as_float(compactness, "compactness"),
    )


def _on_a_grid(n: int, shape: tuple[int, ...], mask: Array | None) -> Array:
    """Return about `n` markers at equal steps, so dense that as many lie in the mask."""
    if n < 1:
        raise ValueError(f"markers must be at least 1, got {n}")
    markers = np.zeros(shape, np.int32)
    n_flooded = markers.size if mask is None else np.count_nonzero(mask)
    if n_flooded:
        grid = markers[_grid(shape, int(n / (n_flooded / markers.size)))]
        grid[:] = np.arange(1, grid.size + 1).reshape(grid.shape)
    return markers


def _grid(shape: tuple[int, ...], n: int) -> tuple[slice, slice]:
    """Return about `n` places of a plane, as `skimage.util.regular_grid` spaces them."""
    shorter, longer = sorted(shape)
    if shorter * longer <= n:
        return slice(None), slice(None)
    step = math.sqrt(shorter * longer / n)
    # Where less than a step is across, there is one line of places along the longer side.
    steps = (step, step) if step <= shorter else (float(shorter), longer / n)
    along = [slice(int(step // 2), None, round(step)) for step in steps]
    return (along[0], along[1]) if shape[0] <= shape[1] else (along[1], along[0])

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._validate import as_float, as_image, as_int, require_finite
from ._label_image import as_label_image, as_mask

if TYPE_CHECKING:
    import numpy.typing as npt

    from .._validate import Array


def watershed(
    image: npt.ArrayLike,
    markers: npt.ArrayLike,
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
    markers : array_like of shape (H, W), integer
        Labels > 0 of the pixels that water springs from, 0 elsewhere.
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
        Labels of `markers`; 0 outside of the mask and where no water comes.

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
    """
    heights = as_image(image)
    require_finite(heights, "image")
    return _core.segment.watershed(
        heights,
        as_label_image(markers, "markers"),
        None if mask is None else as_mask(mask, "mask"),
        as_int(connectivity, "connectivity"),
        as_float(compactness, "compactness"),
    )

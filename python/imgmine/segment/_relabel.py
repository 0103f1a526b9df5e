from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from ._label_image import as_label_image

if TYPE_CHECKING:
    import numpy.typing as npt

    from .._validate import Array


def relabel(labels: npt.ArrayLike) -> tuple[Array, int]:
    """Rename the regions of a label image to 1, 2, ... without gaps.

    Parameters
    ----------
    labels : array_like of shape (H, W), of any integer dtype
        From 0 to 2^31 - 1.

    Returns
    -------
    labels : ndarray of shape (H, W), int32
        1 in place of the least label but 0, 2 in place of the next, and so on; 0 stays. As
        `skimage.segmentation.relabel_sequential` does.
    n : int
        The number of regions.

    Raises
    ------
    TypeError
        If `labels` are no whole numbers.
    ValueError
        If `labels` has another shape, or holds a number below 0 or above 2^31 - 1.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.segment.relabel(np.array([[7, 7, 0], [2**31 - 1, 0, 3]]))
    (array([[2, 2, 0],
           [3, 0, 1]], dtype=int32), 3)
    """
    return _core.segment.relabel(as_label_image(labels))

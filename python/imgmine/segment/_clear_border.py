from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from .._validate import Array, as_int
from ._label_image import as_label_image, as_mask

if TYPE_CHECKING:
    import numpy.typing as npt


def clear_border(labels: npt.ArrayLike, *, margin: int = 0) -> Array:
    """Remove what touches the border of a mask or a label image.

    Parameters
    ----------
    labels : array_like of shape (H, W), bool or of any integer dtype
        A mask, or regions: from 0 to 2^31 - 1, 0 being background. Fewer than 2^31 pixels.
    margin : int, default 0
        What comes so near to the border, in pixels, touches it; below both sides.

    Returns
    -------
    ndarray of shape (H, W), bool of a mask, else int32
        Zeros where pixels of equal values are connected with the border, at sides or corners. Of
        a region in several pieces those that are not stay. As `skimage.segmentation.clear_border`
        with ``buffer_size=margin``.

    Raises
    ------
    TypeError
        If `labels` are no whole numbers, or `margin` is not one.
    ValueError
        If `labels` has another shape, or values or `margin` are out of range.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.segment.clear_border(np.array([[0, 0, 0, 2], [0, 1, 0, 2], [0, 0, 0, 2]]))
    array([[0, 0, 0, 0],
           [0, 1, 0, 0],
           [0, 0, 0, 0]], dtype=int32)
    """
    distance = as_int(margin, "margin")
    if np.asarray(labels).dtype == np.bool_:
        return _core.segment.clear_border(as_mask(labels, "labels"), distance).view(np.bool_)
    return _core.segment.clear_border(as_label_image(labels), distance)

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from .._validate import Array, as_int, as_name
from ._label_image import as_label_image

if TYPE_CHECKING:
    import numpy.typing as npt


def find_boundaries(labels: npt.ArrayLike, *, mode: str = "thick", connectivity: int = 4) -> Array:
    """Find the pixels at which regions end.

    Parameters
    ----------
    labels : array_like of shape (H, W), bool or of any integer dtype
        Regions: from 0 to 2^31 - 1, 0 being background.
    mode : {"thick", "inner", "outer"}, default "thick"
        "thick": pixels that have a neighbor with another label, so on both sides. "inner": those
        of them that are not background. "outer": those that are, and where regions touch, both
        sides.
    connectivity : {4, 8}, default 4
        The number of neighbors.

    Returns
    -------
    ndarray of shape (H, W), bool
        As `skimage.segmentation.find_boundaries`, whose connectivities are 1 and 2. The edge of
        the image is no boundary.

    Raises
    ------
    TypeError
        If `labels` are no whole numbers, or `mode` or `connectivity` has a wrong type.
    ValueError
        If `labels` has another shape, or values, `mode` or `connectivity` are out of range.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> labels = np.array([[1, 1, 1, 0, 0, 2]])
    >>> im.segment.find_boundaries(labels).astype(int)
    array([[0, 0, 1, 1, 1, 1]])
    >>> im.segment.find_boundaries(labels, mode="inner").astype(int)
    array([[0, 0, 1, 0, 0, 1]])
    """
    found = _core.segment.find_boundaries(
        as_label_image(labels), as_name(mode, "mode"), as_int(connectivity, "connectivity")
    )
    return found.view(np.bool_)

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._validate import Array, as_int
from ._label_image import as_mask

if TYPE_CHECKING:
    import numpy.typing as npt


def label(mask: npt.ArrayLike, *, connectivity: int = 4) -> tuple[Array, int]:
    """Label the connected components of a mask.

    Parameters
    ----------
    mask : array_like of shape (H, W), bool or uint8
        What is not zero belongs to a component. Fewer than 2^31 pixels.
    connectivity : {4, 8}, default 4
        Whether pixels that touch at a corner only are connected (8) or not (4).

    Returns
    -------
    labels : ndarray of shape (H, W), int32
        0 where the mask is, elsewhere the number of the pixel's component: from 1 on, in the order
        of their first pixels row by row, as `scipy.ndimage.label` and `skimage.measure.label`
        number them, too. The same with any number of threads.
    n : int
        The number of components.

    Raises
    ------
    TypeError
        If `mask` is neither bool nor uint8, or `connectivity` no whole number.
    ValueError
        If `mask` has another shape or too many pixels, or `connectivity` is neither 4 nor 8.

    Notes
    -----
    Union-find over the runs of pixels within rows (He, Chao, Suzuki), bands of rows at a time. The
    time is linear in the number of pixels, and of runs.

    References
    ----------
    L. He, Y. Chao, K. Suzuki, "A Run-Based Two-Scan Labeling Algorithm", IEEE Transactions on Image
    Processing 17 (5), 2008, pp. 749-756. https://doi.org/10.1109/TIP.2008.919369

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> mask = np.array([[1, 1, 0, 0, 1], [0, 0, 1, 0, 1], [1, 0, 0, 0, 1]], bool)
    >>> labels, n = im.segment.label(mask)
    >>> n
    4
    >>> labels
    array([[1, 1, 0, 0, 2],
           [0, 0, 3, 0, 2],
           [4, 0, 0, 0, 2]], dtype=int32)
    >>> im.segment.label(mask, connectivity=8)[1]
    3
    """
    return _core.segment.label(as_mask(mask), as_int(connectivity, "connectivity"))

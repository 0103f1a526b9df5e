from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._validate import Array, as_float, as_gray_image, as_name
from ._window import as_window

if TYPE_CHECKING:
    import numpy.typing as npt


def threshold_niblack(
    image: npt.ArrayLike,
    size: int | tuple[int, int] = 15,
    k: float = 0.2,
    *,
    border: str = "reflect101",
) -> Array:
    """Find a threshold for each pixel: so many standard deviations below the mean of its window.

    Parameters
    ----------
    image : array_like of shape (H, W), uint8
        Gray.
    size : int or (int, int), default 15
        Side of the window in pixels, or its height and width; odd, from 1 to 255.
    k : float, default 0.2
        How many standard deviations.
    border : {"reflect101", "reflect", "replicate", "wrap"}
        What lies past the edge, as for `threshold_local`.

    Returns
    -------
    ndarray of shape (H, W), float32
        ``m - k s`` of the window's mean ``m`` and standard deviation ``s``; the mask is
        ``image > t``. The same bits on every CPU and with any number of threads.

    Raises
    ------
    TypeError, ValueError
        As `threshold_local`.

    See Also
    --------
    threshold_sauvola, threshold_local

    Notes
    -----
    The time does not depend on the window: exact sums of values and squares. scikit-image's
    ``threshold_niblack`` but for rounding. On empty paper it finds noise; Sauvola's does not.

    References
    ----------
    W. Niblack, "An introduction to digital image processing", Prentice-Hall, 1986.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.segment.threshold_niblack(np.uint8([[0, 0, 90, 90]]), (1, 3), k=0.5).round(1)
    array([[ 0. ,  8.8, 38.8, 90. ]], dtype=float32)
    """
    return _core.segment.threshold_niblack(
        as_gray_image(image), *as_window(size), as_float(k, "k"), as_name(border, "border")
    )

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._validate import Array, as_float, as_gray_image, as_name
from ._window import as_window

if TYPE_CHECKING:
    import numpy.typing as npt


def threshold_sauvola(
    image: npt.ArrayLike,
    size: int | tuple[int, int] = 15,
    k: float = 0.2,
    r: float = 128.0,
    *,
    border: str = "reflect101",
) -> Array:
    """Find a threshold for each pixel of a page: the less contrast around it, the lower.

    Parameters
    ----------
    image : array_like of shape (H, W), uint8
        Gray; dark on light.
    size : int or (int, int), default 15
        Side of the window in pixels, or its height and width; odd, from 1 to 255.
    k : float, default 0.2
        How far the threshold falls where there is no contrast, as a share of the mean.
    r : float, default 128
        The standard deviation at which the threshold is the mean, > 0.
    border : {"reflect101", "reflect", "replicate", "wrap"}
        What lies past the edge, as for `threshold_local`.

    Returns
    -------
    ndarray of shape (H, W), float32
        ``m (1 + k (s / r - 1))`` of the window's mean ``m`` and standard deviation ``s``; ink is
        ``image <= t``. The same bits on every CPU and with any number of threads.

    Raises
    ------
    TypeError, ValueError
        As `threshold_local`.

    See Also
    --------
    threshold_niblack, threshold_local

    Notes
    -----
    The time does not depend on the window: exact sums of values and squares. scikit-image's
    ``threshold_sauvola`` but for rounding; its `r` is 127.5 for bytes unless given.

    References
    ----------
    J. Sauvola, M. Pietikainen, "Adaptive document image binarization", Pattern Recognition 33 (2),
    2000, pp. 225-236. https://doi.org/10.1016/S0031-3203(99)00055-2

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.segment.threshold_sauvola(np.uint8([[200, 200, 200, 0, 200]]), (1, 3)).round(1)
    array([[160. , 160. , 126.3, 126.3,  63.2]], dtype=float32)
    """
    return _core.segment.threshold_sauvola(
        as_gray_image(image),
        *as_window(size),
        as_float(k, "k"),
        as_float(r, "r"),
        as_name(border, "border"),
    )

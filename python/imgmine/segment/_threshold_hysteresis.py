from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from .._validate import Array, as_float, as_image, as_int

if TYPE_CHECKING:
    import numpy.typing as npt


def threshold_hysteresis(
    image: npt.ArrayLike, low: float, high: float, *, connectivity: int = 4
) -> Array:
    """Mask what is above a low threshold and connected to something above a high one.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, 1), uint8 or float32
        Fewer than 2^31 pixels. NaN is above nothing.
    low, high : float
        Thresholds, ``low <= high``.
    connectivity : {4, 8}, default 4
        Whether pixels that touch at a corner only are connected (8) or not (4).

    Returns
    -------
    ndarray of shape (H, W), bool
        Equal to scikit-image's ``apply_hysteresis_threshold``, which has 4 neighbors.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32, or another argument of a wrong type.
    ValueError
        If `image` has another shape or too many pixels, `low` is above `high`, or `connectivity` is
        neither 4 nor 8.

    See Also
    --------
    label, imgmine.filters.canny

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.segment.threshold_hysteresis(np.uint8([[1, 5, 9, 5, 1, 5, 5]]), 4, 8)
    array([[False,  True,  True,  True, False, False, False]])
    """
    mask = _core.segment.threshold_hysteresis(
        as_image(image),
        as_float(low, "low"),
        as_float(high, "high"),
        as_int(connectivity, "connectivity"),
    )
    return mask.view(np.bool_)

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._validate import UINT8, as_image, as_int

if TYPE_CHECKING:
    import numpy.typing as npt

    from .._validate import Array


def threshold_multiotsu(image: npt.ArrayLike, classes: int = 3) -> Array:
    """Find the thresholds that best separate several classes of values.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, 1), uint8
        Gray.
    classes : int, default 3
        From 2 to the number of different values of the image, at most 256.

    Returns
    -------
    ndarray of shape (classes - 1,), uint8
        Rising thresholds for which the values up to the first, those above it and up to the second,
        and so on, have the greatest variance between them. Each is a value of the image, the last
        of its class. ``np.digitize(image, thresholds, right=True)`` numbers the classes from 0 on.

    Raises
    ------
    TypeError
        If `image` is not uint8, or `classes` no whole number.
    ValueError
        If `image` has another shape or fewer different values than `classes`, or `classes` is out
        of range.

    See Also
    --------
    threshold_otsu

    Notes
    -----
    Dynamic programming over the values that occur: a time that grows with the number of classes,
    not with its power, and always an optimum. scikit-image's ``threshold_multiotsu`` tries all
    thresholds with sums in float32, in which close contests are now and then decided wrongly.

    References
    ----------
    P.-S. Liao, T.-S. Chen, P.-C. Chung, "A fast algorithm for multilevel thresholding", Journal of
    Information Science and Engineering 17 (5), 2001, pp. 713-727.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> image = np.uint8([[10, 12, 11, 100, 104, 240, 250]])
    >>> t = im.segment.threshold_multiotsu(image)
    >>> t, np.digitize(image, t, right=True)
    (array([ 12, 104], dtype=uint8), array([[0, 0, 0, 1, 1, 2, 2]]))
    """
    checked = as_image(image, (UINT8,))
    return _core.segment.threshold_multiotsu(checked, as_int(classes, "classes"))

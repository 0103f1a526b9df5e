from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._validate import UINT8, as_image

if TYPE_CHECKING:
    import numpy.typing as npt


def threshold_otsu(image: npt.ArrayLike) -> int:
    """Find the threshold that best separates dark from light.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, 1), uint8
        Gray.

    Returns
    -------
    int
        The ``t``, 0 to 255, for which the values up to ``t`` and those above have the greatest
        variance between them; the lowest of equals; 0 where there is only one value, or none. The
        mask is ``image > t``. Equal to that of OpenCV's ``threshold(..., THRESH_OTSU)``;
        scikit-image's returns an only value itself.

    Raises
    ------
    TypeError
        If `image` is not uint8.
    ValueError
        If `image` has another shape.

    References
    ----------
    N. Otsu, "A Threshold Selection Method from Gray-Level Histograms", IEEE Transactions on
    Systems, Man, and Cybernetics 9 (1), 1979, pp. 62-66. https://doi.org/10.1109/TSMC.1979.4310076

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> image = np.uint8([[20, 30, 25, 200, 210]])
    >>> t = im.segment.threshold_otsu(image)
    >>> t, image > t
    (30, array([[False, False, False,  True,  True]]))
    """
    return _core.segment.threshold_otsu(as_image(image, (UINT8,)))

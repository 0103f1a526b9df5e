from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._validate import UINT8, as_image

if TYPE_CHECKING:
    import numpy.typing as npt


def threshold_li(image: npt.ArrayLike) -> float:
    """Find the threshold whose two classes differ least from the image in cross-entropy.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, 1), uint8
        Gray.

    Returns
    -------
    float
        The ``t`` of the mask ``image > t``: where Li and Tam's iteration, which begins at the mean,
        moves by half a level or less. The only value of an image of one value; 0 of none.

    Raises
    ------
    TypeError
        If `image` is not uint8.
    ValueError
        If `image` has another shape.

    See Also
    --------
    threshold_otsu, threshold_triangle

    Notes
    -----
    scikit-image's ``threshold_li`` but for rounding. It copes with classes of unequal sizes better
    than Otsu's: light structures on a dark ground, say.

    References
    ----------
    C. H. Li, P. K. S. Tam, "An iterative algorithm for minimum cross entropy thresholding", Pattern
    Recognition Letters 19 (8), 1998, pp. 771-776. https://doi.org/10.1016/S0167-8655(98)00057-9

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> image = np.uint8([[20, 30, 25, 22, 28, 200, 210]])
    >>> t = im.segment.threshold_li(image)
    >>> round(t, 3), image > t
    (69.849, array([[False, False, False, False, False,  True,  True]]))
    """
    return _core.segment.threshold_li(as_image(image, (UINT8,)))

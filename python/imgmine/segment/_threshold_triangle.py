from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._validate import UINT8, as_image

if TYPE_CHECKING:
    import numpy.typing as npt


def threshold_triangle(image: npt.ArrayLike) -> int:
    """Find the threshold at the foot of the histogram's peak.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, 1), uint8
        Gray.

    Returns
    -------
    int
        The ``t`` of the mask ``image > t``: the value whose count is farthest below the line from
        the histogram's peak to the end of its longer tail. The only value of an image of one value;
        0 of none.

    Raises
    ------
    TypeError
        If `image` is not uint8.
    ValueError
        If `image` has another shape.

    See Also
    --------
    threshold_otsu, threshold_li

    Notes
    -----
    Equal to scikit-image's ``threshold_triangle``. For images with one strong peak, the background,
    and objects that make no peak of their own.

    References
    ----------
    G. W. Zack, W. E. Rogers, S. A. Latt, "Automatic measurement of sister chromatid exchange
    frequency", Journal of Histochemistry and Cytochemistry 25 (7), 1977, pp. 741-753.
    https://doi.org/10.1177/25.7.70454

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> image = np.uint8([[20, 21, 20, 20, 21, 20, 22, 90, 150, 200]])
    >>> im.segment.threshold_triangle(image)
    23
    """
    return _core.segment.threshold_triangle(as_image(image, (UINT8,)))

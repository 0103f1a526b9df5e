from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._validate import UINT8, Array, as_image, as_out

if TYPE_CHECKING:
    import numpy.typing as npt


def match_histograms(
    image: npt.ArrayLike, reference: npt.ArrayLike, *, out: Array | None = None
) -> Array:
    """Give an image about the distribution of values that another one has.

    A value becomes the one of the same quantile in the reference, linearly interpolated between
    the values that occur there.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8
        Channels are matched independently.
    reference : array_like of shape (H', W') or (H', W', C), uint8
        As many channels, at least one pixel.
    out : ndarray of the shape and dtype of `image`, optional
        Where to write; must not overlap `image`.

    Returns
    -------
    ndarray of the shape and dtype of `image`
        What scikit-image's ``exposure.match_histograms`` gives, rounded (ties to even); that
        returns float64 for gray images and cuts fractions off for color.

    Raises
    ------
    TypeError
        If `image` or `reference` is not uint8.
    ValueError
        If they have other shapes.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.enhance.match_histograms(np.uint8([[1, 2, 3]]), np.uint8([[60], [80], [200]]))
    array([[ 60,  80, 200]], dtype=uint8)
    """
    array = as_image(image, (UINT8,))
    wanted = as_image(reference, (UINT8,), "reference")
    return _core.enhance.match_histograms(array, wanted, as_out(out, array.shape, array))

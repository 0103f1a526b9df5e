from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._backend import version_for
from .._validate import Array, as_image, as_out

if TYPE_CHECKING:
    import numpy.typing as npt


def rgb2lab(image: npt.ArrayLike, *, out: Array | None = None) -> Array:
    """Turn an sRGB image into CIE 1976 L*a*b*.

    Equal distances in this space look about equally different. The white point is D65, seen by the
    2 degree observer.

    Parameters
    ----------
    image : array_like of shape (H, W, 3), uint8 or float32
        R, G, B in this order, sRGB (IEC 61966-2-1), from 0 to 255 in either dtype. float32 outside
        that range counts as its nearer end, NaN as 0.
    out : ndarray of the shape and dtype of `image`, optional
        Where to write; must not overlap `image`.

    Returns
    -------
    ndarray of the shape and dtype of `image`
        ======= ================= ============== ==============
        dtype   L*                a*             b*
        ======= ================= ============== ==============
        uint8   L* * 255 / 100    a* + 128       b* + 128
        float32 0..100            about -86..98  about -108..94
        ======= ================= ============== ==============

        uint8 works in fixed point, within 1 of OpenCV's ``COLOR_RGB2Lab`` and equal to it in all
        but one value of 30,000. float32 is within 1e-5 of the range, and so closer than OpenCV,
        which looks it up with an error of up to 0.5, from RGB between 0 and 1. scikit-image's D65
        differs in the fifth digit. The same bits on every CPU and with any number of threads.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32.
    ValueError
        If `image` has another shape.

    References
    ----------
    CIE 15:2018, *Colorimetry*, 4th edition, doi:10.25039/TR.015.2018; IEC 61966-2-1:1999.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.color.rgb2lab(np.array([[[255, 0, 0], [255, 255, 255]]], np.uint8))
    array([[[136, 208, 195],
            [255, 128, 128]]], dtype=uint8)
    >>> im.color.rgb2lab(np.array([[[255, 0, 0]]], np.float32)).round(1)
    array([[[53.2, 80.1, 67.2]]], dtype=float32)
    """
    array = as_image(image, gpu=True)
    return version_for(array, _core.color.rgb2lab)(array, as_out(out, array.shape, array))


def lab2rgb(image: npt.ArrayLike, *, out: Array | None = None) -> Array:
    """Turn CIE 1976 L*a*b* into sRGB.

    The inverse of :func:`rgb2lab`. Colors that sRGB cannot show have their channels set to the
    nearer end of 0..255.

    Parameters
    ----------
    image : array_like of shape (H, W, 3), uint8 or float32
        L*, a* and b* as :func:`rgb2lab` gives them.
    out : ndarray of the shape and dtype of `image`, optional
        Where to write; must not overlap `image`.

    Returns
    -------
    ndarray of the shape and dtype of `image`
        R, G, B from 0 to 255. uint8 is within 0.6 of the exact value, so within 1 of the nearest;
        OpenCV's ``COLOR_Lab2RGB`` strays from the exact value by up to 2.5. float32 is within 2e-5
        of the range. NaN becomes 0. The same bits on every CPU and with any number of threads.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32.
    ValueError
        If `image` has another shape.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.color.lab2rgb(np.array([[[136, 208, 195], [255, 128, 128]]], np.uint8))
    array([[[255,   2,   1],
            [255, 255, 255]]], dtype=uint8)
    """
    array = as_image(image, gpu=True)
    return version_for(array, _core.color.lab2rgb)(array, as_out(out, array.shape, array))

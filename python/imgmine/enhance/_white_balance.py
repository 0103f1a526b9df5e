from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._validate import Array, as_float, as_image, as_name, as_out

if TYPE_CHECKING:
    import numpy.typing as npt


def white_balance(
    image: npt.ArrayLike,
    method: str = "gray_world",
    *,
    p: float = 6.0,
    percentile: float = 100.0,
    out: Array | None = None,
) -> Array:
    """Take the color of the light out of an image.

    The light's three components are estimated, and each channel is multiplied by their mean over
    its own: neutral surfaces become gray, the brightness of the whole stays about the same.

    Parameters
    ----------
    image : array_like of shape (H, W, 3), uint8 or float32
        RGB, ideally linear light, as all these methods assume; gamma-coded pictures are balanced,
        too, if less exactly.
    method : {"gray_world", "white_patch", "shades_of_gray"}
        The light is each channel's mean (the world is gray on average); its `percentile` (the
        brightest patch is white); or its Minkowski norm ``mean(v ** p) ** (1 / p)``, in between.
    p : float, default 6
        Of "shades_of_gray": 1 to 100, or infinite. 1 is "gray_world", infinity "white_patch"; 6
        was found best.
    percentile : float, default 100
        Of "white_patch": above 0, up to 100; the lowest value that so many per cent of a channel
        do not exceed. 100 is the maximum, which a few blown-out pixels decide; 99 is safer.
    out : ndarray of the shape and dtype of `image`, optional
        Where to write; must not overlap `image`.

    Returns
    -------
    ndarray of the shape and dtype of `image`
        uint8 by a table for each channel, rounded (ties to even) and clipped; float32 is not
        clipped. A channel that is dark everywhere stays as it is. In float images, negative values
        and NaN count as zero in the estimate; an infinite value makes the result NaN. The same
        bits on every CPU and with any number of threads.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32.
    ValueError
        If `image` has another shape, or `method`, `p` or `percentile` is out of range.

    Notes
    -----
    OpenCV's ``xphoto`` white balances differ: they leave saturated pixels out, or cut off a share
    of both ends and stretch each channel (see `autocontrast`).

    References
    ----------
    G. D. Finlayson and E. Trezzi, "Shades of Gray and Colour Constancy", Color and Imaging
    Conference, 2004, pp. 37-41. https://doi.org/10.2352/CIC.2004.12.1.art00008

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> yellowish = np.uint8([[[200, 200, 100], [100, 100, 50]]])
    >>> im.enhance.white_balance(yellowish)
    array([[[167, 167, 167],
            [ 83,  83,  83]]], dtype=uint8)
    """
    array = as_image(image)
    return _core.enhance.white_balance(
        array,
        as_name(method, "method"),
        as_float(p, "p"),
        as_float(percentile, "percentile"),
        as_out(out, array.shape, array),
    )

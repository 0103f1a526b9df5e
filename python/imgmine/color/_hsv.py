from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._backend import version_for
from .._validate import Array, as_image, as_out

if TYPE_CHECKING:
    import numpy.typing as npt


def rgb2hsv(image: npt.ArrayLike, *, out: Array | None = None) -> Array:
    """Turn an RGB image into hue, saturation and value.

    Value is the largest channel, saturation what the smallest one lacks of it, hue the place on the
    circle red, yellow, green, cyan, blue, magenta; 0 for grays.

    Parameters
    ----------
    image : array_like of shape (H, W, 3), uint8 or float32
        R, G, B in this order, from 0 to 255 in either dtype.
    out : ndarray of the shape and dtype of `image`, optional
        Where to write; must not overlap `image`.

    Returns
    -------
    ndarray of the shape and dtype of `image`
        ======= ============================ ========= ========
        dtype   hue                          sat.      value
        ======= ============================ ========= ========
        uint8   0..179, half the degrees     0..255    0..255
        float32 0..360 degrees               0..1      0..255
        ======= ============================ ========= ========

        uint8 works in fixed point, bit-equal to OpenCV's ``COLOR_RGB2HSV``. Of float32, OpenCV
        wants RGB from 0 to 1 and gives the value in that range; hue and saturation are the same
        within 5e-5 of the range (OpenCV adds a small number to each divisor). scikit-image scales
        all three to 0..1. The same bits on every CPU and with any number of threads. Where a
        float32 pixel holds NaN or infinity, that pixel's result is unspecified.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32.
    ValueError
        If `image` has another shape.

    References
    ----------
    A. R. Smith, "Color gamut transform pairs", SIGGRAPH 1978, doi:10.1145/800248.807361.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.color.rgb2hsv(np.array([[[0, 255, 0], [128, 128, 128]]], np.uint8))
    array([[[ 60, 255, 255],
            [  0,   0, 128]]], dtype=uint8)
    >>> im.color.rgb2hsv(np.array([[[0, 255, 0]]], np.float32))
    array([[[120.,   1., 255.]]], dtype=float32)
    """
    array = as_image(image, gpu=True)
    return version_for(array, _core.color.rgb2hsv)(array, as_out(out, array.shape, array))


def hsv2rgb(image: npt.ArrayLike, *, out: Array | None = None) -> Array:
    """Turn hue, saturation and value into RGB.

    The inverse of :func:`rgb2hsv`.

    Parameters
    ----------
    image : array_like of shape (H, W, 3), uint8 or float32
        Hue, saturation and value as :func:`rgb2hsv` gives them. Hues past the end of the circle
        start it again.
    out : ndarray of the shape and dtype of `image`, optional
        Where to write; must not overlap `image`.

    Returns
    -------
    ndarray of the shape and dtype of `image`
        R, G, B from 0 to 255. uint8 is rounded to the nearest; OpenCV's ``COLOR_HSV2RGB`` rounds
        down, so that its values are the same or 1 less. float32 is not clipped. The same bits on
        every CPU and with any number of threads. Where a float32 pixel holds NaN, infinity or a hue
        beyond a million turns, that pixel's result is unspecified.

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
    >>> im.color.hsv2rgb(np.array([[[60, 255, 255], [30, 128, 200]]], np.uint8))
    array([[[  0, 255,   0],
            [200, 200, 100]]], dtype=uint8)
    """
    array = as_image(image, gpu=True)
    return version_for(array, _core.color.hsv2rgb)(array, as_out(out, array.shape, array))

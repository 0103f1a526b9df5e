from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._validate import Array, as_float, as_image, as_out

if TYPE_CHECKING:
    import numpy.typing as npt


def adjust(
    image: npt.ArrayLike,
    *,
    brightness: float = 0.0,
    contrast: float = 1.0,
    gamma: float = 1.0,
    gain: float = 1.0,
    middle: float | None = None,
    out: Array | None = None,
) -> Array:
    """Adjust brightness, contrast and gamma in one pass, with one rounding.

    A value ``v`` becomes ``contrast * (v - middle) + middle + brightness``, and then, where
    `gamma` or `gain` is not 1, ``gain * 255 * (max(v, 0) / 255) ** gamma``.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
        Values of 0 to 255 in either dtype. All channels are treated alike.
    brightness : float, default 0
        What is added, in units of the image: 0 to 255 is the whole range.
    contrast : float, default 1
        Distances from `middle` are multiplied by it; 0 leaves a flat image, below 0 inverts.
    gamma : float, default 1
        Exponent, at least 0; above 1 darkens, below 1 brightens.
    gain : float, default 1
        Factor of the result, at least 0.
    middle : float, optional
        The value that contrast leaves alone. Default: the mean of the image's gray (0.299 R +
        0.587 G + 0.114 B for three channels, of all values for any other number). To treat all
        pictures alike, and to save a pass over the image, name one, for instance 128.
    out : ndarray of the shape and dtype of `image`, optional
        Where to write; must not overlap `image`.

    Returns
    -------
    ndarray of the shape and dtype of `image`
        uint8 is the float32 result, rounded (ties to even) and clipped once at the end; it costs
        one pass by a table of 256 values, whatever is adjusted. float32 is not clipped: it may
        leave 0..255. NaN stays NaN. The same bits on every CPU and with any number of threads.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32.
    ValueError
        If `image` has another shape, or a number is not finite, or `gamma` or `gain` negative.

    Notes
    -----
    A chain of calls clips and rounds uint8 after every step, where this does it once. With
    ``middle=0`` contrast is what Pillow and torchvision call brightness: a factor.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.enhance.adjust(np.uint8([[0, 100, 200]]), brightness=10, contrast=1.5, middle=128)
    array([[  0,  96, 246]], dtype=uint8)
    """
    array = as_image(image)
    return _core.enhance.adjust(
        array,
        as_float(brightness, "brightness"),
        as_float(contrast, "contrast"),
        as_float(gamma, "gamma"),
        as_float(gain, "gain"),
        None if middle is None else as_float(middle, "middle"),
        as_out(out, array.shape, array),
    )


def adjust_brightness(image: npt.ArrayLike, amount: float, *, out: Array | None = None) -> Array:
    """Add a number to every value.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
        Values of 0 to 255 in either dtype. All channels are treated alike.
    amount : float
        What is added, in units of the image. (Pillow's and torchvision's brightness is a factor:
        ``adjust_contrast(image, factor, middle=0)``.)
    out : ndarray of the shape and dtype of `image`, optional
        Where to write; must not overlap `image`.

    Returns
    -------
    ndarray of the shape and dtype of `image`
        uint8 is rounded and clipped; float32 is not clipped. See `adjust`.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32.
    ValueError
        If `image` has another shape, or `amount` is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.enhance.adjust_brightness(np.uint8([[0, 100, 250]]), 10)
    array([[ 10, 110, 255]], dtype=uint8)
    """
    return adjust(image, brightness=as_float(amount, "amount"), out=out)


def adjust_contrast(
    image: npt.ArrayLike, factor: float, *, middle: float | None = None, out: Array | None = None
) -> Array:
    """Move every value away from the middle, or towards it: ``factor * (v - middle) + middle``.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
        Values of 0 to 255 in either dtype. All channels are treated alike.
    factor : float
        Above 1 there is more contrast, below 1 less, at 0 none.
    middle : float, optional
        The value that stays. Default: the mean of the image's gray, as in Pillow's
        ``ImageEnhance.Contrast`` and torchvision's ``adjust_contrast``. A number, for instance
        128, treats all pictures alike and saves a pass over the image.
    out : ndarray of the shape and dtype of `image`, optional
        Where to write; must not overlap `image`.

    Returns
    -------
    ndarray of the shape and dtype of `image`
        uint8 is rounded and clipped (Pillow and torchvision cut fractions off, and Pillow rounds
        the mean: differences of 1); float32 is not clipped. See `adjust`.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32.
    ValueError
        If `image` has another shape, or `factor` or `middle` is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.enhance.adjust_contrast(np.uint8([[50, 100, 150]]), 2)
    array([[  0, 100, 200]], dtype=uint8)
    """
    return adjust(image, contrast=as_float(factor, "factor"), middle=middle, out=out)


def adjust_gamma(
    image: npt.ArrayLike, gamma: float = 1.0, gain: float = 1.0, *, out: Array | None = None
) -> Array:
    """Raise every value to a power: ``gain * 255 * (v / 255) ** gamma``.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
        Values of 0 to 255 in either dtype. All channels are treated alike.
    gamma : float, default 1
        Exponent, at least 0; above 1 darkens, below 1 brightens.
    gain : float, default 1
        Factor of the result, at least 0.
    out : ndarray of the shape and dtype of `image`, optional
        Where to write; must not overlap `image`.

    Returns
    -------
    ndarray of the shape and dtype of `image`
        uint8 as in scikit-image's ``exposure.adjust_gamma`` (rounded and clipped; ties may differ
        by 1). float32 within 1e-5 of the definition, not clipped; negative values count as zero
        unless `gamma` is 1, where scikit-image refuses them and takes 0..1 for the range. See
        `adjust`.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32.
    ValueError
        If `image` has another shape, or `gamma` or `gain` is negative or not finite.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.enhance.adjust_gamma(np.uint8([[0, 64, 128, 255]]), 2)
    array([[  0,  16,  64, 255]], dtype=uint8)
    """
    return adjust(image, gamma=gamma, gain=gain, out=out)

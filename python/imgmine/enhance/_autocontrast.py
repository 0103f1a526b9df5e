from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._validate import UINT8, Array, as_bool, as_float, as_image, as_out

if TYPE_CHECKING:
    import numpy.typing as npt


def autocontrast(
    image: npt.ArrayLike,
    *,
    cutoff: float | tuple[float, float] = 0.0,
    per_channel: bool = True,
    out: Array | None = None,
) -> Array:
    """Stretch values linearly so that the darkest become 0 and the lightest 255.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8
    cutoff : float or (float, float), default 0
        Share of pixels, in percent, that may be clipped at either end, or at the dark and at the
        light end; at least 0, together below 100.
    per_channel : bool, default True
        Whether each channel is stretched for itself, which also balances colors. False: the limits
        of the gray image hold for all channels (1 or 3 of them), and colors keep their tone.
    out : ndarray of the shape and dtype of `image`, optional
        Where to write; must not overlap `image`.

    Returns
    -------
    ndarray of the shape and dtype of `image`
        Bit-equal to Pillow's ``ImageOps.autocontrast`` (``preserve_tone=not per_channel``), which
        cuts fractions off. A channel of one value stays as it is.

    Raises
    ------
    TypeError
        If `image` is not uint8.
    ValueError
        If `image` has another shape, or `cutoff` is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.enhance.autocontrast(np.uint8([[50, 100, 150]]))
    array([[  0, 127, 255]], dtype=uint8)
    """
    array = as_image(image, (UINT8,))
    low, high = as_cutoff(cutoff)
    return _core.enhance.autocontrast(
        array, low, high, as_bool(per_channel, "per_channel"), as_out(out, array.shape, array)
    )


def as_cutoff(cutoff: float | tuple[float, float]) -> tuple[float, float]:
    """Return the shares at the low and at the high end."""
    both = cutoff if isinstance(cutoff, (tuple, list)) else (cutoff, cutoff)
    if len(both) != 2:
        raise ValueError(f"cutoff must be one or two numbers, got {len(both)}")
    return as_float(both[0], "cutoff"), as_float(both[1], "cutoff")

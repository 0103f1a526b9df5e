from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from .._validate import FLOAT32, Array, as_image, as_out

if TYPE_CHECKING:
    import numpy.typing as npt


def flat_field(
    image: npt.ArrayLike,
    flat: npt.ArrayLike,
    dark: npt.ArrayLike | None = None,
    *,
    out: Array | None = None,
) -> Array:
    """Correct vignetting, uneven light and unequal pixels by a picture of an even surface.

    ``(image - dark) * mean(flat - dark) / (flat - dark)``, each channel with a mean of its own.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
    flat : array_like of the shape of `image`, uint8 or float32
        An evenly lit, even surface, taken with the same optics; best the float32 mean of several
        frames, for uint8 images, too.
    dark : array_like of the shape of `image`, uint8 or float32, optional
        What the sensor gives without light. Default: zero.
    out : ndarray of the shape and dtype of `image`, optional
        Where to write; must not overlap `image`, `flat` or `dark`.

    Returns
    -------
    ndarray of the shape and dtype of `image`
        Computed in float32; uint8 is rounded (ties to even) and clipped. Where `flat` is not above
        `dark`, or is NaN, nothing is known of a pixel's gain: it becomes ``image - dark``, and the
        mean is taken without it. A NaN of a uint8 result (in `dark`) is 0. The same bits on every
        CPU and with any number of threads.

    Raises
    ------
    TypeError
        If an image is neither uint8 nor float32.
    ValueError
        If the shapes differ.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> vignetting = np.float32([[0.5, 1.0, 0.5]]) * 150
    >>> im.enhance.flat_field(np.uint8([[50, 100, 50]]), vignetting)
    array([[67, 67, 67]], dtype=uint8)
    """
    array = as_image(image)
    light = as_frame(flat, "flat", array)
    offset = None if dark is None else as_frame(dark, "dark", array)
    if FLOAT32 in (array.dtype, light.dtype, light.dtype if offset is None else offset.dtype):
        light = light.astype(FLOAT32, "C", copy=False)
        offset = None if offset is None else offset.astype(FLOAT32, "C", copy=False)
    target = as_out(out, array.shape, array)
    if target is not None and any(np.may_share_memory(target, f) for f in (light, offset)):
        raise ValueError("out must not overlap flat or dark")
    return _core.enhance.flat_field(array, light, offset, target)


def as_frame(frame: npt.ArrayLike, name: str, image: Array) -> Array:
    """Return `frame` if it is an image of the shape of `image`."""
    array = as_image(frame, name=name)
    if array.shape != image.shape:
        raise ValueError(f"{name} must have the shape of image, {image.shape}, got {array.shape}")
    return array

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .. import _core
from .._validate import Array, as_float, as_image

if TYPE_CHECKING:
    import numpy.typing as npt


def as_pair(image: npt.ArrayLike, reference: npt.ArrayLike) -> tuple[Array, Array]:
    """Return two images of one shape and dtype."""
    a, b = as_image(image), as_image(reference, name="reference")
    if a.dtype != b.dtype:
        raise TypeError(f"reference must be {a.dtype} as the image is, got {b.dtype}")
    if a.shape != b.shape:
        raise ValueError(f"reference must have the image's shape {a.shape}, got {b.shape}")
    return a, b


def mse(image: npt.ArrayLike, reference: npt.ArrayLike) -> float:
    """Return the mean squared error of an image.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
    reference : array_like of the shape and dtype of `image`

    Returns
    -------
    float
        Mean of ``(image - reference)**2``, in squared values; 0 for images without a pixel. Exact
        for uint8, summed in float64 for float32.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32, or `reference` has another dtype.
    ValueError
        If `image` has another shape than stated, or `reference` than `image`.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.metrics.mse(np.array([[1, 2]], np.uint8), np.array([[4, 2]], np.uint8))
    4.5
    """
    return _core.metrics.mse(*as_pair(image, reference))


def psnr(image: npt.ArrayLike, reference: npt.ArrayLike, *, data_range: float = 255.0) -> float:
    """Return the peak signal-to-noise ratio of an image.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
    reference : array_like of the shape and dtype of `image`
    data_range : float
        How far apart values can be, > 0.

    Returns
    -------
    float
        ``10 log10(data_range**2 / mse)`` in decibels; infinity where the images are equal. From
        about 40 the difference is hard to see.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32, or `reference` has another dtype.
    ValueError
        If `image` has another shape than stated, or `reference` than `image`, or `data_range` is
        not positive.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> round(im.metrics.psnr(np.full((9, 9), 100, np.uint8), np.full((9, 9), 101, np.uint8)), 2)
    48.13
    """
    peak = as_float(data_range, "data_range")
    if not (peak > 0 and math.isfinite(peak)):
        raise ValueError(f"data_range must be finite and positive, got {peak}")
    error = mse(image, reference)
    return 20 * math.log10(peak) - 10 * math.log10(error) if error else math.inf

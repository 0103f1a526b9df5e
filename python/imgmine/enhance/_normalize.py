from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from .._validate import FLOAT32, Array, as_float, as_image, as_name, as_out, from_list

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt


def normalize(
    image: npt.ArrayLike,
    mean: float | Sequence[float],
    std: float | Sequence[float],
    *,
    scale: float = 1 / 255,
    layout: str = "HWC",
    out: Array | None = None,
) -> Array:
    """Subtract a mean and divide by a standard deviation: what networks want of their input.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
        Values of 0 to 255 in either dtype.
    mean : float or sequence of C floats
        Of all channels or of each, in units of ``image * scale``.
    std : float or sequence of C floats
        The same, > 0.
    scale : float, default 1 / 255
        Factor of the image's values before all else; 1 where `mean` and `std` are those of values
        up to 255.
    layout : {"HWC", "CHW"}
        Order of the result's axes.
    out : ndarray of float32 and the result's shape, optional
        Where to write; must not overlap `image`.

    Returns
    -------
    ndarray of float32
        ``(image * scale - mean) / std``, of the shape of `image`, or of shape (C, H, W), C being 1
        for an image without channels. Computed as ``image * (scale / std) - mean / std`` with two
        roundings: within 1e-6 of the larger of both terms. NaN and infinity stay what they are.
        The same bits on every CPU and with any number of threads.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32.
    ValueError
        If `image` has another shape, `mean` or `std` has another number of values or one out of
        range, or `layout` is neither.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> image = np.full((2, 3, 3), 255, np.uint8)
    >>> x = im.enhance.normalize(image, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225), layout="CHW")
    >>> x.shape, x.dtype, x[:, 0, 0].round(3)
    ((3, 2, 3), dtype('float32'), array([2.249, 2.429, 2.64 ], dtype=float32))
    """
    array = as_image(image)
    means, stds = as_numbers(mean, "mean"), as_numbers(std, "std")
    scale, first = as_float(scale, "scale"), channels_first(layout)
    shape = (array.shape[2] if array.ndim == 3 else 1, *array.shape[:2]) if first else array.shape
    target = as_float_out(out, shape, array)
    return _core.enhance.normalize(array, means, stds, scale, first, target)


def as_numbers(values: float | Sequence[float], name: str) -> list[float]:
    """Return one number or a sequence of them as a list."""
    array = from_list(values, name, np.dtype(np.float64))
    if array.ndim > 1:
        raise ValueError(f"{name} must be one number or one for each channel, got {array.shape}")
    return [float(value) for value in array.ravel()]


def channels_first(layout: str) -> bool:
    """Tell whether `layout` is "CHW"."""
    if as_name(layout, "layout") not in ("HWC", "CHW"):
        raise ValueError(f"layout must be 'HWC' or 'CHW', got '{layout}'")
    return layout == "CHW"


def as_float_out(out: Array | None, shape: tuple[int, ...], image: Array) -> Array | None:
    """Return `out` if a float32 result of `shape` can be written there."""
    if isinstance(out, np.ndarray) and out.dtype != FLOAT32:
        raise TypeError(f"out must be float32, got {out.dtype}")
    if isinstance(out, np.ndarray) and np.may_share_memory(out, image):
        raise ValueError("out must not overlap the image")
    return as_out(out, shape, np.empty(0, FLOAT32))

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from .._validate import as_float, as_image, as_int

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from .._validate import Array


def flood_fill(
    image: npt.ArrayLike,
    seed: tuple[int, int],
    value: float | Sequence[float],
    *,
    tolerance: float = 0,
    connectivity: int = 4,
) -> Array:
    """Fill the region of like pixels around a seed.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
    seed : (int, int)
        Row and column of a pixel.
    value : float or sequence of C floats
        What the region gets; for uint8 whole numbers from 0 to 255.
    tolerance : float, default 0
        How far each channel of a pixel may be from the seed's, >= 0.
    connectivity : {4, 8}, default 4
        Neighbors of a pixel.

    Returns
    -------
    ndarray of the shape and dtype of `image`
        A copy.

    Raises
    ------
    TypeError
        If an argument has another dtype or kind.
    ValueError
        If the seed is outside of the image or a parameter is out of range.

    See Also
    --------
    flood_mask : The region as a mask.

    Notes
    -----
    All pixels are compared with the seed: equal to OpenCV's with ``FLOODFILL_FIXED_RANGE`` and, for
    one channel, to scikit-image's.

    Examples
    --------
    >>> import imgmine as im
    >>> import numpy as np
    >>> image = np.uint8([[10, 12, 90, 11]])
    >>> im.segment.flood_fill(image, (0, 0), 255, tolerance=5)
    array([[255, 255,  90,  11]], dtype=uint8)
    """
    row, column = _as_seed(seed)
    return _core.segment.flood_fill(
        as_image(image),
        row,
        column,
        _as_values(value),
        as_float(tolerance, "tolerance"),
        as_int(connectivity, "connectivity"),
    )


def flood_mask(
    image: npt.ArrayLike,
    seed: tuple[int, int],
    *,
    tolerance: float = 0,
    connectivity: int = 4,
) -> Array:
    """Find the region of like pixels around a seed.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
    seed : (int, int)
        Row and column of a pixel.
    tolerance : float, default 0
        How far each channel of a pixel may be from the seed's, >= 0.
    connectivity : {4, 8}, default 4
        Neighbors of a pixel.

    Returns
    -------
    ndarray of shape (H, W), bool

    Raises
    ------
    TypeError
        If an argument has another dtype or kind.
    ValueError
        If the seed is outside of the image or a parameter is out of range.

    See Also
    --------
    flood_fill : A copy of the image with the region filled.

    Examples
    --------
    >>> import imgmine as im
    >>> import numpy as np
    >>> image = np.uint8([[10, 12, 90, 11]])
    >>> im.segment.flood_mask(image, (0, 0), tolerance=5)
    array([[ True,  True, False, False]])
    """
    row, column = _as_seed(seed)
    mask = _core.segment.flood_mask(
        as_image(image),
        row,
        column,
        as_float(tolerance, "tolerance"),
        as_int(connectivity, "connectivity"),
    )
    return mask.view(np.bool_)


def _as_seed(seed: tuple[int, int]) -> tuple[int, int]:
    try:
        row, column = seed
    except (TypeError, ValueError) as error:
        raise TypeError(f"seed must be (row, column), got {seed!r}") from error
    return as_int(row, "seed"), as_int(column, "seed")


def _as_values(value: float | Sequence[float]) -> list[float]:
    if isinstance(value, (list, tuple, np.ndarray)):
        return [as_float(item, "value") for item in value]
    return [as_float(value, "value")]  # type: ignore[arg-type]

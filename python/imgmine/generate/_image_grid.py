from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .._validate import UINT8, Array, as_int
from ._images import as_images

if TYPE_CHECKING:
    import numpy.typing as npt


def image_grid(
    images: npt.ArrayLike, *, columns: int | None = None, gap: int = 2, background: float = 1.0
) -> Array:
    """Return one picture that shows all, row by row.

    Parameters
    ----------
    images : array_like of shape (n, H, W) or (n, H, W, C), uint8 or float32
        float32 from 0 to 1.
    columns : int, optional
        How many stand side by side, > 0. Default: as many as there are rows, or one more.
    gap : int, default 2
        Pixels between them and about them, >= 0.
    background : float, default 1.0
        Brightness of gaps, from 0 (black) to 1 (white).

    Returns
    -------
    ndarray of shape (rows * (H + gap) + gap, columns * (W + gap) + gap[, C])
        Of the dtype of `images`.

    Raises
    ------
    TypeError
        If images are neither uint8 nor float32.
    ValueError
        If they are none, of another shape or float32 outside 0 to 1, or a number is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.generate.image_grid(np.zeros((5, 8, 8), np.uint8), gap=1).shape
    (19, 28)
    """
    pictures = as_images(images)
    n = len(pictures)
    across = _columns(n) if columns is None else as_int(columns, "columns")
    if n < 1 or across < 1 or as_int(gap, "gap") < 0 or not 0 <= background <= 1:
        raise ValueError(
            "images must be at least one, columns above 0, gap not negative and background from 0 "
            f"to 1, got {n} images, {across}, {gap} and {background}"
        )
    down, (height, width) = -(-n // across), pictures.shape[1:3]
    size = down * (height + gap) + gap, across * (width + gap) + gap
    fill = round(255 * background) if pictures.dtype == UINT8 else background
    grid = np.full((*size, *pictures.shape[3:]), fill, pictures.dtype)
    for i, picture in enumerate(pictures):
        top, left = gap + i // across * (height + gap), gap + i % across * (width + gap)
        grid[top : top + height, left : left + width] = picture
    return grid


def _columns(n: int) -> int:
    side = max(1, int(np.sqrt(n)))
    return side if side * side >= n else side + 1

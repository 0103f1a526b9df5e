from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._validate import UINT8, Array, as_float, as_image, as_int, as_out

if TYPE_CHECKING:
    import numpy.typing as npt


def clahe(
    image: npt.ArrayLike,
    *,
    clip_limit: float = 2.0,
    grid: tuple[int, int] = (8, 8),
    out: Array | None = None,
) -> Array:
    """Equalize the histogram of every part of an image: contrast limited, adaptive.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, 1), uint8
        Gray. Of a color image, treat the lightness: L of `imgmine.color.rgb2lab`, or Y of
        `imgmine.color.rgb2ycbcr`.
    clip_limit : float, default 2
        How often a value may occur in a tile before the rest is shared out among all values, in
        multiples of the average; at least 0. Low limits keep noise down; 0 sets none.
    grid : (int, int), default (8, 8)
        Rows and columns of tiles, 1 to 256 each. (OpenCV's ``tileGridSize`` is columns first.)
    out : ndarray of the shape and dtype of `image`, optional
        Where to write; must not overlap `image`.

    Returns
    -------
    ndarray of the shape and dtype of `image`
        Bit-equal to OpenCV's ``createCLAHE(clip_limit, grid[::-1]).apply``, also where tiles do
        not divide the image: it is then mirrored (reflect101) at the right and at the bottom. The
        same bits on every CPU and with any number of threads.

    Raises
    ------
    TypeError
        If `image` is not uint8.
    ValueError
        If `image` has another shape, or `clip_limit` or `grid` is out of range.

    References
    ----------
    K. Zuiderveld, "Contrast Limited Adaptive Histogram Equalization", Graphics Gems IV,
    Academic Press, 1994. https://doi.org/10.1016/B978-0-12-336156-1.50061-6

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> slope = np.tile(np.arange(100, 132, dtype=np.uint8), (32, 1))
    >>> im.enhance.clahe(slope, clip_limit=0, grid=(1, 1))[0, ::8]
    array([  8,  72, 135, 199], dtype=uint8)
    """
    array = as_image(image, (UINT8,))
    rows, columns = as_grid(grid)
    return _core.enhance.clahe(
        array, as_float(clip_limit, "clip_limit"), rows, columns, as_out(out, array.shape, array)
    )


def as_grid(grid: tuple[int, int]) -> tuple[int, int]:
    """Return the numbers of rows and columns."""
    if not isinstance(grid, (tuple, list)):
        raise TypeError(f"grid must be (rows, columns), got {type(grid).__name__}")
    if len(grid) != 2:
        raise ValueError(f"grid must be (rows, columns), got {len(grid)} numbers")
    return as_int(grid[0], "grid"), as_int(grid[1], "grid")

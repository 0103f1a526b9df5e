from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .. import _core
from .._validate import Array, as_gray_image, as_int
from ._histogram import histogram

if TYPE_CHECKING:
    import numpy.typing as npt


def multiblock_lbp(image: npt.ArrayLike, block: int | tuple[int, int] = 3) -> Array:
    """Compute the multi-block local binary pattern at every place.

    Nine blocks of equal size stand side by side, three by three. Bit ``7 - i`` of the code is 1
    where the sum of block i, counted clockwise from the upper left one, is not below the middle
    one's.

    Parameters
    ----------
    image : array_like of shape (H, W), uint8
    block : int or (int, int), default 3
        Height and width of a block, 1 to 4096.

    Returns
    -------
    ndarray of shape (H - 3 * h + 1, W - 3 * w + 1), uint8
        The codes of all places where nine blocks find room, at the place where the first of them
        begins; empty where they find none. The values of scikit-image's
        ``multiblock_lbp(integral, r, c, w, h)``, from sums that are exact (there they are rounded
        to float32).

    Raises
    ------
    TypeError
        If `image` is not uint8.
    ValueError
        If `image` has another shape, or `block` is out of range.

    References
    ----------
    L. Zhang, R. Chu, S. Xiang, S. Liao, S. Z. Li, "Face detection based on multi-block LBP
    representation", ICB 2007.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.features.multiblock_lbp(np.arange(36, dtype=np.uint8).reshape(6, 6), block=2)
    array([[30]], dtype=uint8)
    """
    return _core.features.multiblock_lbp(as_gray_image(image), *as_block(block))


def as_block(block: int | tuple[int, int]) -> tuple[int, int]:
    """Return a block's height and width."""
    sides = tuple(block) if isinstance(block, Sequence) else (block, block)
    if len(sides) != 2:
        raise ValueError(f"block must be a whole number or (h, w), got {block!r}")
    height, width = (as_int(side, "block") for side in sides)
    if not (1 <= height <= 4096 and 1 <= width <= 4096):
        raise ValueError(f"block must be from 1 to 4096 high and wide, got {block}")
    return height, width


def multiblock_lbp_histogram(
    image: npt.ArrayLike,
    block: int | tuple[int, int] = 3,
    *,
    normalize: str | None = "l1",
) -> Array:
    """Count the codes of `multiblock_lbp`.

    Parameters
    ----------
    image : array_like of shape (H, W), uint8
    block : int or (int, int), default 3
    normalize : {"l1", "l2", "hellinger", None}, default "l1"
        As in `histogram`.

    Returns
    -------
    ndarray of shape (256,), float32

    Raises
    ------
    TypeError
        If `image` is not uint8.
    ValueError
        If `image` has another shape, or `block` or `normalize` is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> counts = im.features.multiblock_lbp_histogram(np.zeros((9, 9), np.uint8), normalize=None)
    >>> counts[255]
    np.float32(1.0)
    """
    return histogram(multiblock_lbp(image, block), 256, normalize=normalize)

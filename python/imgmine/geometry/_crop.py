from __future__ import annotations

from typing import TYPE_CHECKING

from .._validate import Array, as_image
from ._resize import whole_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt


def crop(image: npt.ArrayLike, box: Sequence[int]) -> Array:
    """Cut a rectangle out of an image.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
    box : (int, int, int, int)
        Top, left, height and width in pixels; must lie inside the image and may be empty.

    Returns
    -------
    ndarray of shape (height, width) or (height, width, C) and the dtype of `image`
        A contiguous copy: writing to it leaves `image` alone, and it does not keep a large image
        in memory. Where a view is wanted, ``image[top : top + height, left : left + width]`` is
        one, and every function here takes it without copying.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32, or `box` holds anything but whole numbers.
    ValueError
        If `image` has another shape, or `box` does not lie inside it.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> image = np.arange(12, dtype=np.uint8).reshape(3, 4)
    >>> im.geometry.crop(image, (1, 1, 2, 3))
    array([[ 5,  6,  7],
           [ 9, 10, 11]], dtype=uint8)
    """
    array = as_image(image)
    top, left, height, width = whole_numbers(box, 4, "box", "(top, left, height, width)")
    if min(top, left, height, width) < 0:
        raise ValueError(f"box must not have negative numbers, got {(top, left, height, width)}")
    if top + height > array.shape[0] or left + width > array.shape[1]:
        raise ValueError(
            f"box must lie inside the image of {array.shape[0]} x {array.shape[1]} pixels, "
            f"got {(top, left, height, width)}"
        )
    part: Array = array[top : top + height, left : left + width].copy()
    return part

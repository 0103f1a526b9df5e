from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .. import _core
from .._validate import Array, as_image, as_int, as_name

if TYPE_CHECKING:
    import numpy.typing as npt


def two_sides(size: Sequence[int]) -> tuple[int, int]:
    """Return the height and width that `size` stands for."""
    if not isinstance(size, Sequence) or len(size) != 2:
        raise ValueError(f"size must be (height, width), got {size!r}")
    return as_int(size[0], "size"), as_int(size[1], "size")


def resize(image: npt.ArrayLike, size: Sequence[int], method: str = "area") -> Array:
    """Resample an image to another size.

    The corners of both images coincide: pixel centers are at halves, as in OpenCV and Pillow.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
        Not empty, unless `size` is.
    size : (int, int)
        New height and width, 0 to 8388608 pixels.
    method : {"area", "linear"}, default "area"
        ``"area"``: the mean over the rectangle that a new pixel covers; the one for shrinking.
        ``"linear"``: between the four nearest pixels, without smoothing before shrinking: for
        enlarging.

    Returns
    -------
    ndarray of shape (height, width) or (height, width, C) and the dtype of `image`
        "area" of uint8 is exact, rounded half up. OpenCV's ``INTER_AREA`` agrees within 1 where
        both sides shrink; where one grows it does something else. "linear" of uint8 is within 1
        of the exact value. The same bits on every CPU and with any number of threads.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32.
    ValueError
        If `image` has another shape, or `size` or `method` is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.geometry.resize(np.array([[0, 100], [200, 100]], np.uint8), (1, 2))
    array([[100, 100]], dtype=uint8)
    """
    array = as_image(image)
    height, width = two_sides(size)
    return _core.geometry.resize(array, height, width, as_name(method, "method"))

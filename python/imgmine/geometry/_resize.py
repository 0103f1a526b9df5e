from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from .._backend import version_for
from .._validate import Array, as_image, as_int, as_name, as_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt


def whole_numbers(values: Sequence[int], n: int, name: str, form: str) -> tuple[int, ...]:
    """Return `values`, a list, tuple or array of `n` whole numbers; `form` says what they are."""
    if not isinstance(values, (list, tuple, np.ndarray)) or len(values) != n:
        raise ValueError(f"{name} must be {form}, got {values!r}")
    return tuple(as_int(item, name) for item in values)


def two_sides(size: Sequence[int]) -> tuple[int, int]:
    """Return the height and width that `size` stands for."""
    height, width = whole_numbers(size, 2, "size", "(height, width)")
    return height, width


def resize(
    image: npt.ArrayLike, size: Sequence[int], method: str = "area", *, out: Array | None = None
) -> Array:
    """Resample an image to another size.

    The corners of both images coincide: pixel centers are at halves, as in OpenCV and Pillow.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
        Not empty, unless `size` is.
    size : (int, int)
        New height and width, 0 to 8388608 pixels.
    method : {"area", "linear", "cubic", "lanczos", "nearest"}, default "area"
        ``"area"``: the mean over the rectangle that a new pixel covers; the one for shrinking.
        ``"linear"``: between the four nearest pixels. ``"cubic"``: Keys' cubic with a = -0.75
        through the sixteen nearest. Neither smooths before shrinking: for enlarging.
        ``"lanczos"``: three lobes, as wide as the shrinking asks for: sharpest, for both.
        ``"nearest"``: the pixel that the new one's center lies in, the later one where that is
        a border: for masks and labels.
    out : ndarray of the new shape and the dtype of `image`, optional
        Where to write; must not overlap `image`.

    Returns
    -------
    ndarray of shape (height, width) or (height, width, C) and the dtype of `image`
        The same bits on every CPU and with any number of threads. Edge pixels are repeated, but
        for "lanczos", which leaves out what lies outside. A float result is finite just where
        all pixels that weigh in are.

    Notes
    -----
    "area" of uint8 is exact, rounded half up; float32 is within 1e-5 of the exact mean for any
    ratio. OpenCV's ``INTER_AREA`` agrees within 1 where both sides shrink; where one grows it does
    something else.

    "linear" of uint8 is within 1 of the exact value and of OpenCV's ``INTER_LINEAR``.

    "cubic" follows OpenCV's ``INTER_CUBIC`` (Pillow's ``BICUBIC`` has a = -0.5 and smooths),
    within 1 for uint8. float32 weights are exact to the last bit, where OpenCV computes positions
    in float32.

    "lanczos" has the weights of Pillow's ``LANCZOS``. uint8 is within 1 of the exact value, rounded
    once, where the image is at most 256 times as high and as wide as the new one. Pillow rounds
    uint8 after one axis and again after the other, and cuts off each time what lies past 0 and 255:
    in pictures it agrees within 1, but beside hard edges of black and white it may be some tens off
    the exact value, and so off this one. OpenCV's ``INTER_LANCZOS4`` has four lobes and does not
    smooth.

    "nearest" is what OpenCV calls ``INTER_NEAREST_EXACT`` and Pillow ``NEAREST``; both may take
    the pixel before where a center lies on a border, or very near to one, as they round
    positions. ``INTER_NEAREST`` takes the pixel at the new one's corner instead.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32, or `size` holds anything but whole numbers.
    ValueError
        If `image` has another shape, or `size` or `method` is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.geometry.resize(np.array([[0, 100], [200, 100]], np.uint8), (1, 2))
    array([[100, 100]], dtype=uint8)
    """
    array = as_image(image, gpu=True)
    height, width = two_sides(size)
    return version_for(array, _core.geometry.resize)(
        array,
        height,
        width,
        as_name(method, "method"),
        as_out(out, resized_shape(array, height, width), array),
    )


def resized_shape(array: Array, height: int, width: int) -> tuple[int, ...]:
    """Return the shape of an image, or of a batch on a GPU, at another size."""
    n_before = max(array.ndim - 3, 0)
    return (*array.shape[:n_before], height, width, *array.shape[n_before + 2 :])

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._backend import version_for
from .._validate import Array, as_image, as_int, as_name, as_out

if TYPE_CHECKING:
    import numpy.typing as npt


def box_blur(
    image: npt.ArrayLike,
    ksize: int | tuple[int, int],
    *,
    border: str = "reflect101",
    out: Array | None = None,
) -> Array:
    """Smooth an image with the mean over a box around each pixel.

    The time does not depend on the size of the box.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
        Channels are blurred independently.
    ksize : int or (int, int)
        Side of the box in pixels, or its height and width; positive, together at most 2^24 pixels.
        A side of an even size reaches one pixel further up or to the left: ``ksize // 2`` pixels
        before, ``(ksize - 1) // 2`` after.
    border : {"reflect101", "reflect", "replicate", "wrap", "constant"}
        What lies past the edge of ``a b c d``: ``d c b | a b c d | c b a``,
        ``c b a | a b c d | d c b``, ``a a a | a b c d | d d d``, ``b c d | a b c d | a b c``,
        zeros.
    out : ndarray of the shape and dtype of `image`, optional
        Where to write; must not overlap `image`.

    Returns
    -------
    ndarray of the shape and dtype of `image`
        uint8 is rounded to nearest, halves up: bit-equal to OpenCV's ``blur`` for boxes of up to
        256 pixels; beyond, OpenCV rounds the product with a rounded reciprocal and may differ by
        one where the mean is (almost) half a level. float32 is summed in double; its error is
        below 1e-6 of the image's largest finite value. A value that is not finite makes the mean
        of every box that holds it an infinity or NaN and touches no other. The same bits on every
        CPU and with any number of threads.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32, or `ksize` no whole number nor a pair of them.
    ValueError
        If `image` has another shape, or `ksize` or `border` is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> dot = np.zeros((3, 5), np.uint8)
    >>> dot[1, 2] = 90
    >>> im.filters.box_blur(dot, 3, border="constant")
    array([[ 0, 10, 10, 10,  0],
           [ 0, 10, 10, 10,  0],
           [ 0, 10, 10, 10,  0]], dtype=uint8)
    """
    array = as_image(image, gpu=True)
    height, width = as_sides(ksize)
    blur, checked_out = version_for(array, _core.filters.box_blur), as_out(out, array.shape, array)
    return blur(array, height, width, as_name(border, "border"), checked_out)


def as_sides(ksize: int | tuple[int, int]) -> tuple[int, int]:
    """Return the height and width of a box."""
    sides = tuple(ksize) if isinstance(ksize, (tuple, list)) else (ksize, ksize)
    if len(sides) != 2:
        raise ValueError(f"ksize must be one whole number or two, got {len(sides)}")
    return as_int(sides[0], "ksize"), as_int(sides[1], "ksize")

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from .. import _core
from .._validate import Array, as_image, as_int, as_name, as_out, to_array

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

Footprint: TypeAlias = "int | tuple[int, int] | npt.ArrayLike"


def erode(
    image: npt.ArrayLike,
    footprint: Footprint = 3,
    *,
    iterations: int = 1,
    border: str = "reflect101",
    out: Array | None = None,
) -> Array:
    """Replace each pixel by the lowest of those around it.

    Bright areas shrink by the footprint; bright specks smaller than it vanish.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
        Channels are filtered independently.
    footprint : int, (int, int) or array_like of shape (h, w), bool or 0 and 1, default 3
        Which pixels around one count: a square of that side, a rectangle of that height and width
        (``(1, 15)`` is a line), or those where the array is not zero. Its anchor is at
        ``(h // 2, w // 2)``. Sides from 1 to 65535.
    iterations : int, default 1
        How many times in a row, 1 or more.
    border : {"reflect101", "reflect", "replicate", "wrap", "constant"}
        What lies past the edge of ``a b c d``: ``d c b | a b c d | c b a``,
        ``c b a | a b c d | d c b``, ``a a a | a b c d | d d d``, ``b c d | a b c d | a b c``,
        zeros.
    out : ndarray of the shape and dtype of `image`, optional
        Where to write; must not overlap `image`.

    Returns
    -------
    ndarray of the shape and dtype of `image`
        Exact. NaN counts as greater than infinity, so an erosion passes over it and a dilation
        keeps it. The same bits on every CPU and with any number of threads.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32, or `footprint` holds neither bools nor whole
        numbers.
    ValueError
        If `image` or `footprint` has another shape, `footprint` has no pixel that counts, or
        `iterations` or `border` is out of range.

    See Also
    --------
    dilate, opening, closing

    Notes
    -----
    The time of a rectangle does not depend on its size [1]_ [2]_; of any other footprint it grows
    with the number of runs in its rows.

    Equal to SciPy's ``grey_erosion`` (its ``mode="mirror"`` is ``"reflect101"``, ``"nearest"`` is
    ``"replicate"``) and to OpenCV's ``erode``, but for OpenCV's default border, which leaves out
    what lies past the edge: for a rectangle that is ``border="replicate"``.

    References
    ----------
    .. [1] M. van Herk, A fast algorithm for local minimum and maximum filters on rectangular and
       octagonal kernels, Pattern Recognition Letters 13(7), 1992.
       doi:10.1016/0167-8655(92)90069-C
    .. [2] J. Gil, M. Werman, Computing 2-D min, median, and max filters, IEEE Transactions on
       Pattern Analysis and Machine Intelligence 15(5), 1993. doi:10.1109/34.211471

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> square = np.zeros((5, 6), np.uint8)
    >>> square[1:4, 1:5] = 9
    >>> im.filters.erode(square, 3)
    array([[0, 0, 0, 0, 0, 0],
           [0, 0, 0, 0, 0, 0],
           [0, 0, 9, 9, 0, 0],
           [0, 0, 0, 0, 0, 0],
           [0, 0, 0, 0, 0, 0]], dtype=uint8)
    """
    return _apply(_core.filters.erode, image, footprint, iterations, border, out)


def dilate(
    image: npt.ArrayLike,
    footprint: Footprint = 3,
    *,
    iterations: int = 1,
    border: str = "reflect101",
    out: Array | None = None,
) -> Array:
    """Replace each pixel by the highest of those around it.

    Bright areas grow by the footprint; dark specks smaller than it vanish.

    Parameters
    ----------
    image, footprint, iterations, border, out : as `erode` has them

    Returns
    -------
    ndarray of the shape and dtype of `image`
        Exact. NaN counts as greater than infinity. The same bits on every CPU and with any number
        of threads.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32, or `footprint` holds neither bools nor whole
        numbers.
    ValueError
        If `image` or `footprint` has another shape, `footprint` has no pixel that counts, or
        `iterations` or `border` is out of range.

    Notes
    -----
    The footprint is turned by half a circle, as the definition has it and as SciPy's
    ``grey_dilation`` does, so that an `opening` lies at or below its image. OpenCV's ``dilate``
    does not turn it; for symmetric footprints there is no difference.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> dot = np.zeros((4, 5), np.uint8)
    >>> dot[1, 2] = 9
    >>> im.filters.dilate(dot, (1, 3))
    array([[0, 0, 0, 0, 0],
           [0, 9, 9, 9, 0],
           [0, 0, 0, 0, 0],
           [0, 0, 0, 0, 0]], dtype=uint8)
    """
    return _apply(_core.filters.dilate, image, footprint, iterations, border, out)


def opening(
    image: npt.ArrayLike,
    footprint: Footprint = 3,
    *,
    iterations: int = 1,
    border: str = "reflect101",
    out: Array | None = None,
) -> Array:
    """Take away bright details too small for the footprint: erode, then dilate.

    What is left of the image lies at or below it.

    Parameters
    ----------
    image, footprint, iterations, border, out : as `erode` has them
        `iterations` erosions are followed by as many dilations.

    Returns
    -------
    ndarray of the shape and dtype of `image`
        Exact. NaN counts as greater than infinity. The same bits on every CPU and with any number
        of threads.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32, or `footprint` holds neither bools nor whole
        numbers.
    ValueError
        If `image` or `footprint` has another shape, `footprint` has no pixel that counts, or
        `iterations` or `border` is out of range.

    Notes
    -----
    As SciPy's ``grey_opening``.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> row = np.array([[0, 9, 0, 9, 9, 9, 0]], np.uint8)
    >>> im.filters.opening(row, (1, 3))
    array([[0, 0, 0, 9, 9, 9, 0]], dtype=uint8)
    """
    return _apply(_core.filters.opening, image, footprint, iterations, border, out)


def closing(
    image: npt.ArrayLike,
    footprint: Footprint = 3,
    *,
    iterations: int = 1,
    border: str = "reflect101",
    out: Array | None = None,
) -> Array:
    """Fill dark details too small for the footprint: dilate, then erode.

    What becomes of the image lies at or above it.

    Parameters
    ----------
    image, footprint, iterations, border, out : as `erode` has them
        `iterations` dilations are followed by as many erosions.

    Returns
    -------
    ndarray of the shape and dtype of `image`
        Exact. NaN counts as greater than infinity. The same bits on every CPU and with any number
        of threads.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32, or `footprint` holds neither bools nor whole
        numbers.
    ValueError
        If `image` or `footprint` has another shape, `footprint` has no pixel that counts, or
        `iterations` or `border` is out of range.

    Notes
    -----
    As SciPy's ``grey_closing``.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> row = np.array([[9, 9, 0, 9, 9, 9, 9]], np.uint8)
    >>> im.filters.closing(row, (1, 3))
    array([[9, 9, 9, 9, 9, 9, 9]], dtype=uint8)
    """
    return _apply(_core.filters.closing, image, footprint, iterations, border, out)


def _apply(
    operation: Callable[..., Array],
    image: npt.ArrayLike,
    footprint: Footprint,
    iterations: int,
    border: str,
    out: Array | None,
) -> Array:
    array = as_image(image)
    size, mask = _as_footprint(footprint)
    return operation(
        array,
        size,
        mask,
        as_int(iterations, "iterations"),
        as_name(border, "border"),
        as_out(out, array.shape, array),
    )


def _as_footprint(footprint: Footprint) -> tuple[tuple[int, int], Array | None]:
    """Return the height and width of a footprint and, unless it is a rectangle, its pixels."""
    if isinstance(footprint, (int, np.integer, float, bool, str)):
        side = as_int(footprint, "footprint")  # type: ignore[arg-type]
        return (side, side), None
    if isinstance(footprint, tuple) and len(footprint) == 2:
        height, width = footprint
        if isinstance(height, (int, np.integer)) and isinstance(width, (int, np.integer)):
            return (as_int(height, "footprint"), as_int(width, "footprint")), None
    mask = to_array(footprint, "footprint")
    if mask.dtype.kind not in "biu":
        raise TypeError(f"footprint must hold bools or whole numbers, got {mask.dtype}")
    if mask.ndim != 2:
        raise ValueError(
            f"footprint must be an int, two of them or an array of shape (h, w), got shape "
            f"{mask.shape}"
        )
    return (mask.shape[0], mask.shape[1]), np.ascontiguousarray(mask != 0).view(np.uint8)

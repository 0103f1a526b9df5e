from __future__ import annotations

from typing import TYPE_CHECKING, Literal, overload

from .. import _core
from .._validate import UINT8, Array, as_bool, as_image, as_int, as_out

if TYPE_CHECKING:
    import numpy.typing as npt


@overload
def quantize_colors(
    image: npt.ArrayLike,
    k: int,
    *,
    iterations: int = ...,
    return_palette: Literal[False] = ...,
    out: Array | None = ...,
) -> Array: ...
@overload
def quantize_colors(
    image: npt.ArrayLike,
    k: int,
    *,
    iterations: int = ...,
    return_palette: Literal[True],
    out: None = ...,
) -> tuple[Array, Array]: ...
def quantize_colors(
    image: npt.ArrayLike,
    k: int,
    *,
    iterations: int = 10,
    return_palette: bool = False,
    out: Array | None = None,
) -> Array | tuple[Array, Array]:
    """Paint an image with few colors.

    The colors are found by median cut, which divides the box with the greatest squared error until
    there are `k`, and refined by k-means. Both work on the image's colors rounded to 5 bits, each
    standing for the mean of its pixels; each pixel then gets the color that is nearest to its own.

    Parameters
    ----------
    image : array_like of shape (H, W, 3), uint8
        RGB.
    k : int
        Most colors, 1 to 256.
    iterations : int
        Most rounds of k-means; 0 for median cut alone.
    return_palette : bool
        Return places in the palette, and the palette, in place of colors.
    out : ndarray of the shape and dtype of `image`, optional
        Where to write; must not overlap `image`.

    Returns
    -------
    ndarray of shape (H, W, 3), uint8
        The image in at most `k` colors, or with `return_palette`
    indices : ndarray of shape (H, W), uint8
    palette : ndarray of shape (n, 3), uint8
        At most `k` colors, dark ones first: the image is ``palette[indices]``. The same bits on
        every CPU and with any number of threads.

    Raises
    ------
    TypeError
        If `image` is not uint8.
    ValueError
        If `image` has another shape, `k` or `iterations` is out of range, or `out` is given with
        `return_palette`.

    Notes
    -----
    P. Heckbert, "Color image quantization for frame buffer display", SIGGRAPH 1982; S. P. Lloyd,
    "Least squares quantization in PCM", 1982.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> image = np.zeros((4, 4, 3), np.uint8)
    >>> image[:2] = 250, 10, 10
    >>> image[0, 0] = 252, 10, 10
    >>> indices, palette = im.compress.quantize_colors(image, 2, return_palette=True)
    >>> palette
    array([[  0,   0,   0],
           [250,  10,  10]], dtype=uint8)
    """
    array = as_image(image, (UINT8,))
    if array.ndim != 3 or array.shape[2] != 3:
        raise ValueError(f"image must have shape (H, W, 3), got {array.shape}")
    target = as_out(out, array.shape, array)
    palette = _core.compress.color_palette(array, as_int(k, "k"), as_int(iterations, "iterations"))
    if not as_bool(return_palette, "return_palette"):
        return _core.compress.replace_colors(array, palette, target)
    if target is not None:
        raise ValueError("out must not be given with return_palette")
    return _core.compress.nearest_colors(array, palette), palette

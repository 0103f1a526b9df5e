from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._validate import Array, as_float, as_image, as_out

if TYPE_CHECKING:
    import numpy.typing as npt


def dct_compress(image: npt.ArrayLike, keep: float, *, out: Array | None = None) -> Array:
    """Return what is left of an image when only a share of its DCT coefficients is kept.

    The image is cut into blocks of 8 by 8, each channel by itself, and each block transformed, as
    JPEG does it. Of all coefficients of the image those that are largest in magnitude are kept:
    no other choice of so many leaves a smaller squared error.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
    keep : float
        Share of the coefficients that is kept, 0 to 1. A photograph needs about 0.05 to look right.
    out : ndarray of the shape and dtype of `image`, optional
        Where to write; must not overlap `image`.

    Returns
    -------
    ndarray of the shape and dtype of `image`
        The inverse transform, for uint8 rounded to nearest. Judge it by `metrics.psnr` or
        `metrics.ssim`. Blocks that reach past the edge repeat it. Coefficients equal to the
        smallest that is kept are kept, too. A NaN or an infinity spoils its block, and counts as
        large. The same bits on every CPU and with any number of threads.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32.
    ValueError
        If `image` has another shape, or `keep` is out of range.

    Notes
    -----
    N. Ahmed, T. Natarajan and K. R. Rao, "Discrete cosine transform", 1974.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> slope = np.tile(np.arange(0, 240, 10, dtype=np.uint8), (24, 1))
    >>> im.metrics.psnr(im.compress.dct_compress(slope, 0.05), slope) > 35
    True
    """
    array = as_image(image)
    return _core.compress.dct_compress(
        array, as_float(keep, "keep"), as_out(out, array.shape, array)
    )

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._validate import Array, as_float, as_image, as_int, as_name, as_out

if TYPE_CHECKING:
    import numpy.typing as npt


def nl_means(
    image: npt.ArrayLike,
    h: float = 10.0,
    *,
    patch_size: int = 7,
    window_size: int = 21,
    border: str = "reflect101",
    out: Array | None = None,
) -> Array:
    """Take noise out of an image by averaging places that look alike.

    Each pixel becomes the mean of those in a window around it, weighted by how much the patches
    around the two differ: ``exp(-d / h**2)``, where ``d`` is the mean squared difference of the
    patches. What would weigh less than a thousandth is not counted.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
        Up to 4 channels, which are weighted together.
    h : float
        Strength, in values, > 0: about the standard deviation of the noise.
    patch_size : int
        Width and height of the patches that are compared, odd, at most 31.
    window_size : int
        Width and height of the window that is searched, odd, at most 101.
    border : {"reflect101", "reflect", "replicate", "wrap", "constant"}
        What lies past the edge of ``a b c d``: ``d c b | a b c d | c b a``,
        ``c b a | a b c d | d c b``, ``a a a | a b c d | d d d``, ``b c d | a b c d | a b c``,
        zeros.
    out : ndarray of the shape and dtype of `image`, optional
        Where to write; must not overlap `image`.

    Returns
    -------
    ndarray of the shape and dtype of `image`
        uint8: within 1 of OpenCV's ``fastNlMeansDenoising``, which rounds distances and weights.
        (Its ``fastNlMeansDenoisingColored`` works on Lab.) float32: a NaN weighs nothing, and
        what cannot be compared with anything is NaN. The same bits on every CPU and with any
        number of threads.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32.
    ValueError
        If `image` has another shape or more than 4 channels, or `h`, `patch_size`, `window_size`
        or `border` is out of range.

    Notes
    -----
    The cost grows with the area of the window. A. Buades, B. Coll and J.-M. Morel, "A non-local
    algorithm for image denoising", CVPR 2005.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> noisy = np.random.default_rng(0).normal(100, 8, (40, 60)).astype(np.float32)
    >>> bool(im.filters.nl_means(noisy, 8).std() < 4)
    True
    """
    array = as_image(image)
    return _core.filters.nl_means(
        array,
        as_float(h, "h"),
        as_int(patch_size, "patch_size"),
        as_int(window_size, "window_size"),
        as_name(border, "border"),
        as_out(out, array.shape, array),
    )

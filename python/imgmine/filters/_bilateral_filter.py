from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._validate import Array, as_float, as_image, as_int, as_name, as_out

if TYPE_CHECKING:
    import numpy.typing as npt


def bilateral_filter(
    image: npt.ArrayLike,
    sigma_color: float = 25.0,
    sigma_space: float = 3.0,
    *,
    ksize: int | None = None,
    border: str = "reflect101",
    out: Array | None = None,
) -> Array:
    """Smooth an image but not its edges.

    Each pixel becomes the mean of those around it, weighted by how near they are and by how much
    they are like it: ``exp(-r**2 / (2 sigma_space**2)) * exp(-d**2 / (2 sigma_color**2))``, where
    ``r`` is the distance in pixels and ``d`` the sum over the channels of what their values differ
    by.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
        Up to 4 channels, which are weighted together.
    sigma_color : float
        Standard deviation of colors, in values, > 0: what differs by more than twice that is
        across an edge.
    sigma_space : float
        Standard deviation of places, in pixels, > 0.
    ksize : int, optional
        Width of the (round) neighborhood, odd, at most 255. Default: ``3 sigma_space`` on either
        side together, at least 3.
    border : {"reflect101", "reflect", "replicate", "wrap", "constant"}
        What lies past the edge of ``a b c d``: ``d c b | a b c d | c b a``,
        ``c b a | a b c d | d c b``, ``a a a | a b c d | d d d``, ``b c d | a b c d | a b c``,
        zeros.
    out : ndarray of the shape and dtype of `image`, optional
        Where to write; must not overlap `image`.

    Returns
    -------
    ndarray of the shape and dtype of `image`
        uint8: weights are rounded to 1 / 65535 of the pixel's own; within 1 of OpenCV's
        ``bilateralFilter``, whose weights are floats. float32: within 1e-5 of the exact sum; a
        NaN weighs nothing and stays one. The same bits on every CPU and with any number of threads.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32.
    ValueError
        If `image` has another shape or more than 4 channels, or `sigma_color`, `sigma_space`,
        `ksize` or `border` is out of range.

    Notes
    -----
    The cost grows with the area of the neighborhood. C. Tomasi and R. Manduchi, "Bilateral
    filtering for gray and color images", ICCV 1998.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> step = np.repeat(np.array([[10, 12, 10, 200, 202, 200]], np.uint8), 3, axis=0)
    >>> im.filters.bilateral_filter(step, 10, 3)[1]
    array([ 11,  11,  11, 201, 201, 201], dtype=uint8)
    """
    array = as_image(image)
    return _core.filters.bilateral_filter(
        array,
        as_float(sigma_color, "sigma_color"),
        as_float(sigma_space, "sigma_space"),
        None if ksize is None else as_int(ksize, "ksize"),
        as_name(border, "border"),
        as_out(out, array.shape, array),
    )

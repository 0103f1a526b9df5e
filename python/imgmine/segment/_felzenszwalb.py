from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._validate import as_float, as_image, as_int

if TYPE_CHECKING:
    import numpy.typing as npt

    from .._validate import Array


def felzenszwalb(
    image: npt.ArrayLike,
    *,
    scale: float = 100.0,
    sigma: float = 0.8,
    min_size: int = 20,
) -> Array:
    """Split an image into regions that differ more from each other than within themselves.

    Neighboring pixels, eight to a pixel, are joined in the order of how far apart their smoothed
    colors are. Two regions stay apart where the smallest difference between them is above the
    greatest one that joined either of them, plus `scale` divided by its pixels.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
        Less than 2^30 pixels. Values are taken on the scale of 0 to 255; differences from 1024 on
        count as equal.
    scale : float, default 100.0
        The more, the larger the regions become, >= 0.
    sigma : float, default 0.8
        Standard deviation, in pixels, of the Gaussian that smoothes the image first; 0 for none.
    min_size : int, default 20
        Smaller regions are joined with the neighbor from which the least difference parts them.

    Returns
    -------
    ndarray of shape (H, W), int32
        The number of each pixel's region, 1 to n in the order of their first pixels, with any
        number of threads and on any CPU the same. Regions are connected, by corners, too.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32, or a parameter is no number.
    ValueError
        If `image` has another shape, or a parameter is out of range.

    Notes
    -----
    Parameters mean what they do in scikit-image and in the authors' program. Regions are about
    those of scikit-image, but not the same: equal differences are taken in another order there.

    References
    ----------
    P. F. Felzenszwalb, D. P. Huttenlocher, "Efficient Graph-Based Image Segmentation",
    International Journal of Computer Vision 59 (2), 2004, pp. 167-181.
    https://doi.org/10.1023/B:VISI.0000022288.19776.77

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> image = np.zeros((4, 6), np.uint8)
    >>> image[:, 4:] = 200
    >>> im.segment.felzenszwalb(image, sigma=0, min_size=1)
    array([[1, 1, 1, 1, 2, 2],
           [1, 1, 1, 1, 2, 2],
           [1, 1, 1, 1, 2, 2],
           [1, 1, 1, 1, 2, 2]], dtype=int32)
    """
    return _core.segment.felzenszwalb(
        as_image(image),
        as_float(scale, "scale"),
        as_float(sigma, "sigma"),
        as_int(min_size, "min_size"),
    )

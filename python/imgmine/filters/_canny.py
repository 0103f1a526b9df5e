from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._validate import UINT8, Array, as_bool, as_float, as_image, as_int, as_out

if TYPE_CHECKING:
    import numpy.typing as npt


def canny(
    image: npt.ArrayLike,
    low: float,
    high: float,
    *,
    ksize: int = 3,
    l2_gradient: bool = False,
    out: Array | None = None,
) -> Array:
    """Find edges one pixel wide by Canny's method.

    An edge is where the gradient (:func:`sobel`) is a maximum across the edge and above `high`, or
    above `low` and connected to such a pixel. The picture is not smoothed first: do that with
    :func:`gaussian_blur` where it is noisy.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8
        Of several channels, each pixel's first one with the largest gradient counts.
    low, high : float
        Thresholds of the gradient, 0 <= low <= high. A step of 1 between two flat sides has the
        gradient 4 (3 taps), 48 (5) or 40 (7: of the 640 a sixteenth is taken, from the thresholds,
        too).
    ksize : {3, 5, 7}
        Number of taps of the Sobel operator.
    l2_gradient : bool
        Whether the gradient is ``sqrt(gx**2 + gy**2)``. Default: ``abs(gx) + abs(gy)``.
    out : ndarray of shape (H, W) and dtype uint8, optional
        Where to write; must not overlap `image`.

    Returns
    -------
    ndarray of shape (H, W), uint8
        255 on an edge, else 0; equal to OpenCV's ``Canny``, pixel by pixel. Past the picture's
        edge the gradient counts as zero. The same with any number of threads.

    Raises
    ------
    TypeError
        If `image` is not uint8.
    ValueError
        If `image` or `out` has another shape, or `low`, `high` or `ksize` is out of range. (OpenCV
        swaps thresholds in the wrong order.)

    Notes
    -----
    scikit-image's ``canny`` smooths by itself, interpolates the gradient across the edge instead
    of rounding its direction to 45 degrees, and takes 0.1 and 0.2 of a picture scaled to 0..1.

    References
    ----------
    J. Canny, A computational approach to edge detection, IEEE Transactions on Pattern Analysis and
    Machine Intelligence 8 (1986), doi:10.1109/TPAMI.1986.4767851.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> square = np.zeros((6, 6), np.uint8)
    >>> square[2:, 2:] = 200
    >>> im.filters.canny(square, 100, 300)
    array([[  0,   0,   0,   0,   0,   0],
           [  0,   0,   0, 255, 255, 255],
           [  0,   0, 255,   0,   0,   0],
           [  0, 255,   0,   0,   0,   0],
           [  0, 255,   0,   0,   0,   0],
           [  0, 255,   0,   0,   0,   0]], dtype=uint8)
    """
    array = as_image(image, (UINT8,))
    return _core.filters.canny(
        array,
        as_float(low, "low"),
        as_float(high, "high"),
        as_int(ksize, "ksize"),
        as_bool(l2_gradient, "l2_gradient"),
        as_out(out, array.shape[:2], array),
    )

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from .._validate import Array, as_float, as_int, to_array

if TYPE_CHECKING:
    import numpy.typing as npt


def as_points(points: npt.ArrayLike, name: str) -> Array:
    """Return points as an array of shape (n, 2), float64."""
    array = to_array(points, name)
    if array.dtype.kind not in "iuf":
        raise TypeError(f"{name} must hold numbers, got {array.dtype}")
    if array.ndim != 2 or array.shape[1] != 2:
        raise ValueError(f"{name} must have shape (n, 2), got {array.shape}")
    array = np.ascontiguousarray(array, np.float64)
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite")
    return array


def find_homography(
    src: npt.ArrayLike,
    dst: npt.ArrayLike,
    *,
    threshold: float = 3.0,
    confidence: float = 0.995,
    max_iters: int = 2000,
    rng: int = 0,
) -> tuple[Array | None, Array]:
    """Find the projective map that takes most of the points `src` to the points `dst`.

    Two pictures of one plane, or taken from one place, are related by such a map. Random samples
    of four pairs are tried, the best map so far is fitted to all pairs that agree with it, and the
    last one is the least squares of distances in `dst`.

    Parameters
    ----------
    src, dst : array_like of shape (n, 2)
        x and y; finite.
    threshold : float, default 3
        Largest distance in pixels between a point of `dst` and where its partner is mapped to.
    confidence : float, default 0.995
        Stop when the probability is this high that a sample without wrong pairs was tried.
    max_iters : int, default 2000
        Samples at most.
    rng : int, default 0
        Seed, at least 0: the same points give the same bits, on every CPU.

    Returns
    -------
    homography : ndarray of shape (3, 3), float64, or None
        As `imgmine.geometry.warp_perspective` takes it; its last number is 1. None where there are
        fewer than four points, or no four of which no three lie on a line.
    inliers : ndarray of shape (n,), bool
        Which pairs agree with it.

    Raises
    ------
    TypeError
        If the points are no numbers.
    ValueError
        If the points differ in number, are not finite or have another shape, or an option is out
        of range.

    References
    ----------
    O. Chum, J. Matas, J. Kittler, "Locally optimized RANSAC", DAGM 2003. R. Hartley, "In defense of
    the eight-point algorithm", PAMI 19, 1997.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> src = np.array([[0, 0], [9, 0], [9, 9], [0, 9], [5, 2]])
    >>> homography, inliers = im.features.find_homography(src, 2 * src + 1)
    >>> homography.round(6) + 0
    array([[2., 0., 1.],
           [0., 2., 1.],
           [0., 0., 1.]])
    """
    left, right = as_points(src, "src"), as_points(dst, "dst")
    seed = as_int(rng, "rng")
    if seed < 0:
        raise ValueError(f"rng must not be negative, got {rng}")
    return _core.features.find_homography(
        left,
        right,
        as_float(threshold, "threshold"),
        as_float(confidence, "confidence"),
        as_int(max_iters, "max_iters"),
        seed,
    )

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._validate import Array, as_float, as_gray_image, as_int
from ._keypoints import Keypoints
from ._masks import as_mask_of

if TYPE_CHECKING:
    import numpy.typing as npt


def orb(
    image: npt.ArrayLike,
    n: int = 500,
    scale: float = 1.2,
    levels: int = 8,
    *,
    threshold: int = 20,
    mask: npt.ArrayLike | None = None,
) -> tuple[Keypoints, Array]:
    """Find corners at several scales and describe their surroundings by 256 bits.

    Corners of `fast` in each image of a pyramid, the best by Harris' measure; the direction of
    each is that from it to the centroid of light within 15 pixels; its bits compare pairs of
    smoothed pixels, turned into that direction. Fast to find, small, and compared by counting
    bits; `sift` withstands larger changes of scale, view and light.

    Parameters
    ----------
    image : array_like of shape (H, W), uint8
    n : int, default 500
        Number of keypoints at most.
    scale : float, default 1.2
        Ratio of the sides of one level to those of the next, above 1, at most 4.
    levels : int, default 8
        1 to 32. Those with a side of 32 pixels or less are left out.
    threshold : int, default 20
        Of `fast`.
    mask : array_like of shape (H, W), bool, optional
        Where keypoints may lie; their surroundings count everywhere.

    Returns
    -------
    keypoints : Keypoints
        Level by level, strongest first. What a level has too few of, the next ones may have more
        of.
    descriptors : ndarray of shape (len(keypoints), 32), uint8
        To be compared with Hamming distance. The same bits on every CPU and with any number of
        threads.

    Raises
    ------
    TypeError
        If `image` is not uint8 or `mask` not bool.
    ValueError
        If `image` or `mask` has another shape, or an option is out of range.

    Notes
    -----
    The 256 pairs are the library's own, not those of OpenCV: descriptors of the two cannot be
    compared with each other.

    References
    ----------
    E. Rublee, V. Rabaud, K. Konolige, G. Bradski, "ORB: an efficient alternative to SIFT or SURF",
    ICCV 2011.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> image = np.random.default_rng(0).integers(0, 256, (100, 100), np.uint8)
    >>> keypoints, descriptors = im.features.orb(image, n=50)
    >>> len(keypoints), descriptors.shape
    (40, (40, 32))
    """
    array = as_gray_image(image)
    columns, descriptors = _core.features.orb(
        array,
        as_int(n, "n"),
        as_float(scale, "scale"),
        as_int(levels, "levels"),
        as_int(threshold, "threshold"),
        as_mask_of(mask, array),
    )
    return Keypoints(*columns), descriptors

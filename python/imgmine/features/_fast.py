from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._validate import as_bool, as_gray_image, as_int
from ._keypoints import Keypoints
from ._masks import as_mask_of

if TYPE_CHECKING:
    import numpy.typing as npt


def fast(
    image: npt.ArrayLike,
    threshold: int = 20,
    nonmax: bool = True,
    *,
    mask: npt.ArrayLike | None = None,
) -> Keypoints:
    """Find corners by the segment test, FAST-9.

    A pixel is a corner if nine neighboring pixels of the sixteen on a circle of radius 3 around it
    are all lighter than it by more than `threshold`, or all darker.

    Parameters
    ----------
    image : array_like of shape (H, W), uint8
    threshold : int, default 20
        0 to 255.
    nonmax : bool, default True
        Keep only corners whose response is larger than those of their eight neighbors.
    mask : array_like of shape (H, W), bool, optional
        Where corners may lie; their surroundings count everywhere.

    Returns
    -------
    Keypoints
        Row by row, left to right. `response` is the largest threshold at which it is a corner,
        `size` is 7. Places and responses are those of OpenCV's ``FastFeatureDetector`` (without
        `nonmax`, OpenCV gives no responses).

    Raises
    ------
    TypeError
        If `image` is not uint8 or `mask` not bool.
    ValueError
        If `image` or `mask` has another shape, or `threshold` is out of range.

    References
    ----------
    E. Rosten, T. Drummond, "Machine learning for high-speed corner detection", ECCV 2006.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> image = np.zeros((20, 20), np.uint8)
    >>> image[10, 10] = 255
    >>> im.features.fast(image).xy
    array([[10., 10.]], dtype=float32)
    """
    array = as_gray_image(image)
    columns = _core.features.fast(
        array,
        as_int(threshold, "threshold"),
        as_bool(nonmax, "nonmax"),
        as_mask_of(mask, array),
    )
    return Keypoints(*columns)

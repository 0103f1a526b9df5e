from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from .._validate import Array, as_float, as_image, as_name
from ._rotate import rotate
from ._warp_affine import warp_affine
from ._warp_arguments import as_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

# Degrees: letters lean more than pages do.
MAX_ANGLE = {"moments": 45.0, "projection": 15.0}


def deskew(
    image: npt.ArrayLike,
    *,
    method: str = "moments",
    max_angle: float | None = None,
    background: float | Sequence[float] | None = None,
) -> Array:
    """Set a leaning digit upright, or the lines of a page level.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
        Ink on paper, dark on light or light on dark: what differs from `background` is ink.
    method : {"moments", "projection"}
        ``"moments"``, for a digit or a letter: shear it by its second moments mu11 / mu02 about
        the middle row, the classic preparation of MNIST. ``"projection"``, for pages: turn it by
        the angle at which its lines of text stand out most, see :func:`skew_angle`.
    max_angle : float, optional
        Never by more degrees, above 0 and at most 45. Default: 45 for ``"moments"``, 15 for
        ``"projection"``.
    background : float or sequence of float, optional
        The paper, one number or one per channel; it fills what comes in from outside, too.
        Default: the median of the image's outermost pixels, channel by channel.

    Returns
    -------
    ndarray of the shape and dtype of `image`
        Interpolated linearly, see :func:`warp_affine`.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32, or an argument is of the wrong kind.
    ValueError
        If `image` has another shape, or an argument is out of range.

    Notes
    -----
    ``"moments"`` is ``deskew`` of OpenCV's digits sample (``samples/python/digits.py``), which
    shears about row H / 2 where this does about the middle, (H - 1) / 2.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> leaning = np.eye(9, dtype=np.uint8)[::-1] * 255
    >>> upright = im.geometry.deskew(leaning, background=0)
    >>> bool((upright[:, 4] == 255).all())
    True
    """
    array = as_image(image)
    limit = limit_of(method, max_angle)
    paper = paper_of(array, background)
    if method == "projection":
        angle = _core.geometry.text_angle(array, paper, limit)
        return rotate(array, -angle, value=paper)
    most = math.tan(math.radians(limit))
    shear = min(max(_core.geometry.shear(array, paper), -most), most)
    middle = (array.shape[0] - 1) / 2
    matrix = [[1, shear, -shear * middle], [0, 1, 0]]
    return warp_affine(array, matrix, value=paper, inverse=True)


def skew_angle(
    image: npt.ArrayLike,
    *,
    method: str = "moments",
    max_angle: float | None = None,
    background: float | Sequence[float] | None = None,
) -> float:
    """Measure by how much a digit leans, or a page's lines of text are turned.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
        Ink on paper, dark on light or light on dark: what differs from `background` is ink.
    method : {"moments", "projection"}
        For a digit or a letter; for a page.
    max_angle : float, optional
        The largest angle to find, above 0 and at most 45 degrees. Default: 45 for ``"moments"``,
        15 for ``"projection"``.
    background : float or sequence of float, optional
        The paper, one number or one per channel. Default: the median of the image's outermost
        pixels, channel by channel.

    Returns
    -------
    float
        Degrees. ``"moments"``: how far the ink leans to the right. ``"projection"``: by how much
        the lines of text are turned counter-clockwise; ``rotate(image, -angle)`` levels them.
        0 where there is no ink.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32, or an argument is of the wrong kind.
    ValueError
        If `image` has another shape, or an argument is out of range.

    Notes
    -----
    ``"projection"`` sums the ink along lines of each angle and takes the angle whose sums differ
    most from each to the next (the sum of their squared differences; after Postl [1]_), in steps
    of 0.5, 0.1 and 0.02 degrees. Large images are looked at in a smaller scale. On pages of text
    it is good to 0.1 degrees.

    References
    ----------
    .. [1] W. Postl, "Detection of linear oblique structures and skew scan in digitized
       documents", Proc. 8th International Conference on Pattern Recognition (1986) 687-689.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> leaning = np.eye(9, dtype=np.uint8)[::-1] * 255
    >>> round(im.geometry.skew_angle(leaning, background=0), 6)
    45.0
    """
    array = as_image(image)
    limit = limit_of(method, max_angle)
    paper = paper_of(array, background)
    if method == "projection":
        return _core.geometry.text_angle(array, paper, limit)
    angle = -math.degrees(math.atan(_core.geometry.shear(array, paper)))
    return min(max(angle, -limit), limit)


def limit_of(method: str, max_angle: float | None) -> float:
    """Return the largest angle of a method."""
    if as_name(method, "method") not in MAX_ANGLE:
        raise ValueError(f"method must be 'moments' or 'projection', got '{method}'")
    limit = MAX_ANGLE[method] if max_angle is None else as_float(max_angle, "max_angle")
    if not 0 < limit <= 45:
        raise ValueError(f"max_angle must be above 0 and at most 45 degrees, got {limit}")
    return limit


def paper_of(image: Array, background: float | Sequence[float] | None) -> list[float]:
    """Return the background, one number per channel."""
    channels = image.shape[2] if image.ndim == 3 else 1
    if background is None:
        return edge_median(image.reshape(image.shape[0], image.shape[1], channels))
    paper = as_values(background, "background")
    if len(paper) not in (1, channels):
        raise ValueError(
            f"background must be one number or one per channel, got {len(paper)} for "
            f"{channels} channels"
        )
    whole = image.dtype != np.uint8 or all(0 <= x <= 255 and x == math.floor(x) for x in paper)
    if not (all(map(math.isfinite, paper)) and whole):
        raise ValueError(
            f"background must be finite, for uint8 a whole number from 0 to 255, got {background}"
        )
    return paper * (channels // len(paper))


def edge_median(image: Array) -> list[float]:
    """Return the lower median of the finite outermost pixels, channel by channel; 0 without any."""
    channels = image.shape[2]
    edges = [image[:1], image[-1:], image[:, :1], image[:, -1:]]
    pixels = np.concatenate([edge.reshape(-1, channels) for edge in edges])
    medians = []
    for values in pixels.T:
        finite = np.sort(values[np.isfinite(values)])
        medians.append(float(finite[(len(finite) - 1) // 2]) if len(finite) else 0.0)
    return medians

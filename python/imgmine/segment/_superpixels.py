from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._validate import UINT8, Array, as_float, as_image, as_int

if TYPE_CHECKING:
    import numpy.typing as npt


def superpixels(
    image: npt.ArrayLike,
    n_segments: int = 300,
    *,
    compactness: float = 5.0,
    edge_weight: float = 0.5,
) -> Array:
    """Divide an image into so many regions that follow its edges.

    Regions of some 36 pixels, by `slic`, are joined two by two, those first whose joining costs
    least: ``n m / (n + m) * (d + edge_weight * e) / p ** 0.25`` for regions of n and m pixels whose
    mean colors in L*a*b* are d apart and which meet along p pixels' sides, e being the mean
    contrast across these. So regions are large where nothing happens and small along what does.

    Parameters
    ----------
    image : array_like of shape (H, W), (H, W, 1) or (H, W, 3), uint8
        Gray or RGB.
    n_segments : int, default 300
        How many regions to find, > 0.
    compactness : float, default 5.0
        That of the small regions (see `slic`), above 0, at most 1000.
    edge_weight : float, default 0.5
        How much the contrast along a border counts beside that of the mean colors, 0 to 1000.

    Returns
    -------
    ndarray of shape (H, W), int32
        Labels from 1, in the order of the regions' first pixels; `n_segments` of them where the
        image has 12 pixels for each, else maybe fewer. Each region is 4-connected. The same on
        every CPU and with any number of threads.

    Raises
    ------
    TypeError
        If `image` is not uint8.
    ValueError
        If `image` has another shape or a parameter is out of range.

    See Also
    --------
    slic : faster, regions of about equal size.

    Notes
    -----
    With ``edge_weight=0`` and the square of d the cost would be Ward's, the growth of the sum of
    squares. The distance itself joins less of what is small and different, and agrees better with
    what people draw.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> image = np.zeros((24, 24), np.uint8)
    >>> image[6:18, 6:18] = 200
    >>> labels = im.segment.superpixels(image, 2)
    >>> bool(((labels == 2) == (image == 200)).all())
    True
    """
    return _core.segment.superpixels(
        as_image(image, (UINT8,)),
        as_int(n_segments, "n_segments"),
        as_float(compactness, "compactness"),
        as_float(edge_weight, "edge_weight"),
    )

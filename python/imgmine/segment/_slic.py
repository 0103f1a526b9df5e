from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._validate import UINT8, Array, as_bool, as_float, as_image, as_int

if TYPE_CHECKING:
    import numpy.typing as npt


def slic(
    image: npt.ArrayLike,
    n_segments: int = 300,
    *,
    compactness: float = 10.0,
    n_iter: int = 10,
    adaptive: bool = False,
    min_size: int | None = None,
) -> Array:
    """Divide an image into regions of like color and about equal size, by SLIC.

    k-means in L*a*b* and position [1]_, each center within a window about it, from a grid of
    centers that are moved off edges. What is not connected to its region or too small joins the
    neighbor whose mean color is nearest.

    Parameters
    ----------
    image : array_like of shape (H, W), (H, W, 1) or (H, W, 3), uint8
        Gray or RGB.
    n_segments : int, default 300
        About how many regions to find, > 0.
    compactness : float, default 10.0
        How far apart in L*a*b* colors must be to count as much as the distance between two centers;
        the greater, the more regions are squares. Above 0, at most 1000.
    n_iter : int, default 10
        Iterations, > 0.
    adaptive : bool, default False
        Each region measures colors by its own spread (SLICO): regions are about as compact in
        textures as elsewhere; `compactness` is only begun with.
    min_size : int, optional
        Fewest pixels of a region; default: a quarter of the mean size asked for.

    Returns
    -------
    ndarray of shape (H, W), int32
        Labels from 1, in the order of the regions' first pixels. Each region is 4-connected. The
        same on every CPU and with any number of threads.

    Raises
    ------
    TypeError
        If `image` is not uint8.
    ValueError
        If `image` has another shape or a parameter is out of range.

    See Also
    --------
    superpixels : slower, follows edges better, exactly as many as asked for.

    Notes
    -----
    Colors are rounded to eighths of L*a*b*, centers to pixels, so that distances are whole numbers.
    Where centers are 6 or 10 pixels apart, an iteration but the last looks at every second or third
    row.

    References
    ----------
    .. [1] R. Achanta et al., "SLIC superpixels compared to state-of-the-art superpixel methods",
       TPAMI 34 (11), 2012.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> image = np.zeros((20, 20, 3), np.uint8)
    >>> image[:, 10:] = 255
    >>> labels = im.segment.slic(image, 4)
    >>> labels[5::10, 5::10]
    array([[1, 2],
           [3, 4]], dtype=int32)
    """
    return _core.segment.slic(
        as_image(image, (UINT8,)),
        as_int(n_segments, "n_segments"),
        as_float(compactness, "compactness"),
        as_int(n_iter, "n_iter"),
        as_bool(adaptive, "adaptive"),
        None if min_size is None else as_int(min_size, "min_size"),
    )

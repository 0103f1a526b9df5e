from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from .._validate import UINT8, as_float, as_image, as_int
from ._label_image import as_label_image

if TYPE_CHECKING:
    import numpy.typing as npt

    from .._validate import Array


def merge_regions(
    image: npt.ArrayLike,
    labels: npt.ArrayLike,
    *,
    n_regions: int | None = None,
    threshold: float | None = None,
    weights: tuple[float, float, float] = (0.01, 0.08, 0.8),
) -> Array:
    """Join neighboring regions that differ least, again and again, until things are left.

    What joining two regions costs is how much their colors and textures differ, as a whole and
    where they meet, and how strong the edge between them is; it counts less for small regions, and
    for those with a long common border.

    Parameters
    ----------
    image : array_like of shape (H, W), (H, W, 1) or (H, W, 3), uint8
        RGB or gray.
    labels : array_like of shape (H, W), of whole numbers from 0 to 2^31 - 1
        The regions, some hundred of them, say by :func:`superpixels`. 0 is no region and stays.
    n_regions : int, optional
        Joining ends when so many are left, >= 1.
    threshold : float, optional
        Joining ends where it would cost more, >= 0. The default is 1 without `n_regions`, else
        none: with both, joining ends at whichever comes first.
    weights : (float, float, float), default (0.01, 0.08, 0.8)
        What differences of mean colors, edges, and differences of histograms count (see Notes),
        from 0 to 10^6 each.

    Returns
    -------
    ndarray of shape (H, W), int32
        Labels of 1 to n in the order of their first pixels; with any number of threads and on any
        CPU the same.

    Raises
    ------
    TypeError
        If `image` is not uint8, `labels` is not of whole numbers, or a parameter is no number.
    ValueError
        If one of them has another shape, or a label or parameter is out of range.

    Notes
    -----
    Joining costs ``s (m / p) ** 0.2``. Regions of a and b pixels of N have ``m = a b / (a + b) /
    N``, and p is the part of the shorter of their borders that is common to both. With `weights`
    u, v and w, ``s = u d + v g + w (c + t + c' + t')``: the distance d of their mean colors in
    L*a*b*, where a* and b* count double; the mean gradient g along the common border; the
    chi-squared distances, 0 to 1, of their histograms of colors, c, and of textures, t; and the
    same between those of the given regions that meet there, averaged along the common border. Of
    equal costs the one with the lower labels counts. The default weights were chosen on 60 pictures
    of BSDS500.

    Time grows with the regions times their neighbors, and memory is 450 bytes a region.

    References
    ----------
    P. Arbelaez, M. Maire, C. Fowlkes, J. Malik, "Contour Detection and Hierarchical Image
    Segmentation", IEEE Transactions on Pattern Analysis and Machine Intelligence 33 (5), 2011,
    pp. 898-916. https://doi.org/10.1109/TPAMI.2010.161
    J. R. R. Uijlings, K. E. A. van de Sande, T. Gevers, A. W. M. Smeulders, "Selective Search for
    Object Recognition", International Journal of Computer Vision 104 (2), 2013, pp. 154-171.
    https://doi.org/10.1007/s11263-013-0620-5

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> image = np.repeat(np.uint8([[10, 12, 200, 190]]), 2, axis=0)
    >>> im.segment.merge_regions(image, [[1, 2, 3, 4], [1, 2, 3, 4]], n_regions=2)
    array([[1, 1, 2, 2],
           [1, 1, 2, 2]], dtype=int32)
    """
    if not isinstance(weights, (tuple, list, np.ndarray)) or len(weights) != 3:
        raise ValueError(f"weights must be three numbers, got {weights!r}")
    return _core.segment.merge_regions(
        as_image(image, (UINT8,)),
        as_label_image(labels),
        None if n_regions is None else as_int(n_regions, "n_regions"),
        None if threshold is None else as_float(threshold, "threshold"),
        *(as_float(weight, "weights") for weight in weights),
    )

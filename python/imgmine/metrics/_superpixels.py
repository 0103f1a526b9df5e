"""How well small regions keep to the true ones, to the image and to a shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .._validate import as_image
from ._label_images import as_label_image, places, table

if TYPE_CHECKING:
    import numpy.typing as npt

    from ._labels import FloatArray


def undersegmentation_error(labels: npt.ArrayLike, truth: npt.ArrayLike) -> float:
    """Return how many pixels regions spill over the true regions that they touch, as a share.

    Where a region and a true one overlap, the smaller of what lies inside and what lies outside
    counts as spilt (Neubert and Protzel 2012), so that a region that hardly touches costs little.

    Parameters
    ----------
    labels, truth : array_like of shape (H, W), any whole numbers
        Regions and true regions.

    Returns
    -------
    float
        Spilt pixels over all pixels; 0 where each region lies within a true one. It falls with the
        number of regions: compare at equal numbers.

    Raises
    ------
    TypeError
        If `labels` or `truth` does not hold whole numbers.
    ValueError
        If they are empty, have different shapes or are not of shape (H, W).

    References
    ----------
    P. Neubert, P. Protzel, "Superpixel Benchmark and Comparison", Forum Bildverarbeitung, 2012.

    Examples
    --------
    >>> import imgmine as im
    >>> im.metrics.undersegmentation_error([[1, 1, 1, 2]], [[1, 1, 2, 2]])
    0.5
    """
    pairs = table(labels, truth)
    outside = pairs.of_rows[pairs.rows] - pairs.counts
    return int(np.minimum(pairs.counts, outside).sum()) / pairs.n


def achievable_segmentation_accuracy(labels: npt.ArrayLike, truth: npt.ArrayLike) -> float:
    """Return the share of the pixels that are right if each region gets its best true label.

    The limit of whatever labels whole regions (Liu et al. 2011).

    Parameters
    ----------
    labels, truth : array_like of shape (H, W), any whole numbers
        Regions and true regions.

    Returns
    -------
    float
        Above 0, up to 1.

    Raises
    ------
    TypeError
        If `labels` or `truth` does not hold whole numbers.
    ValueError
        If they are empty, have different shapes or are not of shape (H, W).

    References
    ----------
    M.-Y. Liu, O. Tuzel, S. Ramalingam, R. Chellappa, "Entropy Rate Superpixel Segmentation", CVPR
    2011.

    Examples
    --------
    >>> import imgmine as im
    >>> im.metrics.achievable_segmentation_accuracy([[1, 1, 1, 2]], [[1, 1, 2, 2]])
    0.75
    """
    pairs = table(labels, truth)
    best = np.zeros(len(pairs.of_rows), np.intp)
    np.maximum.at(best, pairs.rows, pairs.counts)
    return int(best.sum()) / pairs.n


def explained_variation(image: npt.ArrayLike, labels: npt.ArrayLike) -> float:
    """Return the share of the image's variance that the means of the regions account for.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
        Finite. All channels count alike.
    labels : array_like of shape (H, W), any whole numbers
        Regions.

    Returns
    -------
    float
        From 0, one region, to 1, each region of one color; 1 if the whole image has one color.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32, or `labels` does not hold whole numbers.
    ValueError
        If `image` or `labels` has another shape than stated, or they are empty.

    References
    ----------
    A. P. Moore, S. J. D. Prince, J. Warrell, U. Mohammed, G. Jones, "Superpixel lattices", CVPR
    2008.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.metrics.explained_variation(np.uint8([[0, 2, 10, 12]]), [[1, 1, 2, 2]]).__round__(4)
    0.9615
    """
    pixels, regions = as_image(image), as_label_image(labels, "labels")
    if pixels.shape[:2] != regions.shape:
        raise ValueError(
            f"labels must have the image's height and width {pixels.shape[:2]}, got {regions.shape}"
        )
    channels = pixels.reshape(regions.size, -1).T.astype(np.float64)
    numbers = places(regions)
    sizes = np.bincount(numbers)
    parts = [_variation(channel - channel.mean(), numbers, sizes) for channel in channels]
    explained, whole = (sum(part) for part in zip(*parts, strict=True))
    return float(min(explained / whole, 1.0)) if whole else 1.0


def compactness(labels: npt.ArrayLike) -> float:
    """Return how near the regions come to disks: area over squared perimeter, averaged by area.

    Parameters
    ----------
    labels : array_like of shape (H, W), any whole numbers
        Regions; pixels of one label are one region, whether they touch or not.

    Returns
    -------
    float
        Mean over the pixels of ``4 pi area / perimeter**2`` of their region (Schick et al. 2012).
        The perimeter is that of the pixels as squares, image edges included: a square has pi / 4,
        which is the most there can be.

    Raises
    ------
    TypeError
        If `labels` does not hold whole numbers.
    ValueError
        If it is empty or not of shape (H, W).

    References
    ----------
    A. Schick, M. Fischer, R. Stiefelhagen, "Measuring and Evaluating the Compactness of
    Superpixels", ICPR 2012.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> squares = np.kron([[1, 2], [3, 4]], np.ones((5, 5), int))
    >>> round(im.metrics.compactness(squares), 4), round(np.pi / 4, 4)
    (0.7854, 0.7854)
    """
    regions = as_label_image(labels, "labels")
    numbers = places(regions)
    areas = np.bincount(numbers)
    perimeters = _perimeters(numbers.reshape(regions.shape), len(areas))
    found = areas > 0
    quotients = 4 * np.pi * areas[found] / perimeters[found].astype(np.float64) ** 2
    return float(areas[found] @ quotients / regions.size)


def _variation(
    centered: FloatArray, numbers: npt.NDArray[np.intp], sizes: npt.NDArray[np.intp]
) -> tuple[float, float]:
    """Return the sums of squares with the regions' means for the values, and with the values."""
    sums = np.bincount(numbers, centered)
    return float((sums**2 / np.maximum(sizes, 1)).sum()), float((centered**2).sum())


def _perimeters(numbers: npt.NDArray[np.intp], size: int) -> npt.NDArray[np.intp]:
    edges = np.zeros(size, np.intp)
    for side in (numbers, numbers.T):
        differ = side[1:] != side[:-1]
        for part in (side[0], side[-1], side[1:][differ], side[:-1][differ]):
            edges += np.bincount(part, minlength=size)
    return edges

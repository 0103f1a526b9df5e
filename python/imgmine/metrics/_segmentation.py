"""How far a segmentation agrees with the true one: pairs of pixels, information, overlap."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ._label_images import as_label_images, table
from ._labels import as_labels, check_zero_division, divide

if TYPE_CHECKING:
    import numpy.typing as npt

    from .._validate import Array
    from ._labels import FloatArray, IntArray


class AdaptedRand(NamedTuple):
    """What `adapted_rand` returns."""

    f: float
    precision: float
    recall: float


class VariationOfInformation(NamedTuple):
    """What `variation_of_information` returns, in bits."""

    split: float
    merged: float


def adapted_rand(
    labels: npt.ArrayLike, truth: npt.ArrayLike, *, ignore: int | None = None
) -> AdaptedRand:
    """Judge a segmentation by the pairs of pixels that it joins (Arganda-Carreras et al. 2015).

    Parameters
    ----------
    labels, truth : array_like of shape (H, W), any whole numbers
        Regions and true regions; their names do not matter.
    ignore : int, optional
        Pixels of this label in `truth` do not count, as those between cells.

    Returns
    -------
    f : float
        Harmonic mean of precision and recall; 1 less the adapted Rand error.
    precision : float
        Share of the pairs of pixels in one region that are in one true region: low where regions
        are merged. 1 if there is no such pair.
    recall : float
        Share of the pairs of pixels in one true region that are in one region: low where regions
        are split. 1 if there is no such pair.

    Raises
    ------
    TypeError
        If `labels` or `truth` does not hold whole numbers.
    ValueError
        If they are empty, have different shapes or are not of shape (H, W).

    Notes
    -----
    The f of scikit-image's ``adapted_rand_error`` is equal; what it calls precision and recall are
    the other way round, and it ignores the label 0 unless told otherwise.

    References
    ----------
    I. Arganda-Carreras et al., "Crowdsourcing the creation of image segmentation algorithms for
    connectomics", Frontiers in Neuroanatomy 9:142, 2015.

    Examples
    --------
    >>> import imgmine as im
    >>> score = im.metrics.adapted_rand([[1, 1, 1, 1]], [[1, 1, 2, 2]])
    >>> round(score.precision, 3), score.recall
    (0.333, 1.0)
    """
    pairs = table(labels, truth, ignore)
    both, ours, true = map(_pairs, (pairs.counts, pairs.of_rows, pairs.of_columns))
    return AdaptedRand(
        2 * both / (ours + true) if ours + true else 1.0,
        both / ours if ours else 1.0,
        both / true if true else 1.0,
    )


def variation_of_information(
    labels: npt.ArrayLike, truth: npt.ArrayLike, *, ignore: int | None = None
) -> VariationOfInformation:
    """Return what a segmentation and the true one leave open of each other (Meila 2007).

    Parameters
    ----------
    labels, truth : array_like of shape (H, W), any whole numbers
        Regions and true regions; their names do not matter.
    ignore : int, optional
        Pixels of this label in `truth` do not count.

    Returns
    -------
    split : float
        The bits that `truth` leaves open of `labels`, H(labels | truth): true regions cut up.
    merged : float
        The bits that `labels` leaves open of `truth`, H(truth | labels): true regions merged. The
        sum of both is the variation of information, a distance.

    Raises
    ------
    TypeError
        If `labels` or `truth` does not hold whole numbers.
    ValueError
        If they are empty, have different shapes or are not of shape (H, W).

    References
    ----------
    M. Meila, "Comparing clusterings: an information based distance", Journal of Multivariate
    Analysis 98, 2007.

    Examples
    --------
    >>> import imgmine as im
    >>> im.metrics.variation_of_information([[1, 2, 3, 4]], [[1, 1, 2, 2]])
    VariationOfInformation(split=1.0, merged=0.0)
    """
    pairs = table(labels, truth, ignore)
    if pairs.n == 0:
        return VariationOfInformation(0.0, 0.0)
    shares = pairs.counts / pairs.n
    of_truth, of_labels = pairs.of_columns[pairs.columns], pairs.of_rows[pairs.rows]
    return VariationOfInformation(
        float(shares @ np.log2(of_truth / pairs.counts)),
        float(shares @ np.log2(of_labels / pairs.counts)),
    )


def iou(
    labels: npt.ArrayLike,
    truth: npt.ArrayLike,
    *,
    classes: npt.ArrayLike | None = None,
    zero_division: float = 1.0,
) -> float | FloatArray:
    """Return the intersection over the union of masks, or of each of several classes.

    Parameters
    ----------
    labels, truth : array_like of shape (H, W), bool or any whole numbers
        Masks, whose pixels are those that are not zero; or, with `classes`, images of classes.
    classes : array_like of shape (n,), optional
        Judge the pixels of each of these labels; a label means the same in both images.
    zero_division : {0, 1, nan}, default 1
        What stands where neither image has a pixel.

    Returns
    -------
    float, or ndarray of shape (n,), float64
        From 0 to 1, also known as the Jaccard index. Its mean over classes is ``iou(...,
        classes=...).mean()``; with ``zero_division=nan``, NumPy's nanmean leaves out those that
        neither image has.

    Raises
    ------
    TypeError
        If `labels` or `truth` does not hold whole numbers.
    ValueError
        If they are empty, have different shapes or are not of shape (H, W), `classes` is not a
        list of labels, or `zero_division` is another value.

    See Also
    --------
    dice

    Examples
    --------
    >>> import imgmine as im
    >>> im.metrics.iou([[0, 1, 1, 1]], [[1, 1, 1, 0]])
    0.5
    >>> im.metrics.iou([[0, 1, 2, 2]], [[0, 1, 1, 2]], classes=[1, 2])
    array([0.5, 0.5])
    """
    both, ours, true = _overlap(labels, truth, classes)
    ratio = divide(both, ours + true - both, check_zero_division(zero_division))
    return float(ratio[0]) if classes is None else ratio


def dice(
    labels: npt.ArrayLike,
    truth: npt.ArrayLike,
    *,
    classes: npt.ArrayLike | None = None,
    zero_division: float = 1.0,
) -> float | FloatArray:
    """Return twice the intersection over the sum of areas of masks, or of each of several classes.

    Parameters
    ----------
    labels, truth : array_like of shape (H, W), bool or any whole numbers
        Masks or images of classes, as for `iou`.
    classes, zero_division : array_like of shape (n,), optional; {0, 1, nan}, default 1
        As for `iou`.

    Returns
    -------
    float, or ndarray of shape (n,), float64
        From 0 to 1; the F1 score of the pixels, ``2 iou / (1 + iou)``.

    Raises
    ------
    TypeError, ValueError
        As `iou`.

    See Also
    --------
    iou

    Examples
    --------
    >>> import imgmine as im
    >>> im.metrics.dice([[0, 1, 1, 0]], [[1, 1, 0, 0]])
    0.5
    """
    both, ours, true = _overlap(labels, truth, classes)
    ratio = divide(2 * both, ours + true, check_zero_division(zero_division))
    return float(ratio[0]) if classes is None else ratio


def _pairs(counts: IntArray) -> int:
    """Ordered pairs of different pixels; below 2^62 for 2^31 pixels."""
    return int(counts @ (counts - 1))


def _overlap(
    labels: npt.ArrayLike, truth: npt.ArrayLike, classes: npt.ArrayLike | None
) -> tuple[IntArray, IntArray, IntArray]:
    """Pixels that both images have of each class, that the first has, and the second."""
    images = as_label_images(labels, truth)
    wanted = [None] if classes is None else as_labels(classes, "classes").tolist()
    sizes = np.empty((3, len(wanted)), np.intp)
    for i, label in enumerate(wanted):
        one, other = (_pixels(image, label) for image in images)
        sizes[:, i] = [np.count_nonzero(part) for part in (one & other, one, other)]
    return sizes[0], sizes[1], sizes[2]


def _pixels(image: Array, label: int | None) -> npt.NDArray[np.bool_]:
    if label is None:
        return image if image.dtype == np.bool_ else image != 0
    return np.asarray(image == label)

"""Areas under the ROC and the precision-recall curve: how well scores separate classes."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

import numpy as np

from ._labels import FloatArray, as_labels, as_weights, bincount, encode, mean

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from ._labels import LabelArray

Average: TypeAlias = Literal["macro", "weighted", "micro"]

_AVERAGES = ("macro", "weighted", "micro", None)


class Tally(NamedTuple):
    """Weight of the positive and of the negative samples at each distinct score, rising."""

    positive: FloatArray
    negative: FloatArray


def roc_auc_score(
    y_true: npt.ArrayLike,
    y_score: npt.ArrayLike,
    *,
    average: Average | None = "macro",
    multi_class: Literal["ovr", "ovo"] = "ovr",
    labels: npt.ArrayLike | None = None,
    sample_weight: npt.ArrayLike | None = None,
) -> FloatArray | float:
    """Area under the ROC curve.

    It is the probability that a sample of a class gets a higher score than a sample of another
    one, equal scores counting one half.

    Parameters
    ----------
    y_true : array_like of shape (n,)
        True labels, of one sortable kind: whole numbers, bools, strings.
    y_score : array_like of shape (n,) or (n, n_classes)
        For two classes the score of the greater label; else one column per class. Any scale:
        probabilities, decision values, distances with a minus.
    average : {"macro", "weighted", "micro"} or None, default "macro"
        For columns: mean over the classes, the mean with each class (of pairs, each pair) counting
        as often as it occurs, the area of all columns as one, or None for one value per class. The
        last two are of "ovr" only.
    multi_class : {"ovr", "ovo"}, default "ovr"
        For columns: each class against the rest, or each pair of classes by the samples of these
        two alone, which does not depend on how frequent the classes are (Hand and Till).
    labels : array_like of shape (n_classes,), optional
        Classes of the columns; default: those of `y_true`, sorted.
    sample_weight : array_like of shape (n,), optional
        Weight of each sample, >= 0.

    Returns
    -------
    float, or float64 array of shape (n_classes,) for columns and ``average=None``
        Area, in [0, 1]; 0.5 is chance.

    Raises
    ------
    TypeError
        If the labels are not of one sortable kind or the scores are not numbers.
    ValueError
        If shapes do not fit, a score is not finite, or a class is without members or has all of
        them, which leaves the area undefined.

    References
    ----------
    T. Fawcett, "An introduction to ROC analysis", Pattern Recognition Letters 27 (8), 2006.
    https://doi.org/10.1016/j.patrec.2005.10.010

    D. J. Hand, R. J. Till, "A simple generalisation of the area under the ROC curve for multiple
    class classification problems", Machine Learning 45 (2), 2001.

    Examples
    --------
    >>> import imgmine as im
    >>> im.metrics.roc_auc_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.75
    """
    truth, scores = as_labels(y_true, "y_true"), _as_scores(y_score)
    weights = _weights(scores, truth, sample_weight)
    if multi_class not in ("ovr", "ovo"):
        raise ValueError(f"multi_class must be 'ovr' or 'ovo', got {multi_class!r}")
    if scores.ndim == 2 and multi_class == "ovo":
        return _by_pair(*_columns(truth, scores, labels), weights, average)
    if scores.ndim == 2:
        return _by_column(_roc_area, truth, scores, labels, weights, average)
    classes = np.unique(truth)
    if len(classes) != 2:
        raise ValueError(f"y_true must hold two classes for one score each, got {len(classes)}")
    return _roc_area(_tally(truth == classes[1], scores, weights))


def average_precision_score(
    y_true: npt.ArrayLike,
    y_score: npt.ArrayLike,
    *,
    average: Average | None = "macro",
    pos_label: Any = 1,
    labels: npt.ArrayLike | None = None,
    sample_weight: npt.ArrayLike | None = None,
) -> FloatArray | float:
    """Area under the precision-recall curve, as a sum of steps.

    With thresholds falling through the distinct scores, AP is the sum of the precisions, each
    weighed by the recall gained at its threshold. 0 where there is no positive sample.

    Parameters
    ----------
    y_true : array_like of shape (n,)
        True labels, of one sortable kind: whole numbers, bools, strings.
    y_score : array_like of shape (n,) or (n, n_classes)
        The score of `pos_label`, or one column per class, each class against the rest.
    average : {"macro", "weighted", "micro"} or None, default "macro"
        For columns: mean over the classes, the mean with each class counting as often as it
        occurs, the area of all columns as one, or None for one value per class.
    pos_label : label, default 1
        The positive class where `y_score` has one dimension.
    labels : array_like of shape (n_classes,), optional
        Classes of the columns; default: those of `y_true`, sorted.
    sample_weight : array_like of shape (n,), optional
        Weight of each sample, >= 0.

    Returns
    -------
    float, or float64 array of shape (n_classes,) for columns and ``average=None``
        Average precision, in [0, 1].

    Raises
    ------
    TypeError
        If the labels are not of one sortable kind or the scores are not numbers.
    ValueError
        If shapes do not fit, a score is not finite, there are more than two classes for one score
        each, or `pos_label` is neither of the two.

    Examples
    --------
    >>> import imgmine as im
    >>> round(im.metrics.average_precision_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]), 3)
    0.833
    """
    truth, scores = as_labels(y_true, "y_true"), _as_scores(y_score)
    weights = _weights(scores, truth, sample_weight)
    if scores.ndim == 2:
        return _by_column(_steps_area, truth, scores, labels, weights, average)
    classes = np.unique(truth)
    if len(classes) > 2:
        raise ValueError(f"y_true must hold two classes for one score each, got {len(classes)}")
    if len(classes) == 2 and pos_label not in classes.tolist():
        raise ValueError(f"pos_label must be one of {classes.tolist()}, got {pos_label!r}")
    return _steps_area(_tally(truth == pos_label, scores, weights))


def _as_scores(y_score: npt.ArrayLike) -> FloatArray:
    scores = np.asarray(y_score)
    if scores.dtype.kind not in "biuf":
        raise TypeError(f"y_score must hold numbers, got dtype {scores.dtype}")
    if scores.ndim not in (1, 2):
        raise ValueError(f"y_score must have shape (n,) or (n, n_classes), got {scores.shape}")
    if not np.isfinite(scores).all():
        raise ValueError("y_score must be finite")
    return scores.astype(np.float64)


def _weights(
    scores: FloatArray, truth: LabelArray, sample_weight: npt.ArrayLike | None
) -> FloatArray:
    n = len(truth)
    if len(scores) != n:
        raise ValueError(f"y_true and y_score must have one length, got {n} and {len(scores)}")
    weights = as_weights(sample_weight, n)
    return np.ones(n) if weights is None else weights.astype(np.float64)


def _tally(positive: npt.NDArray[np.bool_], scores: FloatArray, weights: FloatArray) -> Tally:
    distinct, place = np.unique(scores, return_inverse=True)
    sums = [bincount(place, weights * chosen, len(distinct)) for chosen in (positive, ~positive)]
    return Tally(*sums)


def _roc_area(tally: Tally) -> float:
    total = tally.positive.sum() * tally.negative.sum()
    if total == 0:
        raise ValueError(
            "y_true must hold samples of the class and of others: the area is undefined"
        )
    below = np.cumsum(tally.negative) - tally.negative / 2
    return float((tally.positive * below).sum() / total)


def _steps_area(tally: Tally) -> float:
    total = tally.positive.sum()
    if total == 0:
        return 0.0
    positive = tally.positive[::-1]
    chosen = np.cumsum(positive + tally.negative[::-1])
    hit = positive > 0  # so that nothing is divided by a sum of zero weights
    return float((positive[hit] * np.cumsum(positive)[hit] / chosen[hit]).sum() / total)


def _columns(
    truth: LabelArray, scores: FloatArray, labels: npt.ArrayLike | None
) -> tuple[npt.NDArray[np.intp], FloatArray]:
    """Return the column of each sample's class, and the scores if they have one per class."""
    encoded = encode(truth, truth, labels)
    if encoded.n_labels != len(encoded.classes):
        raise ValueError(f"labels must hold every label of y_true, got {encoded.classes!r}")
    if scores.shape[1] != encoded.n_labels:
        raise ValueError(
            f"y_score must have one column for each of {encoded.n_labels} classes, "
            f"got {scores.shape[1]}"
        )
    return encoded.y_true, scores


def _by_column(
    area: Callable[[Tally], float],
    truth: LabelArray,
    scores: FloatArray,
    labels: npt.ArrayLike | None,
    weights: FloatArray,
    average: str | None,
) -> FloatArray | float:
    if average not in _AVERAGES:
        raise ValueError(f"average must be one of {_AVERAGES}, got {average!r}")
    codes, scores = _columns(truth, scores, labels)
    members = codes[:, None] == np.arange(scores.shape[1])
    if average == "micro":
        repeated = np.repeat(weights, scores.shape[1])
        return area(_tally(members.ravel(), scores.ravel(), repeated))
    areas = np.array(
        [
            area(_tally(member, column, weights))
            for member, column in zip(members.T, scores.T, strict=True)
        ]
    )
    if average is None:
        return areas
    return mean(areas, weights @ members if average == "weighted" else None)


def _by_pair(
    codes: npt.NDArray[np.intp], scores: FloatArray, weights: FloatArray, average: str | None
) -> FloatArray | float:
    if average not in ("macro", "weighted"):
        raise ValueError(f"average must be 'macro' or 'weighted' for pairs, got {average!r}")
    if scores.shape[1] < 2:
        raise ValueError("y_score must have at least two columns to compare pairs, got one")
    areas, sizes = [], []
    for a, b in combinations(range(scores.shape[1]), 2):
        pair = (codes == a) | (codes == b)
        both = [
            _roc_area(_tally(codes[pair] == one, scores[pair, one], weights[pair]))
            for one in (a, b)
        ]
        areas.append(sum(both) / 2)
        sizes.append(weights[pair].sum())
    return mean(np.array(areas), np.array(sizes) if average == "weighted" else None)

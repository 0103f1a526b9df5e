"""Accuracy and the confusion matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ._labels import as_weights, bincount, divide, encode

if TYPE_CHECKING:
    import numpy.typing as npt

_SHARED_SUM = {"true": 1, "pred": 0, "all": None}  # the axis whose sums become one


def accuracy_score(
    y_true: npt.ArrayLike,
    y_pred: npt.ArrayLike,
    *,
    sample_weight: npt.ArrayLike | None = None,
) -> float:
    """Share of the samples whose predicted label is the true one.

    Parameters
    ----------
    y_true, y_pred : array_like of shape (n,)
        True and predicted labels, of one sortable kind: whole numbers, bools, strings.
    sample_weight : array_like of shape (n,), optional
        Weight of each sample, >= 0.

    Returns
    -------
    float
        Accuracy, in [0, 1].

    Raises
    ------
    TypeError
        If the labels are not of one sortable kind.
    ValueError
        If an array is empty or of the wrong shape, or labels are not whole numbers.

    Examples
    --------
    >>> import imgmine as im
    >>> im.metrics.accuracy_score(["cat", "cat", "dog", "dog"], ["cat", "dog", "dog", "dog"])
    0.75
    """
    encoded = encode(y_true, y_pred)
    weights = as_weights(sample_weight, len(encoded.y_true))
    return float(np.average(encoded.y_true == encoded.y_pred, weights=weights))


def confusion_matrix(
    y_true: npt.ArrayLike,
    y_pred: npt.ArrayLike,
    *,
    labels: npt.ArrayLike | None = None,
    normalize: Literal["true", "pred", "all"] | None = None,
    sample_weight: npt.ArrayLike | None = None,
) -> npt.NDArray[Any]:
    """Count how often each class was taken for each other.

    Parameters
    ----------
    y_true, y_pred : array_like of shape (n,)
        True and predicted labels, of one sortable kind: whole numbers, bools, strings.
    labels : array_like of shape (n_classes,), optional
        Classes to count and their order; default: those that occur, sorted. Samples whose true or
        predicted label is another one are left out.
    normalize : {"true", "pred", "all"}, optional
        Divide by the sum of each row, of each column, or of the whole; 0/0 is 0.
    sample_weight : array_like of shape (n,), optional
        Weight of each sample, >= 0.

    Returns
    -------
    ndarray of shape (n_classes, n_classes)
        Entry ``[i, j]``: samples of class ``i`` predicted as class ``j``. int64; float64 if
        normalized or weighted by floats.

    Raises
    ------
    TypeError
        If the labels are not of one sortable kind.
    ValueError
        If an array is empty or of the wrong shape, labels are not whole numbers, none of `labels`
        is in `y_true`, or `normalize` is unknown.

    Examples
    --------
    >>> import imgmine as im
    >>> y_true = ["cat", "cat", "dog", "dog", "dog"]
    >>> y_pred = ["cat", "dog", "dog", "dog", "cat"]
    >>> im.metrics.confusion_matrix(y_true, y_pred)
    array([[1, 1],
           [1, 2]])
    >>> im.metrics.confusion_matrix(y_true, y_pred, normalize="true").round(2)
    array([[0.5 , 0.5 ],
           [0.33, 0.67]])
    """
    if normalize is not None and normalize not in _SHARED_SUM:
        raise ValueError(f"normalize must be 'true', 'pred', 'all' or None, got {normalize!r}")
    encoded = encode(y_true, y_pred, labels)
    weights = as_weights(sample_weight, len(encoded.y_true))
    size = encoded.n_labels
    if (encoded.y_true >= size).all():
        raise ValueError(f"labels must hold a label of y_true, got {encoded.classes[:size]!r}")
    kept = (encoded.y_true < size) & (encoded.y_pred < size)
    pairs = encoded.y_true[kept] * size + encoded.y_pred[kept]
    flat = bincount(pairs, None if weights is None else weights[kept], size * size)
    matrix = flat.reshape(size, size)
    if normalize is None:
        return matrix
    return divide(matrix, matrix.sum(_SHARED_SUM[normalize], keepdims=True), 0.0)

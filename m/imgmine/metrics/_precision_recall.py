"""Precision, recall and F1: how right the predicted labels are, class by class or on the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

from ._counts import score

if TYPE_CHECKING:
    import numpy.typing as npt

    from ._counts import Average
    from ._labels import FloatArray


@overload
def precision_score(
    y_true: npt.ArrayLike,
    y_pred: npt.ArrayLike,
    *,
    average: None,
    labels: npt.ArrayLike | None = ...,
    pos_label: Any = ...,
    sample_weight: npt.ArrayLike | None = ...,
    zero_division: float = ...,
) -> FloatArray: ...
@overload
def precision_score(
    y_true: npt.ArrayLike,
    y_pred: npt.ArrayLike,
    *,
    average: Average = ...,
    labels: npt.ArrayLike | None = ...,
    pos_label: Any = ...,
    sample_weight: npt.ArrayLike | None = ...,
    zero_division: float = ...,
) -> float: ...
def precision_score(
    y_true: npt.ArrayLike,
    y_pred: npt.ArrayLike,
    *,
    labels: npt.ArrayLike | None = None,
    pos_label: Any = 1,
    average: Average | None = "binary",
    sample_weight: npt.ArrayLike | None = None,
    zero_division: float = 0.0,
) -> FloatArray | float:
    """Share of the predictions of a class that are right.

    Parameters
    ----------
    y_true, y_pred : array_like of shape (n,)
        True and predicted labels, of one sortable kind: whole numbers, bools, strings.
    labels : array_like of shape (n_classes,), optional
        Classes to judge and their order; default: those that occur, sorted. Ignored for
        ``average="binary"``.
    pos_label : label, default 1
        The class to judge for ``average="binary"``, ignored otherwise.
    average : {"binary", "micro", "macro", "weighted"} or None, default "binary"
        ``"binary"``: precision of `pos_label` alone, for at most two classes. ``"micro"``: all
        classes as one. ``"macro"``: mean over the classes. ``"weighted"``: mean over the classes,
        each counting as often as it occurs in `y_true`. None: one value per class.
    sample_weight : array_like of shape (n,), optional
        Weight of each sample, >= 0.
    zero_division : {0, 1, nan}, default 0
        Precision of a class that was never predicted; nan leaves it out of a mean. There is no
        warning.

    Returns
    -------
    float, or float64 array of shape (n_classes,) for ``average=None``
        Precision, in [0, 1].

    Raises
    ------
    TypeError
        If the labels are not of one sortable kind.
    ValueError
        If an array is empty or of the wrong shape, labels are not whole numbers, or an option is
        out of range.

    Examples
    --------
    >>> import imgmine as im
    >>> y_true = ["cat", "cat", "dog", "dog", "dog"]
    >>> y_pred = ["cat", "dog", "dog", "dog", "cat"]
    >>> im.metrics.precision_score(y_true, y_pred, average=None).round(2)
    array([0.5 , 0.67])
    >>> im.metrics.precision_score(y_true, y_pred, pos_label="cat")
    0.5
    """
    return score(
        "precision", y_true, y_pred, labels, pos_label, average, sample_weight, zero_division
    )


@overload
def recall_score(
    y_true: npt.ArrayLike,
    y_pred: npt.ArrayLike,
    *,
    average: None,
    labels: npt.ArrayLike | None = ...,
    pos_label: Any = ...,
    sample_weight: npt.ArrayLike | None = ...,
    zero_division: float = ...,
) -> FloatArray: ...
@overload
def recall_score(
    y_true: npt.ArrayLike,
    y_pred: npt.ArrayLike,
    *,
    average: Average = ...,
    labels: npt.ArrayLike | None = ...,
    pos_label: Any = ...,
    sample_weight: npt.ArrayLike | None = ...,
    zero_division: float = ...,
) -> float: ...
def recall_score(
    y_true: npt.ArrayLike,
    y_pred: npt.ArrayLike,
    *,
    labels: npt.ArrayLike | None = None,
    pos_label: Any = 1,
    average: Average | None = "binary",
    sample_weight: npt.ArrayLike | None = None,
    zero_division: float = 0.0,
) -> FloatArray | float:
    """Share of the members of a class that are found.

    Parameters
    ----------
    y_true, y_pred : array_like of shape (n,)
        True and predicted labels, of one sortable kind: whole numbers, bools, strings.
    labels : array_like of shape (n_classes,), optional
        Classes to judge and their order; default: those that occur, sorted. Ignored for
        ``average="binary"``.
    pos_label : label, default 1
        The class to judge for ``average="binary"``, ignored otherwise.
    average : {"binary", "micro", "macro", "weighted"} or None, default "binary"
        ``"binary"``: recall of `pos_label` alone, for at most two classes. ``"micro"``: all
        classes as one. ``"macro"``: mean over the classes. ``"weighted"``: mean over the classes,
        each counting as often as it occurs in `y_true`. None: one value per class.
    sample_weight : array_like of shape (n,), optional
        Weight of each sample, >= 0.
    zero_division : {0, 1, nan}, default 0
        Recall of a class that has no members; nan leaves it out of a mean. There is no
        warning.

    Returns
    -------
    float, or float64 array of shape (n_classes,) for ``average=None``
        Recall, in [0, 1].

    Raises
    ------
    TypeError
        If the labels are not of one sortable kind.
    ValueError
        If an array is empty or of the wrong shape, labels are not whole numbers, or an option is
        out of range.

    Examples
    --------
    >>> import imgmine as im
    >>> y_true = ["cat", "cat", "dog", "dog", "dog"]
    >>> y_pred = ["cat", "dog", "dog", "dog", "cat"]
    >>> im.metrics.recall_score(y_true, y_pred, average=None).round(2)
    array([0.5 , 0.67])
    >>> im.metrics.recall_score(y_true, y_pred, average="micro")
    0.6
    """
    return score("recall", y_true, y_pred, labels, pos_label, average, sample_weight, zero_division)


@overload
def f1_score(
    y_true: npt.ArrayLike,
    y_pred: npt.ArrayLike,
    *,
    average: None,
    labels: npt.ArrayLike | None = ...,
    pos_label: Any = ...,
    sample_weight: npt.ArrayLike | None = ...,
    zero_division: float = ...,
) -> FloatArray: ...
@overload
def f1_score(
    y_true: npt.ArrayLike,
    y_pred: npt.ArrayLike,
    *,
    average: Average = ...,
    labels: npt.ArrayLike | None = ...,
    pos_label: Any = ...,
    sample_weight: npt.ArrayLike | None = ...,
    zero_division: float = ...,
) -> float: ...
def f1_score(
    y_true: npt.ArrayLike,
    y_pred: npt.ArrayLike,
    *,
    labels: npt.ArrayLike | None = None,
    pos_label: Any = 1,
    average: Average | None = "binary",
    sample_weight: npt.ArrayLike | None = None,
    zero_division: float = 0.0,
) -> FloatArray | float:
    """Harmonic mean of precision and recall.

    Parameters
    ----------
    y_true, y_pred : array_like of shape (n,)
        True and predicted labels, of one sortable kind: whole numbers, bools, strings.
    labels : array_like of shape (n_classes,), optional
        Classes to judge and their order; default: those that occur, sorted. Ignored for
        ``average="binary"``.
    pos_label : label, default 1
        The class to judge for ``average="binary"``, ignored otherwise.
    average : {"binary", "micro", "macro", "weighted"} or None, default "binary"
        ``"binary"``: F1 of `pos_label` alone, for at most two classes. ``"micro"``: all
        classes as one. ``"macro"``: mean over the classes. ``"weighted"``: mean over the classes,
        each counting as often as it occurs in `y_true`. None: one value per class.
    sample_weight : array_like of shape (n,), optional
        Weight of each sample, >= 0.
    zero_division : {0, 1, nan}, default 0
        F1 of a class that has no members and was never predicted; nan leaves it out of a mean.
        There is no warning.

    Returns
    -------
    float, or float64 array of shape (n_classes,) for ``average=None``
        F1, in [0, 1].

    Raises
    ------
    TypeError
        If the labels are not of one sortable kind.
    ValueError
        If an array is empty or of the wrong shape, labels are not whole numbers, or an option is
        out of range.

    Examples
    --------
    >>> import imgmine as im
    >>> y_true = ["cat", "cat", "dog", "dog", "dog"]
    >>> y_pred = ["cat", "dog", "dog", "dog", "dog"]
    >>> im.metrics.f1_score(y_true, y_pred, average=None).round(2)
    array([0.67, 0.86])
    >>> im.metrics.f1_score([0, 0, 1, 1], [0, 0, 1, 0], average="weighted").__round__(3)
    0.733
    """
    return score("f1", y_true, y_pred, labels, pos_label, average, sample_weight, zero_division)

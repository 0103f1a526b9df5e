"""How good an estimator is on samples that it has not learned from, fold by fold."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from .. import metrics
from ..metrics._labels import as_labels
from ._stratified_k_fold import as_splits
from ._train_test_split import _take as take

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from ._stratified_k_fold import Split

Scoring: TypeAlias = "str | Callable[[Any, Any, Any], float] | None"


def cross_val_score(
    estimator: Any,
    X: Any,
    y: npt.ArrayLike,
    *,
    cv: Any = 5,
    scoring: Scoring = None,
) -> npt.NDArray[np.float64]:
    """Judge an estimator by each fold in turn, learned from the others.

    Parameters
    ----------
    estimator : object with ``fit`` and ``predict``
        An estimator of this library or of scikit-learn, an `ImageClassifier`; copies of it are
        fitted.
    X : sequence of n samples
        Anything that has rows: vectors of shape (n, d), a sparse matrix, a table, a list of paths
        for an `ImageClassifier`.
    y : array_like of shape (n,)
        Labels.
    cv : int, splitter or iterable of (train, test), default 5
        A number of folds (`StratifiedKFold`), an object with ``split(X, y)``, or rows.
    scoring : str or callable ``(estimator, X, y)``, optional
        Default: the estimator's ``score``, or the accuracy where it has none. By name:
        "accuracy", "balanced_accuracy" (mean recall of the classes), and "precision", "recall"
        and "f1" with "_macro", "_micro" or "_weighted"; from scores per class "roc_auc_ovr",
        "roc_auc_ovo" and "average_precision".

    Returns
    -------
    ndarray of shape (n_folds,), float64

    Raises
    ------
    TypeError
        If the estimator lacks a method, or an argument is of the wrong kind.
    ValueError
        If lengths differ, a class has fewer members than there are folds, or `scoring` is unknown.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> rng = np.random.default_rng(0)
    >>> X = np.concatenate([rng.normal(0, 1, (50, 4)), rng.normal(3, 1, (50, 4))])
    >>> y = np.repeat(["near", "far"], 50)
    >>> scores = im.classify.cross_val_score(im.classify.LinearSVC(), X, y)
    >>> scores.shape, bool(scores.mean() > 0.95)
    ((5,), True)
    """
    samples, labels, splits = prepared(estimator, X, y, cv)
    score = as_scorer(scoring)
    results = []
    for train, test in splits:
        model = copied(estimator).fit(take(samples, train), labels[train])
        results.append(float(score(model, take(samples, test), labels[test])))
    return np.array(results)


def cross_val_predict(
    estimator: Any,
    X: Any,
    y: npt.ArrayLike,
    *,
    cv: Any = 5,
    method: str = "predict",
) -> npt.NDArray[Any]:
    """Predict every sample by an estimator that has not learned from it.

    Parameters
    ----------
    estimator : object with ``fit`` and ``predict``
        As of `cross_val_score`.
    X : sequence of n samples
    y : array_like of shape (n,)
        Labels.
    cv : int, splitter or iterable of (train, test), default 5
        As of `cross_val_score`; every sample must be in exactly one test part.
    method : {"predict", "decision_function", "predict_proba", "predict_log_proba"}
        What to ask the estimator. Scores have a column for each class: every training part must
        hold all of them.

    Returns
    -------
    ndarray of shape (n,) or (n, n_classes)

    Raises
    ------
    TypeError
        If the estimator lacks a method, or an argument is of the wrong kind.
    ValueError
        If lengths differ, or the test parts are not a partition.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> X, y = np.eye(2)[[0, 0, 0, 0, 1, 1, 1, 1]], [0, 0, 0, 1, 1, 1, 1, 1]
    >>> im.classify.cross_val_predict(im.classify.LinearSVC(), X, y, cv=3)
    array([0, 0, 0, 0, 1, 1, 1, 1])
    """
    samples, labels, splits = prepared(estimator, X, y, cv, method)
    seen = np.bincount(np.concatenate([test for _, test in splits]), minlength=len(labels))
    if len(seen) != len(labels) or (seen != 1).any():
        raise ValueError("cv must put every sample into exactly one test part")
    classes, parts = np.unique(labels), []
    for train, test in splits:
        if method != "predict" and len(np.unique(labels[train])) < len(classes):
            raise ValueError(f"cv must leave all {len(classes)} classes to every training part")
        model = copied(estimator).fit(take(samples, train), labels[train])
        parts.append(np.asarray(getattr(model, method)(take(samples, test))))
    joined = np.concatenate(parts)
    result = np.empty_like(joined)
    result[np.concatenate([test for _, test in splits])] = joined
    return result


def prepared(
    estimator: Any, X: Any, y: npt.ArrayLike, cv: Any, method: str = "predict"
) -> tuple[Any, npt.NDArray[Any], list[Split]]:
    """Check what all of this package's judgements share."""
    for name in ("fit", method):
        if not callable(getattr(estimator, name, None)):
            raise TypeError(f"estimator must have {name}, {type(estimator).__name__} has not")
    labels = as_labels(y, "y")
    samples = X if hasattr(X, "shape") else list(X)
    n = int(samples.shape[0]) if hasattr(samples, "shape") else len(samples)
    if n != len(labels):
        raise ValueError(f"y must have one label for each of {n} samples, got {len(labels)}")
    splits = as_splits(cv, samples, labels)
    for part in (rows for split in splits for rows in split):
        if part.min() < 0 or part.max() >= n:
            raise ValueError(f"cv must give rows from 0 to {n - 1}, got {part.min()}..{part.max()}")
    return samples, labels, splits


def copied(estimator: Any) -> Any:
    """Return an estimator of the same parameters that has learned nothing."""
    if hasattr(estimator, "__sklearn_clone__"):
        return estimator.__sklearn_clone__()
    if not hasattr(estimator, "get_params"):
        return copy.deepcopy(estimator)
    parameters = estimator.get_params(deep=False)
    return type(estimator)(**{name: _copied(value) for name, value in parameters.items()})


def _copied(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return type(value)(map(_copied, value))
    if hasattr(value, "get_params") and hasattr(value, "fit") and hasattr(value, "predict"):
        return copied(value)
    return copy.deepcopy(value)


def as_scorer(scoring: Scoring) -> Callable[[Any, Any, Any], float]:
    """Return a function that judges a fitted estimator."""
    if scoring is None:
        return _own_score
    if callable(scoring):
        return scoring
    if not isinstance(scoring, str):
        raise TypeError(f"scoring must be a name, a callable or None, got {type(scoring).__name__}")
    if scoring not in SCORERS:
        raise ValueError(f"scoring must be one of {', '.join(SCORERS)}, got {scoring!r}")
    return SCORERS[scoring]


def _own_score(estimator: Any, X: Any, y: Any) -> float:
    if hasattr(estimator, "score"):
        return float(estimator.score(X, y))
    return metrics.accuracy_score(y, estimator.predict(X))


def class_scores(estimator: Any, X: Any) -> npt.NDArray[Any] | None:
    """How sure a fitted estimator is of each class, of shape (n, n_classes), if it says so."""
    for name in ("decision_function", "predict_proba"):
        try:
            scores = np.asarray(getattr(estimator, name)(X))
        except AttributeError:  # also of an ImageClassifier, whose model may lack the method
            continue
        return np.stack([-scores, scores], axis=1) if scores.ndim == 1 else scores
    return None


def _by_labels(function: Callable[..., Any], **options: Any) -> Callable[[Any, Any, Any], float]:
    return lambda estimator, X, y: float(function(y, estimator.predict(X), **options))


def _by_scores(function: Callable[..., Any], **options: Any) -> Callable[[Any, Any, Any], float]:
    def score(estimator: Any, X: Any, y: Any) -> float:
        scores = class_scores(estimator, X)
        if scores is None:
            raise TypeError(
                f"estimator must have decision_function or predict_proba for this scoring, "
                f"{type(estimator).__name__} has not"
            )
        return float(function(y, scores, labels=estimator.classes_, **options))

    return score


def _balanced(y_true: Any, y_pred: Any) -> Any:
    return metrics.recall_score(y_true, y_pred, average="macro", zero_division=np.nan)


SCORERS: dict[str, Callable[[Any, Any, Any], float]] = {
    "accuracy": _by_labels(metrics.accuracy_score),
    "balanced_accuracy": _by_labels(_balanced),
    **{
        f"{name}_{average}": _by_labels(function, average=average)
        for name, function in (
            ("precision", metrics.precision_score),
            ("recall", metrics.recall_score),
            ("f1", metrics.f1_score),
        )
        for average in ("macro", "micro", "weighted")
    },
    "roc_auc_ovr": _by_scores(metrics.roc_auc_score, multi_class="ovr"),
    "roc_auc_ovo": _by_scores(metrics.roc_auc_score, multi_class="ovo"),
    "average_precision": _by_scores(metrics.average_precision_score),
}

"""Hits, predictions and members per class, and the ratios that judge a classifier by them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from ._labels import (
    FloatArray,
    as_labels,
    as_weights,
    bincount,
    check_zero_division,
    divide,
    encode,
    mean,
)

if TYPE_CHECKING:
    import numpy.typing as npt

    from ._labels import Encoded

Average: TypeAlias = Literal["binary", "micro", "macro", "weighted"]

_AVERAGES = ("binary", "micro", "macro", "weighted", None)


class Counts(NamedTuple):
    """What every ratio of the package is made of: three sums of weights per class."""

    hits: npt.NDArray[Any]
    predicted: npt.NDArray[Any]
    actual: npt.NDArray[Any]

    def total(self) -> Counts:
        """All classes as if they were one."""
        return Counts(*(part.sum(keepdims=True) for part in self))


def count(encoded: Encoded, weights: npt.NDArray[Any] | None) -> Counts:
    """Count hits, predictions and members of the classes asked for."""
    true, pred, size = encoded.y_true, encoded.y_pred, len(encoded.classes)
    right = true == pred
    hits = bincount(true[right], None if weights is None else weights[right], size)
    parts = hits, bincount(pred, weights, size), bincount(true, weights, size)
    return Counts(*(part[: encoded.n_labels] for part in parts))


def precisions(counts: Counts, zero: float) -> FloatArray:
    """Right predictions of a class over all predictions of it."""
    return divide(counts.hits, counts.predicted, zero)


def recalls(counts: Counts, zero: float) -> FloatArray:
    """Right predictions of a class over its members."""
    return divide(counts.hits, counts.actual, zero)


def f1s(counts: Counts, zero: float) -> FloatArray:
    """Harmonic mean of precision and recall, written without either of them."""
    return divide(2.0 * counts.hits, counts.actual + counts.predicted, zero)


RATIOS = {"precision": precisions, "recall": recalls, "f1": f1s}


def averaged(
    ratio: str, counts: Counts, average: str | None, zero_division: float
) -> FloatArray | float:
    """One of `RATIOS` per class, or averaged over the classes."""
    if average == "micro":
        counts = counts.total()
    scores = RATIOS[ratio](counts, zero_division)
    if average is None:
        return scores
    return mean(scores, counts.actual if average == "weighted" else None)


def _positive(encoded: Encoded, pos_label: Any) -> list[Any]:
    """Return the positive label as the list of labels asked for."""
    present = encoded.present
    if len(present) > 2:
        raise ValueError(
            "average must be 'micro', 'macro', 'weighted' or None for more than two classes, "
            "got 'binary'"
        )
    one_kind = (as_labels([pos_label], "pos_label").dtype.kind in "US") == (
        present.dtype.kind in "US"
    )
    if not one_kind or (len(present) == 2 and pos_label not in present):
        raise ValueError(f"pos_label must be one of {present.tolist()}, got {pos_label!r}")
    return [pos_label]


def score(
    ratio: str,
    y_true: npt.ArrayLike,
    y_pred: npt.ArrayLike,
    labels: npt.ArrayLike | None,
    pos_label: Any,
    average: Average | None,
    sample_weight: npt.ArrayLike | None,
    zero_division: float,
) -> FloatArray | float:
    """Check the arguments that the scores share and compute one of `RATIOS`."""
    if average not in _AVERAGES:
        raise ValueError(f"average must be one of {_AVERAGES}, got {average!r}")
    zero = check_zero_division(zero_division)
    if average == "binary":
        labels = _positive(encode(y_true, y_pred), pos_label)
    encoded = encode(y_true, y_pred, labels)
    weights = as_weights(sample_weight, len(encoded.y_true))
    return averaged(ratio, count(encoded, weights), average, zero)

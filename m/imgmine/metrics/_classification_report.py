"""Precision, recall and F1 of every class, as a text or as a dictionary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, overload

from ._counts import RATIOS, averaged, count
from ._labels import as_weights, check_zero_division, encode

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from ._labels import Encoded

_HEADINGS = ("precision", "recall", "f1-score", "support")

Row = dict[str, float]


@overload
def classification_report(
    y_true: npt.ArrayLike,
    y_pred: npt.ArrayLike,
    *,
    labels: npt.ArrayLike | None = ...,
    target_names: Sequence[str] | None = ...,
    sample_weight: npt.ArrayLike | None = ...,
    digits: int = ...,
    output_dict: Literal[False] = ...,
    zero_division: float = ...,
) -> str: ...
@overload
def classification_report(
    y_true: npt.ArrayLike,
    y_pred: npt.ArrayLike,
    *,
    output_dict: Literal[True],
    labels: npt.ArrayLike | None = ...,
    target_names: Sequence[str] | None = ...,
    sample_weight: npt.ArrayLike | None = ...,
    digits: int = ...,
    zero_division: float = ...,
) -> dict[str, Any]: ...
def classification_report(
    y_true: npt.ArrayLike,
    y_pred: npt.ArrayLike,
    *,
    labels: npt.ArrayLike | None = None,
    target_names: Sequence[str] | None = None,
    sample_weight: npt.ArrayLike | None = None,
    digits: int = 2,
    output_dict: bool = False,
    zero_division: float = 0.0,
) -> str | dict[str, Any]:
    """Precision, recall, F1 and number of samples of every class, and their averages.

    Parameters
    ----------
    y_true, y_pred : array_like of shape (n,)
        True and predicted labels, of one sortable kind: whole numbers, bools, strings.
    labels : array_like of shape (n_classes,), optional
        Classes to report and their order; default: those that occur, sorted.
    target_names : sequence of str of length n_classes, optional
        Names to show for the classes; default: the labels themselves.
    sample_weight : array_like of shape (n,), optional
        Weight of each sample, >= 0.
    digits : int, default 2
        Digits after the point in the text.
    output_dict : bool, default False
        Return a dictionary instead of a text.
    zero_division : {0, 1, nan}, default 0
        Stands for 0/0; nan leaves the class out of the averages. There is no warning.

    Returns
    -------
    str or dict
        A table in scikit-learn's layout, or ``{class: {"precision", "recall", "f1-score",
        "support"}}`` with the averages as further entries. ``accuracy`` is one number; where
        `labels` leaves out a class that occurs, ``micro avg`` stands in its place.

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
    >>> print(im.metrics.classification_report(y_true, y_pred))
                  precision    recall  f1-score   support
    <BLANKLINE>
             cat       0.50      0.50      0.50         2
             dog       0.67      0.67      0.67         3
    <BLANKLINE>
        accuracy                           0.60         5
       macro avg       0.58      0.58      0.58         5
    weighted avg       0.60      0.60      0.60         5
    <BLANKLINE>
    """
    encoded = encode(y_true, y_pred, labels)
    names = _names(encoded, target_names)
    weights = as_weights(sample_weight, len(encoded.y_true))
    rows = _rows(encoded, weights, names, check_zero_division(zero_division))
    if not output_dict:
        return _text(rows, len(names), digits)
    table: dict[str, Any] = dict(rows)
    micro, values = rows[len(names)]
    if micro == "accuracy":
        table[micro] = values["f1-score"]
    return table


def _names(encoded: Encoded, target_names: Sequence[str] | None) -> list[str]:
    if target_names is None:
        return [str(label) for label in encoded.classes[: encoded.n_labels]]
    if len(target_names) != encoded.n_labels:
        raise ValueError(
            f"target_names must name all {encoded.n_labels} classes, got {len(target_names)} names"
        )
    return [str(name) for name in target_names]


def _rows(
    encoded: Encoded, weights: npt.NDArray[Any] | None, names: list[str], zero: float
) -> list[tuple[str, Row]]:
    """One row per class, then one per average."""
    counts = count(encoded, weights)
    columns = [ratio(counts, zero).tolist() for ratio in RATIOS.values()]
    columns.append(counts.actual.tolist())
    rows = [
        (name, dict(zip(_HEADINGS, values, strict=True)))
        for name, *values in zip(names, *columns, strict=True)
    ]
    complete = encoded.n_labels == len(encoded.classes)
    micro = "accuracy" if complete else "micro avg"
    support = counts.actual.sum().item()
    for heading, average in (
        (micro, "micro"),
        ("macro avg", "macro"),
        ("weighted avg", "weighted"),
    ):
        values = [averaged(ratio, counts, average, zero) for ratio in RATIOS]
        rows.append((heading, dict(zip(_HEADINGS, [*values, support], strict=True))))
    return rows


def _text(rows: list[tuple[str, Row]], n_classes: int, digits: int) -> str:
    width = max(digits, *(len(name) for name, _ in rows))
    lines = [" " * width + " " + "".join(f" {heading:>9}" for heading in _HEADINGS), ""]
    for number, (name, row) in enumerate(rows):
        if number == n_classes:
            lines.append("")
        *values, support = row.values()
        cells = [f"{value:.{digits}f}" for value in values]
        if name == "accuracy" and number == n_classes:
            cells[:2] = "", ""
        cells.append(f"{support:.{digits}f}" if isinstance(support, float) else str(support))
        lines.append(f"{name:>{width}} " + "".join(f" {cell:>9}" for cell in cells))
    return "\n".join(lines) + "\n"

"""How well a classifier did on samples whose classes are known."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .. import metrics
from .._errors import MissingDependencyError
from ..metrics._labels import Encoded, encode
from . import _html, _report_page, _report_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    from matplotlib.figure import Figure

_AVERAGES = ("macro", "weighted")
_MOST_NUMBERS = 30  # classes beyond which a plot's cells have no room for their counts


class ClassScore(NamedTuple):
    """One row of `Report.table`."""

    label: Any
    precision: float
    recall: float
    f1: float
    support: int


class Mistake(NamedTuple):
    """A sample that was taken for another class."""

    index: int
    true: Any
    predicted: Any
    score: float | None


@dataclass(frozen=True, eq=False, repr=False)
class Report:
    """How well a classifier did on samples whose classes are known.

    Printed, it is a table per class and the confusion matrix; `plot` draws the matrix, `to_html`
    writes a page that shows the worst mistakes, `to_dict` is for JSON.

    Parameters
    ----------
    classes : array_like of shape (n_classes,)
        All labels the classifier knows, in the order of the columns of `scores`. Labels that occur
        in neither `y_true` nor `y_pred` are welcome.
    y_true, y_pred : array_like of shape (n,)
        True and predicted labels.
    scores : array_like of shape (n, n_classes), optional
        Decision values or probabilities: which mistakes are the most confident.
    samples : sequence of n paths or images, optional
        The pictures that were classified, to show the mistakes.

    Raises
    ------
    TypeError
        If the labels are not of one sortable kind.
    ValueError
        If shapes do not fit or `classes` lacks a label that occurs.

    Notes
    -----
    A class that was never predicted has precision 0, one that has no samples has recall 0.

    Examples
    --------
    >>> import imgmine as im
    >>> y_true = ["bus", "bus", "food", "food", "food"]
    >>> y_pred = ["bus", "food", "food", "food", "food"]
    >>> report = im.collection.Report(["bus", "food"], y_true, y_pred)
    >>> print(report)
    4 of 5 right, accuracy 0.800
    <BLANKLINE>
                   precision  recall      f1  support
    bus                1.000   0.500   0.667        2
    food               0.750   1.000   0.857        3
    macro mean         0.875   0.750   0.762        5
    weighted mean      0.850   0.800   0.781        5
    <BLANKLINE>
    true (rows) taken for (columns)
              1  2
    1 bus     1  1
    2 food    .  3
    """

    classes: npt.ArrayLike
    y_true: npt.ArrayLike
    y_pred: npt.ArrayLike
    scores: npt.ArrayLike | None = None
    samples: Sequence[Any] | None = None

    def __post_init__(self) -> None:
        n = len(self._encoded.y_true)
        if self._encoded.n_labels != len(self._encoded.classes):
            missing = self._encoded.classes[self._encoded.n_labels :].tolist()
            raise ValueError(f"classes must hold every label that occurs, got none of {missing}")
        if self.scores is not None:
            scores = np.asarray(self.scores)
            if scores.shape != (n, len(self.labels)):
                raise ValueError(
                    f"scores must have shape ({n}, {len(self.labels)}), got {scores.shape}"
                )
            object.__setattr__(self, "scores", scores)
        if self.samples is not None and len(self.samples) != n:
            raise ValueError(f"samples must hold {n} pictures, got {len(self.samples)}")

    @cached_property
    def _encoded(self) -> Encoded:
        try:
            return encode(self.y_true, self.y_pred, self.classes)
        except (TypeError, ValueError) as error:
            raise type(error)(str(error).replace("labels must", "classes must")) from None

"""How well a classifier did on samples whose classes are known."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .. import _figure, metrics
from ..metrics._labels import Encoded, encode
from . import _report_page, _report_plot, _report_text
from ._html import write_file

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    import numpy.typing as npt
    from matplotlib.figure import Figure


class ClassScore(NamedTuple):
    """One row of `Report.table`: a class, or a mean over the classes."""

    label: Any
    precision: float
    recall: float
    f1: float
    support: int


class Mistake(NamedTuple):
    """A sample that was taken for another class.

    `score` is the predicted class's, `margin` how far it lies above the true one's.
    """

    sample: int
    true: Any
    predicted: Any
    score: float | None
    margin: float | None = None


@dataclass(frozen=True, eq=False, repr=False)
class Report:
    """How well a classifier did on samples whose classes are known.

    Printed, it is a table per class and the confusion matrix; `plot` draws the matrix, `to_html`
    writes a page that also shows the worst mistakes, `to_dict` is for JSON.

    Parameters
    ----------
    classes : array_like of shape (n_classes,)
        All labels the classifier knows, in the order of the columns of `scores`; they need not all
        occur.
    y_true, y_pred : array_like of shape (n,)
        True and predicted labels.
    scores : array_like of shape (n, n_classes), optional
        Decision values or probabilities: they tell which mistakes were the most confident.
    samples : sequence of n paths or images, optional
        The pictures that were classified, to show the mistakes.

    Raises
    ------
    TypeError
        If the labels are not of one sortable kind or the scores are not numbers.
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
    1 bus   1  1
    2 food  .  3
    """

    classes: npt.NDArray[Any]
    y_true: npt.NDArray[Any]
    y_pred: npt.NDArray[Any]
    scores: npt.NDArray[Any] | None = None
    samples: Sequence[Any] | None = None
    _encoded: Encoded = field(init=False)

    def __post_init__(self) -> None:
        encoded = encode(self.y_true, self.y_pred, self.classes, "classes")
        if encoded.n_labels != len(encoded.classes):
            unknown = encoded.classes[encoded.n_labels :].tolist()
            raise ValueError(f"classes must hold every label that occurs, got none of {unknown}")
        values = {
            "_encoded": encoded,
            "classes": encoded.classes,
            "y_true": encoded.classes[encoded.y_true],
            "y_pred": encoded.classes[encoded.y_pred],
            "scores": _checked_scores(self.scores, (len(encoded.y_true), encoded.n_labels)),
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)
        if self.samples is not None and len(self.samples) != len(self.y_true):
            raise ValueError(f"samples must hold {len(self.y_true)}, got {len(self.samples)}")

    @property
    def accuracy(self) -> float:
        """Share of the samples that were classified right."""
        return metrics.accuracy_score(self._encoded.y_true, self._encoded.y_pred)

    @property
    def precision(self) -> float:
        """Mean precision of the classes, each counting as often as it occurs."""
        return self.mean("weighted").precision

    @property
    def recall(self) -> float:
        """Mean recall of the classes, each counting as often as it occurs; equals `accuracy`."""
        return self.mean("weighted").recall

    @property
    def f1(self) -> float:
        """Mean F1 of the classes, each counting as often as it occurs."""
        return self.mean("weighted").f1

    @cached_property
    def roc_auc(self) -> float | None:
        """Mean area under the ROC curve of each class against the rest.

        None without scores, or where a class has no samples or has all of them.
        """
        present = len(np.unique(self._encoded.y_true))
        if self.scores is None or present < max(2, len(self.classes)):
            return None
        if not np.isfinite(self.scores).all():
            return None
        labels = np.arange(len(self.classes))
        return float(metrics.roc_auc_score(self._encoded.y_true, self.scores, labels=labels))

    @cached_property
    def confusion(self) -> npt.NDArray[np.int64]:
        """Counts of shape (n_classes, n_classes): rows are true, columns predicted classes."""
        true, pred, size = self._encoded.y_true, self._encoded.y_pred, len(self.classes)
        return metrics.confusion_matrix(true, pred, labels=np.arange(size))

    @cached_property
    def table(self) -> tuple[ClassScore, ...]:
        """Precision, recall, F1 and number of samples of every class."""
        columns = [score.tolist() for score in self._scores(None)]
        support = np.bincount(self._encoded.y_true, minlength=len(self.classes))
        return tuple(map(ClassScore, self.classes.tolist(), *columns, support.tolist()))

    @cached_property
    def mistakes(self) -> tuple[Mistake, ...]:
        """All misclassified samples, the most confident first where there are scores.

        Confidence is the margin: how far the score of the predicted class lies above that of the
        true one.
        """
        true, pred = self._encoded.y_true, self._encoded.y_pred
        wrong = np.flatnonzero(true != pred)
        shown: list[list[float | None]] = [[None] * len(wrong)] * 2
        if self.scores is not None:
            margins = self.scores[wrong, pred[wrong]] - self.scores[wrong, true[wrong]]
            order = np.argsort(-margins, kind="stable")
            wrong = wrong[order]
            shown = [self.scores[wrong, pred[wrong]].tolist(), margins[order].tolist()]
        labels = self.y_true[wrong].tolist(), self.y_pred[wrong].tolist()
        return tuple(map(Mistake, wrong.tolist(), *labels, *shown))

    def mean(self, average: str = "weighted") -> ClassScore:
        """Means over the classes, "weighted" by their samples or not ("macro")."""
        precision, recall, f1 = self._scores(average)
        return ClassScore(f"{average} mean", precision, recall, f1, len(self.y_true))

    def _scores(self, average: Any) -> list[Any]:
        options: dict[str, Any] = {"labels": np.arange(len(self.classes)), "average": average}
        true, pred = self._encoded.y_true, self._encoded.y_pred
        functions = metrics.precision_score, metrics.recall_score, metrics.f1_score
        return [function(true, pred, **options) for function in functions]

    def plot(self, path: str | os.PathLike[str] | None = None) -> Figure:
        """Draw the confusion matrix, each row as shares of its class.

        Parameters
        ----------
        path : path, optional
            File to write, in the format of its suffix: .png, .svg, .pdf.

        Returns
        -------
        matplotlib.figure.Figure
            Made without pyplot: no window opens and no backend is chosen.

        Raises
        ------
        MissingDependencyError
            If matplotlib is not installed: ``pip install 'imgmine[plot]'``.

        Examples
        --------
        >>> import imgmine as im
        >>> figure = im.collection.Report([0, 1], [0, 1, 1], [0, 1, 0]).plot()
        >>> figure.axes[0].get_title()
        'accuracy 0.667'
        """
        figure = _report_plot.draw(self)
        _figure.save(figure, path)
        return figure

    def to_html(
        self,
        path: str | os.PathLike[str],
        *,
        title: str = "Classification report",
        max_mistakes: int = 24,
    ) -> None:
        """Write one page that holds everything, pictures included, and needs nothing else.

        Parameters
        ----------
        path : path
            File to write; a reader finds the old one or the whole new one.
        title : str, default "Classification report"
            Heading of the page.
        max_mistakes : int, default 24
            How many of the most confident mistakes to show, if there are `samples`. A picture that
            cannot be read is replaced by a box that says why.

        Examples
        --------
        >>> import tempfile
        >>> from pathlib import Path
        >>> import imgmine as im
        >>> report = im.collection.Report([0, 1], [0, 1, 1], [0, 1, 0])
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     report.to_html(Path(folder, "report.html"), title="Test pictures")
        ...     "Test pictures" in Path(folder, "report.html").read_text(encoding="utf-8")
        True
        """
        write_file(path, _report_page.page(self, title, max_mistakes))

    def to_dict(self) -> dict[str, Any]:
        """Return all results as plain data, ready for `json.dumps`.

        Examples
        --------
        >>> import imgmine as im
        >>> report = im.collection.Report([0, 1], [0, 1, 1], [0, 1, 0])
        >>> report.to_dict()["mistakes"]
        [{'sample': 2, 'true': 1, 'predicted': 0, 'score': None, 'margin': None}]
        """
        paths = _report_page.names(self.samples)
        return {
            "n_samples": len(self.y_true),
            "accuracy": self.accuracy,
            "roc_auc": self.roc_auc,
            **{kind: _row(self.mean(kind)) for kind in ("macro", "weighted")},
            "classes": [row._asdict() for row in self.table],
            "confusion": self.confusion.tolist(),
            "mistakes": [
                mistake._asdict() | ({"path": paths[mistake.sample]} if paths else {})
                for mistake in self.mistakes
            ],
        }

    def __repr__(self) -> str:
        return (
            f"Report({len(self.y_true)} samples, {len(self.classes)} classes, "
            f"accuracy {self.accuracy:.3f})"
        )

    def __str__(self) -> str:
        return _report_text.text(self)

    def _repr_html_(self) -> str:
        return _report_page.fragment(self)


def _row(score: ClassScore) -> dict[str, float]:
    return {"precision": score.precision, "recall": score.recall, "f1": score.f1}


def _checked_scores(scores: Any, shape: tuple[int, int]) -> npt.NDArray[Any] | None:
    if scores is None:
        return None
    array = np.asarray(scores)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"scores must hold numbers, got dtype {array.dtype}")
    if array.shape != shape:
        raise ValueError(f"scores must have shape {shape}, got {array.shape}")
    return array

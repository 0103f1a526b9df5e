"""A `Report` as text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._report import ClassScore, Report

_MOST_CLASSES = 20  # a larger confusion matrix does not fit a terminal
_LONGEST_NAME = 28


def text(report: Report) -> str:
    """Return the accuracy, the table per class and, if it fits, the confusion matrix."""
    right, n = int(report.confusion.trace()), len(report.y_true)
    parts = [f"{right} of {n} right, accuracy {report.accuracy:.3f}", _table(report)]
    if len(report.classes) <= _MOST_CLASSES:
        parts.append(_matrix(report))
    return "\n\n".join(parts)


def _short(name: object) -> str:
    label = str(name)
    return label if len(label) <= _LONGEST_NAME else label[: _LONGEST_NAME - 1] + "…"


def _table(report: Report) -> str:
    rows = [*report.table, report.mean("macro"), report.mean("weighted")]
    width = max(len(_short(row.label)) for row in rows)
    heading = f"{'':{width}}  precision  recall      f1  support"
    return "\n".join([heading, *(_line(row, width) for row in rows)])


def _line(row: ClassScore, width: int) -> str:
    return (
        f"{_short(row.label):{width}}  {row.precision:9.3f}  {row.recall:6.3f}  {row.f1:6.3f}  "
        f"{row.support:7d}"
    )


def _matrix(report: Report) -> str:
    """Columns are numbered, because names do not fit above them."""
    size = len(report.classes)
    digits = len(str(size))
    names = [f"{i:{digits}} {_short(name)}" for i, name in enumerate(report.classes, 1)]
    width = max(map(len, names))
    cell = max(digits, len(str(report.confusion.max())))
    numbers = "".join(f"  {i:{cell}}" for i in range(1, size + 1))
    lines = ["true (rows) taken for (columns)", " " * width + numbers]
    for name, row in zip(names, report.confusion.tolist(), strict=True):
        lines.append(f"{name:{width}}" + "".join(f"  {n or '.':>{cell}}" for n in row))
    return "\n".join(lines)

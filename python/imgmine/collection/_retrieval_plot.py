"""Precision against recall of a `RetrievalReport` as a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._figure import new_figure
from ._names import printable

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ._retrieval_report import RetrievalReport

_MOST_LABELS = 10  # more cannot be told apart by their colors


def draw(report: RetrievalReport) -> Figure:
    """Draw the curves without pyplot, so that no global state is touched."""
    figure = new_figure(figsize=(6.4, 4.4), layout="constrained")
    axes = figure.add_subplot()
    recall = np.linspace(0, 1, len(report.total.curve))
    are_named = len(report.table) <= _MOST_LABELS
    for row in report.table:
        name = f"{printable(row.label)}, MAP {row.average_precision:.3f}".replace("$", r"\$")
        style: dict[str, Any] = {"label": name} if are_named else {"color": "0.7"}
        axes.plot(recall, row.curve, linewidth=1, alpha=0.8, **style)
    total = f"all, MAP {report.mean_average_precision:.3f}"
    axes.plot(recall, report.total.curve, color="black", linewidth=2.5, label=total)
    axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="recall", ylabel="precision")
    axes.grid(alpha=0.3)
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize=8, frameon=False)
    return figure

"""The confusion matrix of a `Report` as a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .._figure import new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ._report import Report

_MOST_NUMBERS = 30  # with more classes, cells have no room for their counts


def draw(report: Report) -> Figure:
    """Draw the confusion matrix without pyplot, so that no global state is touched."""
    size = len(report.classes)
    side = float(np.clip(2.5 + 0.42 * size, 4, 16))
    figure = new_figure(figsize=(side + 0.8, side), layout="constrained")
    axes = figure.add_subplot()
    totals = report.confusion.sum(axis=1, keepdims=True)
    shares = report.confusion / np.maximum(totals, 1)
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    ticks, names = np.arange(size), [str(label) for label in report.classes]
    axes.set_xticks(ticks, names, rotation=90 if size > 2 else 0)
    axes.set_yticks(ticks, names)
    axes.set(xlabel="predicted", ylabel="true", title=f"accuracy {report.accuracy:.3f}")
    if size <= _MOST_NUMBERS:
        for (row, column), count in np.ndenumerate(report.confusion):
            if count:
                color = "white" if shares[row, column] > 0.5 else "black"
                axes.text(column, row, str(count), ha="center", va="center", color=color)
    figure.colorbar(image, label="share of the true class", shrink=0.8)
    return figure

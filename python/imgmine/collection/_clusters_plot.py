"""`ImageClusters` as a figure: a row per group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._figure import new_figure
from ._results_plot import _show

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ._image_clusters import ImageClusters

_MOST_ROWS = 16
_TYPICAL, _UNUSUAL = 6, 2


def draw(found: ImageClusters) -> Figure:
    """Draw the groups without pyplot, so that no global state is touched."""
    groups = found.groups[:_MOST_ROWS]
    columns = _TYPICAL + _UNUSUAL
    n_rows = max(len(groups), 1)
    figure = new_figure(figsize=(1.35 * columns, 1.15 * n_rows + 0.3), layout="constrained")
    grid = figure.subplots(n_rows, columns, squeeze=False)
    for axes in grid.flat:
        axes.set_axis_off()
    for row, group in zip(grid, groups, strict=False):
        unusual = [i for i in group.unusual[:_UNUSUAL] if i not in group.typical[:_TYPICAL]]
        for axes, i in zip(row, group.typical[:_TYPICAL], strict=False):
            _show(axes, found.images[i])
        for axes, i in zip(row[_TYPICAL:], unusual, strict=False):
            _show(axes, found.images[i])
        row[0].set_anchor("W")
        row[0].set_title(f"group {group.label + 1}: {group.size}", fontsize=8, loc="left")
    grid[0][_TYPICAL].set_title("most unusual", fontsize=8, loc="left")
    return figure

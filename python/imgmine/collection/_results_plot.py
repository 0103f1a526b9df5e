"""The pictures of `Results` as a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._errors import DecodeError
from .._figure import new_figure
from ..io import imread
from ._names import TextQuery, printable, query_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ._results import Results

_COLUMNS = 6
_PIXELS = 256


def draw(results: Results) -> Figure:
    """Draw the query and then the hits, without pyplot, so that no global state is touched."""
    name = query_name(results.query)
    is_text = isinstance(results.query, TextQuery)
    pictures = [(results.query, name if name == "query" else f"query: {name}")]
    pictures = [] if results.query is None or is_text else pictures
    for rank, hit in enumerate(results, 1):
        label = "" if hit.label is None else f"{printable(hit.label)}  "
        pictures.append((hit.path, f"{rank}   {label}{hit.score:.4f}"))
    n_rows = max(1, -(-len(pictures) // _COLUMNS))
    n_columns = max(1, -(-len(pictures) // n_rows))
    figure = new_figure(figsize=(2.1 * n_columns, 1.9 * n_rows), layout="constrained")
    if is_text:
        figure.suptitle(f"“{name}”".replace("$", r"\$"), fontsize=11)
    grid = list(figure.subplots(n_rows, n_columns, squeeze=False).flat)
    for axes, (picture, title) in zip(grid, pictures, strict=False):
        _show(axes, picture)
        # A dollar sign would begin a formula.
        axes.set_title(title.replace("$", r"\$"), fontsize=9)
    for axes in grid:
        axes.set_axis_off()
    return figure


def _show(axes: Axes, picture: Any) -> None:
    try:
        pixels = picture if isinstance(picture, np.ndarray) else imread(picture, min_side=_PIXELS)
    except (DecodeError, OSError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or "cannot be read"
        axes.text(0.5, 0.5, reason, ha="center", va="center", fontsize=8, wrap=True)
        return
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[..., 0]
    axes.imshow(pixels, cmap="gray", vmin=0, vmax=255)

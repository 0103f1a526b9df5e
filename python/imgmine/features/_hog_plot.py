from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._figure import new_figure, save
from .._validate import as_image
from ._hog import hog

if TYPE_CHECKING:
    import os

    import numpy.typing as npt
    from matplotlib.figure import Figure


def glyphs(cells: npt.NDArray[Any], cell: int, signed: bool) -> tuple[Any, Any]:
    """Return the lines of each cell's orientations, and how strong each is."""
    rows, columns, orientations = cells.shape
    turn = (2 if signed else 1) * np.pi
    # Along the edge, which is across the gradient.
    angle = (np.arange(orientations) + 0.5) * turn / orientations + np.pi / 2
    half = cell * 0.45
    step = np.stack([np.cos(angle), np.sin(angle)], 1) * half
    middle = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), 2) * cell + cell / 2 - 0.5
    middle = middle[:, :, np.newaxis]
    lines = np.stack([middle - step, middle + step], 3)
    strength = np.sqrt(cells / max(float(cells.max(initial=0)), 1e-9))
    return lines.reshape(-1, 2, 2), strength.ravel()


def plot_hog(
    image: npt.ArrayLike,
    orientations: int = 9,
    cell: int = 8,
    *,
    signed: bool = False,
    path: str | os.PathLike[str] | None = None,
) -> Figure:
    """Draw an image and, beside it, the histograms of oriented gradients of its cells.

    Each cell gets a line for each orientation, along the edge: the higher the histogram, the
    brighter.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, 3), uint8 or float32
    orientations : int, default 9
    cell : int, default 8
    signed : bool, default False
        As for :func:`hog`.
    path : path, optional
        Where to write the picture, in the format that the suffix names.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    MissingDependencyError
        If matplotlib, the extra ``plot``, is not installed.
    TypeError, ValueError
        As :func:`hog`.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> figure = im.features.plot_hog(np.eye(32, dtype=np.uint8) * 255)
    >>> len(figure.axes)
    2
    """
    figure = new_figure(figsize=(10, 5), layout="constrained")
    from matplotlib.collections import LineCollection  # which is there, as figures are

    array = as_image(image)
    values = hog(
        array, orientations, cell, 1, signed=signed, interpolation="orientation", normalize=None
    )
    cells = values.reshape(array.shape[0] // cell, array.shape[1] // cell, orientations)
    lines, strength = glyphs(cells, cell, signed)
    order = np.argsort(strength, kind="stable")  # the brightest on top

    left, right = figure.subplots(1, 2)
    shown = array if array.dtype == np.uint8 or array.ndim == 2 else array / 255
    left.imshow(shown, cmap="gray")
    right.set_facecolor("black")
    colors = np.repeat(strength[order, np.newaxis], 3, 1)
    right.add_collection(LineCollection(lines[order], colors=colors, linewidths=1))
    right.set(xlim=left.get_xlim(), ylim=left.get_ylim(), aspect="equal", adjustable="box")
    for axes in (left, right):
        axes.set_axis_off() if axes is left else axes.set(xticks=[], yticks=[])
    save(figure, path)
    return figure

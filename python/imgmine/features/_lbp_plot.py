from __future__ import annotations

from typing import TYPE_CHECKING

from .._figure import new_figure, save
from .._validate import as_gray_image
from ._lbp import as_method, lbp, n_codes

if TYPE_CHECKING:
    import os

    import numpy.typing as npt
    from matplotlib.figure import Figure


def plot_lbp(
    image: npt.ArrayLike,
    points: int = 8,
    radius: float = 1,
    method: str = "uniform",
    path: str | os.PathLike[str] | None = None,
) -> Figure:
    """Draw an image, its local binary patterns, and how often each occurs.

    Parameters
    ----------
    image : array_like of shape (H, W), uint8
    points : int, default 8
        At most 16 with "ror" and "default".
    radius : float, default 1
    method : {"uniform", "ror", "default", "nri_uniform"}, default "uniform"
        As in `lbp`.
    path : path, optional
        Where to write the figure, in the format that its suffix names.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    MissingDependencyError
        If matplotlib is missing: install ``imgmine[plot]``.
    TypeError
        If `image` is not uint8.
    ValueError
        If `image` has another shape or no pixel, or an argument is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> image = np.random.default_rng(0).integers(0, 256, (60, 80), np.uint8)
    >>> len(im.features.plot_lbp(image).axes)
    3
    """
    import numpy as np

    array = as_gray_image(image)
    if not array.size:
        raise ValueError(f"image must have at least one pixel, got shape {array.shape}")
    codes = lbp(array, points, radius, as_method(method))
    count = n_codes(points, method)
    if count > 65536:
        raise ValueError(f"points must be at most 16 for patterns to be counted, got {points}")
    shares = np.bincount(codes.ravel(), minlength=count) / codes.size
    figure = new_figure(figsize=(10, 3.4), layout="constrained")
    pictures = figure.subplots(1, 3)
    pictures[0].imshow(array, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
    pictures[0].set_title("image")
    pictures[1].imshow(codes, cmap="viridis", vmin=0, vmax=count - 1, interpolation="nearest")
    pictures[1].set_title(f"patterns: {points} points, radius {radius:g}")
    for axes in pictures[:2]:
        axes.set_axis_off()
    pictures[2].bar(np.arange(count), shares, width=1 if count > 64 else 0.8)
    pictures[2].set_xlabel(f"code ({method})")
    pictures[2].set_ylabel("share of the pixels")
    save(figure, path)
    return figure

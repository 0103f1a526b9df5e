from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .._figure import new_figure, save
from .._validate import as_image, as_int
from ._histogram import histogram

if TYPE_CHECKING:
    import os

    import numpy.typing as npt
    from matplotlib.figure import Figure


def plot_histogram(
    image_or_vector: npt.ArrayLike,
    bins: int = 256,
    *,
    path: str | os.PathLike[str] | None = None,
) -> Figure:
    """Draw the histogram of an image, or one that has been made already.

    Parameters
    ----------
    image_or_vector : array_like of shape (H, W), (H, W, C) or (size,)
        An image, uint8 or float32 of 0 to 256: a curve a channel, red, green and blue if there are
        three. Or a vector, such as `histogram` or any other descriptor returns: bars.
    bins : int, default 256
        Of the histogram of an image.
    path : path, optional
        Where to save the figure; the suffix names the format.

    Returns
    -------
    matplotlib.figure.Figure
        Needs matplotlib: ``pip install imgmine[plot]``.

    Raises
    ------
    MissingDependencyError
        If matplotlib is not installed.
    TypeError, ValueError
        What `histogram` raises.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> figure = im.features.plot_histogram(np.zeros((4, 4, 3), np.uint8))
    """
    values = np.asarray(image_or_vector)
    figure = new_figure(figsize=(6.4, 3.2), layout="constrained")
    axes = figure.subplots()
    if values.ndim == 1:
        axes.bar(np.arange(len(values)), values, width=1, color="0.35")
        axes.set_xlabel("bin")
        axes.set_ylabel("value")
    else:
        array = as_image(values)
        channels = 1 if array.ndim == 2 else array.shape[2]
        names = ("red", "green", "blue", "alpha") if channels in (3, 4) else ()
        shares = histogram(array, bins, normalize=None).reshape(channels, as_int(bins, "bins"))
        edges = np.linspace(0, 256, shares.shape[1] + 1)
        for c, curve in enumerate(shares / max(array.size // channels, 1)):
            name = names[c] if names else f"channel {c}"
            color = "0.35" if channels == 1 or name == "alpha" else f"C{c}"
            color = {"red": "tab:red", "green": "tab:green", "blue": "tab:blue"}.get(name, color)
            axes.stairs(curve, edges, color=color, fill=channels == 1, label=name)
        axes.set_xlabel("level")
        axes.set_ylabel("share of the pixels")
        axes.set_xlim(0, 256)
        if channels > 1:
            axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    save(figure, path)
    return figure

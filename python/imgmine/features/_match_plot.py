from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .._figure import new_figure
from .._validate import UINT8, as_image

if TYPE_CHECKING:
    import numpy.typing as npt
    from matplotlib.figure import Figure

    from ._verify import Verification


def plot_matches(
    a: npt.ArrayLike, b: npt.ArrayLike, verification: Verification, *, most: int = 100
) -> Figure:
    """Draw two pictures side by side, and lines between the keypoints that match.

    Parameters
    ----------
    a, b : array_like of shape (H, W) or (H, W, 3), uint8
        The pictures that were given to `verify`.
    verification : Verification
        What it returned.
    most : int, default 100
        Number of lines of either kind at most, evenly chosen.

    Returns
    -------
    matplotlib.figure.Figure
        Matches that agree on the homography in green, the others in faint red, and the first
        picture's frame where the homography has it in the second. Save it with ``savefig``.

    Raises
    ------
    MissingDependencyError
        If matplotlib is not installed: ``pip install imgmine[plot]``.
    TypeError
        If a picture is not uint8.
    ValueError
        If a picture has another shape.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> noise = np.random.default_rng(0).integers(0, 256, (99, 99), np.uint8)
    >>> image = im.filters.gaussian_blur(noise, 2)
    >>> figure = im.features.plot_matches(image, image, im.features.verify(image, image))
    """
    pictures = [as_image(picture, (UINT8,), name) for picture, name in ((a, "a"), (b, "b"))]
    heights, widths = zip(*(picture.shape[:2] for picture in pictures), strict=True)
    figure = new_figure(figsize=(10, 10 * max(heights) / sum(widths) + 0.6), layout="constrained")
    axes = figure.add_subplot()
    axes.set_axis_off()
    axes.set_xlim(-0.5, sum(widths) - 0.5)
    axes.set_ylim(max(heights) - 0.5, -0.5)
    for picture, x in zip(pictures, (0, widths[0]), strict=True):
        extent = (x - 0.5, x + picture.shape[1] - 0.5, picture.shape[0] - 0.5, -0.5)
        axes.imshow(picture, cmap="gray", vmin=0, vmax=255, extent=extent)
    left, right = verification.keypoints
    ends = np.stack(
        [left.xy[verification.pairs[:, 0]], right.xy[verification.pairs[:, 1]] + (widths[0], 0)], 1
    )
    for agree, color, alpha in ((False, "tab:red", 0.25), (True, "lime", 0.7)):
        lines = ends[verification.inliers == agree]
        some = np.linspace(0, len(lines) - 1, min(most, len(lines))).round().astype(int)
        x, y = lines[some].transpose(2, 1, 0)
        axes.plot(x, y, color=color, alpha=alpha, linewidth=0.6, marker="o", markersize=1.5)
    if verification.homography is not None:
        w, h = widths[0] - 1, heights[0] - 1
        corners = np.array([[0, 0, 1], [w, 0, 1], [w, h, 1], [0, h, 1], [0, 0, 1]])
        x, y, z = (corners[:, None] * verification.homography).sum(-1).T
        if (z > 0).all():
            axes.plot(x / z + widths[0], y / z, color="yellow", linewidth=1.2)
    axes.set_title(f"{verification.n_inliers} of {len(verification.pairs)} matches agree")
    return figure

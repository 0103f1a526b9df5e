from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .._validate import FLOAT32, UINT8, Array, as_float, as_image, as_int
from ..cluster import KMeans
from ..color import rgb2lab

if TYPE_CHECKING:
    import numpy.typing as npt


def kmeans_segment(
    image: npt.ArrayLike,
    n_clusters: int,
    *,
    position: float = 0.0,
    color_space: str = "lab",
    n_init: int = 1,
    max_iter: int = 100,
    random_state: int | None = None,
) -> tuple[Array, float]:
    """Divide an image into regions of like color, by k-means.

    Parameters
    ----------
    image : array_like of shape (H, W), (H, W, 1) or (H, W, 3), uint8
        Gray or RGB.
    n_clusters : int
        Regions, 1 to the number of pixels.
    position : float, default 0.0
        How much color (in units of `color_space`) a pixel's distance in the plane counts as, >= 0.
        With 0 regions are colors, wherever they lie.
    color_space : {"lab", "rgb"}, default "lab"
        Where distances of RGB are measured.
    n_init : int, default 1
        Starts, > 0. Of their ends that counts at which pixels are nearest to their regions' means,
        `position` included; of equals the first.
    max_iter : int, default 100
        Most iterations, > 0.
    random_state : int, optional
        Seed, >= 0; None is 0.

    Returns
    -------
    labels : ndarray of shape (H, W), int32
        Labels of 1 to `n_clusters`, in the order of the regions' first pixels. Regions need not be
        connected.
    error : float
        Mean of the squares of the pixels' distances, in color alone, from the mean color of their
        region.

    Raises
    ------
    TypeError
        If `image` is not uint8.
    ValueError
        If `image` has another shape or no pixel, or a parameter is out of range.

    See Also
    --------
    imgmine.cluster.KMeans : which it is done by, from k-means++.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> image = np.uint8([[10, 10, 200], [12, 10, 198]])
    >>> labels, error = im.segment.kmeans_segment(image, 2)
    >>> labels
    array([[1, 1, 2],
           [1, 1, 2]], dtype=int32)
    >>> round(error, 4)
    0.8333
    """
    array = as_image(image, (UINT8,))
    colors = _colors(array, color_space)
    samples = _with_positions(colors, array.shape[:2], as_float(position, "position"))
    model = KMeans(
        n_clusters,
        n_init=as_int(n_init, "n_init"),
        max_iter=as_int(max_iter, "max_iter"),
        random_state=random_state,
    )
    return _ordered(model.fit(samples).labels_, colors, array.shape[:2])


def _colors(image: Array, color_space: str) -> Array:
    """Return the pixels' colors, a row each."""
    if image.size == 0:
        raise ValueError(f"image must have at least one pixel, got shape {image.shape}")
    if image.ndim == 3 and image.shape[2] not in (1, 3):
        raise ValueError(f"image must have 1 or 3 channels, got {image.shape[2]}")
    if color_space not in ("lab", "rgb"):
        raise ValueError(f"color_space must be 'lab' or 'rgb', got {color_space!r}")
    values = image.astype(FLOAT32)
    if image.ndim == 2 or image.shape[2] == 1:
        return values.reshape(-1, 1)
    return (rgb2lab(values) if color_space == "lab" else values).reshape(-1, 3)


def _with_positions(colors: Array, shape: tuple[int, ...], position: float) -> Array:
    if not 0 <= position < np.inf:
        raise ValueError(f"position must be finite and not negative, got {position}")
    if position == 0:
        return colors
    places = np.indices(shape, np.float32).reshape(2, -1).T * np.float32(position)
    return np.ascontiguousarray(np.hstack([colors, places]))


def _ordered(clusters: Array, colors: Array, shape: tuple[int, ...]) -> tuple[Array, float]:
    """Return labels by first pixels, and the mean of the squared errors of colors."""
    _, first, labels, counts = np.unique(
        clusters, return_index=True, return_inverse=True, return_counts=True
    )
    error = 0.0
    for channel in colors.astype(np.float64).T:
        means = np.bincount(labels, channel) / counts
        error += float(((channel - means[labels]) ** 2).mean())
    names = np.empty(len(first), np.int32)
    names[np.argsort(first)] = np.arange(1, len(first) + 1)
    return names[labels].reshape(shape), error

"""What a `RegionClassifier` knows of a region, in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..color import rgb2gray, rgb2lab
from ..features import color_moments, lbp_histogram
from ..filters import sobel
from ._find_boundaries import find_boundaries
from ._planes import as_regions, as_rgb_image, compact

if TYPE_CHECKING:
    import numpy.typing as npt

    from .._validate import Array

NAMES = (
    *(f"{channel} {moment}" for channel in "Lab" for moment in ("mean", "deviation", "skewness")),
    *(f"pattern {i}" for i in range(10)),
    *("gradient mean", "gradient deviation", "gradient at the edge", "gradient inside"),
    *("share of steep pixels", "row", "column", "log area"),
    *("mean contrast", "greatest contrast", "least contrast", "neighbors"),
)
_STEEP = 100


def region_features(image: npt.ArrayLike, labels: npt.ArrayLike) -> tuple[Array, Array]:
    """Return the labels that there are, and a row of numbers, as `NAMES` has them, for each.

    Sums run in the order of pixels, so that they have the same bits everywhere.
    """
    picture = as_rgb_image(image)
    found, places = compact(as_regions(labels, picture.shape[:2]))
    plane = places.astype(np.int32) + (found[0] != 0)  # from 1 on; 0 is no region
    found = found[found != 0]
    n = len(found)
    if not n:
        return found, np.empty((0, len(NAMES)), np.float32)
    gray = rgb2gray(picture)
    columns = [
        color_moments(picture, "lab", labels=plane),
        lbp_histogram(gray, labels=plane),
        _gradients(gray, plane, n),
        _places(plane, n),
        _contrasts(rgb2lab(picture.astype(np.float32)), plane, n),
    ]
    return found, np.concatenate(columns, axis=1).astype(np.float32)


def _sums(plane: Array, n: int, values: Array | None = None) -> Array:
    weights = None if values is None else values.ravel()
    sums: Array = np.bincount(plane.ravel(), weights, minlength=n + 1)[1:]
    return sums


def _gradients(gray: Array, plane: Array, n: int) -> Array:
    steep = sobel(gray, dtype=np.float32).astype(np.float64)
    area = _sums(plane, n)
    mean = _sums(plane, n, steep) / area
    variance = np.maximum(_sums(plane, n, steep * steep) / area - mean * mean, 0)
    edges = find_boundaries(plane).astype(np.float64)
    n_edges = _sums(plane, n, edges)
    at_edge = _sums(plane, n, steep * edges)
    inside = (mean * area - at_edge) / np.maximum(area - n_edges, 1)
    share = _sums(plane, n, (steep > _STEEP).astype(np.float64)) / area
    return np.stack(
        [mean, np.sqrt(variance), at_edge / np.maximum(n_edges, 1), inside, share], axis=1
    )


def _places(plane: Array, n: int) -> Array:
    height, width = plane.shape
    area = _sums(plane, n)
    rows, columns = np.mgrid[:height, :width].astype(np.float64)
    row = (_sums(plane, n, rows) / area + 0.5) / height
    column = (_sums(plane, n, columns) / area + 0.5) / width
    # log2 by the exponent and a straight line between powers: the same bits everywhere.
    mantissa, exponent = np.frexp(area / plane.size)
    return np.stack([row, column, exponent + 2 * mantissa - 2], axis=1)


def _contrasts(lab: Array, plane: Array, n: int) -> Array:
    """Return mean (by common border), greatest and least difference from neighbors' mean color."""
    area = _sums(plane, n)
    means = np.stack([_sums(plane, n, lab[..., i].astype(np.float64)) / area for i in range(3)], 1)
    sides = [(plane[:-1], plane[1:]), (plane[:, :-1], plane[:, 1:])]
    pairs = np.concatenate([np.stack([a[a != b], b[a != b]], axis=1) for a, b in sides])
    pairs = np.sort(pairs[(pairs > 0).all(axis=1)].astype(np.int64), axis=1)
    keys, lengths = np.unique(pairs[:, 0] * (n + 1) + pairs[:, 1], return_counts=True)
    first, second = keys // (n + 1) - 1, keys % (n + 1) - 1
    apart = np.sqrt(((means[first] - means[second]) ** 2).sum(axis=1))
    here, there = np.concatenate([first, second]), np.concatenate([apart, apart])
    border = np.concatenate([lengths, lengths]).astype(np.float64)
    total = np.bincount(here, border, minlength=n)
    mean = np.bincount(here, border * there, minlength=n) / np.maximum(total, 1)
    most, least = np.zeros(n), np.full(n, np.inf)
    np.maximum.at(most, here, there)
    np.minimum.at(least, here, there)
    least[np.isinf(least)] = 0
    return np.stack([mean, most, least, np.bincount(here, minlength=n)], axis=1)

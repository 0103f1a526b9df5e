"""Regions as polygons along the edges of their pixels, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from .. import _core

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._validate import Array

Point: TypeAlias = tuple[int, int]  # x, y of a corner of pixels

_FAR = 2.0**31


def polygons_of(mask: Array, corner: Point = (0, 0)) -> list[list[int]]:
    """Return the pieces of a mask (connected by sides), each as [x0, y0, x1, y1 ...].

    Corners are pixel corners: pixel (row, column) is the square from (column, row) to (column + 1,
    row + 1). A hole is joined to its piece by a cut of no width, there and back, so that filling by
    the even-odd rule gives the mask again, pixel by pixel.
    """
    whole = np.ascontiguousarray(mask, np.uint8)
    return [(line + corner).ravel().tolist() for line in _core.segment.region_polygons(whole)]


def filled(polygon: Sequence[float], shape: tuple[int, int]) -> Array:
    """Return which pixels have their center inside a polygon, by the even-odd rule.

    Of a center that lies on a side, the side's right or lower one counts as inside.
    """
    points = np.array(polygon, np.float64).reshape(-1, 2)
    if not (np.abs(points) < _FAR).all():
        raise ValueError("a polygon that is far out or not finite")
    ends = np.roll(points, -1, axis=0)
    low = np.minimum(points[:, 1], ends[:, 1])
    high = np.maximum(points[:, 1], ends[:, 1])
    # The rows whose centers a side passes: those of low <= row + 0.5 < high.
    first = np.clip(np.ceil(low - 0.5), 0, shape[0]).astype(np.int64)
    n_rows = np.clip(np.ceil(high - 0.5), 0, shape[0]).astype(np.int64) - first
    side = np.repeat(np.arange(len(points)), n_rows)
    row = np.arange(len(side)) - np.repeat(np.cumsum(n_rows) - n_rows, n_rows) + first[side]
    (x0, y0), (x1, y1) = points[side].T, ends[side].T
    x = x0 + (row + 0.5 - y0) * (x1 - x0) / (y1 - y0)
    column = np.clip(np.ceil(x - 0.5), 0, shape[1]).astype(np.int64)
    crossings = np.zeros((shape[0], shape[1] + 1), np.int32)
    np.add.at(crossings, (row, column), 1)
    inside: Array = np.cumsum(crossings[:, :-1], axis=1) % 2 == 1
    return inside

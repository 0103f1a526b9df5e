"""Columns of a table of regions that are made of others."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from .. import _core

if TYPE_CHECKING:
    from .._validate import Array


def hu_of(nu: Array) -> Array:
    """Return Hu's invariants of normalized moments."""
    a, b = nu[:, 3, 0] + nu[:, 1, 2], nu[:, 2, 1] + nu[:, 0, 3]
    c, d = nu[:, 3, 0] - 3 * nu[:, 1, 2], 3 * nu[:, 2, 1] - nu[:, 0, 3]
    sums, gap, twist = nu[:, 2, 0] + nu[:, 0, 2], nu[:, 2, 0] - nu[:, 0, 2], nu[:, 1, 1]
    f, g = a * a - 3 * b * b, 3 * a * a - b * b
    invariants = [
        sums,
        gap * gap + 4 * twist * twist,
        c * c + d * d,
        a * a + b * b,
        c * a * f + d * b * g,
        gap * (a * a - b * b) + 4 * twist * a * b,
        d * a * f - c * b * g,
    ]
    return np.stack(invariants, axis=1)


def lbp_of(gray: Array, places: Array, n: int) -> Array:
    """Return the shares of the patterns in each region."""
    turns = [math.pi / 4 * i for i in range(8)]
    rows = [round(-math.sin(turn), 5) for turn in turns]
    columns = [round(math.cos(turn), 5) for turn in turns]
    core = _core.features.lbp_histogram
    counts = core(gray, rows, columns, "uniform", "none", (1, 1), None, places, n)
    total = np.maximum(counts.sum(axis=1, keepdims=True), 1)
    shares: Array = np.divide(counts.reshape(n, 10), total, dtype=np.float64)
    return shares

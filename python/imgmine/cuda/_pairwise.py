from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .. import _core
from . import _comparing as tiles
from ._job import on_device_of

if TYPE_CHECKING:
    from .._device_array import DeviceArray

KINDS = {
    "euclidean": tiles.SQUARED_L2,
    "l1": tiles.L1,
    "chi2": tiles.CHI2,
    "hamming": tiles.HAMMING,
    "inner_product": tiles.DOT,
    "cosine": tiles.DOT,
    "pearson": tiles.DOT,
    "intersection": tiles.INTERSECTION,
}
EXACT = ("euclidean", "inner_product")
MOST_ROWS = 65535 * 16  # of a grid
MOST_EXACT = 32768  # values whose products' sum 32 bits hold


class How(NamedTuple):
    """What a metric adds up, in which type, and how a sum becomes a score."""

    kind: int
    zero: Any
    root: bool
    clip: bool


def how_of(metric: str, array: DeviceArray) -> How:
    """Return how rows of a dtype are compared."""
    is_exact = metric in EXACT and array.dtype.kind != "f" and array.shape[1] <= MOST_EXACT
    zero = np.int32(0) if is_exact or metric == "hamming" else np.float32(0)
    return How(KINDS[metric], zero, metric == "euclidean", metric in ("cosine", "pearson"))


def judge(metric: str, *arrays: DeviceArray) -> None:
    """Refuse what the core refuses, and float16."""
    for array in arrays:
        if array.dtype == np.float16:
            raise TypeError("vectors on a GPU must be float32, int8 or uint8, got float16")
    empty = np.empty((0, 1), arrays[0].dtype)
    _core.similarity.pairwise(empty, empty, metric)


def rows_for(job: Any, array: DeviceArray, metric: str) -> Any:
    """Return the rows as they are compared: for "cosine" and "pearson" at length one."""
    rows = job.view(array)
    if metric not in ("cosine", "pearson"):
        return rows
    scaled = job.scratch(array.shape, np.float32)
    center = metric == "pearson"
    job.launch(tiles.unit_rows, array.shape[0], tiles.UNIT_THREADS, rows, scaled, center)
    return scaled


def pairwise(a: DeviceArray, b: DeviceArray, metric: str) -> Any:
    """Run `imgmine.similarity.pairwise`: bit-equal where the core sums in whole numbers.

    "euclidean" and "inner_product" of bytes and "hamming", that is. The others are within
    1e-6 times the sum of the magnitudes that are added up, "cosine" and "pearson" within 2e-6.
    """
    judge(metric, a, b)
    if a.shape[0] > MOST_ROWS:
        raise ValueError(f"a must have at most {MOST_ROWS} vectors on a GPU, got {a.shape[0]}")
    how = how_of(metric, a)
    with on_device_of(a, b) as job:
        out = job.empty((a.shape[0], b.shape[0]), np.float32)
        if out.size:
            left, right = rows_for(job, a, metric), rows_for(job, b, metric)
            grid = -(-b.shape[0] // tiles.ROWS), -(-a.shape[0] // tiles.QUERIES)
            block = (tiles.SIDE, tiles.SIDE)
            job.launch(tiles.compare_all, grid, block, left, right, *how, job.view(out))
        return job.result(out)

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _core
from . import _comparing as tiles
from ._job import on_device_of
from ._pairwise import MOST_ROWS, how_of, judge, rows_for

if TYPE_CHECKING:
    from .._device_array import DeviceArray

BLOCKS = 1024  # enough for any GPU to be busy
MOST_KEPT = 1024  # rows are put into lists one by one


def top_k(queries: DeviceArray, base: DeviceArray, k: int, metric: str) -> tuple[Any, Any]:
    """Run `imgmine.similarity.top_k` for up to 1024 rows a query; scores are those of `pairwise`.

    Bytes' rows are the core's, bit for bit, where it sums in whole numbers; others may change
    places where scores differ by less than their error. The matrix of all comparisons is never
    written: memory is 16 bytes a kept row, query and slice of the base, for as many queries at a
    time as fit.
    """
    judge(metric, queries, base)
    if k < 0:
        raise ValueError(f"k must not be negative, got {k}")
    n, k = queries.shape[0], min(k, base.shape[0])
    if k > MOST_KEPT:
        raise ValueError(f"k must be at most {MOST_KEPT} on a GPU, got {k}")
    with on_device_of(queries, base) as job:
        ids, scores = job.empty((n, k), np.int64), job.empty((n, k), np.float32)
        if ids.size:
            left, right = rows_for(job, queries, metric), rows_for(job, base, metric)
            found = job.view(ids), job.view(scores)
            search(job, left, right, metric, how_of(metric, queries), *found)
        return job.result(ids), job.result(scores)


def search(job: Any, queries: Any, base: Any, metric: str, how: Any, ids: Any, scores: Any) -> None:
    """Find the best rows for as many queries at a time as there is room for."""
    n, k = ids.shape
    sign = -1.0 if _core.similarity.is_similarity(metric) else 1.0
    n_tiles = (base.shape[0] + tiles.ROWS - 1) // tiles.ROWS
    slices = min(n_tiles, max(1, BLOCKS * tiles.QUERIES // n), 64)
    per_slice = (n_tiles + slices - 1) // slices * tiles.ROWS
    slices = (base.shape[0] + per_slice - 1) // per_slice
    many = min(job.at_once(n, 16 * k * (slices + 1)), MOST_ROWS)
    ranks, rows = (job.scratch((many, slices, k), dtype) for dtype in (np.float64, np.int64))
    best = job.scratch((many, k), np.float64)
    for first in range(0, n, many):
        part = slice(first, min(first + many, n))
        left, count = queries[part], part.stop - first
        grid = slices, (count + tiles.QUERIES - 1) // tiles.QUERIES
        arguments = (how.kind, how.zero, sign, per_slice, ranks, rows)
        job.launch(tiles.keep_best, grid, (tiles.SIDE, tiles.SIDE), left, base, *arguments)
        finish = (sign, how.root, how.clip, best, ids[part], scores[part])
        job.run(tiles.merge_best, count, ranks, rows, *finish)

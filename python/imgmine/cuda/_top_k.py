from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .. import _core
from . import _best_tiles as tiles
from . import _comparing as others
from . import _selecting as selecting
from ._job import on_device_of
from ._pairwise import MOST_ROWS, How, how_of, judge, rows_for
from ._shapes import SIDE
from ._views import part_of
from ._warp import LANES

if TYPE_CHECKING:
    from .._device_array import DeviceArray

MOST_BASE = 2**31 - 1  # rows that a key has room for
MERGED_KEYS = 4096  # that a warp looks through


class Plan(NamedTuple):
    """The kernel that keeps the best of slices of the base, and what it works on at a time."""

    kernel: Any
    block: tuple[int, ...]
    n_queries: int
    n_rows: int
    blocks: int  # that a multiprocessor has room for


def top_k(queries: DeviceArray, base: DeviceArray, k: int, metric: str) -> tuple[Any, Any]:
    """Run `imgmine.similarity.top_k` for up to 1024 rows a query; scores are those of `pairwise`.

    Bytes' rows are the core's, bit for bit, where it sums in whole numbers; others may change
    places where scores differ by less than their error. The matrix of all comparisons is never
    written: memory is 8 bytes a query and slice of the base for each of some hundred candidates
    (or 3 k), for as many queries at a time as fit.
    """
    judge(metric, queries, base)
    if k < 0:
        raise ValueError(f"k must not be negative, got {k}")
    n, k = queries.shape[0], min(k, base.shape[0])
    if k > selecting.MOST_KEPT:
        raise ValueError(f"k must be at most {selecting.MOST_KEPT} on a GPU, got {k}")
    if base.shape[0] > MOST_BASE:
        raise ValueError(f"base must have at most {MOST_BASE} vectors on a GPU")
    with on_device_of(queries, base) as job:
        ids, scores = job.empty((n, k), np.int64), job.empty((n, k), np.float32)
        if ids.size:
            left, right = rows_for(job, queries, metric), rows_for(job, base, metric)
            search(job, left, right, metric, job.view(ids), job.view(scores))
        return job.result(ids), job.result(scores)


def plan_for(how: How) -> Plan:
    """Return how queries are worked on."""
    if not how.in_tiles:
        block = (others.SIDE, others.SIDE)
        return Plan(others.keep_best, block, others.QUERIES, others.ROWS, blocks=4)
    down, across, *_ = how.shape
    blocks = 4 if how.tiles.endswith("few") else 2
    kernel = getattr(tiles, f"best_{how.tiles}")
    return Plan(kernel, (down * across,), down * SIDE, across * SIDE, blocks)


def rows_of_slice(n_rows: int, n_groups: int, at_a_time: int, tile: int) -> int:
    """Return how many rows of the base a block takes, so that few blocks wait for the last.

    With more slices more blocks are of one length; each costs about two tiles to fill its lists.
    """
    n_tiles = -(-n_rows // tile)

    def cost(slices: int) -> int:
        return -(-slices * n_groups // at_a_time) * (-(-n_tiles // slices) + 2)

    slices = min((max(1, waves * at_a_time // n_groups) for waves in (1, 2, 3, 4)), key=cost)
    return -(-n_tiles // min(slices, n_tiles)) * tile


def search(job: Any, queries: Any, base: Any, metric: str, ids: Any, scores: Any) -> None:
    """Find the best rows for as many queries at a time as there is room for."""
    n, k = ids.shape
    how = how_of(metric, queries, base, n)
    plan = plan_for(how)
    in_words = how.in_tiles and queries.dtype.itemsize == 1
    queries, base = how.rows(queries), how.rows(base)
    at_a_time = job.multiprocessors() * plan.blocks
    per_slice = rows_of_slice(base.shape[0], -(-n // plan.n_queries), at_a_time, plan.n_rows)
    slices, room = -(-base.shape[0] // per_slice), max(2 * k, k + 2 * plan.n_rows)
    many = min(job.at_once(n, 8 * slices * (room + 2 * k)), MOST_ROWS)
    keys = job.scratch((many, slices, room), np.int64)
    kept = job.scratch((many, slices * k), np.int64)
    less_is_better = not _core.similarity.is_similarity(metric)
    sign = (np.int32 if in_words else np.float32)(1 if less_is_better else -1)
    for first in range(0, n, many):
        count = min(many, n - first)
        some = part_of(queries, first, count)
        lists = part_of(keys, 0, count), part_of(kept, 0, count)
        found = part_of(ids, first, count), part_of(scores, first, count)
        what = (how.kind, how.whole) if how.in_tiles else (how.kind,)
        grid = slices, -(-count // plan.n_queries)
        arguments = (*what, sign, per_slice, k, *lists)
        job.launch(plan.kernel, grid, plan.block, some, base, *arguments)
        best = merged(job, lists[1], slices, k)
        finish = (bool(in_words), np.float32(sign), how.root, how.clip, *found)
        job.launch(selecting.sort_lists, count, selecting.SORT_THREADS, best, *finish)


def merged(job: Any, lists: Any, parts: int, k: int) -> Any:
    """Return each query's one list, merged from those of the slices."""
    while parts > 1:
        group = min(parts, max(2, MERGED_KEYS // k))
        parts = -(-parts // group)
        merged = job.scratch((lists.shape[0], parts * k), np.int64)
        n_threads = lists.shape[0] * parts * LANES
        job.run(selecting.merge_lists, n_threads, lists, group, k, merged)
        lists = merged
    return lists

"""Separable filters of more taps than tiles take: twice down the columns, as `_sliding_sums` goes.

A thread makes 32 sums of a column, in registers; a value is read, mostly from the caches, for all
of them at once. Tiles of 32 x 32 sums are turned in shared memory and written as rows, so that the
second pass, down the columns of what the first wrote, goes along the rows of the image. What is
between them is kept to as many images of a batch as stay in the second cache.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, float32, int32, int64, uint64

from ._column_values import (
    SUMS,
    eight_values,
    kept_values,
    one_value,
    put_column,
    weighed_eight,
    weighed_one,
    zeros,
)
from ._finish import Finish, finished
from ._vectors import four_at
from ._views import part_of, reshaped

if TYPE_CHECKING:
    from ._job import Job
    from ._separable import Taps

WARP, WARPS = 32, 4
PITCH = SUMS + 1  # odd: rows and columns are reached without conflicts
TILES = WARPS * WARP * PITCH
LONGEST = 1 << 29  # values: their bytes are counted in 31 bits
IN_CACHE = 1 << 24  # bytes, of 40 MB and more


@cuda.jit(device=True)
def summed(src, begin, pitch, taps, lines, first):
    """32 sums of a column from row `first` on."""
    kept, s = kept_values(src, begin, pitch, lines, first), zeros(float32(0))
    k, n, at = int64(0), int64(taps.size), int64(first + SUMS)
    while k + 8 <= n:
        values = eight_values(src, begin, pitch, lines, at + k)
        s = weighed_eight(kept, values, four_at(taps, k) + four_at(taps, k + 4), s)
        kept, k = kept[8:] + values, k + 8
    while k < n:
        value = one_value(src, begin, pitch, lines, at + k)
        s = weighed_one(kept, value[0], taps[uint64(k)], s)
        kept, k = kept[1:] + value, k + 1
    return s


@cuda.jit(device=True)
def write_turned(tile, at, dst, begin, column, n_columns, y, form, finish):
    """Write row y of each of a warp's 32 columns; see `sum_down` for `form`."""
    group, group_step, step, row_step = form
    how, factor, low, high = finish
    number = int32(int32(column) // int32(group))
    i = int32(int32(column) - int32(number * int32(group)))
    place = begin + int64(number) * group_step + int64(i) * step + y * row_step
    if column + WARP <= n_columns and (i + WARP <= group or group == 1):
        step = group_step if group == 1 else step
        end = at + WARP
        while at < end:
            a, b = tile[uint64(at)], tile[uint64(at + 1)]
            c, d = tile[uint64(at + 2)], tile[uint64(at + 3)]
            dst[uint64(place)] = finished(a, how, factor, low, high)
            dst[uint64(place + step)] = finished(b, how, factor, low, high)
            dst[uint64(place + 2 * step)] = finished(c, how, factor, low, high)
            dst[uint64(place + 3 * step)] = finished(d, how, factor, low, high)
            place, at = place + 4 * step, at + 4
        return
    for _ in range(min(WARP, n_columns - column)):
        dst[uint64(place)] = finished(tile[uint64(at)], how, factor, low, high)
        i, place, at = int32(i + int32(1)), place + step, at + 1
        if i == group:
            i, place = int32(0), place + group_step - group * step


@cuda.jit(cache=True)
def slide_taps(
    src,
    dst,
    taps,
    lines,
    height,
    n,
    how,
    factor,
    low,
    high,
    group,
    group_step,
    step,
    row_step,
):
    """A thread makes 32 sums of one of the n columns, of rows that `lines` numbers."""
    tile = cuda.shared.array(TILES, dtype=float32)
    tx, ty, image = int64(cuda.threadIdx.x), int64(cuda.threadIdx.y), int64(cuda.blockIdx.z)
    column, first = (int64(cuda.blockIdx.x) * WARPS + ty) * WARP, int64(cuda.blockIdx.y) * SUMS
    size, mine = int64(height) * n, ty * (WARP * PITCH)
    if column + tx < n:
        s = summed(src, image * size + column + tx, int32(n), taps, lines, first)
        put_column(tile, mine + tx, PITCH, s)
    cuda.syncthreads()
    form, finish = (group, group_step, step, row_step), (how, factor, low, high)
    at, y = mine + tx * PITCH, first + tx
    if y < height:
        write_turned(tile, at, dst, image * size, column, n, y, form, finish)


def lines_of(height: int, n_taps: int, anchor: int, border: str) -> np.ndarray[Any, Any]:
    """Return the row for each place of a column, -1 for none; the first place is one above it."""
    i = np.arange(-(-height // SUMS) * SUMS + n_taps) - 1 - anchor
    inside = (i >= 0) & (i < height)
    period = {"reflect101": max(1, 2 * height - 2), "reflect": 2 * height}.get(border, height)
    if border == "replicate":
        i = np.clip(i, 0, height - 1)
    elif border == "constant":
        i = np.where(inside, i, -1)
    else:
        i %= period
        turned = period - i if border == "reflect101" else period - 1 - i
        i = np.where(i < height, i, turned)
    return i.astype(np.int32)


def sum_down(
    job: Job, src: Any, dst: Any, taps: Any, anchor: int, border: str, finish: Finish, form: Any
) -> None:
    """Weigh the rows of images (N, H, n) into images (N, H n), turned.

    `form` is (group, group step, step, row step): value x of row y stands at x // group times the
    group step + x % group times the step + y times the row step.
    """
    n_images, height, n = src.shape
    lines = job.upload(lines_of(height, len(taps), anchor, border))
    weights = job.upload(taps.astype(np.float32))
    grid = (-(-n // (WARP * WARPS)), -(-height // SUMS), n_images)
    flat = reshaped(src, src.size), reshaped(dst, dst.size)
    how = (height, n, *finish, *form)
    job.launch(slide_taps, grid, (WARP, WARPS), *flat, weights, lines, *how)


def filter_by_columns(
    job: Job, src: Any, dst: Any, taps: Taps, channels: int, border: str, finish: Finish
) -> None:
    """Filter images (N, H, W C)."""
    n_images, height, n = src.shape
    width, size = n // channels, height * n
    if max(n, channels * height) >= LONGEST:
        raise ValueError(
            f"rows and columns must have fewer than {LONGEST} values for as many taps on a GPU, "
            f"got {n} and {channels * height}"
        )
    many = min(job.at_once(n_images, 4 * size), max(1, IN_CACHE // (4 * size)))
    # Of each column its channels' rows, one after the other.
    sums = job.scratch((many, width, channels * height), np.float32)
    down, along = (1, height, 0, 1), (height, 1, n, channels)
    for first in range(0, n_images, many):
        part, into = part_of(src, first, many), part_of(dst, first, many)
        some = part_of(sums, 0, part.shape[0])
        sum_down(job, part, some, taps.column, taps.anchor_y, border, Finish(), down)
        sum_down(job, some, into, taps.row, taps.anchor_x, border, finish, along)

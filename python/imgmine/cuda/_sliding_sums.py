"""Means over boxes of any size, at a cost that does not depend on it.

A thread goes down a column: what comes into the box is added, what leaves it is taken off. Tiles of
32 x 32 of these sums are turned in shared memory and written as rows, so that the second pass, over
the columns of what the first wrote, goes along the rows of the image, and memory is read and
written in order both times. Sums of bytes are whole numbers below 2^32, sums of floats doubles,
from which infinities and NaN are kept apart.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, float64, int64, uint32

from ._border import MODES, border_index
from ._job import on_device_of
from ._separable import planes_of

if TYPE_CHECKING:
    from .._device_array import DeviceArray
    from ._job import Job

SIDE, WARPS = 32, 4
TILES = (WARPS, SIDE, SIDE + 1)  # odd: columns are read without conflicts
LEAST_ROWS = 64  # that a thread goes down: and twice the box
IN_CACHE = 1 << 24  # bytes, of 40 MB and more
LOW = 0xFFFFFFFF


@cuda.jit(device=True)
def write_turned(tile, dst, image, column, n_columns, first, last, form):
    """Write a warp's tile: of its 32 columns the rows from `first` on; see `slide` for `form`."""
    tx, ty = cuda.threadIdx.x, cuda.threadIdx.y
    group, group_step, step, row_step = form
    a, b, y = column // group, column % group, first + tx
    if y >= last:
        return
    for i in range(min(SIDE, n_columns - column)):
        dst[image, a * group_step + b * step + y * row_step] = tile[ty, tx, i]
        b += 1
        if b == group:
            a, b = a + 1, 0


@cuda.jit(cache=True)
def slide_whole(
    src, dst, before, after, mode, rows, half, factor, group, group_step, step, row_step
):
    """Sums of whole numbers; (sum + half) factor, cut off, where there is a factor."""
    tile = cuda.shared.array(TILES, dtype=uint32)
    tx, ty, image = cuda.threadIdx.x, cuda.threadIdx.y, cuda.blockIdx.z
    column = (cuda.blockIdx.x * WARPS + ty) * SIDE
    x, height = column + tx, src.shape[1]
    first = cuda.blockIdx.y * rows
    last = min(first + rows, height)
    total = uint32(0)
    if x < src.shape[2]:
        for k in range(first - before, first + after):
            y = border_index(mode, k, height)
            if y >= 0:
                total = uint32(total + uint32(src[image, y, x]))
    form = (group, group_step, step, row_step)
    for top in range(first, last, SIDE):
        if x < src.shape[2]:
            for y in range(top, min(top + SIDE, last)):
                enter = border_index(mode, y + after, height)
                leave = border_index(mode, y - before, height)
                if enter >= 0:
                    total = uint32(total + uint32(src[image, uint32(enter), x]))
                value = total
                if factor > 0:
                    value = uint32((float64(total) + half) * factor)
                tile[ty, uint32(y - top), tx] = value
                if leave >= 0:
                    total = uint32(total - uint32(src[image, uint32(leave), x]))
        cuda.syncthreads()
        write_turned(tile, dst, image, column, src.shape[2], top, last, form)
        cuda.syncthreads()


@cuda.jit(device=True)
def kind_of(value):
    """Return 0 of a finite value, else what to count: +inf low, -inf high, NaN as both."""
    if abs(value) < math.inf:
        return int64(0)
    if value > 0:
        return int64(1)
    return (int64(1) << 32) + (int64(0) if value < 0 else int64(1))


@cuda.jit(device=True)
def added(value, sign, total, kinds):
    kind = kind_of(value)
    if kind == 0:
        return total + sign * value, kinds
    return total, kinds + int64(sign) * kind


@cuda.jit(device=True)
def sum_of(total, kinds):
    if kinds == 0:
        return total
    if kinds & LOW == 0:
        return -math.inf
    return math.nan if kinds >> 32 > 0 else math.inf


@cuda.jit(cache=True)
def slide_floats(src, dst, before, after, mode, rows, factor, group, group_step, step, row_step):
    """Sums of floats times a factor."""
    tile = cuda.shared.array(TILES, dtype=float64)
    tx, ty, image = cuda.threadIdx.x, cuda.threadIdx.y, cuda.blockIdx.z
    column = (cuda.blockIdx.x * WARPS + ty) * SIDE
    x, height = column + tx, src.shape[1]
    first = cuda.blockIdx.y * rows
    last = min(first + rows, height)
    total, kinds = 0.0, int64(0)
    if x < src.shape[2]:
        for k in range(first - before, first + after):
            y = border_index(mode, k, height)
            if y >= 0:
                total, kinds = added(float64(src[image, y, x]), 1.0, total, kinds)
    form = (group, group_step, step, row_step)
    for top in range(first, last, SIDE):
        if x < src.shape[2]:
            for y in range(top, min(top + SIDE, last)):
                enter = border_index(mode, y + after, height)
                leave = border_index(mode, y - before, height)
                if enter >= 0:
                    total, kinds = added(float64(src[image, uint32(enter), x]), 1.0, total, kinds)
                tile[ty, uint32(y - top), tx] = sum_of(total, kinds) * factor
                if leave >= 0:
                    total, kinds = added(float64(src[image, uint32(leave), x]), -1.0, total, kinds)
        cuda.syncthreads()
        write_turned(tile, dst, image, column, src.shape[2], top, last, form)
        cuda.syncthreads()


def slide(
    job: Job, src: Any, dst: Any, side: int, mode: int, finish: tuple[Any, ...], form: Any
) -> None:
    """Sum `side` rows around each one of images (N, H, n) into images (N, H n), turned.

    `form` is (group, group step, step, row step): value x of row y stands at x // group times the
    group step + x % group times the step + y times the row step.
    """
    n_images, height, n = src.shape
    rows = min(height, max(LEAST_ROWS, 2 * side))
    grid = (-(-n // (SIDE * WARPS)), -(-height // rows), n_images)
    kernel = slide_whole if src.dtype.kind == "u" else slide_floats
    how = (side // 2, (side - 1) // 2, mode, rows, *finish, *form)
    job.launch(kernel, grid, (SIDE, WARPS), src, dst, *how)


def box_means(
    image: DeviceArray, height: int, width: int, border: str, out: DeviceArray | None
) -> Any:
    """Return the means over boxes of height x width pixels."""
    n_images, n_rows, n_columns, channels = planes_of(image)
    size, mode, is_float = height * width, MODES[border], image.dtype.kind == "f"
    between = np.dtype(np.float64 if is_float else np.uint32)
    first, last = ((1.0,), (1 / size,)) if is_float else ((0.5, 0.0), (size // 2 + 0.5, 1 / size))
    n = n_columns * channels
    with on_device_of(image, out) as job:
        target = out or job.empty(image.shape, image.dtype)
        if not image.size:
            return job.result(target)
        src, dst = job.view(image, (n_images, n_rows, n)), job.view(target, (n_images, n_rows * n))
        each = n_rows * n * between.itemsize
        many = min(job.at_once(n_images, each), max(1, IN_CACHE // each))
        # Of each column its channels' rows, one after the other.
        sums = job.scratch((many, n_columns, channels * n_rows), between)
        for at in range(0, n_images, many):
            part, into = src[at : at + many], dst[at : at + many]
            slide(
                job, part, sums.reshape((many, n_rows * n)), height, mode, first, (1, n_rows, 0, 1)
            )
            slide(job, sums[: part.shape[0]], into, width, mode, last, (n_rows, 1, n, channels))
        return job.result(target)

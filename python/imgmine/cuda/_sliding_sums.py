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
from numba import cuda, float64, int32, int64, uint32, uint64

from ._border import MODES, border_index
from ._job import on_device_of
from ._separable import planes_of
from ._views import part_of, reshaped

if TYPE_CHECKING:
    from .._device_array import DeviceArray
    from ._job import Job

SIDE, WARPS = 32, 4
TILES = (WARPS, SIDE, SIDE + 1)  # odd: columns are read without conflicts
LEAST_ROWS = 64  # that a thread goes down: and twice the box
IN_CACHE = 1 << 24  # bytes, of 40 MB and more
LOW = 0xFFFFFFFF


@cuda.jit(device=True)
def write_turned(tile, dst, begin, column, n_columns, first, last, form):
    """Write a warp's tile: of its 32 columns the rows from `first` on; see `slide` for `form`."""
    tx, ty = cuda.threadIdx.x, cuda.threadIdx.y
    group, group_step, step, row_step = form
    a, y = int32(column) // int32(group), int64(first + tx)
    b = int32(int32(column) - int32(a * int32(group)))
    if y >= last:
        return
    place = begin + int64(a) * group_step + int64(b) * step + y * row_step
    for i in range(min(SIDE, n_columns - column)):
        dst[uint64(place)] = tile[ty, tx, uint64(i)]
        b, place = int32(b + int32(1)), place + step
        if b == group:
            b, place = int32(0), place + group_step - group * step


@cuda.jit(device=True)
def whole_at(src, begin, y, height, n, mode):
    """A column's value in any row, 0 where the border has none."""
    line = border_index(mode, int32(y), int32(height))
    if line < 0:
        return uint32(0)
    return uint32(src[uint64(begin + int64(line) * n)])


@cuda.jit(cache=True)
def slide_whole(
    src, dst, height, n, before, after, mode, rows, half, factor, group, group_step, step, row_step
):
    """Sums of whole numbers; (sum + half) factor, cut off, where there is a factor."""
    tile = cuda.shared.array(TILES, dtype=uint32)
    tx, ty, image = cuda.threadIdx.x, cuda.threadIdx.y, cuda.blockIdx.z
    column = (cuda.blockIdx.x * WARPS + ty) * SIDE
    x, size = column + tx, int64(height) * n
    begin, first = image * size + x, int64(cuda.blockIdx.y * rows)
    last = min(first + rows, height)
    total = uint32(0)
    if x < n:
        for k in range(first - before, first + after):
            total = uint32(total + whole_at(src, begin, k, height, n, mode))
    form = (group, group_step, step, row_step)
    for top in range(first, last, SIDE):
        end = min(top + SIDE, last)
        inside = top - before >= 0 and end + after <= height
        enter, leave = begin + (top + after) * n, begin + (top - before) * n
        if x < n:
            for y in range(top, end):
                if inside:
                    came, went = uint32(src[uint64(enter)]), uint32(src[uint64(leave)])
                else:
                    came = whole_at(src, begin, y + after, height, n, mode)
                    went = whole_at(src, begin, y - before, height, n, mode)
                enter, leave = enter + n, leave + n
                total = uint32(total + came)
                value = total
                if factor > 0:
                    value = uint32((float64(total) + half) * factor)
                tile[ty, uint64(y - top), tx] = value
                total = uint32(total - went)
        cuda.syncthreads()
        write_turned(tile, dst, image * size, column, n, top, last, form)
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


@cuda.jit(device=True)
def float_at(src, begin, y, height, n, mode):
    """A column's value in any row, 0 where the border has none."""
    line = border_index(mode, int32(y), int32(height))
    if line < 0:
        return float64(0)
    return float64(src[uint64(begin + int64(line) * n)])


@cuda.jit(cache=True)
def slide_floats(
    src, dst, height, n, before, after, mode, rows, factor, group, group_step, step, row_step
):
    """Sums of floats times a factor."""
    tile = cuda.shared.array(TILES, dtype=float64)
    tx, ty, image = cuda.threadIdx.x, cuda.threadIdx.y, cuda.blockIdx.z
    column = (cuda.blockIdx.x * WARPS + ty) * SIDE
    x, size = column + tx, int64(height) * n
    begin, first = image * size + x, int64(cuda.blockIdx.y * rows)
    last = min(first + rows, height)
    total, kinds = 0.0, int64(0)
    if x < n:
        for k in range(first - before, first + after):
            value = float_at(src, begin, k, height, n, mode)
            total, kinds = added(value, 1.0, total, kinds)
    form = (group, group_step, step, row_step)
    for top in range(first, last, SIDE):
        end = min(top + SIDE, last)
        inside = top - before >= 0 and end + after <= height
        enter, leave = begin + (top + after) * n, begin + (top - before) * n
        if x < n:
            for y in range(top, end):
                if inside:
                    came, went = float64(src[uint64(enter)]), float64(src[uint64(leave)])
                else:
                    came = float_at(src, begin, y + after, height, n, mode)
                    went = float_at(src, begin, y - before, height, n, mode)
                enter, leave = enter + n, leave + n
                total, kinds = added(came, 1.0, total, kinds)
                tile[ty, uint64(y - top), tx] = sum_of(total, kinds) * factor
                total, kinds = added(went, -1.0, total, kinds)
        cuda.syncthreads()
        write_turned(tile, dst, image * size, column, n, top, last, form)
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
    how = (height, n, side // 2, (side - 1) // 2, mode, rows, *finish, *form)
    flat = reshaped(src, src.size), reshaped(dst, dst.size)
    job.launch(kernel, grid, (SIDE, WARPS), *flat, *how)


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
        many = job.at_once(min(n_images, max(1, IN_CACHE // each)), each)
        # Of each column its channels' rows, one after the other.
        sums = job.scratch((many, n_columns, channels * n_rows), between)
        for at in range(0, n_images, many):
            part, into = src[at : at + many], dst[at : at + many]
            slide(
                job, part, reshaped(sums, many, n_rows * n), height, mode, first, (1, n_rows, 0, 1)
            )
            slide(
                job,
                part_of(sums, 0, part.shape[0]),
                into,
                width,
                mode,
                last,
                (n_rows, 1, n, channels),
            )
        return job.result(target)

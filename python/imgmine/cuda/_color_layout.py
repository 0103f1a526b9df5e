from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, float32, int64

from .. import _core
from ._job import on_device_of
from ._normalize_counts import clear_counts
from ._separable import planes_of

if TYPE_CHECKING:
    from .._device_array import DeviceArray

THREADS = 128
SIDE, CELLS = 8, 64


@cuda.jit(device=True)
def cover(at, cell, extent):
    """How many eighths of a pixel lie in a cell, an eighth of `extent` pixels long."""
    return min(SIDE * at + SIDE, (cell + 1) * extent) - max(SIDE * at, cell * extent)


@cuda.jit(cache=True)
def mean_cells(src, means):
    """Mean colors (images, 64, 3) of 8 x 8 cells of images (N, H, W, C); a block a cell."""
    partial = cuda.shared.array((3, THREADS), dtype=int64)
    me, cell, image = cuda.threadIdx.x, cuda.blockIdx.x, cuda.blockIdx.y
    height, width = src.shape[1], src.shape[2]
    row, column = cell // SIDE, cell % SIDE
    top, bottom = row * height // SIDE, ((row + 1) * height + SIDE - 1) // SIDE
    left, right = column * width // SIDE, ((column + 1) * width + SIDE - 1) // SIDE
    across = right - left
    y, x, lines, rest = top + me // across, me % across, THREADS // across, THREADS % across
    red, green, blue = int64(0), int64(0), int64(0)
    while y < bottom:
        weight = int64(cover(y, row, height)) * cover(left + x, column, width)
        red += weight * int64(src[image, y, left + x, 0])
        green += weight * int64(src[image, y, left + x, 1])
        blue += weight * int64(src[image, y, left + x, 2])
        y, x = y + lines, x + rest
        if x >= across:
            y, x = y + 1, x - across
    partial[0, me], partial[1, me], partial[2, me] = red, green, blue
    cuda.syncthreads()
    for c in range(me, 3, THREADS):
        total, area = int64(0), int64(height) * width
        for i in range(THREADS):
            total += partial[c, i]
        means[image, cell, c] = (2 * total + area) // (2 * area)


@cuda.jit(device=True)
def in_plane(means, image, cell, plane):
    """Y, Cb or Cr of a mean color: BT.601 in video range."""
    red, green = int64(means[image, cell, 0]), int64(means[image, cell, 1])
    blue = int64(means[image, cell, 2])
    luma = 299 * red + 587 * green + 114 * blue
    if plane == 0:
        return (219 * luma + 33 * 128000) // 256000
    channel, weight = (blue, 564) if plane == 1 else (red, 713)
    return (224 * weight * (1000 * channel - luma) + 257 * 128000000) // 256000000


@cuda.jit(device=True)
def luma_mean(v):
    if v > 192:
        return 112 + (v - 192) // 4
    if v > 160:
        return 96 + (v - 160) // 2
    if v > 96:
        return 32 + (v - 96)
    return 16 + (v - 64) // 2 if v > 64 else v // 4


@cuda.jit(device=True)
def chroma_mean(v):
    if v > 191:
        return 63
    if v > 160:
        return 56 + (v - 160) // 4
    if v > 144:
        return 48 + (v - 144) // 2
    if v > 112:
        return 16 + (v - 112)
    if v > 96:
        return 8 + (v - 96) // 2
    return (v - 64) // 4 if v > 64 else 0


@cuda.jit(device=True)
def frequency(v):
    v = min(max(v, -256), 239)
    size = abs(v)
    level = 64 + size // 4 if size > 127 else 32 + size // 2 if size > 63 else size
    return (132 + (-level if v < 0 else level)) >> 3


@cuda.jit(cache=True)
def write_layout(means, cosines, order, n_luma, out):
    """Transform and quantize the colors of an image; a block an image, which has 64 threads."""
    plane = cuda.shared.array(CELLS, dtype=int64)
    rows = cuda.shared.array(CELLS, dtype=int64)
    me, image = cuda.threadIdx.x, cuda.blockIdx.x
    y, x = me // SIDE, me % SIDE
    n_chroma = (out.shape[1] - n_luma) // 2
    for c in range(3):
        plane[me] = in_plane(means, image, me, c)
        cuda.syncthreads()
        total = int64(0)
        for k in range(SIDE):
            total += cosines[SIDE * x + k] * plane[SIDE * y + k]
        rows[me] = total
        cuda.syncthreads()
        total = int64(1) << 39
        for k in range(SIDE):
            total += cosines[SIDE * y + k] * rows[SIDE * k + x]
        plane[me] = total >> 40
        cuda.syncthreads()
        n, first = n_luma if c == 0 else n_chroma, n_luma + (c - 1) * n_chroma if c > 0 else 0
        if me < n:
            found = plane[order[me]]
            if me > 0:
                found = frequency(found >> 1 if c == 0 else found)
            else:
                found = luma_mean(found >> 3) // 2 if c == 0 else chroma_mean(found >> 3)
            out[image, first + me] = float32(found)
        cuda.syncthreads()


def color_layout(image: DeviceArray, n_luma: int, n_chroma: int) -> Any:
    """Run `imgmine.features.color_layout`: bit-equal. Of a batch each image has its row."""
    nothing = np.empty((0, 0, 3), np.uint8)
    size = _core.features.color_layout(nothing, n_luma, n_chroma).size
    form = planes_of(image)
    with on_device_of(image) as job:
        out = job.empty((form[0], size) if image.ndim == 4 else (size,), np.float32)
        if not out.size:
            return job.result(out)
        into = job.view(out, (form[0], size))
        if not image.size:
            job.run(clear_counts, out.size, into)
            return job.result(out)
        means = job.scratch((form[0], CELLS, 3), np.int32)
        job.launch(mean_cells, (CELLS, form[0]), THREADS, job.view(image, form), means)
        tables = [
            job.table(name, getattr(_core.tables, name)())
            for name in ("layout_cosines", "zigzag_order")
        ]
        job.launch(write_layout, form[0], CELLS, means, *tables, n_luma, into)
        return job.result(out)

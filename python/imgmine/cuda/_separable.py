"""Separable filters: what blurs, boxes and products of two vectors have in common.

Both passes run in one kernel. A block brings a tile of one channel to shared memory, 32 + taps - 1
columns of 96 rows, sums along these rows, and down the columns of the sums; a thread works
out eight neighboring sums at once. So each value is read from memory about once (what is around a
tile comes from the caches) and written once: 2 bytes a pixel of uint8, 8 of float32. Sums are in
float32 with a fused multiply-add a tap: exact for bytes and whole weights while they are below
2^24. More than 61 taps do not fit: see `_long_taps`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numba import cuda, float32, int32, int64, uint64

from ._border import MODES
from ._job import on_device_of
from ._long_taps import filter_by_columns
from ._views import reshaped
from ._window import (
    AT_ONCE,
    MOST_CHANNELS,
    WARP,
    WARPS,
    channels_of,
    corner_of,
    find_lines,
    finish_eight,
    load_tile,
    nothing,
    slid,
    up_to_eights,
    write_eight,
)

if TYPE_CHECKING:
    from .._device_array import DeviceArray
    from ._finish import Finish
    from ._job import Job

TILE = WARP  # columns of a tile
MOST_TAPS = 61
TILE_ROWS = 96  # with those around: 32 at a time are summed along
# Odd: threads of a warp stand one below the other along rows.
TILE_PITCH, SUMS_PITCH = TILE + MOST_TAPS, TILE + 1
TILE_VALUES, SUMS = TILE_ROWS * TILE_PITCH, TILE_ROWS * SUMS_PITCH
MOST_IMAGES = 65535  # of a grid


@cuda.jit(device=True)
def sum_rows(tile, sums, row, n_rows, n_columns):
    """Sums along the rows of a tile: a warp goes along 32 of them."""
    tx, ty = cuda.threadIdx.x, cuda.threadIdx.y
    for task in range(ty, int32((n_rows + 31) >> 5) << 2, WARPS):
        r, x = int64(((task >> 2) << 5) + tx), int64((task & 3) << 3)
        if r < n_rows and x < n_columns:
            s = slid(tile, r * TILE_PITCH + x, 1, row, 0, 1, int32(row.size), nothing())
            to = r * SUMS_PITCH + x
            sums[uint64(to)], sums[uint64(to + 1)] = s[0], s[1]
            sums[uint64(to + 2)], sums[uint64(to + 3)] = s[2], s[3]
            sums[uint64(to + 4)], sums[uint64(to + 5)] = s[4], s[5]
            sums[uint64(to + 6)], sums[uint64(to + 7)] = s[6], s[7]


@cuda.jit(cache=True)
def filter_tiles(
    src,
    dst,
    row,
    column,
    height,
    width,
    rows,
    columns,
    channels,
    anchor_y,
    anchor_x,
    mode,
    tall,
    how,
    factor,
    low,
    high,
):
    """Filter images of height x width (all flat) to rows x columns; a tile is `tall` x TILE."""
    tile = cuda.shared.array(TILE_VALUES, dtype=float32)
    sums = cuda.shared.array(SUMS, dtype=float32)
    lines = cuda.shared.array(TILE_ROWS, dtype=int64)
    tx, ty, image = cuda.threadIdx.x, cuda.threadIdx.y, cuda.blockIdx.z
    height, width, channels, mode = int32(height), int32(width), int32(channels), int32(mode)
    left, top, group = corner_of(cuda.blockIdx.x, cuda.blockIdx.y, tall, columns)
    n_rows = up_to_eights(rows - top, tall)
    n_columns = up_to_eights(columns - left, TILE)
    high_rows = int32(n_rows + column.size - 1)
    pitch = int32(width * channels)
    find_lines(lines, high_rows, top - anchor_y, height, pitch, mode, ty * WARP + tx)
    cuda.syncthreads()
    for channel in range(*channels_of(group, channels)):
        first = int64(image) * height * width * channels + channel
        form = (width, channels, mode)
        wide = int32(n_columns + row.size - 1)
        x = left - anchor_x
        load_tile(src, first, x, form, lines, high_rows, wide, tile, TILE_PITCH, tx, ty, None)
        cuda.syncthreads()
        sum_rows(tile, sums, row, high_rows, n_columns)
        cuda.syncthreads()
        y = ty * AT_ONCE
        while y < n_rows and tx < columns - left:
            at = int64(y) * SUMS_PITCH + tx
            s = slid(sums, at, SUMS_PITCH, column, 0, 1, int32(column.size), nothing())
            line = int64(image) * rows + top + y
            to = (line * columns + left + tx) * channels + channel
            n = rows - top - y
            s = finish_eight(s, how, factor, low, high)
            write_eight(dst, to, columns * channels, n, s)
            y += WARPS * AT_ONCE
        cuda.syncthreads()


class Taps(NamedTuple):
    """Weights along a row and down a column, as correlation has them; which are the pixel's."""

    row: np.ndarray[Any, Any]
    column: np.ndarray[Any, Any]
    anchor_y: int
    anchor_x: int


def symmetric(taps: np.ndarray[Any, Any]) -> Taps:
    """Return the same taps for both directions."""
    return Taps(taps, taps, len(taps) // 2, len(taps) // 2)


def planes_of(image: DeviceArray) -> tuple[int, int, int, int]:
    """Return (N, H, W, C) of an image or a batch."""
    shape = image.shape
    if len(shape) == 4:
        if shape[0] > MOST_IMAGES:
            raise ValueError(f"a batch must have at most {MOST_IMAGES} images, got {shape[0]}")
        return shape
    return (1, shape[0], shape[1], shape[2] if len(shape) == 3 else 1)


def tiles_of(width: int, channels: int, height: int, tall: int, n: int) -> tuple[int, int, int]:
    """Return a grid of tiles of up to MOST_CHANNELS channels."""
    return -(-width // TILE) * -(-channels // MOST_CHANNELS), -(-height // tall), n


def filter_by_tiles(
    job: Job, src: Any, dst: Any, taps: tuple[Any, Any], channels: int, how: Any, finish: Finish
) -> None:
    """Filter images (N, H, W C), of which `src` may be the larger ones; `how`: anchors, mode."""
    n, rows, wide = dst.shape
    sides = (src.shape[1], src.shape[2] // channels, rows, wide // channels, channels)
    tall = (TILE_ROWS - len(taps[1]) + 1) // AT_ONCE * AT_ONCE
    grid = tiles_of(sides[3], channels, rows, tall, n)
    flat = reshaped(src, src.size), reshaped(dst, dst.size)
    job.launch(filter_tiles, grid, (WARP, WARPS), *flat, *taps, *sides, *how, tall, *finish)


def filtered(
    image: DeviceArray,
    taps: Taps,
    border: str,
    finish: Finish,
    out: DeviceArray | None = None,
    dtype: Any = None,
) -> Any:
    """Run a separable filter."""
    n_images, height, width, channels = planes_of(image)
    mode, form = MODES[border], (n_images, height, width * channels)
    with on_device_of(image, out) as job:
        target = out or job.empty(image.shape, dtype or image.dtype)
        if not image.size:
            return job.result(target)
        src, dst = job.view(image, form), job.view(target, form)
        row, column = (job.upload(t.astype(np.float32)) for t in taps[:2])
        if max(len(row), len(column)) <= MOST_TAPS:
            how = (taps.anchor_y, taps.anchor_x, mode)
            filter_by_tiles(job, src, dst, (row, column), channels, how, finish)
            return job.result(target)
        filter_by_columns(job, src, dst, taps, channels, border, finish)
        return job.result(target)

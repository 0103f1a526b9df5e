"""Separable filters: what blurs, boxes and products of two vectors have in common.

Both passes run in one kernel. A block makes 32 x 32 values: it sums along rows into shared memory,
32 + taps - 1 rows of it, and these down the columns. So each value is read from memory about once
(the rows around a tile come from the caches) and written once: 2 bytes a pixel of uint8, 8 of
float32. Sums are in float32 with a fused multiply-add a tap: exact for bytes and whole weights
while they are below 2^24. A column of more than 65 taps does not fit; then the sums along rows go
through memory, for as many images of a batch at a time as fit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numba import cuda, float32

from ._border import MODES, border_index, shifted_column
from ._finish import Finish, finished
from ._job import on_device_of

if TYPE_CHECKING:
    from .._device_array import DeviceArray

TILE, ROWS = 32, 8  # a block is TILE x ROWS threads and makes TILE x TILE values
MOST_TAPS = 65
SUM_ROWS = TILE + MOST_TAPS - 1
MOST_IMAGES = 65535  # of a grid
ONE = np.ones(1, np.float32)


@cuda.jit(device=True)
def along_row(src, image, y, x, row, anchor, channels, mode):
    """The sum of a row's values around value x."""
    total = float32(0)
    n = src.shape[2]
    first = x - anchor * channels
    if first >= 0 and first + (row.size - 1) * channels < n:
        for k in range(row.size):
            total = cuda.fma(row[k], float32(src[image, y, first + k * channels]), total)
        return total
    for k in range(row.size):
        at = shifted_column(mode, x, k - anchor, channels, n // channels)
        if at >= 0:
            total = cuda.fma(row[k], float32(src[image, y, at]), total)
    return total


@cuda.jit(cache=True)
def filter_tiles(src, dst, row, column, anchor_y, anchor_x, channels, mode, how, factor, low, high):
    sums = cuda.shared.array((SUM_ROWS, TILE), dtype=float32)
    tx, ty = cuda.threadIdx.x, cuda.threadIdx.y
    x, top, image = cuda.blockIdx.x * TILE + tx, cuda.blockIdx.y * TILE, cuda.blockIdx.z
    height, n = dst.shape[1], dst.shape[2]  # where src has more: its last ones are just read
    n_rows = min(TILE, height - top)
    if x < n:
        for r in range(ty, n_rows + column.size - 1, ROWS):
            y = border_index(mode, top - anchor_y + r, src.shape[1])
            sums[r, tx] = float32(0)
            if y >= 0:
                sums[r, tx] = along_row(src, image, y, x, row, anchor_x, channels, mode)
    cuda.syncthreads()
    if x < n:
        for r in range(ty, n_rows, ROWS):
            total = float32(0)
            for k in range(column.size):
                total = cuda.fma(column[k], sums[r + k, tx], total)
            dst[image, top + r, x] = finished(total, how, factor, low, high)


@cuda.jit(cache=True)
def filter_columns(sums, dst, column, anchor_y, mode, how, factor, low, high):
    """The second pass where the first went through memory; a thread a value."""
    x = cuda.blockIdx.x * cuda.blockDim.x + cuda.threadIdx.x
    y, image = cuda.blockIdx.y, cuda.blockIdx.z
    height = sums.shape[1]
    if x < sums.shape[2]:
        total = float32(0)
        for k in range(column.size):
            at = border_index(mode, y - anchor_y + k, height)
            if at >= 0:
                total = cuda.fma(column[k], sums[image, at, x], total)
        dst[image, y, x] = finished(total, how, factor, low, high)


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


def grid_of(n: int, height: int, n_images: int) -> tuple[int, int, int]:
    """Return the tiles of images whose rows have n values."""
    return (n + TILE - 1) // TILE, (height + TILE - 1) // TILE, n_images


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
        anchors = (taps.anchor_y, taps.anchor_x, channels, mode)
        if len(column) <= MOST_TAPS:
            grid = grid_of(form[2], height, n_images)
            job.launch(filter_tiles, grid, (TILE, ROWS), src, dst, row, column, *anchors, *finish)
            return job.result(target)
        along, nothing = (0, taps.anchor_x, channels, mode), Finish()
        one = job.upload(ONE)
        many = job.at_once(n_images, 4 * height * form[2])
        sums = job.scratch((many, *form[1:]), np.float32)
        for first in range(0, n_images, many):
            n = min(many, n_images - first)
            part, into = src[first : first + n], dst[first : first + n]
            grid = grid_of(form[2], height, n)
            job.launch(filter_tiles, grid, (TILE, ROWS), part, sums, row, one, *along, *nothing)
            grid = ((form[2] + 127) // 128, height, n)
            down = (column, taps.anchor_y, mode)
            job.launch(filter_columns, grid, 128, sums, into, *down, *finish)
        return job.result(target)

"""Medians of windows of more than 5 x 5.

Of bytes: a thread goes down a column with a histogram of its own window, in shared memory, and the
median of the row before, from where it looks for the next one: 2 k counts change per value,
whatever the bytes are. Up to 15 x 15 counts take a byte, beyond two. Of floats: the smallest key
that half of the window is not above, found bit by bit in a tile in shared memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, int32, uint8, uint16, uint32

from ._border import border_index

if TYPE_CHECKING:
    from ._job import Job

WARP = 32
FEW, MANY = 4 * WARP, 2 * WARP  # threads: 32 KiB of bytes, and of pairs of them
BYTES, PAIRS = 256 * FEW, 256 * MANY
MOST_OF_A_BYTE = 15
LEAST_ROWS = 32  # that a thread goes down: and twice the window
MOST_FLOATS = 31  # of a side
ROWS = 8
TILE_ROWS, TILE_COLUMNS = ROWS + MOST_FLOATS - 1, WARP + MOST_FLOATS


@cuda.jit(device=True)
def count(counts, value, mine, by, median):
    """Add `by` to the count of a value; return what that changes below `median`."""
    place = uint32(value * cuda.blockDim.x + mine)
    counts[place] = int32(counts[place]) + by
    return by if value < median else 0


@cuda.jit(device=True)
def count_row(src, image, y, x, form, counts, mine, by, median):
    """The same of a row's values around x."""
    radius, channels, mode = form
    width, pixel, below = src.shape[2] // channels, x // channels, 0
    line = border_index(mode, y, src.shape[1])
    if line >= 0 and pixel >= radius and pixel + radius < width:
        at, end = uint32(x - radius * channels), uint32(x + radius * channels)
        while at <= end:
            value = int32(src[image, uint32(line), at])
            below += count(counts, value, mine, by, median)
            at = uint32(at + channels)
        return below
    for k in range(-radius, radius + 1):
        other, value = border_index(mode, pixel + k, width), int32(0)
        if line >= 0 and other >= 0:
            value = int32(src[image, line, x + (other - pixel) * channels])
        below += count(counts, value, mine, by, median)
    return below


@cuda.jit(device=True)
def slide(src, dst, counts, radius, channels, mode, rows):
    """A thread a column of values, `rows` of them."""
    me, step = cuda.threadIdx.x, cuda.blockDim.x
    x, image = cuda.blockIdx.x * step + me, cuda.blockIdx.z
    if x >= src.shape[2]:
        return
    # A warp's counts of a value stand in different banks.
    mine = (me % WARP) * (step // WARP) + me // WARP
    for value in range(256):
        counts[value * step + mine] = 0
    form = (radius, channels, mode)
    side = 2 * radius + 1
    half, median, below = side * side // 2, 0, 0
    first = cuda.blockIdx.y * rows
    for y in range(first - radius, first + radius):
        below += count_row(src, image, y, x, form, counts, mine, 1, median)
    for y in range(first, min(first + rows, src.shape[1])):
        below += count_row(src, image, y + radius, x, form, counts, mine, 1, median)
        while below > half:
            median -= 1
            below -= int32(counts[uint32(median * step + mine)])
        n = int32(counts[uint32(median * step + mine)])
        while below + n <= half:
            below += n
            median += 1
            n = int32(counts[uint32(median * step + mine)])
        dst[image, y, x] = median
        below += count_row(src, image, y - radius, x, form, counts, mine, -1, median)


@cuda.jit(cache=True)
def slide_with_bytes(src, dst, radius, channels, mode, rows):
    counts = cuda.shared.array(BYTES, dtype=uint8)
    slide(src, dst, counts, radius, channels, mode, rows)


@cuda.jit(cache=True)
def slide_with_pairs(src, dst, radius, channels, mode, rows):
    counts = cuda.shared.array(PAIRS, dtype=uint16)
    slide(src, dst, counts, radius, channels, mode, rows)


@cuda.jit(device=True)
def key_of(bits):
    """A whole number that orders as the float of these bits, and the way back."""
    return int32(bits ^ ((bits >> 31) & 0x7FFFFFFF))


@cuda.jit(cache=True)
def find_in_tile(src, dst, radius, channels, mode):
    """A block 32 x 8 pixels of one channel; floats come as bits."""
    keys = cuda.shared.array((TILE_ROWS, TILE_COLUMNS), dtype=int32)
    tx, ty, image = cuda.threadIdx.x, cuda.threadIdx.y, cuda.blockIdx.z
    channel, left = cuda.blockIdx.x % channels, cuda.blockIdx.x // channels * WARP
    top, height, width = cuda.blockIdx.y * ROWS, src.shape[1], src.shape[2] // channels
    for i in range(ty, ROWS + 2 * radius, ROWS):
        line = border_index(mode, top + i - radius, height)
        for j in range(tx, WARP + 2 * radius, WARP):
            at = border_index(mode, left + j - radius, width)
            key = int32(0)
            if line >= 0 and at >= 0:
                key = key_of(int32(src[image, line, at * channels + channel]))
            keys[i, j] = key
    cuda.syncthreads()
    if left + tx >= width or top + ty >= height:
        return
    side = 2 * radius + 1
    low = high = keys[ty, tx]
    for i in range(ty, ty + side):
        for j in range(tx, tx + side):
            key = keys[uint32(i), uint32(j)]
            low, high = min(low, key), max(high, key)
    while low < high:
        between = (low & high) + ((low ^ high) >> 1)  # the mean, rounded down, without overflow
        n = 0
        for i in range(ty, ty + side):
            for j in range(tx, tx + side):
                if keys[uint32(i), uint32(j)] <= between:
                    n += 1
        if 2 * n > side * side:
            high = between
        else:
            low = int32(between + 1)
    dst[image, top + ty, (left + tx) * channels + channel] = key_of(low)


def wide_median(job: Job, src: Any, dst: Any, ksize: int, channels: int, mode: int) -> None:
    """Filter images (N, H, W C) of bytes, or of floats seen as bits."""
    n_images, height, n = src.shape
    radius = ksize // 2
    if src.dtype == np.int32:
        grid = (-(-n // channels // WARP) * channels, -(-height // ROWS), n_images)
        job.launch(find_in_tile, grid, (WARP, ROWS), src, dst, radius, channels, mode)
        return
    few = ksize <= MOST_OF_A_BYTE
    kernel, block = (slide_with_bytes, FEW) if few else (slide_with_pairs, MANY)
    rows = min(height, max(LEAST_ROWS, 2 * ksize))
    grid = (-(-n // block), -(-height // rows), n_images)
    job.launch(kernel, grid, block, src, dst, radius, channels, mode, rows)

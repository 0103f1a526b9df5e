"""The luma of pictures at another size, as Pillow computes it and the core after it.

Along rows a block takes eight rows of an image: their lumas go into shared memory, bytes of two
words, so that a weight is read once for eight products and a word for four. So each pixel is read
once (at the borders of a block's columns a few twice), and one byte for each new column is written.
What follows works on bytes that are few. All sums are of whole numbers, the same in any order.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, int32, uint32

from .. import _core
from ._job import THREADS

if TYPE_CHECKING:
    from ._job import Job

LINES = 8  # of two words
SPAN = 2048  # pairs of words in shared memory: 16 KiB
WEIGHT_BITS = 22
HALF = 1 << (WEIGHT_BITS - 1)
LONGEST = 1 << 23
LEAST_PIXELS = 4
MOST_KEPT = 1 << 15


@cuda.jit(device=True)
def luma_of(src, image, y, x):
    """Return a gray pixel as it is, of others (19595 R + 38470 G + 7471 B + 32768) >> 16."""
    first = int32(src[image, y, x, 0])
    if src.shape[3] < 3:
        return first
    green, blue = int32(src[image, y, x, 1]), int32(src[image, y, x, 2])
    return int32(first * 19595 + green * 38470 + blue * 7471 + 32768) >> 16


@cuda.jit(device=True)
def byte_of(total):
    return min(max(int32(total + HALF) >> WEIGHT_BITS, 0), 255)


@cuda.jit(cache=True)
def luma_of_pixels(src, dst):
    """A thread a pixel."""
    i = cuda.grid(1)
    if i < dst.size:
        x = i % dst.shape[2]
        line = i // dst.shape[2]
        y, image = line % dst.shape[1], line // dst.shape[1]
        dst[image, y, x, 0] = luma_of(src, image, y, x)


@cuda.jit(device=True)
def word_of(src, image, top, x):
    """Return the lumas of four rows in a column; rows past the end are the last one."""
    word, last = uint32(0), src.shape[1] - 1
    for line in range(4):
        y = uint32(min(top + line, last))
        word = uint32(word | uint32(luma_of(src, image, y, x)) << uint32(8 * line))
    return word


@cuda.jit(device=True)
def weighed(weight, word, a, b, c, d):
    """Add a word's four values, times a weight, to four sums."""
    a = int32(a + weight * int32(word & 255))
    b = int32(b + weight * int32((word >> 8) & 255))
    c = int32(c + weight * int32((word >> 16) & 255))
    return a, b, c, int32(d + weight * int32(word >> 24))


@cuda.jit(device=True)
def write_sums(sums, dst, image, top, begin, n, lanes):
    """Add up what `lanes` threads have of each of n new pixels of some rows."""
    cuda.syncthreads()
    for i in range(cuda.threadIdx.x, min(LINES, dst.shape[1] - top) * n, cuda.blockDim.x):
        line, column = i // n, i % n
        total = int32(0)
        for k in range(lanes):
            total = int32(total + sums[line, column * lanes + k])
        dst[image, top + line, begin + column, 0] = byte_of(total)


# Unsigned places need no look at whether they are negative: loops are a third shorter.
@cuda.jit(cache=True)
def sum_along_rows(src, dst, firsts, counts, weights, columns):
    """A block makes `columns` new pixels of eight rows, blockDim.x // columns threads each."""
    words = cuda.shared.array((2, SPAN), dtype=uint32)
    sums = cuda.shared.array((LINES, THREADS), dtype=int32)
    me, lanes = cuda.threadIdx.x, cuda.blockDim.x // columns
    top, image, begin = LINES * cuda.blockIdx.x, cuda.blockIdx.z, cuda.blockIdx.y * columns
    end = min(begin + columns, dst.shape[2])
    mine, low, high = begin + me // lanes, 0, 0
    if mine < end:
        low = firsts[mine]
        high = low + counts[mine]
    a, b, c, d = int32(0), int32(0), int32(0), int32(0)
    e, f, g, h = int32(0), int32(0), int32(0), int32(0)
    last = firsts[end - 1] + counts[end - 1]
    for start in range(firsts[begin], last, SPAN):
        stop = min(start + SPAN, last)
        at = uint32(me)
        while at < uint32(stop - start):
            words[0, at] = word_of(src, image, top, uint32(start + at))
            words[1, at] = word_of(src, image, top + 4, uint32(start + at))
            at = uint32(at + cuda.blockDim.x)
        cuda.syncthreads()
        first, end_at = max(low, start) + me % lanes, max(min(high, stop) - start, 0)
        at, tap = uint32(first - start), uint32(first - low)
        while at < uint32(end_at):
            weight = weights[mine, tap]
            a, b, c, d = weighed(weight, words[0, at], a, b, c, d)
            e, f, g, h = weighed(weight, words[1, at], e, f, g, h)
            at, tap = uint32(at + lanes), uint32(tap + lanes)
        cuda.syncthreads()
    sums[0, me], sums[1, me], sums[2, me], sums[3, me] = a, b, c, d
    sums[4, me], sums[5, me], sums[6, me], sums[7, me] = e, f, g, h
    write_sums(sums, dst, image, top, begin, end - begin, lanes)


@cuda.jit(cache=True)
def sum_down_columns(src, dst, firsts, counts, weights):
    """A block makes blockDim.x pixels of a new row, blockDim.y threads each of them."""
    sums = cuda.shared.array(THREADS, dtype=int32)
    tx, width = cuda.threadIdx.x, cuda.blockDim.x
    me = cuda.threadIdx.y * width + tx
    x, y, image = cuda.blockIdx.x * width + tx, cuda.blockIdx.y, cuda.blockIdx.z
    total = int32(0)
    if x < dst.shape[2]:
        first, k, count = uint32(firsts[y]), uint32(cuda.threadIdx.y), uint32(counts[y])
        while k < count:
            value = int32(src[image, uint32(first + k), x, 0])
            total = int32(total + weights[y, k] * value)
            k = uint32(k + cuda.blockDim.y)
    sums[me] = total
    cuda.syncthreads()
    if me == tx and x < dst.shape[2]:
        for k in range(1, cuda.blockDim.y):
            total = int32(total + sums[k * width + tx])
        dst[image, y, x, 0] = byte_of(total)


kept_windows = lru_cache(maxsize=16)(_core.tables.pillow_lanczos)


def windows(old: int, new: int) -> Any:
    """Return first pixels, how many and their weights: many batches in a row have the same ones."""
    few = old + new <= MOST_KEPT
    return kept_windows(old, new) if few else _core.tables.pillow_lanczos(old, new)


def threads_each(old: int, new: int, most: int) -> int:
    """Return how many threads, up to `most`, share a new pixel: with four old ones each or more."""
    return max(1, min(most, 6 * old // (LEAST_PIXELS * new)))


def along_rows(job: Job, src: Any, width: int) -> Any:
    n, height, old, _ = src.shape
    dst = job.scratch((n, height, width, 1), np.uint8)
    n_tiles = -(-width // THREADS)
    columns = -(-width // n_tiles)
    block = columns * threads_each(old, width, THREADS // columns)
    grid = (-(-height // LINES), n_tiles, n)
    tables = [job.upload(table) for table in windows(old, width)]
    job.launch(sum_along_rows, grid, block, src, dst, *tables, columns)
    return dst


def down_columns(job: Job, src: Any, height: int) -> Any:
    n, old, width, _ = src.shape
    dst = job.scratch((n, height, width, 1), np.uint8)
    across = min(32, 1 << (width - 1).bit_length())
    tables = [job.upload(table) for table in windows(old, height)]
    block = (across, threads_each(old, height, THREADS // across))
    grid = (-(-width // across), height, n)
    job.launch(sum_down_columns, grid, block, src, dst, *tables)
    return dst


def luma(job: Job, src: Any) -> Any:
    if src.shape[3] == 1:
        return src
    dst = job.scratch((*src.shape[:3], 1), np.uint8)
    job.run(luma_of_pixels, dst.size, src, dst)
    return dst


def columns_first(before: tuple[int, int], after: tuple[int, int]) -> bool:
    """Tell which of two orders, which differ by rounding, Pillow takes: the other for tall ones."""
    wider = before[1] - after[1]
    return wider != 0 and before[0] - after[0] <= max(0, 2 * wider)


def lanczos_luma(job: Job, src: Any, height: int, width: int) -> Any:
    """Return the luma of images (N, H, W, C) of 1, 3 or 4 channels, (N, height, width, 1)."""
    old = src.shape[1:3]
    if columns_first(old, (height, width)):
        small = along_rows(job, src, width)
        return small if height == old[0] else down_columns(job, small, height)
    small = luma(job, src)
    if height != old[0]:
        small = down_columns(job, small, height)
    return small if width == old[1] else along_rows(job, small, width)


def scratch_bytes(before: tuple[int, int], after: tuple[int, int]) -> int:
    """Return what an image needs in between."""
    between = before[0] * after[1]
    if not columns_first(before, after):
        between = before[0] * before[1] + after[0] * before[1]
    return between + after[0] * after[1]


def check_sides(height: int, width: int) -> None:
    """Refuse what the core refuses."""
    if max(height, width) > LONGEST:
        raise ValueError(f"image must be at most {LONGEST} pixels a side, got {max(height, width)}")

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
from numba import cuda, int32, uint32, uint64

from .. import _core
from ._job import THREADS
from ._row_words import multiply_add
from ._views import reshaped

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
def luma_at(old, at, channels):
    """Return a gray pixel as it is, of others (19595 R + 38470 G + 7471 B + 32768) >> 16."""
    if channels < 3:
        return int32(old[at])
    luma = multiply_add(int32(19595), int32(old[at]), int32(32768))
    # Constant parts of places in 64 bits go into the load instructions.
    luma = multiply_add(int32(38470), int32(old[uint64(at + uint64(1))]), luma)
    luma = multiply_add(int32(7471), int32(old[uint64(at + uint64(2))]), luma)
    return int32(luma >> int32(16))


@cuda.jit(device=True)
def byte_of(total):
    return min(max(int32(total + HALF) >> WEIGHT_BITS, 0), 255)


@cuda.jit(cache=True)
def luma_of_pixels(old, dst, channels):
    """A thread a pixel; images are flat."""
    i = cuda.grid(1)
    if i < dst.size:
        at = uint64(i)
        dst[at] = luma_at(old, uint64(at * uint64(channels)), channels)


@cuda.jit(device=True)
def rows_at(src, image, top):
    """Where four rows begin in flat images; those past the end are the last one."""
    pitch, last = uint64(src.shape[2] * src.shape[3]), src.shape[1] - 1
    first = uint64(image * src.shape[1])
    return (
        uint64(uint64(first + uint64(min(top, last))) * pitch),
        uint64(uint64(first + uint64(min(top + 1, last))) * pitch),
        uint64(uint64(first + uint64(min(top + 2, last))) * pitch),
        uint64(uint64(first + uint64(min(top + 3, last))) * pitch),
    )


@cuda.jit(device=True)
def word_of(old, rows, at, channels):
    """Return the lumas of four rows in a column."""
    a, b, c, d = rows
    low = multiply_add(
        luma_at(old, uint64(b + at), channels), int32(256), luma_at(old, uint64(a + at), channels)
    )
    high = multiply_add(
        luma_at(old, uint64(d + at), channels), int32(256), luma_at(old, uint64(c + at), channels)
    )
    return multiply_add(high, int32(65536), low)


@cuda.jit(device=True)
def weighed(weight, word, a, b, c, d):
    """Add a word's four values, times a weight, to four sums."""
    a = multiply_add(weight, int32(word & int32(255)), a)
    b = multiply_add(weight, int32(int32(word >> int32(8)) & int32(255)), b)
    c = multiply_add(weight, int32(int32(word >> int32(16)) & int32(255)), c)
    return a, b, c, multiply_add(weight, int32(int32(word >> int32(24)) & int32(255)), d)


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
def sum_along_rows(src, old, dst, firsts, counts, weights, columns):
    """A block makes `columns` new pixels of eight rows, blockDim.x // columns threads each."""
    words = cuda.shared.array((2, SPAN), dtype=int32)
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
    last, channels = firsts[end - 1] + counts[end - 1], src.shape[3]
    upper, lower = rows_at(src, image, top), rows_at(src, image, top + 4)
    for start in range(firsts[begin], last, SPAN):
        stop = min(start + SPAN, last)
        at = uint32(me)
        while at < uint32(stop - start):
            place = uint64(uint64(uint32(start + at)) * uint64(channels))
            words[0, at] = word_of(old, upper, place, channels)
            words[1, at] = word_of(old, lower, place, channels)
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
            total = multiply_add(weights[y, k], value, total)
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
    job.launch(sum_along_rows, grid, block, src, reshaped(src, src.size), dst, *tables, columns)
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
    flat = reshaped(src, src.size), reshaped(dst, dst.size)
    job.run(luma_of_pixels, dst.size, *flat, src.shape[3])
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

"""Means over the rectangles of old pixels that new pixels cover.

A warp makes one new row of up to 128 values at a time: the old rows that it covers are added up,
read in order and, of bytes, four at once, into column sums in shared memory, and these are added up
along the row. So each old pixel is read once, but for rows and columns that two new ones share.
Sums of bytes are exact: weights are whole numbers, and any order gives the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, float32, float64, int32, int64, uint32, uint64

from ._covers import along_values, covers, rounded_mean, rounded_mean_in_32_bits, spans
from ._row_words import word_at

if TYPE_CHECKING:
    from ._job import Job

WARP, WARPS = 32, 4
LINES = 4  # new rows of a warp
SPAN = 512  # column sums of a warp
MOST_VALUES = 128  # of a new row
SUMS, KEPT = WARPS * SPAN, WARPS * MOST_VALUES
MOST_IMAGES = 65535  # the grid's z
MOST_PACKED = 256  # bytes that add up to 16 bits
MOST_NARROW = 1 << 23  # of an area whose sums go into 31 bits
EVENS = 0x00FF00FF


@cuda.jit(device=True)
def tile_of(dst, columns, tile):
    """A warp's values and its first row, and the old values that a new row's values cover."""
    n = uint32(dst.shape[2])
    across = uint32(uint32(n + uint32(tile - 1)) // uint32(tile))
    down = uint32(uint32(cuda.blockIdx.x) // across)
    number = uint32(uint32(cuda.blockIdx.x) - uint32(down * across))
    begin = uint32(number * uint32(tile))
    end = min(uint32(begin + uint32(tile)), n)
    y = uint32(uint32(down * uint32(WARPS) + uint32(cuda.threadIdx.y)) * uint32(LINES))
    at = uint64(uint64(n) + uint64(number))
    return begin, end, y, uint32(columns[at, 0]), uint32(columns[at, 1])


@cuda.jit(device=True)
def strip_place(i):
    """Where column sum i of a warp is."""
    return uint32(uint32(uint32(cuda.threadIdx.y) * uint32(SPAN)) + i)


@cuda.jit(device=True)
def add_bytes(src, image, lines, unit, span, sums):
    """Column sums of the rows `lines`, a byte at a time."""
    top, bottom, less_top, less_bottom = lines
    start, stop = span
    at = uint32(start + uint32(cuda.threadIdx.x))
    while at < stop:
        added, line = int32(0), top
        while line <= bottom:
            added = int32(added + int32(src[image, line, at]))
            line = uint32(line + uint32(1))
        total = uint32(uint32(added) * unit)
        total = uint32(total - uint32(less_top * uint32(src[image, top, at])))
        total = uint32(total - uint32(less_bottom * uint32(src[image, bottom, at])))
        sums[strip_place(uint32(at - start))] = total
        at = uint32(at + uint32(WARP))


@cuda.jit(device=True)
def less_of(total, word, shift, less):
    return uint32(total - uint32(less * uint32(uint32(word >> uint32(shift)) & uint32(255))))


@cuda.jit(device=True)
def add_words(src, image, lines, unit, span, sums):
    """The same of four neighbors: up to 256 rows of two of them add up in the halves of a word."""
    top, bottom, less_top, less_bottom = lines
    start, stop = span
    pitch, row = uint64(src.shape[2]), uint64(uint64(image) * uint64(src.shape[1]) + uint64(top))
    begin = uint64(row * pitch)
    at = uint32(start + uint32(4 * cuda.threadIdx.x))
    while at < stop:
        place = uint64(begin + uint64(at))
        first = last = word_at(src, place)
        even, odd = (
            uint32(first & uint32(EVENS)),
            uint32(uint32(first >> uint32(8)) & uint32(EVENS)),
        )
        more = uint32(bottom - top)
        while more != uint32(0):
            place = uint64(place + pitch)
            last = word_at(src, place)
            even = uint32(even + uint32(last & uint32(EVENS)))
            odd = uint32(odd + uint32(uint32(last >> uint32(8)) & uint32(EVENS)))
            more = uint32(more - uint32(1))
        a, b = (
            uint32(unit * uint32(even & uint32(65535))),
            uint32(unit * uint32(odd & uint32(65535))),
        )
        c, d = uint32(unit * uint32(even >> uint32(16))), uint32(unit * uint32(odd >> uint32(16)))
        if less_top != uint32(0) or less_bottom != uint32(0):
            a = less_of(less_of(a, first, 0, less_top), last, 0, less_bottom)
            b = less_of(less_of(b, first, 8, less_top), last, 8, less_bottom)
            c = less_of(less_of(c, first, 16, less_top), last, 16, less_bottom)
            d = less_of(less_of(d, first, 24, less_top), last, 24, less_bottom)
        # Constant parts of places in 64 bits go into the store instructions.
        to = uint64(strip_place(uint32(at - start)))
        sums[to], sums[uint64(to + uint64(1))] = a, b
        sums[uint64(to + uint64(2))], sums[uint64(to + uint64(3))] = c, d
        at = uint32(at + uint32(4 * WARP))


@cuda.jit(device=True)
def first_in(first, start, channels):
    """The first place of a pixel's channel from `start` on."""
    if first >= start:
        return first
    steps = uint32(uint32(uint32(start - first) + uint32(channels - 1)) // uint32(channels))
    return uint32(first + uint32(steps * uint32(channels)))


@cuda.jit(device=True)
def sum_of_value(sums, span, columns, i, channels, unit, ragged, kind):
    """What column sums from span[0] up to span[1] add to new value i, of a kind of whole number."""
    start, stop = span
    first, last, total = uint32(columns[i, 0]), uint32(columns[i, 1]), kind(0)
    at, end = first_in(first, start, channels), min(uint32(last + uint32(1)), stop)
    while at < end:
        total = kind(total + kind(sums[strip_place(uint32(at - start))]))
        at = uint32(at + uint32(channels))
    total = kind(total * kind(unit))
    if ragged:
        if first >= start and first < stop:
            less = kind(uint32(columns[i, 2]))
            total = kind(total - kind(less * kind(sums[strip_place(uint32(first - start))])))
        if last >= start and last < stop:
            less = kind(uint32(columns[i, 3]))
            total = kind(total - kind(less * kind(sums[strip_place(uint32(last - start))])))
    return total


@cuda.jit(device=True)
def row_of(rows, y):
    return uint32(rows[y, 0]), uint32(rows[y, 1]), uint32(rows[y, 2]), uint32(rows[y, 3])


@cuda.jit(device=True)
def with_kept(kept, place, total, is_first, is_last):
    """Add what earlier pieces of a row gave."""
    if not is_first:
        total = total + kept[place]
    if not is_last:
        kept[place] = total
    return total


@cuda.jit(device=True)
def mean_of_value(
    sums, kept, span, bounds, columns, i, place, channels, unit, ragged, area, inverse
):
    """A new value's mean; of a row in several pieces it is the mean once the last of them is in."""
    low, high = bounds
    if area < MOST_NARROW and low + SPAN >= high:
        total = sum_of_value(sums, span, columns, i, channels, unit, ragged, int32)
        return rounded_mean_in_32_bits(total, int32(area), inverse)
    whole = sum_of_value(sums, span, columns, i, channels, unit, ragged, int64)
    whole = with_kept(kept, place, whole, span[0] == low, span[1] == high)
    return rounded_mean(whole, area, inverse)


@cuda.jit(cache=True)
def mean_of_bytes(
    src, dst, rows, columns, unit_down, unit, area, inverse, channels, tile, by_words, ragged
):
    """The exact mean, rounded half up."""
    sums = cuda.shared.array(SUMS, uint32)
    kept = cuda.shared.array(KEPT, int64)
    image, lane, last = uint32(cuda.blockIdx.z), uint32(cuda.threadIdx.x), uint32(dst.shape[1] - 1)
    begin, end, y, low, high = tile_of(dst, columns, tile)
    if by_words:
        low = uint32(low & uint32(0xFFFFFFFC))
    bounds, mine = (low, high), uint32(uint32(cuda.threadIdx.y) * uint32(MOST_VALUES))
    for line in range(LINES):
        row = min(uint32(y + uint32(line)), last)  # those past the end are the last one, again
        lines, start = row_of(rows, row), low
        while start < high:
            span = start, min(uint32(start + uint32(SPAN)), high)
            if by_words:
                add_words(src, image, lines, uint32(unit_down), span, sums)
            else:
                add_bytes(src, image, lines, uint32(unit_down), span, sums)
            cuda.syncthreads()
            i, place = uint32(begin + lane), uint32(mine + lane)
            how = channels, unit, ragged, area, inverse
            while i < end:
                mean = mean_of_value(sums, kept, span, bounds, columns, i, place, *how)
                if span[1] == high:
                    dst[image, row, i] = mean
                i, place = uint32(i + uint32(WARP)), uint32(place + uint32(WARP))
            cuda.syncthreads()
            start = uint32(start + uint32(SPAN))


@cuda.jit(device=True)
def add_floats(src, image, lines, unit, span, sums):
    """Column sums of the rows `lines`."""
    top, bottom, less_top, less_bottom = lines
    start, stop = span
    at = uint32(start + uint32(cuda.threadIdx.x))
    while at < stop:
        total, line = float32(0), top
        while line <= bottom:
            weight = unit
            if line == top:
                weight = uint32(weight - less_top)
            if line == bottom:
                weight = uint32(weight - less_bottom)
            total = cuda.fma(float32(weight), src[image, line, at], total)
            line = uint32(line + uint32(1))
        sums[strip_place(uint32(at - start))] = total
        at = uint32(at + uint32(WARP))


@cuda.jit(device=True)
def sum_of_float(sums, span, columns, i, channels, unit):
    """What column sums from span[0] up to span[1] add to new value i."""
    start, stop = span
    first, last, total = uint32(columns[i, 0]), uint32(columns[i, 1]), float64(0)
    at, end = first_in(first, start, channels), min(uint32(last + uint32(1)), stop)
    while at < end:
        weight = int32(unit)
        if at == first:
            weight = int32(weight - columns[i, 2])
        if at == last:
            weight = int32(weight - columns[i, 3])
        total += float64(weight) * float64(sums[strip_place(uint32(at - start))])
        at = uint32(at + uint32(channels))
    return total


@cuda.jit(cache=True)
def mean_of_floats(src, dst, rows, columns, unit_down, unit_right, area, channels, tile):
    """Column sums are of single precision, sums of them of double precision."""
    sums = cuda.shared.array(SUMS, float32)
    kept = cuda.shared.array(KEPT, float64)
    image, n_rows = uint32(cuda.blockIdx.z), uint32(dst.shape[1])
    begin, end, y, low, high = tile_of(dst, columns, tile)
    for line in range(LINES):
        row = min(uint32(y + uint32(line)), uint32(n_rows - uint32(1)))
        lines, start = row_of(rows, row), low
        while start < high:
            span = start, min(uint32(start + uint32(SPAN)), high)
            add_floats(src, image, lines, uint32(unit_down), span, sums)
            cuda.syncthreads()
            i = uint32(begin + uint32(cuda.threadIdx.x))
            while i < end:
                total = sum_of_float(sums, span, columns, i, channels, unit_right)
                place = uint32(uint32(cuda.threadIdx.y) * uint32(MOST_VALUES) + uint32(i - begin))
                total = with_kept(kept, place, total, start == low, span[1] == high)
                if span[1] == high:
                    dst[image, row, i] = total / area
                i = uint32(i + uint32(WARP))
            cuda.syncthreads()
            start = uint32(start + uint32(SPAN))


def values_at_once(old: int, new: int, channels: int) -> int:
    """Return how many values of a new row a warp makes: their column sums are kept at once."""
    pixels = int((SPAN // channels - 4) * new // old)
    return min(MOST_VALUES, max(1, pixels) * channels, new * channels)


def shrunk(job: Job, src: Any, dst: Any, channels: int, words: bool) -> None:
    """Resize images (N, H, W C); `words` says whether rows begin at multiples of four bytes."""
    (n_images, height, n), old = dst.shape, (src.shape[1], src.shape[2] // channels)
    rows, unit_down, high = covers(old[0], height)
    columns, unit_right, wide = covers(old[1], n // channels)
    tile = values_at_once(old[1], n // channels, channels)
    along = along_values(columns, channels)
    along = np.concatenate([along, spans(along, tile, channels)])
    tables = [job.upload(table.astype(np.int32)) for table in (rows, along)]
    units, area = (unit_down, unit_right), high * wide
    rest: tuple[Any, ...]
    if src.dtype == np.float32:
        kernel, rest = mean_of_floats, (*units, float(area), channels, tile)
    else:
        by_words = words and int((rows[:, 1] - rows[:, 0]).max()) < MOST_PACKED
        ragged = bool(columns[:, 2:].any())
        inverse = np.float32(1 / area)
        kernel, rest = mean_of_bytes, (*units, area, inverse, channels, tile, by_words, ragged)
    n_blocks = -(-n // tile) * -(-height // (WARPS * LINES))
    for first in range(0, n_images, MOST_IMAGES):
        part = slice(first, first + MOST_IMAGES)
        grid = (n_blocks, 1, min(n_images - first, MOST_IMAGES))
        job.launch(kernel, grid, (WARP, WARPS), src[part], dst[part], *tables, *rest)

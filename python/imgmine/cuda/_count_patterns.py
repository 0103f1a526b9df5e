"""Histograms of local binary patterns: a row of counts for each image and cell of a grid."""

from __future__ import annotations

from numba import cuda, int32, int64, uint32

from ._in_shared import address_of, byte_at, more
from ._lbp import coded
from ._lbp_points import COLUMN, patterns_below
from ._shared_counts import HELD, added_up, cleared, copies_of, counted, place_of
from ._unit_circle import HELD_CODES, ROWS, columns_of, copied_codes, patterns_of, row_of
from ._words import bytes_of

THREADS = 128


@cuda.jit(device=True)
def part_of(i, extent, n):
    """Where parts i and i + 1 of n begin, i * extent // n, in 32 bits; n is below 2^16."""
    quotient = uint32(extent // n)
    rest = uint32(extent - uint32(quotient * n))
    first, last = uint32(i * quotient), uint32(uint32(i + uint32(1)) * quotient)
    more = uint32(uint32(i * rest) // n), uint32(uint32(uint32(i + uint32(1)) * rest) // n)
    return int32(first + more[0]), int32(last + more[1])


@cuda.jit(device=True)
def cell_of(height, width, down, across, cell):
    """The first row and column of a cell, and those behind it."""
    down, across, cell = uint32(down), uint32(across), uint32(cell)
    i = uint32(cell // across)
    j = uint32(cell - uint32(i * across))
    top, bottom = part_of(i, uint32(height), down)
    left, right = part_of(j, uint32(width), across)
    return top, left, bottom, right


@cuda.jit(device=True)
def count_run(shared, counts, row, copies, run, code, is_inside, me):
    """Count runs of equal codes: that of the last, and how many there were."""
    last, length = run
    if not is_inside:
        return last, length
    if code != last:
        counted(shared, counts, row, copies, last, length, me)
        last, length = code, int32(0)
    return last, int32(length + 1)


@cuda.jit(cache=True)
def count_patterns(
    flat, height, width, places, steps, ways, ties, table, method, down, across, counts
):
    """Count patterns of any circle; a thread COLUMN pixels of a column, then others further on."""
    shared = cuda.shared.array(HELD, dtype=int32)
    who = int32(cuda.threadIdx.x), int32(cuda.blockDim.x)
    copies, circle = copies_of(counts.shape[1]), (places, steps, ways, ties)
    row, points = int64(cuda.blockIdx.y) * cuda.gridDim.z + cuda.blockIdx.z, int32(places.shape[1])
    form = int64(cuda.blockIdx.y) * height * width, int32(height), int32(width)
    cleared(shared, counts.shape[1] * copies, who)
    cuda.syncthreads()
    top, left, bottom, right = cell_of(height, width, down, across, cuda.blockIdx.z)
    side, run = int32(right - left), (int32(-1), int32(0))
    strips = int32(int32(int32(bottom - top) + int32(COLUMN - 1)) // COLUMN * side)
    strip, step = int32(cuda.grid(1)), int32(cuda.gridsize(1))
    while strip < strips:
        line = int32(uint32(strip) // uint32(side))
        x, y = int32(left + int32(strip - int32(line * side))), int32(top + int32(line * COLUMN))
        patterns = patterns_below(flat, y, x, form, circle)
        for k in range(COLUMN):
            is_inside = int32(y + k) < bottom
            code = int32(coded(patterns[k], points, table, method)) if is_inside else int32(0)
            run = count_run(shared, counts, row, copies, run, code, is_inside, who[0])
        strip = int32(strip + step)
    counted(shared, counts, row, copies, run[0], run[1], who[0])
    cuda.syncthreads()
    added_up(shared, counts, row, counts.shape[1], copies, who)


@cuda.jit(device=True)
def count_four(shared, place, unit, word, codes, first, last):
    """Count the codes of those of four patterns whose numbers are in [first, last)."""
    table, address = codes
    a, b, c, d = bytes_of(word)
    if first <= 0 and last >= 4:
        more(shared, int32(place + int32(unit * byte_at(table, int32(address + a)))), int32(1))
        more(shared, int32(place + int32(unit * byte_at(table, int32(address + b)))), int32(1))
        more(shared, int32(place + int32(unit * byte_at(table, int32(address + c)))), int32(1))
        more(shared, int32(place + int32(unit * byte_at(table, int32(address + d)))), int32(1))
        return
    if first <= 0 and last > 0:
        more(shared, int32(place + int32(unit * byte_at(table, int32(address + a)))), int32(1))
    if first <= 1 and last > 1:
        more(shared, int32(place + int32(unit * byte_at(table, int32(address + b)))), int32(1))
    if first <= 2 and last > 2:
        more(shared, int32(place + int32(unit * byte_at(table, int32(address + c)))), int32(1))
    if first <= 3 and last > 3:
        more(shared, int32(place + int32(unit * byte_at(table, int32(address + d)))), int32(1))


@cuda.jit(device=True)
def count_strip(shared, place, unit, codes, flat, y, x, end, form, sides, has_words, tables):
    """Count in rows [y, end) the four columns from x on that are in [left, right)."""
    start, height, width = form
    columns, at = columns_of(x), start + int64(y) * width + x
    first, last = int32(sides[0] - x), int32(sides[1] - x)
    up = row_of(flat, at - width, y > 0, x, width, has_words)
    mid = row_of(flat, at, True, x, width, has_words)
    while y < end:
        under = row_of(flat, at + width, int32(y + 1) < height, x, width, has_words)
        word = patterns_of(flat, y, x, form, up, mid, under, columns, tables)
        count_four(shared, place, unit, word, codes, first, last)
        up, mid, y, at = mid, under, int32(y + 1), at + width


@cuda.jit(cache=True)
def count_unit_patterns(
    flat, height, width, places, ties, pitch, codes, has_words, down, across, counts
):
    """The same of eight points at distance 1; a thread four pixels of each of ROWS rows."""
    shared = cuda.shared.array(HELD, dtype=int32)
    table = cuda.shared.array(HELD_CODES, dtype=int32)
    who = int32(cuda.threadIdx.x), int32(cuda.blockDim.x)
    address = address_of(table)
    copied_codes(codes, table, address, *who)
    copies = copies_of(counts.shape[1])
    cleared(shared, counts.shape[1] * copies, who)
    cuda.syncthreads()
    row = int64(cuda.blockIdx.y) * cuda.gridDim.z + cuda.blockIdx.z
    form = int64(cuda.blockIdx.y) * height * width, int32(height), int32(width)
    top, left, bottom, right = cell_of(height, width, down, across, cuda.blockIdx.z)
    before, tables = int32(left >> 2), (places, ties, int32(pitch))
    words = int32(int32(int32(right + 3) >> 2) - before)
    place = place_of(address_of(shared), int32(0), copies, who[0])
    strips = int32(int32(int32(bottom - top) + int32(ROWS - 1)) // ROWS * words)
    strip, step = int32(cuda.grid(1)), int32(cuda.gridsize(1))
    while strip < strips and left < right:
        line = int32(uint32(strip) // uint32(words))
        x = int32(4 * int32(before + int32(strip - int32(line * words))))
        y = int32(top + int32(line * ROWS))
        end, how = min(bottom, int32(y + ROWS)), (form, (left, right), has_words, tables)
        count_strip(shared, place, int32(4 * copies), (table, address), flat, y, x, end, *how)
        strip = int32(strip + step)
    cuda.syncthreads()
    added_up(shared, counts, row, counts.shape[1], copies, who)

"""Gabor filters of one wavelength: along the rows, down the columns, and what they sum up to.

Rows of bytes become rows of complex numbers, in memory, one plane a filter; a block then goes along
256 columns of 64 rows of them, 16 columns at a time, which it brings to shared memory with the rows
around. As the core's rows, each of its threads adds up every sixteenth answer.
"""

from __future__ import annotations

import math

from numba import cuda, float32, float64, int32, int64, uint64

from ._border import border_index
from ._exact import product_of_doubles
from ._shapes import ALIGNMENT
from ._vectors import double_at, four_at, put_double, put_four
from ._wave_sums import (
    LANES,
    LEVEL,
    LINE,
    SLANTED,
    UPRIGHT,
    answers,
    both_added,
    counted,
    down_as,
    first_sums,
    measured,
    mirrored_answers,
    no_statistics,
)

EACH, AROUND = 4, 256  # results of a thread; rows or columns around a tile at most
QUADS, WARPS, ROWS = 32, 4, 16  # of a tile of rows: threads, and rows for them to work out
ROW_PITCH = EACH * QUADS + AROUND
ROWS_TILE = ROWS * ROW_PITCH
GROUPS = 16  # of a tile of columns: threads below one another
LINES = GROUPS * EACH + AROUND
COLUMNS_TILE = LINES * LINE
TILE, PITCH = 256, LANES + 1  # columns that the core sums up at a time; of sums, turned
STATISTICS = 4  # sums and squares of a filter and of the mirrored one
CHUNK = 128  # rows whose sums are added up at a time


@cuda.jit(device=True)
def load_rows(src, first, left, top, form, around, tile):
    """Bring bytes to shared memory as floats; each column's place is found once."""
    height, width, mode = form
    me = int32(cuda.threadIdx.y * QUADS + cuda.threadIdx.x)
    for j in range(me, EACH * QUADS + 2 * around, QUADS * WARPS):
        at = border_index(mode, int32(left + j - around), width)
        place, to = int64(first) + at, int64(j)
        for _ in range(min(ROWS, height - top)):
            value = float32(0)
            if at >= 0:
                value = float32(src[uint64(place)])
            tile[uint64(to)] = value
            place, to = place + width, to + ROW_PITCH


@cuda.jit(device=True)
def four_added(after, before, taps, tap, s):
    """Sums of four filters with the values at one more distance."""
    t, u = four_at(taps, tap), four_at(taps, tap + 4)
    return (
        both_added(after, before, t[0], t[1], s[0]),
        both_added(after, before, t[2], t[3], s[1]),
        both_added(after, before, u[0], u[1], s[2]),
        both_added(after, before, u[2], u[3], s[3]),
    )


@cuda.jit(device=True)
def along(tile, at, taps, half):
    """Even and odd sums of four filters, of four results from `at` on."""
    left = right = four_at(tile, at)
    t, u = four_at(taps, 0), four_at(taps, 4)
    s = (
        first_sums(left, t[0]),
        first_sums(left, t[2]),
        first_sums(left, u[0]),
        first_sums(left, u[2]),
    )
    before, after, tap, k = at - 4, at + 4, int64(8), int64(0)
    while k + 4 <= half:
        further_left, further_right = four_at(tile, before), four_at(tile, after)
        a, b = right + further_right, further_left + left
        s = four_added(a[1:5], b[3:7], taps, tap, s)
        s = four_added(a[2:6], b[2:6], taps, tap + 8, s)
        s = four_added(a[3:7], b[1:5], taps, tap + 16, s)
        s = four_added(a[4:8], b[0:4], taps, tap + 24, s)
        left, right = further_left, further_right
        k, before, after, tap = k + 4, before - 4, after + 4, tap + 32
    if k < half:
        a, b = right + four_at(tile, after), four_at(tile, before) + left
        s = four_added(a[1:5], b[3:7], taps, tap, s)
        if k + 1 < half:
            s = four_added(a[2:6], b[2:6], taps, tap + 8, s)
            if k + 2 < half:
                s = four_added(a[3:7], b[1:5], taps, tap + 16, s)
    return s


@cuda.jit(device=True)
def put_rows(dst, to, plane, s):
    """Write four real parts and four imaginary ones of a filter."""
    put_four(dst, to, s[:4])
    put_four(dst, to + plane, s[4:])


@cuda.jit(cache=True)
def filter_rows(src, dst, taps, n_filters, height, width, pitch, half, mode):
    """Write real and imaginary rows, `pitch` long, of images (all flat): [filter, part, image]."""
    tile = cuda.shared.array(ROWS_TILE, dtype=float32, alignment=ALIGNMENT)
    height, width, pitch, mode = int32(height), int32(width), int32(pitch), int32(mode)
    n_filters, around = int32(n_filters), int32(int32(half + 3) & -4)
    across = int32((pitch + EACH * QUADS - 1) // int32(EACH * QUADS))
    down = int32(int32(cuda.blockIdx.x) // across)
    left = int32(int32(cuda.blockIdx.x - down * across) * int32(EACH * QUADS))
    top, image = int32(down * ROWS), int64(cuda.blockIdx.z)
    first = (image * height + top) * width
    load_rows(src, first, left, top, (height, width, mode), around, tile)
    cuda.syncthreads()
    plane = int64(cuda.gridDim.z) * height * pitch
    x = int32(left + int32(EACH) * int32(cuda.threadIdx.x))
    for r in range(int32(cuda.threadIdx.y), min(ROWS, height - top), WARPS):
        if x < pitch:
            at = int64(r) * ROW_PITCH + around + x - left
            to = (image * height + top + r) * pitch + x
            s = along(tile, at, taps, half)
            put_rows(dst, to, plane, s[0])
            if n_filters > 1:
                put_rows(dst, to + 2 * plane, plane, s[1])
            if n_filters > 2:
                put_rows(dst, to + 4 * plane, plane, s[2])
            if n_filters > 3:
                put_rows(dst, to + 6 * plane, plane, s[3])


@cuda.jit(device=True)
def find_lines(lines, top, around, height, pitch, mode, me):
    """Write down where the rows of a tile begin in a plane, or -1."""
    for r in range(me, GROUPS * EACH + 2 * around, GROUPS * LANES):
        line = border_index(mode, int32(top + r - around), height)
        lines[uint64(r)] = int64(line) * int64(pitch) if line >= 0 else int64(-1)


@cuda.jit(device=True)
def load_columns(waves, real, imaginary, lines, n, me, tile):
    """Bring 16 columns of n rows to shared memory: `real`, `imaginary`: where they begin."""
    x, to = int64(me & 3) * 4, int64(8) * me
    real, imaginary = real + x, imaginary + x
    for r in range(me >> 2, n, GROUPS * EACH):
        line = lines[uint64(r)]
        if line >= 0:
            a, b = four_at(waves, real + line), four_at(waves, imaginary + line)
            put_four(tile, to, (a[0], b[0], a[1], b[1]))
            put_four(tile, to + 4, (a[2], b[2], a[3], b[3]))
        else:
            zero = float32(0)
            put_four(tile, to, (zero, zero, zero, zero))
            put_four(tile, to + 4, (zero, zero, zero, zero))
        to += GROUPS * EACH * LINE


@cuda.jit(device=True)
def put_sums(tile, which, row, lane, s):
    """Put a thread's sums of four rows where those of a row's lanes stand side by side."""
    at = int64(2) * ((which * GROUPS * EACH + row) * PITCH + lane)
    put_double(tile, at, s[0])
    put_double(tile, at + 2 * PITCH, s[1])
    put_double(tile, at + 4 * PITCH, s[2])
    put_double(tile, at + 6 * PITCH, s[3])


@cuda.jit(device=True)
def sum_of_lanes(tile, at):
    """The sum of 16 doubles, halves first, as the core adds them up."""
    total = float64(0)
    for i in range(4):
        a = double_at(tile, at + 2 * i) + double_at(tile, at + 2 * i + 16)
        b = double_at(tile, at + 2 * i + 8) + double_at(tile, at + 2 * i + 24)
        if i == 0:
            first = a + b
        elif i == 1:
            second = a + b
        elif i == 2:
            first += a + b
        else:
            second += a + b
    return first + second


@cuda.jit(device=True)
def write_sums(tile, sums, image, index, mirrored, top, number, me):
    for task in range(me, STATISTICS * GROUPS * EACH, GROUPS * LANES):
        which, row = task // (GROUPS * EACH), task % (GROUPS * EACH)
        filter_, y = index if which < 2 else mirrored, top + row
        if filter_ >= 0 and y < sums.shape[2]:
            sums[image, filter_, y, 2 * number + (which & 1)] = sum_of_lanes(tile, 2 * task * PITCH)


@cuda.jit(cache=True)
def add_up_answers(
    waves, taps, sums, first_filter, orientations, index, width, pitch, half, mode, magnitude
):
    """Sums of 256 columns of each row, and of squares: [image, filter, row, tile and which]."""
    tile = cuda.shared.array(COLUMNS_TILE, dtype=float32, alignment=ALIGNMENT)
    lines = cuda.shared.array(LINES, dtype=int64)
    me, image = int32(cuda.threadIdx.x), int64(cuda.blockIdx.z)
    lane, mine = int32(me & (LANES - 1)), int32(int32(me // LANES) * EACH)
    height, width = int32(sums.shape[2]), int32(width)
    pitch, mode, around = int32(pitch), int32(mode), int32(int32(half + 3) & -4)
    tiles = int32((width + TILE - 1) // TILE)
    down = int32(int32(cuda.blockIdx.x) // tiles)
    number, top = int32(cuda.blockIdx.x - down * tiles), int32(down * (GROUPS * EACH))
    i = int32(first_filter + cuda.blockIdx.y)
    kind = UPRIGHT if i == 0 else LEVEL if 2 * i == orientations else SLANTED
    find_lines(lines, top, around, height, pitch, mode, me)
    cuda.syncthreads()
    plane = int64(cuda.gridDim.z) * height * pitch
    x = int32(number * TILE + lane)
    real = 2 * int64(cuda.blockIdx.y) * plane + image * height * pitch + number * TILE
    last = min(int32((number + 1) * TILE), pitch)
    n = int32(min(int32(GROUPS * EACH), int32(height - top + 3) & -4) + 2 * around)
    at, tap = int64(2) * ((around + mine) * LANES + lane), int64(2) * i * (half + 1)
    s, t = no_statistics(), no_statistics()
    while x < last:
        load_columns(waves, real, real + plane, lines, n, me, tile)
        cuda.syncthreads()
        if x < width and mine < height - top:
            found = down_as(kind, tile, at, taps, tap, half)
            s = counted(measured(answers(found), magnitude), s)
            if kind == SLANTED:
                t = counted(measured(mirrored_answers(found), magnitude), t)
        cuda.syncthreads()
        x, real = x + LANES, real + LANES
    put_sums(tile, 0, mine, lane, s[:4])
    put_sums(tile, 1, mine, lane, s[4:])
    put_sums(tile, 2, mine, lane, t[:4])
    put_sums(tile, 3, mine, lane, t[4:])
    cuda.syncthreads()
    mirrored = index + orientations - i if kind == SLANTED else -1
    write_sums(tile, sums, image, index + i, mirrored, top, number, me)


@cuda.jit(cache=True)
def write_statistics(sums, count, scaled, out):
    """Mean and standard deviation of each filter; rows are added up in order. A block a filter."""
    rows = cuda.shared.array((2, CHUNK), dtype=float64)
    me, filter_, image = cuda.threadIdx.x, cuda.blockIdx.x, cuda.blockIdx.y
    total = float64(0)
    for first in range(0, sums.shape[2], CHUNK):
        n = min(CHUNK, sums.shape[2] - first)
        if me < n:
            s, squares = float64(0), float64(0)
            for tile in range(0, sums.shape[3], 2):
                s += sums[image, filter_, first + me, tile]
                squares += sums[image, filter_, first + me, tile + 1]
            rows[0, me], rows[1, me] = s, squares
        cuda.syncthreads()
        if me < 2:
            for y in range(n):
                total += rows[me, y]
        cuda.syncthreads()
    if me < 2:
        rows[me, 0] = total
    cuda.syncthreads()
    if me == 0:
        mean, variance = float64(0), float64(0)
        if count > 0.0:
            mean = rows[0, 0] / count
            variance = rows[1, 0] / count - product_of_doubles(mean, mean)
        a, b = float32(mean), float32(math.sqrt(max(0.0, variance)))
        if scaled:
            a, b = root_of_share(a), root_of_share(b)
        out[image, 2 * filter_], out[image, 2 * filter_ + 1] = a, b


@cuda.jit(device=True)
def root_of_share(value):
    return float32(math.sqrt(value / float32(255)))

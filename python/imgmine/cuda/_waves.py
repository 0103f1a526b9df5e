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
from ._vectors import double_at, four_at, put_double, put_four, put_two
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
def along(tile, at, taps, tap, step, half):
    """Even and odd sums of two filters, of four results from `at` on.

    `tap`: where the weights of both begin, an even and an odd one each; `step`: the next ones'.
    """
    left = right = four_at(tile, at)
    t = four_at(taps, tap)
    one, two = first_sums(left, t[0]), first_sums(left, t[2])
    before, after = at - 4, at + 4
    k = int64(0)
    while k < half:
        further_left, further_right = four_at(tile, before), four_at(tile, after)
        a, b = right + further_right, further_left + left
        t = four_at(taps, tap + step)
        one = both_added(a[1:5], b[3:7], t[0], t[1], one)
        two = both_added(a[1:5], b[3:7], t[2], t[3], two)
        if k + 1 < half:
            t = four_at(taps, tap + 2 * step)
            one = both_added(a[2:6], b[2:6], t[0], t[1], one)
            two = both_added(a[2:6], b[2:6], t[2], t[3], two)
        if k + 2 < half:
            t = four_at(taps, tap + 3 * step)
            one = both_added(a[3:7], b[1:5], t[0], t[1], one)
            two = both_added(a[3:7], b[1:5], t[2], t[3], two)
        if k + 3 < half:
            t = four_at(taps, tap + 4 * step)
            one = both_added(a[4:8], b[0:4], t[0], t[1], one)
            two = both_added(a[4:8], b[0:4], t[2], t[3], two)
        left, right = further_left, further_right
        k, before, after, tap = k + 4, before - 4, after + 4, tap + 4 * step
    return one, two


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
            for f in range(0, n_filters, 2):
                one, two = along(tile, at, taps, int64(2) * f, 2 * ((n_filters + 1) & -2), half)
                put_four(dst, to + 2 * f * plane, one[:4])
                put_four(dst, to + (2 * f + 1) * plane, one[4:])
                if f + 1 < n_filters:
                    put_four(dst, to + (2 * f + 2) * plane, two[:4])
                    put_four(dst, to + (2 * f + 3) * plane, two[4:])


@cuda.jit(device=True)
def find_lines(lines, top, around, height, pitch, mode, me):
    """Write down where the rows of a tile begin in a plane, or -1."""
    for r in range(me, GROUPS * EACH + 2 * around, GROUPS * LANES):
        line = border_index(mode, int32(top + r - around), height)
        lines[uint64(r)] = int64(line) * int64(pitch) if line >= 0 else int64(-1)


@cuda.jit(device=True)
def load_one(waves, real, imaginary, line, tile, to):
    if line >= 0:
        pair = waves[uint64(real + line)], waves[uint64(imaginary + line)]
        put_two(tile, to, pair)
    else:
        put_two(tile, to, (float32(0), float32(0)))


@cuda.jit(device=True)
def load_columns(waves, real, imaginary, lines, n, row, lane, tile):
    """Bring 16 columns of n rows to shared memory: `real`, `imaginary`: where a column begins."""
    r, to = int64(row), int64(2) * (row * LANES + lane)
    while r + 3 * GROUPS < n:
        a, b = lines[uint64(r)], lines[uint64(r + GROUPS)]
        c, d = lines[uint64(r + 2 * GROUPS)], lines[uint64(r + 3 * GROUPS)]
        if min(min(a, b), min(c, d)) < 0:
            break
        v, w = waves[uint64(real + a)], waves[uint64(real + b)]
        x, y = waves[uint64(real + c)], waves[uint64(real + d)]
        s, t = waves[uint64(imaginary + a)], waves[uint64(imaginary + b)]
        g, h = waves[uint64(imaginary + c)], waves[uint64(imaginary + d)]
        put_two(tile, to, (v, s))
        put_two(tile, to + GROUPS * LINE, (w, t))
        put_two(tile, to + 2 * GROUPS * LINE, (x, g))
        put_two(tile, to + 3 * GROUPS * LINE, (y, h))
        r, to = r + 4 * GROUPS, to + 4 * GROUPS * LINE
    while r < n:
        load_one(waves, real, imaginary, lines[uint64(r)], tile, to)
        r, to = r + GROUPS, to + GROUPS * LINE


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
    lane, row = int32(me & (LANES - 1)), int32(me // LANES)
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
    real = 2 * int64(cuda.blockIdx.y) * plane + image * height * pitch + x
    last = min(int32((number + 1) * TILE), pitch)
    n = int32(min(int32(GROUPS * EACH), int32(height - top + 3) & -4) + 2 * around)
    mine = int32(row * EACH)
    at, tap = int64(2) * ((around + mine) * LANES + lane), int64(2) * i * (half + 1)
    s, t = no_statistics(), no_statistics()
    while x < last:
        load_columns(waves, real, real + plane, lines, n, row, lane, tile)
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

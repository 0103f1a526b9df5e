"""Gabor filters' second pass: rows of complex numbers, down the columns, and what they sum up to.

A block goes along 256 columns of 64 rows of one filter, 16 columns at a time, which it brings to
shared memory with the rows around them. Each of its threads adds up every sixteenth answer of four
rows, as the core does.
"""

from __future__ import annotations

import math

from numba import cuda, float32, float64, int32, int64, uint64

from ._border import border_index
from ._exact import product_of_doubles
from ._shapes import ALIGNMENT
from ._vectors import double_at, four_at, put_double, put_four
from ._wave_sums import (
    AROUND,
    EACH,
    LANES,
    LEVEL,
    LINE,
    SLANTED,
    UPRIGHT,
    answers,
    counted,
    down_as,
    measured,
    mirrored_answers,
    no_statistics,
)

GROUPS = 16  # threads below one another
THREADS = GROUPS * LANES
TALL = GROUPS * EACH
LINES = TALL + AROUND
SHARED = LINES * LINE
TILE, PITCH = 256, LANES + 1  # columns that the core sums up at a time; of sums, turned
STATISTICS = 4  # sums and squares of a filter and of the mirrored one
CHUNK = 128  # rows whose sums are added up at a time


@cuda.jit(device=True)
def tile_of(width):
    """The number of a block's tile along the rows, and its first row."""
    across = int32((width + TILE - 1) // TILE)
    down = int32(int32(cuda.blockIdx.x) // across)
    return int32(int32(cuda.blockIdx.x) - int32(down * across)), int32(down * TALL)


@cuda.jit(device=True)
def kind_of(i, orientations):
    if i == 0:
        return UPRIGHT
    return LEVEL if 2 * i == orientations else SLANTED


@cuda.jit(device=True)
def find_lines(lines, top, around, height, pitch, mode, me):
    """Write down where the rows of a tile begin in a plane, or -1."""
    for r in range(me, TALL + 2 * around, THREADS):
        line = border_index(mode, int32(top + r - around), height)
        lines[uint64(r)] = int64(line) * int64(pitch) if line >= 0 else int64(-1)


@cuda.jit(device=True)
def load_columns(waves, real, imaginary, lines, n, me, tile):
    """Bring 16 columns of n rows to shared memory: `real`, `imaginary`: where they begin."""
    x, to = int64(me & 3) * 4, int64(8) * me
    real, imaginary = real + x, imaginary + x
    for r in range(me >> 2, n, TALL):
        line = lines[uint64(r)]
        if line >= 0:
            a, b = four_at(waves, real + line), four_at(waves, imaginary + line)
            put_four(tile, to, (a[0], b[0], a[1], b[1]))
            put_four(tile, to + 4, (a[2], b[2], a[3], b[3]))
        else:
            zero = float32(0)
            put_four(tile, to, (zero, zero, zero, zero))
            put_four(tile, to + 4, (zero, zero, zero, zero))
        to += TALL * LINE


@cuda.jit(device=True)
def put_four_sums(tile, at, s):
    put_double(tile, at, s[0])
    put_double(tile, at + 2 * PITCH, s[1])
    put_double(tile, at + 4 * PITCH, s[2])
    put_double(tile, at + 6 * PITCH, s[3])


@cuda.jit(device=True)
def put_sums(tile, row, lane, s, t):
    """Put a thread's sums of four rows where those of a row's lanes stand side by side."""
    at, step = int64(2) * (row * PITCH + lane), int64(2) * TALL * PITCH
    put_four_sums(tile, at, s[:4])
    put_four_sums(tile, at + step, s[4:])
    put_four_sums(tile, at + 2 * step, t[:4])
    put_four_sums(tile, at + 3 * step, t[4:])


@cuda.jit(device=True)
def sum_of_four(tile, at):
    """The sum of every fourth of 16 doubles."""
    first = double_at(tile, at) + double_at(tile, at + 16)
    return first + (double_at(tile, at + 8) + double_at(tile, at + 24))


@cuda.jit(device=True)
def sum_of_lanes(tile, at):
    """The sum of 16 doubles, halves first, as the core adds them up."""
    first = sum_of_four(tile, at) + sum_of_four(tile, at + 4)
    return first + (sum_of_four(tile, at + 2) + sum_of_four(tile, at + 6))


@cuda.jit(device=True)
def write_sums(tile, sums, image, index, mirrored, top, number, me):
    for task in range(me, STATISTICS * TALL, THREADS):
        which, row = task // (TALL), task % (TALL)
        filter_, y = index if which < 2 else mirrored, top + row
        if filter_ >= 0 and y < sums.shape[2]:
            sums[image, filter_, y, 2 * number + (which & 1)] = sum_of_lanes(tile, 2 * task * PITCH)


@cuda.jit(cache=True)
def add_up_answers(
    waves, taps, sums, first_filter, orientations, index, width, pitch, half, mode, magnitude
):
    """Sums of 256 columns of each row, and of squares: [image, filter, row, tile and which]."""
    tile = cuda.shared.array(SHARED, dtype=float32, alignment=ALIGNMENT)
    lines = cuda.shared.array(LINES, dtype=int64)
    me, image, i = int32(cuda.threadIdx.x), int64(cuda.blockIdx.z), cuda.blockIdx.y
    height, width, around = int32(sums.shape[2]), int32(width), int32(int32(half + 3) & -4)
    number, top = tile_of(width)
    find_lines(lines, top, around, height, int32(pitch), int32(mode), me)
    cuda.syncthreads()
    plane = int64(cuda.gridDim.z) * height * pitch
    real = 2 * int64(i) * plane + image * height * pitch + number * TILE
    i = int32(first_filter + i)
    kind, tap = kind_of(i, int32(orientations)), int64(2) * i * (half + 1)
    lane, mine = int32(me & (LANES - 1)), int32(int32(me // LANES) * EACH)
    x, last = int32(number * TILE + lane), min(int32((number + 1) * TILE), int32(pitch))
    n = int32(min(int32(TALL), int32(height - top + 3) & -4) + 2 * around)
    at = int64(2) * ((around + mine) * LANES + lane)
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
    put_sums(tile, mine, lane, s, t)
    cuda.syncthreads()
    mirrored = index + orientations - i if kind == SLANTED else -1
    write_sums(tile, sums, image, index + i, mirrored, top, number, me)


@cuda.jit(device=True)
def put_answers(out, image, filter_, y, x, found):
    """Write four answers one below the other, as many as there are rows."""
    real, imaginary = found
    for row in range(y, min(y + EACH, out.shape[2])):
        out[image, filter_, row, x] = complex(real[0], imaginary[0])
        real, imaginary = real[1:] + real[:1], imaginary[1:] + imaginary[:1]


@cuda.jit(cache=True)
def write_answers(waves, taps, out, first_filter, orientations, index, pitch, half, mode):
    """The answers themselves: [image, filter, row, column]."""
    tile = cuda.shared.array(SHARED, dtype=float32, alignment=ALIGNMENT)
    lines = cuda.shared.array(LINES, dtype=int64)
    me, image, i = int32(cuda.threadIdx.x), int64(cuda.blockIdx.z), cuda.blockIdx.y
    height, width = int32(out.shape[2]), int32(out.shape[3])
    number, top = tile_of(width)
    around = int32(int32(half + 3) & -4)
    find_lines(lines, top, around, height, int32(pitch), int32(mode), me)
    cuda.syncthreads()
    plane = int64(cuda.gridDim.z) * height * pitch
    real = 2 * int64(i) * plane + image * height * pitch + number * TILE
    i = int32(first_filter + i)
    kind, tap = kind_of(i, int32(orientations)), int64(2) * i * (half + 1)
    lane, mine = int32(me & (LANES - 1)), int32(int32(me // LANES) * EACH)
    x, last = int32(number * TILE + lane), min(int32((number + 1) * TILE), int32(pitch))
    n = int32(min(int32(TALL), int32(height - top + 3) & -4) + 2 * around)
    at = int64(2) * ((around + mine) * LANES + lane)
    while x < last:
        load_columns(waves, real, real + plane, lines, n, me, tile)
        cuda.syncthreads()
        if x < width and mine < height - top:
            found = down_as(kind, tile, at, taps, tap, half)
            put_answers(out, image, index + i, top + mine, x, answers(found))
            if kind == SLANTED:
                other = index + orientations - i
                put_answers(out, image, other, top + mine, x, mirrored_answers(found))
        cuda.syncthreads()
        x, real = x + LANES, real + LANES


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

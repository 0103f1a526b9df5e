"""Gabor filters' first pass: rows of bytes become rows of complex numbers, in memory.

A block brings 16 rows of bytes to shared memory, as floats, with the columns around them. A thread
works out four neighboring results of four filters at once.
"""

from __future__ import annotations

from numba import cuda, float32, int32, int64, uint64

from ._border import border_index
from ._shapes import ALIGNMENT
from ._vectors import four_at, put_four
from ._wave_sums import AROUND, EACH, both_added, first_sums

QUADS, WARPS, ROWS = 32, 4, 16  # of a tile: threads, and rows for them to work out
PITCH = EACH * QUADS + AROUND
TILE = ROWS * PITCH
FILTERS = 4  # at once


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
            place, to = place + width, to + PITCH


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
    tile = cuda.shared.array(TILE, dtype=float32, alignment=ALIGNMENT)
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
            at = int64(r) * PITCH + around + x - left
            to = (image * height + top + r) * pitch + x
            s = along(tile, at, taps, half)
            put_rows(dst, to, plane, s[0])
            if n_filters > 1:
                put_rows(dst, to + 2 * plane, plane, s[1])
            if n_filters > 2:
                put_rows(dst, to + 4 * plane, plane, s[2])
            if n_filters > 3:
                put_rows(dst, to + 6 * plane, plane, s[3])

"""The sums of a tile of comparisons, 64 of them in the registers of each thread.

Two shapes of a tile: 128 x 128 rows by 256 threads for many queries, and 16 x 256 by 64 threads for
few, which then wait for the base's bytes alone. Both take DEPTH lanes of each row at a time into
one of two buffers, while the next are on their way from memory to registers.
"""

from __future__ import annotations

import math

from numba import cuda, float32, int32, int64

from ._loads import DEPTH, anew, put_lanes, quad, ragged_quad, squares_of
from ._matrix_products import matrix_products
from ._outer import differences, differences_of_two, products, zeros
from ._shapes import PARTS, SIDE

# Sums of products, of squares or bits that differ, of squares by way of squared lengths; and more.
DOT, DIFFERENCES, BY_LENGTHS, SQUARED_L2, L1, CHI2, INTERSECTION = range(7)


@cuda.jit(device=True)
def place(me, shape):
    """Where a thread stands among those of a block."""
    _, across, warp_down, warp_across, _ = shape
    lane, number = me % (warp_down * warp_across), me // (warp_down * warp_across)
    y, x = number // (across // warp_across), number % (across // warp_across)
    return y * warp_down + lane // warp_across, x * warp_across + lane % warp_across


@cuda.jit(device=True)
def four_lanes(rows, y, lane, whole, width):
    """Lanes of a row, 0 behind its end; behind the last row the last one's."""
    y, at = min(y, int64(rows.shape[0]) - 1), lane * width
    if whole and at < rows.shape[1]:
        return quad(rows, y, at)
    return ragged_quad(rows, y, at)


@cuda.jit(device=True)
def fetch(rows, first, n, lane, me, threads, whole, width, to):
    """Bring this thread's loads of DEPTH lanes of n rows into registers."""
    me = anew(int64(me), lane)
    for i in range((n * PARTS + threads - 1) // threads):
        at = me + i * threads
        if at < n * PARTS:
            y, part = first + at // PARTS, lane + at % PARTS * 4
            four = four_lanes(rows, y, part, whole, width)
            to[4 * i], to[4 * i + 1], to[4 * i + 2], to[4 * i + 3] = four


@cuda.jit(device=True)
def stow(like, values, n, pitch, me, threads, to, begin):
    """Put them into shared memory, lane by lane."""
    for i in range((n * PARTS + threads - 1) // threads):
        at = me + i * threads
        if at < n * PARTS:
            place = begin + at % PARTS * 4 * pitch + at // PARTS
            v0, v1, v2, v3 = values[4 * i], values[4 * i + 1], values[4 * i + 2], values[4 * i + 3]
            put_lanes(like, to, place, pitch, v0, v1, v2, v3)


@cuda.jit(device=True)
def added(like, kind, lanes, width, left, right, at, y, x, spread, sums):
    """The sums with the terms of one step. Of bits only lanes that there are: they are slow."""
    at_left, at_right = at[0] + 4 * y, at[1] + 4 * x
    if kind == DIFFERENCES and width == 1:
        return differences(like, left, right, at_left, at_right, spread, sums)
    if kind == DIFFERENCES:
        _, down, _, across = spread
        for _ in range(min(int32(lanes), int32(DEPTH)), int32(0), int32(-2)):
            sums = differences_of_two(like, left, right, at_left, at_right, spread, sums)
            at_left, at_right = at_left + 2 * down, at_right + 2 * across
        return sums
    return products(like, left, right, at_left, at_right, spread, sums)


@cuda.jit(device=True)
def multiplied(like, _kind, _lanes, _width, left, right, at, y, x, spread, sums):
    """The same of products, by the units that multiply matrices."""
    return matrix_products(like, left, right, at[0], at[1], y, x, spread, sums)


@cuda.jit(device=True)
def lengthen(like, me, threads, n, pitch, lanes, begin, lengths, first):
    """Add the squares of a step to the squared lengths of n rows."""
    for y in range(anew(int64(me), begin), n, threads):
        length = lengths[first + y]
        lengths[first + y] = squares_of(like, lanes, begin + y, pitch, length)


@cuda.jit(device=True)
def tile_of(a, b, first_a, first_b, what, zero, width, shape, room, me, wait, add):
    """What this thread's 8 rows of `a` and 8 of `b` sum up to, row by row.

    `what`: the kind, and whether rows can be loaded 16 bytes at a time.
    `width`: values in a lane. `room`: for lanes and squared lengths in shared memory, and for loads
    in registers. `wait` waits for the block; `add` is `added` or `multiplied`.
    """
    kind, whole = what
    left, right, lengths, next_left, next_right = room
    threads, n_left, n_right = shape[0] * shape[1], shape[0] * SIDE, shape[1] * SIDE
    pitch_left, pitch_right = n_left + shape[4], n_right + shape[4]
    spread = (n_left // 2, pitch_left, n_right // 2, pitch_right)
    sums, lane = zeros(zero), int64(0)
    for i in range(me, n_left + n_right, threads):
        lengths[i] = zero
    fetch(a, first_a, n_left, lane, me, threads, whole, width, next_left)
    fetch(b, first_b, n_right, lane, me, threads, whole, width, next_right)
    while lane * width < a.shape[1]:
        slot = lane & DEPTH  # 0 and DEPTH in turn
        at_left, at_right = slot * pitch_left, slot * pitch_right
        stow(a, next_left, n_left, pitch_left, me, threads, left, at_left)
        stow(b, next_right, n_right, pitch_right, me, threads, right, at_right)
        wait()
        lane += DEPTH
        fetch(a, first_a, n_left, lane, me, threads, whole, width, next_left)
        fetch(b, first_b, n_right, lane, me, threads, whole, width, next_right)
        y, x = place(anew(int64(me), lane), shape)
        lanes = (int64(a.shape[1]) + width - 1) // width - (lane - DEPTH)
        places = at_left, at_right
        sums = add(a, kind, lanes, width, left, right, places, y, x, spread, sums)
        if kind == BY_LENGTHS:
            lengthen(a, me, threads, n_left, pitch_left, left, at_left, lengths, 0)
            lengthen(b, me, threads, n_right, pitch_right, right, at_right, lengths, n_left)
    wait()
    return sums


@cuda.jit(device=True)
def place_of(i, y, n):
    """Which of n rows of a tile is the i-th of the 8 of the thread at `y`."""
    return i // 4 * (n // 2) + 4 * y + i % 4


@cuda.jit(device=True)
def squares_closed(sums, kind, lengths, row, column, half):
    """The first eight sums; of products, with both squared lengths, squared distances are made."""
    s = sums[:SIDE]
    if kind != BY_LENGTHS:
        return s
    n, other = lengths[row], column + half
    return (
        (n - s[0]) + (lengths[column] - s[0]),  # of 32 bits, which n and a length together are not
        (n - s[1]) + (lengths[column + 1] - s[1]),
        (n - s[2]) + (lengths[column + 2] - s[2]),
        (n - s[3]) + (lengths[column + 3] - s[3]),
        (n - s[4]) + (lengths[other] - s[4]),
        (n - s[5]) + (lengths[other + 1] - s[5]),
        (n - s[6]) + (lengths[other + 2] - s[6]),
        (n - s[7]) + (lengths[other + 3] - s[7]),
    )


@cuda.jit(device=True)
def next_eight(sums):
    """The sums with the first row of 8 behind the others."""
    return sums[SIDE:] + sums[:SIDE]


@cuda.jit(device=True)
def finished_score(total, root, clip):
    value = float32(total)
    if root:
        value = float32(math.sqrt(value))
    if clip:
        value = min(max(value, float32(-1)), float32(1))
    return value

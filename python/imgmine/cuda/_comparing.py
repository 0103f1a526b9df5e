"""What tiles in registers do not compare: sums of other terms, and rows made one unit long.

A block of 16 x 16 threads takes 16 queries and 64 base rows at a time, 32 values deep: a thread
compares one query with four rows, so that a row of either side is read from memory once per tile
(4 bytes a value per 16 or 64 comparisons) and from shared memory five times per four steps.
"""

from __future__ import annotations

import math

from numba import cuda, float32, float64, int32, int64

from ._selecting import NO_KEY, finish_lists, offer, prune, rank_of_code
from ._tile import DOT, INTERSECTION, L1, SQUARED_L2, finished_score

QUERIES, ROWS, DEPTH, SIDE = 16, 64, 32, 16
PITCH = DEPTH + 1  # so that the threads of a warp read from different banks


@cuda.jit(device=True)
def added(kind, a, b, total):
    if kind == L1:
        return total + abs(a - b)
    if kind == INTERSECTION:
        return total + min(a, b)
    s, d = a + b, a - b
    return total if s == float32(0) else total + d * d / s


@cuda.jit(device=True)
def load_tile(rows, first, n, depth, to):
    """Copy n rows from `first` on, zeros where there are none."""
    me = cuda.threadIdx.y * SIDE + cuda.threadIdx.x
    for i in range(me, n * DEPTH, SIDE * SIDE):
        y, k = first + i // DEPTH, depth + i % DEPTH
        inside = y < rows.shape[0] and k < rows.shape[1]
        to[i // DEPTH, i % DEPTH] = float32(rows[y, k]) if inside else float32(0)


@cuda.jit(device=True)
def compared(a, b, first_a, first_b, kind, left, right):
    """What this thread's query and its four rows sum up to."""
    tx, ty = cuda.threadIdx.x, cuda.threadIdx.y
    t0, t1, t2, t3 = float32(0), float32(0), float32(0), float32(0)
    for depth in range(0, a.shape[1], DEPTH):
        load_tile(a, first_a, QUERIES, depth, left)
        load_tile(b, first_b, ROWS, depth, right)
        cuda.syncthreads()
        p0, p1, p2, p3 = float32(0), float32(0), float32(0), float32(0)
        if kind == DOT:
            for k in range(DEPTH):
                x = left[ty, k]
                p0 = cuda.fma(x, right[tx, k], p0)
                p1 = cuda.fma(x, right[tx + SIDE, k], p1)
                p2 = cuda.fma(x, right[tx + 2 * SIDE, k], p2)
                p3 = cuda.fma(x, right[tx + 3 * SIDE, k], p3)
        elif kind == SQUARED_L2:
            for k in range(DEPTH):
                x = left[ty, k]
                d0, d1 = x - right[tx, k], x - right[tx + SIDE, k]
                d2, d3 = x - right[tx + 2 * SIDE, k], x - right[tx + 3 * SIDE, k]
                p0, p1 = cuda.fma(d0, d0, p0), cuda.fma(d1, d1, p1)
                p2, p3 = cuda.fma(d2, d2, p2), cuda.fma(d3, d3, p3)
        else:
            for k in range(DEPTH):
                x = left[ty, k]
                p0, p1 = added(kind, x, right[tx, k], p0), added(kind, x, right[tx + SIDE, k], p1)
                p2 = added(kind, x, right[tx + 2 * SIDE, k], p2)
                p3 = added(kind, x, right[tx + 3 * SIDE, k], p3)
        t0, t1, t2, t3 = t0 + p0, t1 + p1, t2 + p2, t3 + p3
        cuda.syncthreads()
    return t0, t1, t2, t3


@cuda.jit(cache=True)
def compare_all(a, b, kind, root, clip, out):
    left = cuda.shared.array((QUERIES, PITCH), dtype=float32)
    right = cuda.shared.array((ROWS, PITCH), dtype=float32)
    first_a, first_b = int64(cuda.blockIdx.y) * QUERIES, int64(cuda.blockIdx.x) * ROWS
    t0, t1, t2, t3 = compared(a, b, first_a, first_b, kind, left, right)
    i, j = first_a + cuda.threadIdx.y, first_b + cuda.threadIdx.x
    if i < out.shape[0]:
        if j < out.shape[1]:
            out[i, j] = finished_score(t0, root, clip)
        if j + SIDE < out.shape[1]:
            out[i, j + SIDE] = finished_score(t1, root, clip)
        if j + 2 * SIDE < out.shape[1]:
            out[i, j + 2 * SIDE] = finished_score(t2, root, clip)
        if j + 3 * SIDE < out.shape[1]:
            out[i, j + 3 * SIDE] = finished_score(t3, root, clip)


@cuda.jit(device=True)
def claim(counts, y):
    """The next place in a query's list."""
    return cuda.atomic.add(counts, y, int32(1))


@cuda.jit(cache=True)
def keep_best(a, b, kind, sign, per_slice, k, keys, kept):
    """As `best_of_slice`, of sums of other terms."""
    left = cuda.shared.array((QUERIES, PITCH), dtype=float32)
    right = cuda.shared.array((ROWS, PITCH), dtype=float32)
    limits = cuda.shared.array(QUERIES, dtype=int64)
    counts = cuda.shared.array(QUERIES, dtype=int32)
    tx, ty, part = cuda.threadIdx.x, cuda.threadIdx.y, int64(cuda.blockIdx.x)
    first_a, me, threads = int64(cuda.blockIdx.y) * QUERIES, ty * SIDE + tx, SIDE * SIDE
    n, begin = min(int64(QUERIES), int64(keys.shape[0]) - first_a), part * per_slice
    end = min(begin + per_slice, int64(b.shape[0]))
    found = keys[first_a:, part]
    if me < QUERIES:
        limits[me], counts[me] = int64(NO_KEY), int32(0)
    cuda.syncthreads()  # of vectors of no values nothing else waits
    for first_b in range(begin, end, ROWS):
        t0, t1, t2, t3 = compared(a, b, first_a, first_b, kind, left, right)
        row, limit = first_b + tx, limits[ty]
        worst = rank_of_code(int32(limit >> int64(32)), float32(0))
        if ty < n and row < end:
            offer(t0, sign, row, limit, worst, ty, found[ty], counts, claim)
        if ty < n and row + SIDE < end:
            offer(t1, sign, row + SIDE, limit, worst, ty, found[ty], counts, claim)
        if ty < n and row + 2 * SIDE < end:
            offer(t2, sign, row + 2 * SIDE, limit, worst, ty, found[ty], counts, claim)
        if ty < n and row + 3 * SIDE < end:
            offer(t3, sign, row + 3 * SIDE, limit, worst, ty, found[ty], counts, claim)
        cuda.syncthreads()
        prune(found, k, int64(keys.shape[2]) - ROWS, me, threads, n, limits, counts)
        cuda.syncthreads()
    finish_lists(found, k, me, threads, n, counts, kept[first_a:, part * k : part * k + k])


UNIT_THREADS = 128


@cuda.jit(device=True)
def summed_up(value, sums):
    """The sum of a value of each thread, in one fixed order."""
    me, half = cuda.threadIdx.x, UNIT_THREADS // 2
    sums[me] = value
    cuda.syncthreads()
    while half > 0:
        if me < half:
            sums[me] += sums[me + half]
        cuda.syncthreads()
        half //= 2
    total = sums[0]
    cuda.syncthreads()
    return total


@cuda.jit(cache=True)
def unit_rows(src, dst, center):
    """Rows, less their mean if `center`, at length one; 0 where there is none. A block a row."""
    sums = cuda.shared.array(UNIT_THREADS, dtype=float64)
    row, me, n = cuda.blockIdx.x, cuda.threadIdx.x, src.shape[1]
    total, varies = 0.0, 0.0
    for i in range(me, n, UNIT_THREADS):
        total += float64(float32(src[row, i]))
        if float32(src[row, i]) != float32(src[row, 0]):
            varies += 1.0
    mean = summed_up(total, sums) / n
    varies = summed_up(varies, sums)
    squares = 0.0
    for i in range(me, n, UNIT_THREADS):
        value = float64(float32(src[row, i])) - (mean if center else 0.0)
        squares += value * value
    length = math.sqrt(summed_up(squares, sums))
    if center and varies == 0.0:
        length = 0.0
    for i in range(me, n, UNIT_THREADS):
        value = float64(float32(src[row, i])) - (mean if center else 0.0)
        dst[row, i] = float32(value / length) if length != 0.0 else float32(0)

"""Comparing every row of one list with every row of another, tile by tile in shared memory.

A block of 16 x 16 threads takes 16 queries and 64 base rows at a time, 32 values deep: a thread
compares one query with four rows, so that a row of either side is read from memory once per tile
(4 bytes a value per 16 or 64 comparisons) and from shared memory five times per four steps. For
bytes, sums over a depth of 32 are whole numbers below 2^24, exact in float32, and are added up in
whole numbers.

Of the nearest rows only k are kept: the comparisons of a tile stay in shared memory, where one
thread a query looks through them and puts what is better than its worst into the query's list.
"""

from __future__ import annotations

import math

from numba import cuda, float32, float64, int32, int64

QUERIES, ROWS, DEPTH, SIDE = 16, 64, 32, 16
PITCH = DEPTH + 1  # so that the threads of a warp read from different banks
DOT, SQUARED_L2, L1, CHI2, INTERSECTION, HAMMING = range(6)
NO_ROW = 2**62  # the id of an empty place: behind all others


@cuda.jit(device=True)
def added(kind, a, b, total):
    if kind == L1:
        return total + abs(a - b)
    if kind == INTERSECTION:
        return total + min(a, b)
    if kind == HAMMING:
        return total + float32(cuda.popc(int32(a) ^ int32(b)))
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
def compared(a, b, first_a, first_b, kind, zero, left, right):
    """What this thread's query and its four rows sum up to; `zero` says in which type."""
    tx, ty = cuda.threadIdx.x, cuda.threadIdx.y
    t0, t1, t2, t3 = zero, zero, zero, zero
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
        t0, t1 = t0 + type(zero)(p0), t1 + type(zero)(p1)
        t2, t3 = t2 + type(zero)(p2), t3 + type(zero)(p3)
        cuda.syncthreads()
    return t0, t1, t2, t3


@cuda.jit(device=True)
def finished_score(total, root, clip):
    value = float32(total)
    if root:
        value = float32(math.sqrt(value))
    if clip:
        value = min(max(value, float32(-1)), float32(1))
    return value


@cuda.jit(cache=True)
def compare_all(a, b, kind, zero, root, clip, out):
    left = cuda.shared.array((QUERIES, PITCH), dtype=float32)
    right = cuda.shared.array((ROWS, PITCH), dtype=float32)
    first_a, first_b = int64(cuda.blockIdx.y) * QUERIES, int64(cuda.blockIdx.x) * ROWS
    t0, t1, t2, t3 = compared(a, b, first_a, first_b, kind, zero, left, right)
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
def put(ranks, ids, k, rank, row):
    """Put a row into a list of k, best first, equal ranks by row, if it is among them."""
    at = k - 1
    if not (rank < ranks[at] or (rank == ranks[at] and row < ids[at])):
        return
    while at > 0 and (rank < ranks[at - 1] or (rank == ranks[at - 1] and row < ids[at - 1])):
        ranks[at], ids[at] = ranks[at - 1], ids[at - 1]
        at -= 1
    ranks[at], ids[at] = rank, row


@cuda.jit(device=True)
def emptied(ranks, ids, k):
    for i in range(k):
        ranks[i], ids[i] = math.inf, int64(NO_ROW)


@cuda.jit(device=True)
def rank_of(total, sign):
    """Less is better; what is not a number comes last."""
    rank = float64(total) * sign
    return rank if rank == rank else math.inf


@cuda.jit(cache=True)
def keep_best(a, b, kind, zero, sign, per_slice, ranks, ids):
    """Lists of the best rows of each slice of b, (queries, slices, k)."""
    left = cuda.shared.array((QUERIES, PITCH), dtype=float32)
    right = cuda.shared.array((ROWS, PITCH), dtype=float32)
    found = cuda.shared.array((QUERIES, ROWS), dtype=float64)
    part, k = cuda.blockIdx.x, ranks.shape[2]
    tx, ty = cuda.threadIdx.x, cuda.threadIdx.y
    first_a = int64(cuda.blockIdx.y) * QUERIES
    me = ty * SIDE + tx
    query = first_a + me
    looks = me < QUERIES and query < a.shape[0]
    if looks:
        emptied(ranks[query, part], ids[query, part], k)
    begin = int64(part) * per_slice
    for first_b in range(begin, min(begin + per_slice, b.shape[0]), ROWS):
        t0, t1, t2, t3 = compared(a, b, first_a, first_b, kind, zero, left, right)
        found[ty, tx], found[ty, tx + SIDE] = rank_of(t0, sign), rank_of(t1, sign)
        found[ty, tx + 2 * SIDE], found[ty, tx + 3 * SIDE] = rank_of(t2, sign), rank_of(t3, sign)
        cuda.syncthreads()
        if looks:
            for j in range(min(ROWS, b.shape[0] - first_b)):
                put(ranks[query, part], ids[query, part], k, found[me, j], first_b + j)
        cuda.syncthreads()


@cuda.jit(cache=True)
def merge_best(ranks, ids, sign, root, clip, best, rows, scores):
    """Merge the slices' lists; a thread a query. `best` is room for a list of ranks."""
    query = cuda.grid(1)
    if query >= rows.shape[0]:
        return
    k = rows.shape[1]
    emptied(best[query], rows[query], k)
    for part in range(ranks.shape[1]):
        for i in range(k):
            put(best[query], rows[query], k, ranks[query, part, i], ids[query, part, i])
    for i in range(k):
        scores[query, i] = finished_score(best[query, i] * sign, root, clip)


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
        total += float64(src[row, i])
        if src[row, i] != src[row, 0]:
            varies += 1.0
    mean = summed_up(total, sums) / n
    varies = summed_up(varies, sums)
    squares = 0.0
    for i in range(me, n, UNIT_THREADS):
        value = float64(src[row, i]) - (mean if center else 0.0)
        squares += value * value
    length = math.sqrt(summed_up(squares, sums))
    if center and varies == 0.0:
        length = 0.0
    for i in range(me, n, UNIT_THREADS):
        value = float64(src[row, i]) - (mean if center else 0.0)
        dst[row, i] = float32(value / length) if length != 0.0 else float32(0)

"""The best rows of slices of a base: tiles whose comparisons are looked through in registers."""

from __future__ import annotations

from numba import cuda, float32, int32, int64

from ._selecting import NO_KEY, finish_lists, offer, prune, rank_of_code
from ._shapes import (
    ALIGNMENT,
    FEW,
    FEW_BOTH,
    FEW_LEFT,
    FEW_NEXT_LEFT,
    FEW_NEXT_RIGHT,
    FEW_RIGHT,
    FEW_ROWS,
    MANY,
    MANY_BOTH,
    MANY_LEFT,
    MANY_NEXT_LEFT,
    MANY_NEXT_RIGHT,
    MANY_RIGHT,
    MANY_ROWS,
    MATRIX,
    MATRIX_BOTH,
    MATRIX_LEFT,
    MATRIX_RIGHT,
    SIDE,
    TWO_BLOCKS,
)
from ._tile import added, multiplied, next_eight, place, place_of, squares_closed, tile_of


@cuda.jit(device=True)
def wait():
    cuda.syncthreads()


@cuda.jit(device=True)
def claim(counts, y):
    """The next place in a query's list."""
    return cuda.atomic.add(counts, y, int32(1))


@cuda.jit(device=True)
def offer_four(s, row, end, sign, limit, worst, y, keys, counts):
    """Offer the rows of four comparisons to a query."""
    for i in range(4):
        if row + i < end:
            offer(s[i], sign, row + i, limit, worst, y, keys, counts, claim)


@cuda.jit(device=True)
def offer_tile(sums, kind, zero, sign, shape, lengths, first_b, end, limits, keys, at, counts, me):
    """Offer what a thread has compared to its 8 queries."""
    n_left, n_right = shape[0] * SIDE, shape[1] * SIDE
    y, x = place(me, shape)
    first_a, part = at
    row = first_b + 4 * x
    for i in range(SIDE):
        query = place_of(i, y, n_left)
        if first_a + query < keys.shape[0]:
            s = squares_closed(sums, kind, lengths, query, n_left + 4 * x, n_right // 2)
            limit = limits[query]
            worst = rank_of_code(int32(limit >> int64(32)), zero)
            found = keys[first_a + query, part]
            offer_four(s[:4], row, end, sign, limit, worst, query, found, counts)
            more = row + n_right // 2
            offer_four(s[4:], more, end, sign, limit, worst, query, found, counts)
        sums = next_eight(sums)


@cuda.jit(device=True)
def best_of_slice(a, b, what, zero, sign, per_slice, k, width, shape, room, lists, keys, kept, add):
    """Leave the k best rows of a slice of `b` for each query of a block in `kept`.

    `lists`: each query's limit and number of candidates, in shared memory; `keys`: its candidates,
    (queries, slices, room for them); `kept`: (queries, slices * k).
    """
    limits, counts = lists
    me, threads, part = cuda.threadIdx.x, shape[0] * shape[1], int64(cuda.blockIdx.x)
    n_left, n_right = shape[0] * SIDE, shape[1] * SIDE
    first_a, begin = int64(cuda.blockIdx.y) * n_left, part * per_slice
    end = min(begin + per_slice, int64(b.shape[0]))
    n = min(int64(n_left), int64(keys.shape[0]) - first_a)
    for y in range(me, n_left, threads):
        limits[y], counts[y] = int64(NO_KEY), int32(0)
    for first_b in range(begin, end, n_right):
        sums = tile_of(a, b, first_a, first_b, what, zero, width, shape, room, me, wait, add)
        how = what[0], zero, sign, shape, room[2]
        offer_tile(sums, *how, first_b, end, limits, keys, (first_a, part), counts, me)
        cuda.syncthreads()
        there = int64(keys.shape[2]) - n_right
        prune(keys[first_a:, part], k, there, me, threads, n, limits, counts)
        cuda.syncthreads()
    mine = kept[first_a:, part * k : part * k + k]
    finish_lists(keys[first_a:, part], k, me, threads, n, counts, mine)


@cuda.jit(cache=True, **TWO_BLOCKS)
def best_floats_of_many(a, b, kind, whole, sign, per_slice, k, keys, kept):
    left = cuda.shared.array(MANY_LEFT, dtype=float32, alignment=ALIGNMENT)
    right = cuda.shared.array(MANY_RIGHT, dtype=float32, alignment=ALIGNMENT)
    lengths = cuda.shared.array(MANY_BOTH, dtype=float32)
    next_left = cuda.local.array(MANY_NEXT_LEFT, dtype=float32)
    next_right = cuda.local.array(MANY_NEXT_RIGHT, dtype=float32)
    room = left, right, lengths, next_left, next_right
    limits = cuda.shared.array(MANY_ROWS, dtype=int64)
    counts = cuda.shared.array(MANY_ROWS, dtype=int32)
    what, lists = (kind, whole), (limits, counts)
    how = float32(0), sign, per_slice, k, 1, MANY
    best_of_slice(a, b, what, *how, room, lists, keys, kept, added)


@cuda.jit(cache=True, **TWO_BLOCKS)
def best_words_of_many(a, b, kind, whole, sign, per_slice, k, keys, kept):
    left = cuda.shared.array(MANY_LEFT, dtype=int32, alignment=ALIGNMENT)
    right = cuda.shared.array(MANY_RIGHT, dtype=int32, alignment=ALIGNMENT)
    lengths = cuda.shared.array(MANY_BOTH, dtype=int32)
    next_left = cuda.local.array(MANY_NEXT_LEFT, dtype=int32)
    next_right = cuda.local.array(MANY_NEXT_RIGHT, dtype=int32)
    room = left, right, lengths, next_left, next_right
    limits = cuda.shared.array(MANY_ROWS, dtype=int64)
    counts = cuda.shared.array(MANY_ROWS, dtype=int32)
    what, lists = (kind, whole), (limits, counts)
    how = int32(0), sign, per_slice, k, 4, MANY
    best_of_slice(a, b, what, *how, room, lists, keys, kept, added)


@cuda.jit(cache=True)
def best_floats_of_few(a, b, kind, whole, sign, per_slice, k, keys, kept):
    left = cuda.shared.array(FEW_LEFT, dtype=float32, alignment=ALIGNMENT)
    right = cuda.shared.array(FEW_RIGHT, dtype=float32, alignment=ALIGNMENT)
    lengths = cuda.shared.array(FEW_BOTH, dtype=float32)
    next_left = cuda.local.array(FEW_NEXT_LEFT, dtype=float32)
    next_right = cuda.local.array(FEW_NEXT_RIGHT, dtype=float32)
    room = left, right, lengths, next_left, next_right
    limits = cuda.shared.array(FEW_ROWS, dtype=int64)
    counts = cuda.shared.array(FEW_ROWS, dtype=int32)
    what, lists = (kind, whole), (limits, counts)
    how = float32(0), sign, per_slice, k, 1, FEW
    best_of_slice(a, b, what, *how, room, lists, keys, kept, added)


@cuda.jit(cache=True)
def best_words_of_few(a, b, kind, whole, sign, per_slice, k, keys, kept):
    left = cuda.shared.array(FEW_LEFT, dtype=int32, alignment=ALIGNMENT)
    right = cuda.shared.array(FEW_RIGHT, dtype=int32, alignment=ALIGNMENT)
    lengths = cuda.shared.array(FEW_BOTH, dtype=int32)
    next_left = cuda.local.array(FEW_NEXT_LEFT, dtype=int32)
    next_right = cuda.local.array(FEW_NEXT_RIGHT, dtype=int32)
    room = left, right, lengths, next_left, next_right
    limits = cuda.shared.array(FEW_ROWS, dtype=int64)
    counts = cuda.shared.array(FEW_ROWS, dtype=int32)
    what, lists = (kind, whole), (limits, counts)
    how = int32(0), sign, per_slice, k, 4, FEW
    best_of_slice(a, b, what, *how, room, lists, keys, kept, added)


@cuda.jit(cache=True, **TWO_BLOCKS)
def best_bytes_by_matrix(a, b, kind, whole, sign, per_slice, k, keys, kept):
    left = cuda.shared.array(MATRIX_LEFT, dtype=int32, alignment=ALIGNMENT)
    right = cuda.shared.array(MATRIX_RIGHT, dtype=int32, alignment=ALIGNMENT)
    lengths = cuda.shared.array(MATRIX_BOTH, dtype=int32)
    next_left = cuda.local.array(MANY_NEXT_LEFT, dtype=int32)
    next_right = cuda.local.array(MANY_NEXT_RIGHT, dtype=int32)
    room = left, right, lengths, next_left, next_right
    limits = cuda.shared.array(MANY_ROWS, dtype=int64)
    counts = cuda.shared.array(MANY_ROWS, dtype=int32)
    what, lists = (kind, whole), (limits, counts)
    how = int32(0), sign, per_slice, k, 4, MATRIX
    best_of_slice(a, b, what, *how, room, lists, keys, kept, multiplied)


@cuda.jit(cache=True, **TWO_BLOCKS)
def best_halves_by_matrix(a, b, kind, whole, sign, per_slice, k, keys, kept):
    left = cuda.shared.array(MATRIX_LEFT, dtype=int32, alignment=ALIGNMENT)
    right = cuda.shared.array(MATRIX_RIGHT, dtype=int32, alignment=ALIGNMENT)
    lengths = cuda.shared.array(MATRIX_BOTH, dtype=float32)
    next_left = cuda.local.array(MANY_NEXT_LEFT, dtype=int32)
    next_right = cuda.local.array(MANY_NEXT_RIGHT, dtype=int32)
    room = left, right, lengths, next_left, next_right
    limits = cuda.shared.array(MANY_ROWS, dtype=int64)
    counts = cuda.shared.array(MANY_ROWS, dtype=int32)
    what, lists = (kind, whole), (limits, counts)
    how = float32(0), sign, per_slice, k, 4, MATRIX
    best_of_slice(a, b, what, *how, room, lists, keys, kept, multiplied)

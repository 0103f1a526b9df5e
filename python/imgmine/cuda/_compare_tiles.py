"""All comparisons of two lists of rows, a tile to a block: sums of products, squares, bits."""

from __future__ import annotations

from numba import cuda, float32, int32, int64

from ._loads import anew, put_quad
from ._shapes import (
    ALIGNMENT,
    FEW,
    FEW_BOTH,
    FEW_LEFT,
    FEW_NEXT_LEFT,
    FEW_NEXT_RIGHT,
    FEW_RIGHT,
    MANY,
    MANY_BOTH,
    MANY_LEFT,
    MANY_NEXT_LEFT,
    MANY_NEXT_RIGHT,
    MANY_RIGHT,
    MATRIX,
    MATRIX_BOTH,
    MATRIX_LEFT,
    MATRIX_RIGHT,
    SIDE,
    TWO_BLOCKS,
)
from ._tile import (
    added,
    finished_score,
    multiplied,
    next_eight,
    place,
    place_of,
    squares_closed,
    tile_of,
)


@cuda.jit(device=True)
def wait():
    cuda.syncthreads()


@cuda.jit(device=True)
def put_four(out, y, x, v0, v1, v2, v3, root, clip, whole):
    """Write the scores of four neighbors, as far as there are so many."""
    v0, v1 = finished_score(v0, root, clip), finished_score(v1, root, clip)
    v2, v3 = finished_score(v2, root, clip), finished_score(v3, root, clip)
    n = out.shape[1]
    if whole and x < n:
        put_quad(out, y, x, v0, v1, v2, v3)
        return
    if x < n:
        out[y, x] = v0
    if x + 1 < n:
        out[y, x + 1] = v1
    if x + 2 < n:
        out[y, x + 2] = v2
    if x + 3 < n:
        out[y, x + 3] = v3


@cuda.jit(device=True)
def compare_tile(a, b, what, zero, width, shape, room, finish, out, add):
    """Write a block's tile. `finish`: root, clip, and whether rows of `out` are whole fours."""
    root, clip, whole = finish
    n_left, n_right, me = shape[0] * SIDE, shape[1] * SIDE, cuda.threadIdx.x
    first_a, first_b = int64(cuda.blockIdx.y) * n_left, int64(cuda.blockIdx.x) * n_right
    sums = tile_of(a, b, first_a, first_b, what, zero, width, shape, room, me, wait, add)
    y, x = place(anew(int64(me), first_b), shape)
    at = first_b + 4 * x
    for i in range(SIDE):
        row = place_of(i, y, n_left)
        s = squares_closed(sums, what[0], room[2], row, n_left + 4 * x, n_right // 2)
        row += first_a
        if row < out.shape[0]:
            put_four(out, row, at, s[0], s[1], s[2], s[3], root, clip, whole)
            put_four(out, row, at + n_right // 2, s[4], s[5], s[6], s[7], root, clip, whole)
        sums = next_eight(sums)


@cuda.jit(cache=True, **TWO_BLOCKS)
def floats_of_many(a, b, kind, whole, root, clip, fours, out):
    left = cuda.shared.array(MANY_LEFT, dtype=float32, alignment=ALIGNMENT)
    right = cuda.shared.array(MANY_RIGHT, dtype=float32, alignment=ALIGNMENT)
    lengths = cuda.shared.array(MANY_BOTH, dtype=float32)
    next_left = cuda.local.array(MANY_NEXT_LEFT, dtype=float32)
    next_right = cuda.local.array(MANY_NEXT_RIGHT, dtype=float32)
    room = left, right, lengths, next_left, next_right
    what, finish = (kind, whole), (root, clip, fours)
    compare_tile(a, b, what, float32(0), 1, MANY, room, finish, out, added)


@cuda.jit(cache=True, **TWO_BLOCKS)
def words_of_many(a, b, kind, whole, root, clip, fours, out):
    left = cuda.shared.array(MANY_LEFT, dtype=int32, alignment=ALIGNMENT)
    right = cuda.shared.array(MANY_RIGHT, dtype=int32, alignment=ALIGNMENT)
    lengths = cuda.shared.array(MANY_BOTH, dtype=int32)
    next_left = cuda.local.array(MANY_NEXT_LEFT, dtype=int32)
    next_right = cuda.local.array(MANY_NEXT_RIGHT, dtype=int32)
    room = left, right, lengths, next_left, next_right
    what, finish = (kind, whole), (root, clip, fours)
    compare_tile(a, b, what, int32(0), 4, MANY, room, finish, out, added)


@cuda.jit(cache=True)
def floats_of_few(a, b, kind, whole, root, clip, fours, out):
    left = cuda.shared.array(FEW_LEFT, dtype=float32, alignment=ALIGNMENT)
    right = cuda.shared.array(FEW_RIGHT, dtype=float32, alignment=ALIGNMENT)
    lengths = cuda.shared.array(FEW_BOTH, dtype=float32)
    next_left = cuda.local.array(FEW_NEXT_LEFT, dtype=float32)
    next_right = cuda.local.array(FEW_NEXT_RIGHT, dtype=float32)
    room = left, right, lengths, next_left, next_right
    what, finish = (kind, whole), (root, clip, fours)
    compare_tile(a, b, what, float32(0), 1, FEW, room, finish, out, added)


@cuda.jit(cache=True)
def words_of_few(a, b, kind, whole, root, clip, fours, out):
    left = cuda.shared.array(FEW_LEFT, dtype=int32, alignment=ALIGNMENT)
    right = cuda.shared.array(FEW_RIGHT, dtype=int32, alignment=ALIGNMENT)
    lengths = cuda.shared.array(FEW_BOTH, dtype=int32)
    next_left = cuda.local.array(FEW_NEXT_LEFT, dtype=int32)
    next_right = cuda.local.array(FEW_NEXT_RIGHT, dtype=int32)
    room = left, right, lengths, next_left, next_right
    what, finish = (kind, whole), (root, clip, fours)
    compare_tile(a, b, what, int32(0), 4, FEW, room, finish, out, added)


@cuda.jit(cache=True, **TWO_BLOCKS)
def bytes_by_matrix(a, b, kind, whole, root, clip, fours, out):
    left = cuda.shared.array(MATRIX_LEFT, dtype=int32, alignment=ALIGNMENT)
    right = cuda.shared.array(MATRIX_RIGHT, dtype=int32, alignment=ALIGNMENT)
    lengths = cuda.shared.array(MATRIX_BOTH, dtype=int32)
    next_left = cuda.local.array(MANY_NEXT_LEFT, dtype=int32)
    next_right = cuda.local.array(MANY_NEXT_RIGHT, dtype=int32)
    room = left, right, lengths, next_left, next_right
    what, finish = (kind, whole), (root, clip, fours)
    compare_tile(a, b, what, int32(0), 4, MATRIX, room, finish, out, multiplied)


@cuda.jit(cache=True, **TWO_BLOCKS)
def halves_by_matrix(a, b, kind, whole, root, clip, fours, out):
    left = cuda.shared.array(MATRIX_LEFT, dtype=int32, alignment=ALIGNMENT)
    right = cuda.shared.array(MATRIX_RIGHT, dtype=int32, alignment=ALIGNMENT)
    lengths = cuda.shared.array(MATRIX_BOTH, dtype=float32)
    next_left = cuda.local.array(MANY_NEXT_LEFT, dtype=int32)
    next_right = cuda.local.array(MANY_NEXT_RIGHT, dtype=int32)
    room = left, right, lengths, next_left, next_right
    what, finish = (kind, whole), (root, clip, fours)
    compare_tile(a, b, what, float32(0), 4, MATRIX, room, finish, out, multiplied)

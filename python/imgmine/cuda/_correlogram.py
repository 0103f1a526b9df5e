"""How often pixels at some distance are of the same color; colors have numbers below 256.

A block counts in shared memory, as `_shared_counts` says, for each run of equal colors in a column
once.
"""

from __future__ import annotations

from numba import cuda, float32, float64, int32, int64

from ._color import OPPONENT, opponent_of
from ._hsv import hsv_of
from ._lab import lab_of
from ._shared_counts import HELD, added_up, cleared, copies_of, counted

THREADS = 128
PAIR_COLUMNS, PAIR_ROWS = 32, 128


@cuda.jit(cache=True)
def number_colors(src, space, luts, linear, f, dst):
    """The number of each pixel's joint bin, of 256 at most; a thread a pixel."""
    i = cuda.grid(1)
    if i >= dst.size:
        return
    a, b, c = int32(src[i, 0]), int32(src[i, 1]), int32(src[i, 2])
    if space == 1:
        h, s, v = hsv_of(a, b, c)
        a, b, c = int32(h), int32(s), int32(v)
    elif space == 2:
        h, s, v = lab_of(a, b, c, linear, f)
        a, b, c = int32(h), int32(s), int32(v)
    elif space == OPPONENT:
        a, b, c = opponent_of(a, b, c)
    dst[i] = luts[0, a] + luts[1, b] + luts[2, c]


@cuda.jit(device=True)
def within(at, d, extent):
    """How many of 2 d + 1 places around `at` are in 0..extent-1."""
    return min(at + d, extent - 1) - max(at - d, 0) + 1


@cuda.jit(device=True)
def same_on_ring(src, image, y, x, d):
    """How many pixels at chessboard distance d are of the color of this one."""
    color, found = src[image, y, x], int32(0)
    left, right = max(x - d, 0), min(x + d, src.shape[2] - 1)
    for line in (y - d, y + d):
        if line >= 0 and line < src.shape[1]:
            for at in range(left, right + 1):
                if src[image, line, at] == color:
                    found += int32(1)
    for line in range(max(y - d + 1, 0), min(y + d, src.shape[1])):
        if x >= d and src[image, line, x - d] == color:
            found += int32(1)
        if x + d < src.shape[2] and src[image, line, x + d] == color:
            found += int32(1)
    return found


@cuda.jit(cache=True)
def count_pairs(src, distances, n_colors, counts):
    """Count for each distance the pairs of one color, then those of the color with any.

    A block works on 32 columns of some rows, a thread on every fourth row of one.
    """
    shared = cuda.shared.array(HELD, dtype=int32)
    image, n_bins = cuda.blockIdx.z, counts.shape[1]
    copies = copies_of(n_bins)
    who = int32(cuda.threadIdx.x), int32(cuda.blockDim.x)
    cleared(shared, n_bins * copies, who)
    cuda.syncthreads()
    x = cuda.blockIdx.x * PAIR_COLUMNS + cuda.threadIdx.x % PAIR_COLUMNS
    first = cuda.blockIdx.y * PAIR_ROWS + cuda.threadIdx.x // PAIR_COLUMNS
    height, width = int64(src.shape[1]), int64(src.shape[2])
    if x < width:
        for k in range(distances.size):
            d, place = int64(distances[k]), 2 * k * n_colors
            run, same, there = int32(-1), int32(0), int32(0)
            last = min(cuda.blockIdx.y * PAIR_ROWS + PAIR_ROWS, height)
            for y in range(first, last, THREADS // PAIR_COLUMNS):
                color = int32(src[image, y, x])
                if color != run:
                    counted(shared, counts, image, copies, place + run, same, who[0])
                    counted(shared, counts, image, copies, place + n_colors + run, there, who[0])
                    run, same, there = color, int32(0), int32(0)
                same += same_on_ring(src, image, y, x, d)
                inner = within(y, d - 1, height) * within(x, d - 1, width)
                there += int32(within(y, d, height) * within(x, d, width) - inner)
            counted(shared, counts, image, copies, place + run, same, who[0])
            counted(shared, counts, image, copies, place + n_colors + run, there, who[0])
    cuda.syncthreads()
    added_up(shared, counts, image, n_bins, copies, who)


@cuda.jit(cache=True)
def shares_of_pairs(counts, n_colors, out):
    """Of the pairs of each distance and color, the share of those of one color."""
    i = cuda.grid(1)
    if i >= out.size:
        return
    image, at = i // out.shape[1], i % out.shape[1]
    place = 2 * (at // n_colors) * n_colors + at % n_colors
    n, share = counts[image, place + n_colors], 0.0
    if n > 0:
        share = float64(counts[image, place]) / float64(n)
    out[image, at] = float32(share)

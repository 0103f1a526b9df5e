"""Counting into bins without waiting for one another.

A block counts in shared memory, in up to eight copies of the bins, so that neighboring threads add
to different ones; and a thread adds a run of equal bins once. So a flat image, whose pixels all
want the same count, is no slower than noise. More bins than shared memory holds are counted in
memory, runs still being added once. Each value is read once: 1 byte (uint8), 4 (float32).
"""

from __future__ import annotations

import math

from numba import cuda, float32, float64, int32, int64

from ._hsv import hsv_of
from ._lab import lab_of
from ._lbp import code_at, row_at, unit_pattern

SHARED = 8192  # counts in shared memory: 32 KiB
COPIES = 8
THREADS = 128
PAIR_COLUMNS, PAIR_ROWS = 32, 128


@cuda.jit(device=True)
def copies_of(n_bins):
    """How many copies of the bins go into shared memory."""
    return min(COPIES, SHARED // n_bins)


@cuda.jit(device=True)
def cleared(shared, n_bins):
    for i in range(cuda.threadIdx.x, copies_of(n_bins) * n_bins, cuda.blockDim.x):
        shared[i] = 0
    cuda.syncthreads()


@cuda.jit(device=True)
def counted(shared, counts, image, n_bins, bin_, n):
    """Add n to a bin."""
    if bin_ < 0 or n == 0:
        return
    copies = copies_of(n_bins)
    if copies > 0:
        cuda.atomic.add(shared, (cuda.threadIdx.x % copies) * n_bins + bin_, n)
    else:
        cuda.atomic.add(counts, (image, bin_), int64(n))


@cuda.jit(device=True)
def added_up(shared, counts, image, n_bins):
    """Add the copies of a block to the counts in memory."""
    cuda.syncthreads()
    copies = copies_of(n_bins)
    if copies == 0:
        return
    for i in range(cuda.threadIdx.x, n_bins, cuda.blockDim.x):
        total = int64(0)
        for copy in range(copies):
            total += shared[copy * n_bins + i]
        if total > 0:
            cuda.atomic.add(counts, (image, i), total)


@cuda.jit(cache=True)
def count_bytes(src, bins, counts):
    """Count values of src (images, pixels, channels) where the table `bins` sends them."""
    shared = cuda.shared.array(SHARED, dtype=int32)
    image, n_bins, n = cuda.blockIdx.y, counts.shape[1], src.shape[1]
    cleared(shared, n_bins)
    for c in range(src.shape[2]):
        first = c * (n_bins // src.shape[2])
        run, length = int32(-1), int32(0)
        for i in range(cuda.grid(1), n, cuda.gridsize(1)):
            bin_ = bins[src[image, i, c]]
            if bin_ >= 0:
                bin_ += first
            if bin_ != run:
                counted(shared, counts, image, n_bins, run, length)
                run, length = bin_, int32(0)
            length += 1
        counted(shared, counts, image, n_bins, run, length)
    added_up(shared, counts, image, n_bins)


@cuda.jit(cache=True)
def count_floats(src, low, high, counts):
    """The same of floats; bins as the core finds them, in double precision."""
    shared = cuda.shared.array(SHARED, dtype=int32)
    image, n_bins, n = cuda.blockIdx.y, counts.shape[1], src.shape[1]
    bins = n_bins // src.shape[2]
    cleared(shared, n_bins)
    for c in range(src.shape[2]):
        run, length = int32(-1), int32(0)
        for i in range(cuda.grid(1), n, cuda.gridsize(1)):
            value = float64(src[image, i, c])
            bin_ = int32(-1)
            if value >= low and value < high:
                bin_ = int32(min(int32((value - low) * bins / (high - low)), bins - 1) + c * bins)
            if bin_ != run:
                counted(shared, counts, image, n_bins, run, length)
                run, length = bin_, int32(0)
            length += 1
        counted(shared, counts, image, n_bins, run, length)
    added_up(shared, counts, image, n_bins)


@cuda.jit(cache=True)
def count_colors(src, space, joint, luts, linear, f, counts):
    """Count pixels in joint bins, or each channel in its own, converting colors on the way."""
    shared = cuda.shared.array(SHARED, dtype=int32)
    image, n_bins, n = cuda.blockIdx.y, counts.shape[1], src.shape[1]
    cleared(shared, n_bins)
    run, length = int32(-1), int32(0)
    for i in range(cuda.grid(1), n, cuda.gridsize(1)):
        a, b, c = int32(src[image, i, 0]), int32(src[image, i, 1]), int32(src[image, i, 2])
        if space == 1:
            h, s, v = hsv_of(a, b, c)
            a, b, c = int32(h), int32(s), int32(v)
        elif space == 2:
            h, s, v = lab_of(a, b, c, linear, f)
            a, b, c = int32(h), int32(s), int32(v)
        first, second, third = luts[0, a], luts[1, b], luts[2, c]
        if joint == 0:
            counted(shared, counts, image, n_bins, first, int32(1))
            counted(shared, counts, image, n_bins, second, int32(1))
            counted(shared, counts, image, n_bins, third, int32(1))
            continue
        bin_ = int32(first + second + third)
        if bin_ != run:
            counted(shared, counts, image, n_bins, run, length)
            run, length = bin_, int32(0)
        length += 1
    counted(shared, counts, image, n_bins, run, length)
    added_up(shared, counts, image, n_bins)


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
    shared = cuda.shared.array(SHARED, dtype=int32)
    image, n_bins = cuda.blockIdx.z, counts.shape[1]
    cleared(shared, n_bins)
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
                    counted(shared, counts, image, n_bins, place + run, same)
                    counted(shared, counts, image, n_bins, place + n_colors + run, there)
                    run, same, there = color, int32(0), int32(0)
                same += same_on_ring(src, image, y, x, d)
                inner = within(y, d - 1, height) * within(x, d - 1, width)
                there += int32(within(y, d, height) * within(x, d, width) - inner)
            counted(shared, counts, image, n_bins, place + run, same)
            counted(shared, counts, image, n_bins, place + n_colors + run, there)
    added_up(shared, counts, image, n_bins)


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


@cuda.jit(cache=True)
def count_patterns(src, places, steps, ways, ties, table, method, down, across, counts):
    """Count local binary patterns in a grid of cells; a row of counts an image and a cell."""
    shared = cuda.shared.array(SHARED, dtype=int32)
    image, cell, n_bins = cuda.blockIdx.y, cuda.blockIdx.z, counts.shape[1]
    row = image * cuda.gridDim.z + cell
    cleared(shared, n_bins)
    i, j = cell // across, cell % across
    top, bottom = i * src.shape[1] // down, (i + 1) * src.shape[1] // down
    left, right = j * src.shape[2] // across, (j + 1) * src.shape[2] // across
    width, run, length = int32(right - left), int32(-1), int32(0)
    if width > 0:
        step, at = cuda.gridsize(1), cuda.grid(1)
        y, x = int32(top + at // width), int32(at % width)
        lines, rest = int32(step // width), int32(step % width)
        while y < bottom:
            pixel = image, y, int32(left + x)
            bin_ = int32(code_at(src, *pixel, places, steps, ways, ties, table, method))
            if bin_ != run:
                counted(shared, counts, row, n_bins, run, length)
                run, length = bin_, int32(0)
            length += int32(1)
            y, x = int32(y + lines), int32(x + rest)
            if x >= width:
                y, x = int32(y + 1), int32(x - width)
    counted(shared, counts, row, n_bins, run, length)
    added_up(shared, counts, row, n_bins)


@cuda.jit(cache=True)
def count_unit_patterns(src, places, steps, ties, table, walk, down, across, counts):
    """The same of eight points at distance 1; a thread `walk` pixels of a column at a time."""
    shared = cuda.shared.array(SHARED, dtype=int32)
    image, cell, n_bins = cuda.blockIdx.y, cuda.blockIdx.z, counts.shape[1]
    row = image * cuda.gridDim.z + cell
    cleared(shared, n_bins)
    i, j = cell // across, cell % across
    top, bottom = i * src.shape[1] // down, (i + 1) * src.shape[1] // down
    left, right = j * src.shape[2] // across, (j + 1) * src.shape[2] // across
    width, run, length = right - left, int32(-1), int32(0)
    strips = (bottom - top + walk - 1) // walk * width
    for strip in range(cuda.grid(1), strips, cuda.gridsize(1)):
        x, first = int32(left + strip % width), int32(top + strip // width * walk)
        up, mid = row_at(src, image, first - 1, x), row_at(src, image, first, x)
        for y in range(first, min(first + walk, bottom)):
            under = row_at(src, image, y + 1, x)
            bin_ = int32(table[unit_pattern(src, image, y, x, up, mid, under, places, steps, ties)])
            up, mid = mid, under
            if bin_ != run:
                counted(shared, counts, row, n_bins, run, length)
                run, length = bin_, int32(0)
            length += int32(1)
    counted(shared, counts, row, n_bins, run, length)
    added_up(shared, counts, row, n_bins)


@cuda.jit(cache=True)
def normalize_counts(counts, out, how):
    """Divide each image's counts as the core does, in double precision; a block an image."""
    sums = cuda.shared.array(THREADS, dtype=float64)
    me, image, n = cuda.threadIdx.x, cuda.blockIdx.x, counts.shape[1]
    sums[me] = 0.0
    for i in range(me, n, THREADS):
        value = float64(counts[image, i])
        sums[me] += value * value if how == 2 else value
    cuda.syncthreads()
    half = THREADS // 2
    while half > 0:
        if me < half:
            sums[me] += sums[me + half]
        cuda.syncthreads()
        half //= 2
    divisor = math.sqrt(sums[0]) if how == 2 else sums[0]
    if how == 0:
        divisor = 1.0
    for i in range(me, n, THREADS):
        share = 0.0
        if sums[0] > 0.0:
            share = float64(counts[image, i]) / divisor
        if how == 3:
            share = math.sqrt(share)
        out[image, i] = float32(share)


@cuda.jit(cache=True)
def clear_counts(counts):
    i = cuda.grid(1)
    if i < counts.size:
        counts[i // counts.shape[1], i % counts.shape[1]] = 0

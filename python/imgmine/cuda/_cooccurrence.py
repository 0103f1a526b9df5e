"""Counting pairs of gray levels, and Haralick's features of the counts.

A block counts in shared memory what of the tables goes there: of all offsets together, in up to
eight copies, where that is little; of a few offsets; or some rows of a single table. For each
offset it walks along its part of the image, which it reads from memory once and then from the
caches. A thread takes a few neighbors at a time and adds a run of equal pairs once, so that a flat
image is no slower than noise.
"""

from __future__ import annotations

import math

from numba import cuda, float32, float64, int32, int64, uint32

SHARED = 8192  # counts in shared memory: 32 KiB
COPIES = 8
THREADS = 128
SPAN = 4  # neighbors that a thread takes at a time
STEP = THREADS * SPAN
N_FEATURES = 13
MOST_LEVELS, MOST_SUMS = 256, 512


@cuda.jit(device=True)
def added_up(shared, copies, n, width, first, low, levels, symmetric, image, counts):
    """Add the copies of a block's counts to those in memory."""
    for i in range(cuda.threadIdx.x, n, cuda.blockDim.x):
        total = uint32(0)
        for copy in range(copies):
            total = uint32(total + uint32(shared[copy * n + i]))
        if total == 0:
            continue
        offset, at = first + i // width, i % width
        row, column = low + at // levels, at % levels
        cuda.atomic.add(counts, (image, row * levels + column, offset), total)
        if symmetric:
            cuda.atomic.add(counts, (image, column * levels + row, offset), total)


@cuda.jit(device=True)
def part_of(part, n_offsets, levels):
    """Which offsets [first, last) and rows [low, high) of their tables are part of a block."""
    size = levels * levels
    if size <= SHARED:
        first = part * (SHARED // size)
        return first, min(first + SHARED // size, n_offsets), int64(0), levels
    rows = SHARED // levels
    parts = (levels + rows - 1) // rows
    first, low = part // parts, part % parts * rows
    return first, first + 1, low, min(low + rows, levels)


@cuda.jit(device=True)
def level_at(src, image, y, x, scale):
    return int32(int32(src[image, y, x]) * int32(scale)) >> 8


@cuda.jit(device=True)
def pair_at(src, image, y, x, i, offsets, k, levels, scale):
    """The number of a pixel's pair, of which the first level is i; -1 where there is none."""
    row, column = int32(y + offsets[k, 0]), int32(x + offsets[k, 1])
    if row < 0 or row >= src.shape[1] or column < 0 or column >= src.shape[2]:
        return int32(-1)
    j = level_at(src, image, row, column, scale)
    return int32(i * int32(levels) + j) if j < levels else int32(-1)


@cuda.jit(device=True)
def count_offset(src, image, begin, end, offsets, k, levels, scale, low, high, shared, to):
    """Count pairs of one offset from `to` on; division is by steps, as it is slow."""
    width = int32(src.shape[2])
    start = int32(begin + cuda.threadIdx.x * SPAN)
    top, left = int32(start // width), int32(start % width)
    down, rest = int32(STEP // width), int32(STEP % width)
    run, length = int32(-1), int32(0)
    while start < end:
        y, x = top, left
        for _ in range(min(int32(SPAN), end - start)):
            pair, i = int32(-1), level_at(src, image, y, x, scale)
            if i >= low and i < high:
                pair = pair_at(src, image, y, x, i, offsets, k, levels, scale)
            elif i >= levels and k == 0:
                cuda.atomic.max(offsets, (offsets.shape[0] - 1, 0), i)
            if pair != run:
                if run >= 0:
                    cuda.atomic.add(shared, to + run, length)
                run, length = pair, int32(0)
            length += int32(1)
            x += int32(1)
            if x == width:
                x, y = int32(0), int32(y + 1)
        start, top, left = int32(start + STEP), int32(top + down), int32(left + rest)
        if left >= width:
            top, left = int32(top + 1), int32(left - width)
    if run >= 0:
        cuda.atomic.add(shared, to + run, length)


@cuda.jit(cache=True)
def count_pairs(src, offsets, levels, scale, symmetric, per_block, counts):
    """Count in tables (images, levels * levels, offsets) how often levels i and j are partners.

    Level is value * scale >> 8. The largest value that is no level goes behind the offsets.
    """
    shared = cuda.shared.array(SHARED, dtype=int32)
    me, image = cuda.threadIdx.x, cuda.blockIdx.y
    first, last, low, high = part_of(cuda.blockIdx.z, counts.shape[2], levels)
    width = (high - low) * levels
    n = (last - first) * width
    copies = min(COPIES, SHARED // n)
    for i in range(me, copies * n, THREADS):
        shared[i] = 0
    cuda.syncthreads()
    begin = cuda.blockIdx.x * per_block
    end = int32(min(begin + per_block, int64(src.shape[1]) * src.shape[2]))
    for k in range(first, last):
        to = me % copies * n + (k - first) * width - low * levels
        count_offset(src, image, begin, end, offsets, k, levels, scale, low, high, shared, to)
    cuda.syncthreads()
    added_up(shared, copies, n, width, first, low, levels, symmetric, image, counts)


@cuda.jit(cache=True)
def divide_counts(counts, sums, out):
    """Shares of counts (n, offsets), whose sums are known; a thread a value."""
    i = cuda.grid(1)
    if i < out.size:
        row, offset = i // out.shape[1], i % out.shape[1]
        out[row, offset] = float64(counts[row, offset]) / sums[offset]


@cuda.jit(device=True)
def bits_of(share):
    return -share * math.log2(share) if share > 0.0 else 0.0


@cuda.jit(device=True)
def count_marginals(counts, image, offset, levels, total, one, plus, minus, partial):
    """How often a level, a sum and a difference of two occur; squares and bits of the shares."""
    me = cuda.threadIdx.x
    for at in range(me, levels * levels, THREADS):
        count = int64(counts[image, at, offset])
        if count > 0:
            i, j = at // levels, at % levels
            cuda.atomic.add(one, j, count)
            cuda.atomic.add(plus, i + j, count)
            cuda.atomic.add(minus, abs(i - j), count)
            share = float64(count) / total
            partial[0, me] += share * share
            partial[8, me] += bits_of(share)


@cuda.jit(device=True)
def add_means(levels, total, one, plus, minus, partial):
    me = cuda.threadIdx.x
    for k in range(me, 2 * levels, THREADS):
        share, value = float64(plus[k]) / total, float64(k)
        partial[5, me] += value * share
        partial[7, me] += bits_of(share)
        if k < levels:
            apart, single = float64(minus[k]) / total, float64(one[k]) / total
            partial[1, me] += value * value * apart
            partial[2, me] += value * single
            partial[4, me] += apart / (1.0 + value * value)
            partial[9, me] += value * apart
            partial[10, me] += bits_of(apart)
            partial[11, me] += bits_of(single)


@cuda.jit(device=True)
def add_variances(levels, total, one, plus, minus, found, partial):
    me = cuda.threadIdx.x
    for k in range(me, 2 * levels, THREADS):
        value = float64(k)
        partial[6, me] += (value - found[5]) * (value - found[5]) * (float64(plus[k]) / total)
        if k < levels:
            single, apart = value - found[2], value - found[9]
            partial[3, me] += single * single * (float64(one[k]) / total)
            partial[12, me] += apart * apart * (float64(minus[k]) / total)


@cuda.jit(device=True)
def add_up(partial, found):
    """The sums of what all threads found, each in one order."""
    cuda.syncthreads()
    for kind in range(cuda.threadIdx.x, N_FEATURES, THREADS):
        total = 0.0
        for i in range(THREADS):
            total += partial[kind, i]
        found[kind] = total
    cuda.syncthreads()


@cuda.jit(cache=True)
def describe_tables(counts, sums, levels, features):
    """Haralick's features of symmetric tables of counts; a block an image and an offset.

    Variances are taken about means, and the correlation is 1 - contrast / (2 variance).
    """
    one = cuda.shared.array(MOST_LEVELS, dtype=int64)
    plus = cuda.shared.array(MOST_SUMS, dtype=int64)
    minus = cuda.shared.array(MOST_LEVELS, dtype=int64)
    partial = cuda.shared.array((N_FEATURES, THREADS), dtype=float64)
    found = cuda.shared.array(N_FEATURES, dtype=float64)
    me, offset, image = cuda.threadIdx.x, cuda.blockIdx.x, cuda.blockIdx.y
    total = sums[offset]
    for k in range(me, 2 * levels, THREADS):
        plus[k] = 0
        if k < levels:
            one[k], minus[k] = 0, 0
    for kind in range(N_FEATURES):
        partial[kind, me] = 0.0
    cuda.syncthreads()
    if total > 0.0:
        count_marginals(counts, image, offset, levels, total, one, plus, minus, partial)
        cuda.syncthreads()
        add_means(levels, total, one, plus, minus, partial)
        add_up(partial, found)
        add_variances(levels, total, one, plus, minus, found, partial)
    add_up(partial, found)
    if me == 0:
        write_features(found, total, features[image, offset])


@cuda.jit(device=True)
def write_features(found, total, features):
    """The 13 features, in Haralick's order; zeros where nothing was counted."""
    for k in range(N_FEATURES):
        features[k] = found[k]
    if total == 0.0:
        return
    variance, bits = found[3], found[11]
    features[2] = 1.0 - found[1] / (2.0 * variance) if variance > 0.0 else 1.0
    features[9] = found[12]
    shared = 2.0 * bits - found[8]
    features[11] = -shared / bits if bits > 0.0 else 0.0
    features[12] = math.sqrt(1.0 - math.exp(-2.0 * shared)) if shared > 0.0 else 0.0


@cuda.jit(cache=True)
def join_angles(features, out):
    """Means over the angles, then ranges; features (images, distances, angles, 13), a thread each.

    `out` has shape (images, distances, 26).
    """
    i = cuda.grid(1)
    if i >= out.size // 2:
        return
    kind, rest = i % N_FEATURES, i // N_FEATURES
    distance, image = rest % out.shape[1], rest // out.shape[1]
    n = features.shape[2]
    total, least = 0.0, features[image, distance, 0, kind]
    most = least
    for angle in range(n):
        value = features[image, distance, angle, kind]
        total += value
        least, most = min(least, value), max(most, value)
    out[image, distance, kind] = float32(total / n)
    out[image, distance, N_FEATURES + kind] = float32(most - least)


@cuda.jit(cache=True)
def write_floats(features, out):
    """out[i] = features[i]; a thread a value."""
    i = cuda.grid(1)
    if i < out.size:
        out[i] = float32(features[i])

"""Tables of pairs of gray levels, as `_gray_pairs` counts them, and Haralick's features."""

from __future__ import annotations

import math

from numba import cuda, float32, float64, int32, uint32, uint64

THREADS = 128
EACH = 16  # counts that a thread clears
N_FEATURES = 13
MOST_LEVELS, MOST_SUMS = 256, 512


@cuda.jit(cache=True)
def clear_tables(counts):
    """Set counts to 0, EACH a thread."""
    i = uint64(cuda.blockIdx.x) * uint64(EACH * THREADS) + uint64(cuda.threadIdx.x)
    if uint64(i + uint64(EACH * THREADS)) <= uint64(counts.size):
        for k in range(EACH):
            counts[uint64(i + uint64(k * THREADS))] = uint32(0)
    else:
        for at in range(i, uint64(counts.size), THREADS):
            counts[uint64(at)] = uint32(0)


@cuda.jit(cache=True)
def find_largest(src, largest):
    """The largest value, for judging; the threads of the grid take turns."""
    found = uint32(0)
    for i in range(cuda.grid(1), src.size, cuda.gridsize(1)):
        found = max(found, uint32(src[uint64(i)]))
    if found > largest[0, 0]:
        cuda.atomic.max(largest, (0, 0), found)


@cuda.jit(cache=True)
def add_transposed(counts, levels, n_offsets):
    """Count each pair in both orders; a block a row of a table, up to the diagonal."""
    row, n, levels = uint32(cuda.blockIdx.x), uint32(n_offsets), uint32(levels)
    table, i = counts[cuda.blockIdx.y], uint32(cuda.threadIdx.x)
    first = uint32(uint32(row * levels) * n)
    while i < uint32(uint32(row + uint32(1)) * n):
        column = uint32(i // n)
        k = uint32(i - uint32(column * n))
        one = uint32(first + i)
        other = uint32(uint32(uint32(uint32(column * levels) + row) * n) + k)
        table[one] = table[other] = uint32(table[one] + table[other])
        i = uint32(i + uint32(THREADS))


@cuda.jit(cache=True)
def divide_counts(counts, sums, out):
    """Shares of counts (n * offsets), whose sums are known; a thread one of each offset."""
    n = uint32(sums.size)
    i = uint64(uint64(cuda.grid(1)) * uint64(n))
    if i < uint64(out.size):
        k = uint32(0)
        while k < n:
            out[i] = float64(counts[i]) / sums[k]
            i, k = uint64(i + uint64(1)), uint32(k + uint32(1))


@cuda.jit(device=True)
def bits_of(share):
    return -share * math.log2(share) if share > 0.0 else 0.0


@cuda.jit(device=True)
def count_marginals(counts, image, offset, levels, total, one, plus, minus, partial):
    """How often a level, a sum and a difference of two occur; squares and bits of the shares."""
    me = cuda.threadIdx.x
    for at in range(me, levels * levels, THREADS):
        count = uint32(counts[image, at, offset])
        if count > uint32(0):
            i = int32(at) // int32(levels)
            j = int32(at - i * levels)
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
    one = cuda.shared.array(MOST_LEVELS, dtype=uint32)  # an image has fewer than 2^31 pairs
    plus = cuda.shared.array(MOST_SUMS, dtype=uint32)
    minus = cuda.shared.array(MOST_LEVELS, dtype=uint32)
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

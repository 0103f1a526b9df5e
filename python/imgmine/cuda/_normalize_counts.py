"""What is before and after counting: zeros, and counts divided as the core does it."""

from __future__ import annotations

import math

from numba import cuda, float32, float64

THREADS = 128


@cuda.jit(cache=True)
def clear_counts(counts):
    i = cuda.grid(1)
    if i < counts.size:
        counts[i // counts.shape[1], i % counts.shape[1]] = 0


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

"""Dividing each block's histograms by their length; 16 threads a block, in the core's order."""

from __future__ import annotations

import math

from numba import cuda, float32, int32, uint64

from ._exact import product
from ._in_shared import address_of, four_floats, put_float

NORMALIZING = 256  # threads
HELD = NORMALIZING + 4  # floats, with what it takes to begin at a multiple of 16 bytes
LANES = 16  # of the core's sums


@cuda.jit(device=True)
def part_of_sum(values, at, end, squares):
    """The sum of every 16th value, or of their squares."""
    total = float32(0)
    while at < end:
        value = values[at]
        total = total + (product(value, value) if squares else value)
        at = uint64(at + uint64(LANES))
    return total


@cuda.jit(device=True)
def sum_of_lanes(sums, address):
    """The sum of 16 lanes, halves added to halves."""
    a, b, c, d = four_floats(sums, address)
    e, f, g, h = four_floats(sums, int32(address + 16))
    i, j, k, m = four_floats(sums, int32(address + 32))
    n, o, p, q = four_floats(sums, int32(address + 48))
    first, second = (a + i) + (e + n), (b + j) + (f + o)
    third, fourth = (c + k) + (g + p), (d + m) + (h + q)
    return (first + third) + (second + fourth)


@cuda.jit(device=True)
def scale_values(values, at, end, scale, norm):
    """Multiply every 16th value, and what the norm does then."""
    while at < end:
        value = product(values[at], scale)
        if norm == 2:
            value = float32(math.sqrt(value))
        elif norm == 4 and not value < float32(0.2):
            value = float32(0.2)
        values[at] = value
        at = uint64(at + uint64(LANES))


@cuda.jit(cache=True)
def normalize_blocks(values, size, norm, squared, added, added_last):
    """Divide blocks of `size` values by their length."""
    sums = cuda.shared.array(HELD, dtype=float32)
    me = int32(cuda.threadIdx.x)
    mine = int32(address_of(sums) + 4 * me)
    all_ = int32(address_of(sums) + 4 * int32(me & -LANES))
    block = int32(int32(cuda.blockIdx.x * (NORMALIZING // LANES)) + int32(me // LANES))
    begin = uint64(uint64(block) * uint64(size))
    end = min(uint64(begin + uint64(size)), uint64(values.shape[0]))
    at = uint64(begin + uint64(me & int32(LANES - 1)))
    put_float(sums, mine, part_of_sum(values, at, end, norm >= 3))
    cuda.syncthreads()
    total = sum_of_lanes(sums, all_)
    length = float32(math.sqrt(total + squared)) if norm >= 3 else total
    scale_values(values, at, end, float32(1) / (length + added), norm)
    if norm == 4:
        cuda.syncthreads()
        put_float(sums, mine, part_of_sum(values, at, end, True))
        cuda.syncthreads()
        length = float32(math.sqrt(sum_of_lanes(sums, all_) + squared))
        scale_values(values, at, end, float32(1) / (length + added_last), 0)

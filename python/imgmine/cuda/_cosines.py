"""Cosine transforms as the core's cosine_transform.hpp computes them, to the last bit.

A block transforms several lines side by side in shared memory, the threads of a line share the
butterflies of each pass. Two buffers: 4 KB a line of 256 values, 32 KB in all.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, float64

from .. import _core
from ._exact import product_of_doubles
from ._job import THREADS

if TYPE_CHECKING:
    from ._job import Job

CELLS = 2048  # of a buffer
BOTH = 2 * CELLS
MOST_LINES = 32
ROOT_2 = 1.4142135623730951
ODD_POWERS = 0xAAAAAAAA  # of two


@cuda.jit(device=True)
def turned(cells, there, up, part, i, step, re, im, roots):
    """Turn (re, im) by a root and store it at there + i * up and one before."""
    root = part * step * (i // 2)
    cosine, sine = roots[root, 0], roots[root, 1]
    cells[there + i * up] = product_of_doubles(cosine, im) + product_of_doubles(sine, re)
    cells[there + (i - 1) * up] = product_of_doubles(cosine, re) - product_of_doubles(sine, im)


@cuda.jit(device=True)
def by_two(cells, here, there, length, done, k, i, lanes, roots):
    """The butterflies of radix 2 at i; at 0 those at both ends."""
    far = length * lanes  # to the other part of the input
    out = done * length * lanes  # to that of the result
    here += 2 * k * far
    there += k * far
    last = (length - 1) * lanes
    if i == 0:
        a, b = cells[here], cells[here + far + last]
        cells[there] = a + b
        cells[there + out] = a - b
        if length % 2 == 0:
            c, d = cells[here + last], cells[here + far]
            cells[there + last] = 2.0 * c
            cells[there + out + last] = -2.0 * d
        return
    at, opposite = i * lanes, (length - i) * lanes
    a, b = cells[here + at - lanes], cells[here + far + opposite - lanes]
    c, d = cells[here + at], cells[here + far + opposite]
    cells[there + at - lanes] = a + b
    cells[there + at] = c - d
    turned(cells, there + out, lanes, 1, i, done, a - b, c + d, roots)


@cuda.jit(device=True)
def ends_by_four(cells, here, there, far, out, last):
    a, b = cells[here], cells[here + 3 * far + last]
    total, difference = a + b, a - b
    re, im = 2.0 * cells[here + far + last], 2.0 * cells[here + 2 * far]
    first, second = cells[here + last], cells[here + far]
    third, fourth = cells[here + 2 * far + last], cells[here + 3 * far]
    cells[there] = total + re
    cells[there + 2 * out] = total - re
    cells[there + 3 * out] = difference + im
    cells[there + out] = difference - im
    if last == 0:
        return
    im_sum, im_difference = fourth + second, fourth - second
    re_sum, re_difference = first + third, first - third
    cells[there + last] = re_sum + re_sum
    cells[there + out + last] = ROOT_2 * (re_difference - im_sum)
    cells[there + 2 * out + last] = im_difference + im_difference
    cells[there + 3 * out + last] = -ROOT_2 * (re_difference + im_sum)


@cuda.jit(device=True)
def by_four(cells, here, there, length, done, k, i, lanes, roots):
    far, out = length * lanes, done * length * lanes
    here += 4 * k * far
    there += k * far
    if i == 0:
        ends_by_four(cells, here, there, far, out, (length - 1) * lanes)
        return
    at, opposite = here + i * lanes, here + (length - i) * lanes
    a, b = cells[at - lanes], cells[opposite + 3 * far - lanes]
    c, d = cells[at], cells[opposite + 3 * far]
    e, f = cells[at + 2 * far], cells[opposite + far]
    g, h = cells[at + 2 * far - lanes], cells[opposite + far - lanes]
    re_sum, re_difference, im_sum, im_difference = a + b, a - b, c + d, c - d
    cross_sum, cross_difference, inner_sum, inner_difference = e + f, e - f, g + h, g - h
    cells[there + (i - 1) * lanes] = re_sum + inner_sum
    cells[there + i * lanes] = im_difference + cross_difference
    re, im = re_difference - cross_sum, im_sum + inner_difference
    turned(cells, there + out, lanes, 1, i, done, re, im, roots)
    re, im = re_sum - inner_sum, im_difference - cross_difference
    turned(cells, there + 2 * out, lanes, 2, i, done, re, im, roots)
    re, im = re_difference + cross_sum, im_sum - inner_difference
    turned(cells, there + 3 * out, lanes, 3, i, done, re, im, roots)


@cuda.jit(device=True)
def plainly(cells, lane, n, lanes, me, many, turns, n_wanted):
    """The definition, for sizes that are no power of two."""
    for k in range(me, n_wanted, many):
        total = 0.0
        for i in range(n // 2):
            a, b = cells[i * lanes + lane], cells[(n - 1 - i) * lanes + lane]
            pair = a - b if k % 2 else a + b
            total += product_of_doubles(turns[k * (2 * i + 1) % (4 * n)], pair)
        if n % 2:
            total += product_of_doubles(turns[k * n % (4 * n)], cells[n // 2 * lanes + lane])
        cells[CELLS + k * lanes + lane] = 2.0 * total


@cuda.jit(device=True)
def before_passes(cells, lane, n, lanes, me, many):
    for k in range(1 + 2 * me, n - 1, 2 * many):
        a, b = cells[k * lanes + lane], cells[(k + 1) * lanes + lane]
        cells[(k + 1) * lanes + lane] = b - a
        cells[k * lanes + lane] = a + b
    if me == 0:
        cells[lane] = 2.0 * cells[lane]
        cells[(n - 1) * lanes + lane] = 2.0 * cells[(n - 1) * lanes + lane]


@cuda.jit(device=True)
def after_passes(cells, at, n, lanes, me, many, turns):
    for k in range(1 + me, n // 2, many):
        m = n - k
        low, high = cells[at + k * lanes], cells[at + m * lanes]
        a, b = turns[k - 1], turns[m - 1]
        total = product_of_doubles(a, high) + product_of_doubles(b, low)
        difference = product_of_doubles(a, low) - product_of_doubles(b, high)
        cells[at + k * lanes] = 0.5 * (total + difference)
        cells[at + m * lanes] = 0.5 * (total - difference)
    if me == 0:
        cells[at + n // 2 * lanes] = turns[n // 2 - 1] * cells[at + n // 2 * lanes]


@cuda.jit(device=True)
def transformed(cells, lane, n, lanes, me, many, turns, roots, n_wanted):
    """Transform lines in `cells`; return where the results begin. `me` of `many` have a line."""
    cuda.syncthreads()
    if roots.shape[0] == 0:
        plainly(cells, lane, n, lanes, me, many, turns, n_wanted)
        cuda.syncthreads()
        return CELLS
    before_passes(cells, lane, n, lanes, me, many)
    here, there, done = 0, CELLS, 1
    radix = 2 if n & ODD_POWERS else 4
    while done < n:
        cuda.syncthreads()
        length = n // (radix * done)
        halves = max(1, length // 2)
        for item in range(me, done * halves, many):
            k, i = item // halves, 2 * (item % halves)
            if radix == 4:
                by_four(cells, here + lane, there + lane, length, done, k, i, lanes, roots)
            else:
                by_two(cells, here + lane, there + lane, length, done, k, i, lanes, roots)
        here, there = there, here
        done *= radix
        radix = 4
    cuda.syncthreads()
    after_passes(cells, here + lane, n, lanes, me, many, turns)
    cuda.syncthreads()
    return here


@cuda.jit(cache=True)
def cosines_down(src, dst, lanes, turns, roots):
    """The k lowest coefficients (N, k, n) of columns of src (N, n, n, 1)."""
    cells = cuda.shared.array(BOTH, dtype=float64)
    n, image = src.shape[2], cuda.blockIdx.y
    lane, me = cuda.threadIdx.x % lanes, cuda.threadIdx.x // lanes
    many = cuda.blockDim.x // lanes
    x = cuda.blockIdx.x * lanes + lane
    if me >= many:  # threads too many: none of a line
        me = n
    for k in range(me, n, many):
        value = 0.0
        if x < n:
            value = float64(src[image, k, x, 0])
        cells[k * lanes + lane] = value
    at = transformed(cells, lane, n, lanes, me, many, turns, roots, dst.shape[1])
    if x < n:
        for k in range(me, dst.shape[1], many):
            dst[image, k, x] = cells[at + k * lanes + lane]


@cuda.jit(cache=True)
def cosines_along(src, dst, lanes, turns, roots):
    """The k lowest coefficients (N, k * k) of rows of src (N, k, n)."""
    cells = cuda.shared.array(BOTH, dtype=float64)
    size, n, image = src.shape[1], src.shape[2], cuda.blockIdx.y
    lane, me = cuda.threadIdx.x % lanes, cuda.threadIdx.x // lanes
    many = cuda.blockDim.x // lanes
    y = cuda.blockIdx.x * lanes + lane
    if me >= many:
        me = n
    for k in range(me, n, many):
        value = 0.0
        if y < size:
            value = src[image, y, k]
        cells[k * lanes + lane] = value
    at = transformed(cells, lane, n, lanes, me, many, turns, roots, size)
    if y < size:
        for k in range(me, size, many):
            dst[image, y * size + k] = cells[at + k * lanes + lane]


turns_of = lru_cache(maxsize=16)(_core.tables.cosine_turns)


def low_cosines(job: Job, small: Any, size: int) -> Any:
    """Return the size * size lowest coefficients of squares (N, n, n, 1)."""
    n_images, n = small.shape[:2]
    turns, roots = (job.upload(table) for table in turns_of(n))
    columns = job.scratch((n_images, size, n), np.float64)
    low = job.scratch((n_images, size * size), np.float64)
    for kernel, src, dst, lines in (
        (cosines_down, small, columns, n),
        (cosines_along, columns, low, size),
    ):
        lanes = min(MOST_LINES, CELLS // n, lines)
        grid, block = (-(-lines // lanes), n_images), min(THREADS, lanes * max(1, n // 4))
        job.launch(kernel, grid, block, src, dst, lanes, turns, roots)
    return low

"""The lowest Haar coefficients of squares with PyWavelets' roundings, as the core's haar_low.hpp.

A block takes the pixels of one coefficient. What two by two pixels become is computed from the
bytes whenever it is needed; from there on the pyramid stands in place, each level's four values
where the lower level had them: 2 bytes of scratch a pixel, which the first cache mostly holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, float64

from ._exact import product_of_doubles
from ._job import THREADS
from ._views import reshaped

if TYPE_CHECKING:
    from ._job import Job

HAAR = 0.7071067811865476


@cuda.jit(device=True)
def split(left, right, below_left, below_right):
    """Return what is low and high along rows and columns of two by two values."""
    a, b = product_of_doubles(HAAR, left), product_of_doubles(HAAR, right)
    c, d = product_of_doubles(HAAR, below_left), product_of_doubles(HAAR, below_right)
    low_left, low_right = product_of_doubles(HAAR, a + c), product_of_doubles(HAAR, b + d)
    high_left, high_right = product_of_doubles(HAAR, a - c), product_of_doubles(HAAR, b - d)
    low, high = low_left + low_right, high_left + high_right
    return low, low_left - low_right, high, high_left - high_right


@cuda.jit(device=True)
def merged(low, low_high, high_low, high):
    """The way back."""
    a, b = product_of_doubles(HAAR, low), product_of_doubles(HAAR, low_high)
    c, d = product_of_doubles(HAAR, high_low), product_of_doubles(HAAR, high)
    low_left, low_right = product_of_doubles(HAAR, a + b), product_of_doubles(HAAR, a - b)
    high_left, high_right = product_of_doubles(HAAR, c + d), product_of_doubles(HAAR, c - d)
    left, right = low_left + high_left, low_right + high_right
    return left, right, low_left - high_left, low_right - high_right


@cuda.jit(device=True)
def share(src, image, y, x):
    return float64(src[image, y, x, 0]) / 255.0


@cuda.jit(device=True)
def split_pixels(src, image, y, x):
    left, right = share(src, image, y, x), share(src, image, y, x + 1)
    below, beside = share(src, image, y + 1, x), share(src, image, y + 1, x + 1)
    return split(left, right, below, beside)


@cuda.jit(device=True)
def level(cells, image, block, step, way):
    """One level of a square in place, whose values are `step` apart: 0 sum, 1 split, 2 merge."""
    n = cells.shape[2] // (2 * step)
    for i in range(cuda.threadIdx.x, n * n, cuda.blockDim.x):
        y, x = 2 * step * (i // n), 2 * step * (i % n)
        a, b = cells[image, block, y, x], cells[image, block, y, x + step]
        c, d = cells[image, block, y + step, x], cells[image, block, y + step, x + step]
        if way == 2:
            a, b, c, d = merged(a, b, c, d)
        else:
            a, b, c, d = split(a, b, c, d)
        cells[image, block, y, x] = a
        if way > 0:
            cells[image, block, y, x + step] = b
            cells[image, block, y + step, x] = c
            cells[image, block, y + step, x + step] = d
    cuda.syncthreads()


@cuda.jit(device=True)
def upwards(cells, image, block, way):
    """All levels from the finest on."""
    cuda.syncthreads()
    step = 1
    while 2 * step <= cells.shape[2]:
        level(cells, image, block, step, way)
        step *= 2


@cuda.jit(device=True)
def downwards(cells, image, block):
    cuda.syncthreads()
    step = cells.shape[2] // 2
    while step >= 1:
        level(cells, image, block, step, 2)
        step //= 2


@cuda.jit(cache=True)
def sum_blocks(src, cells, low, again):
    """Each block's lowest value (N, 1, k, k); `again`: without the mean that was taken off.

    That is, taken apart down to one value, put together with the one that `low` has, and summed
    up once more.
    """
    block, image, size = cuda.blockIdx.x, cuda.blockIdx.y, low.shape[2]
    side, half = src.shape[1] // size, cells.shape[2]
    row, column = block // size, block % size
    top, left = side * row, side * column
    if side == 1:
        if cuda.threadIdx.x == 0 and again == 0:
            low[image, 0, row, column] = share(src, image, top, left)
        return
    for i in range(cuda.threadIdx.x, half * half, cuda.blockDim.x):
        y, x = i // half, i % half
        value, _, _, _ = split_pixels(src, image, top + 2 * y, left + 2 * x)
        cells[image, block, y, x] = value
    upwards(cells, image, block, again)
    if again != 0:
        if cuda.threadIdx.x == 0:
            cells[image, block, 0, 0] = low[image, 0, row, column]
        downwards(cells, image, block)
        for i in range(cuda.threadIdx.x, half * half, cuda.blockDim.x):
            y, x = i // half, i % half
            _, b, c, d = split_pixels(src, image, top + 2 * y, left + 2 * x)
            a, b, c, d = merged(cells[image, block, y, x], b, c, d)
            value, _, _, _ = split(a, b, c, d)
            cells[image, block, y, x] = value
        upwards(cells, image, block, 0)
    if cuda.threadIdx.x == 0:
        low[image, 0, row, column] = cells[image, block, 0, 0]


@cuda.jit(cache=True)
def take_off_mean(low):
    """Take each square of low (N, 1, k, k) apart and put it together without its lowest value."""
    image = cuda.blockIdx.x
    upwards(low, image, 0, 1)
    if cuda.threadIdx.x == 0:
        low[image, 0, 0, 0] = 0.0
    downwards(low, image, 0)


def low_haar(job: Job, small: Any, size: int, remove_lowest: bool) -> Any:
    """Return the size * size lowest coefficients of squares (N, n, n, 1) of bytes."""
    n_images, n = small.shape[:2]
    half = max(n // size // 2, 1)
    cells = job.scratch((n_images, size * size, half, half), np.float64)
    low = job.scratch((n_images, 1, size, size), np.float64)
    grid, block = (size * size, n_images), min(THREADS, max(32, half * half))
    job.launch(sum_blocks, grid, block, small, cells, low, 0)
    if remove_lowest:
        job.launch(take_off_mean, n_images, min(THREADS, max(32, size * size // 4)), low)
        job.launch(sum_blocks, grid, block, small, cells, low, 1)
    return reshaped(low, n_images, size * size)

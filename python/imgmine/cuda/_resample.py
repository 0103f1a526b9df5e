"""Resizing by weighted sums: along the columns into a picture of the new width, then along rows.

Sums are those of the core, in its order. A thread makes four rows of a new column, for which a
weight is read once. What stands in between, int16 or float32, is kept to as many images of a batch
as stay in the second cache, so that memory sees each pixel once and each new one once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, float32, float64, int32, uint32

from .. import _core
from ._exact import product
from ._job import THREADS

if TYPE_CHECKING:
    from ._job import Job

LINES = 4
BLOCK = 32  # so many products are added in float32, and these sums in float64
IN_CACHE = 1 << 24  # bytes, of 40 MB and more
MOST_BLOCKS = 65535


@cuda.jit(cache=True)
def weigh_columns_of_bytes(src, dst, firsts, counts, weights, channels, shift):
    """A new row (N, H, w C) out of an old one (N, H, W C) in fixed point."""
    image, top = cuda.blockIdx.z, LINES * cuda.blockIdx.x
    last, n = src.shape[1] - 1, dst.shape[2]
    y0, y1 = uint32(top), uint32(min(top + 1, last))
    y2, y3 = uint32(min(top + 2, last)), uint32(min(top + 3, last))
    start = cuda.blockIdx.y * cuda.blockDim.x + cuda.threadIdx.x
    for i in range(start, n, cuda.gridDim.y * cuda.blockDim.x):
        x = i // channels
        at = uint32(firsts[x] * channels + i % channels)
        a = b = c = d = int32(int32(1) << (shift - 1))
        k, count = uint32(0), uint32(counts[x])
        while k < count:
            weight = weights[k, x]
            a = int32(a + weight * int32(src[image, y0, at]))
            b = int32(b + weight * int32(src[image, y1, at]))
            c = int32(c + weight * int32(src[image, y2, at]))
            d = int32(d + weight * int32(src[image, y3, at]))
            k, at = uint32(k + 1), uint32(at + channels)
        # Rows past the end are the last one: written again.
        dst[image, y0, i] = a >> shift
        dst[image, y1, i] = b >> shift
        dst[image, y2, i] = c >> shift
        dst[image, y3, i] = d >> shift


@cuda.jit(cache=True)
def weigh_rows_of_bytes(src, dst, firsts, counts, weights, shift):
    """A thread a value."""
    x, y, image = cuda.grid(1), cuda.blockIdx.y, cuda.blockIdx.z
    if x >= dst.shape[2]:
        return
    total = int32(int32(1) << (shift - 1))
    k, count, first = uint32(0), uint32(counts[y]), uint32(firsts[y])
    while k < count:
        total = int32(total + weights[k, y] * int32(src[image, uint32(first + k), x]))
        k = uint32(k + 1)
    dst[image, y, x] = min(max(total >> shift, 0), 255)


@cuda.jit(device=True)
def weighed(src, image, y, at, step, weights, i, count):
    """The sum of `count` values from (y, at) on, `step` rows and columns apart."""
    total, block, n, k = float64(0), float32(0), 0, uint32(0)
    while k < uint32(count):
        weight = weights[k, i]
        if weight != float32(0):  # what does not count may be infinite
            block = block + product(weight, src[image, y, at])
            n += 1
            if n % BLOCK == 0:
                total += float64(block)
                block = float32(0)
        k, y, at = uint32(k + 1), uint32(y + step[0]), uint32(at + step[1])
    return float32(total + float64(block))


@cuda.jit(cache=True)
def weigh_columns_of_floats(src, dst, firsts, counts, weights, channels):
    image, y, n = cuda.blockIdx.z, uint32(cuda.blockIdx.x), dst.shape[2]
    start = cuda.blockIdx.y * cuda.blockDim.x + cuda.threadIdx.x
    for i in range(start, n, cuda.gridDim.y * cuda.blockDim.x):
        x = i // channels
        at = uint32(firsts[x] * channels + i % channels)
        dst[image, y, i] = weighed(src, image, y, at, (0, channels), weights, x, counts[x])


@cuda.jit(cache=True)
def weigh_rows_of_floats(src, dst, firsts, counts, weights):
    x, y, image = uint32(cuda.grid(1)), cuda.blockIdx.y, cuda.blockIdx.z
    if x < dst.shape[2]:
        first = uint32(firsts[y])
        dst[image, y, x] = weighed(src, image, first, x, (1, 0), weights, y, counts[y])


BYTES = weigh_columns_of_bytes, weigh_rows_of_bytes, np.int16, LINES
FLOATS = weigh_columns_of_floats, weigh_rows_of_floats, np.float32, 1


def resampled(job: Job, src: Any, dst: Any, channels: int, lanczos: bool) -> None:
    """Resize images (N, H, W C), by Lanczos' window or the cubic."""
    n_images, height, n_values = dst.shape
    old, width = (src.shape[1], src.shape[2] // channels), n_values // channels
    is_float = src.dtype == np.float32
    along_rows, down_columns, dtype, lines = FLOATS if is_float else BYTES
    bits, places = [0, 0], 0
    if not is_float:
        *bits, places = _core.tables.resize_bits(lanczos, old, (height, width))
    along = [*uploaded(job, lanczos, old[1], width, bits[0]), channels]
    down = uploaded(job, lanczos, old[0], height, bits[1])
    if not is_float:
        along, down = [*along, bits[0] - places], [*down, bits[1] + places]
    each = old[0] * width * channels * np.dtype(dtype).itemsize
    many = min(job.at_once(n_images, each), max(1, IN_CACHE // each))
    between = job.scratch((many, old[0], width * channels), dtype)
    n_blocks = -(-width * channels // THREADS)
    for first in range(0, n_images, many):
        n = min(many, n_images - first)
        part, into = src[first : first + n], dst[first : first + n]
        grid = (-(-old[0] // lines), min(n_blocks, MOST_BLOCKS), n)
        job.launch(along_rows, grid, THREADS, part, between, *along)
        job.launch(down_columns, (n_blocks, height, n), THREADS, between, into, *down)


def uploaded(job: Job, lanczos: bool, old: int, new: int, bits: int) -> list[Any]:
    """Return first pixels, how many and their weights along an axis."""
    return [job.upload(table) for table in _core.tables.resize_taps(lanczos, old, new, bits)]

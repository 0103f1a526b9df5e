from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, float32, float64, int32, int64

from .. import _core
from ._checks import check
from ._color import seen_in
from ._counting import clear_counts
from ._exact import exact_product, exact_sum
from ._histogram import require_whole
from ._hsv import hsv_of
from ._job import on_device_of
from ._lab import lab_of, lab_tables
from ._separable import planes_of

if TYPE_CHECKING:
    from .._device_array import DeviceArray

THREADS = 64
PIXELS_EACH = 64
POWERS = 9  # of three channels, the sums of their values, squares and cubes
WHOLE = 2.0**52  # from here on, doubles hold whole numbers only


@cuda.jit(device=True)
def values_of(r, g, b, space, linear, matrix, f):
    """The values in the color space, less 128."""
    if space == 1:
        h, s, v = hsv_of(r, g, b)
        r, g, b = int32(h), int32(s), int32(v)
    elif space == 2:
        h, s, v = lab_of(r, g, b, linear, matrix, f)
        r, g, b = int32(h), int32(s), int32(v)
    return r - int32(128), g - int32(128), b - int32(128)


@cuda.jit(cache=True)
def add_powers(src, space, rows, columns, linear, matrix, f, sums):
    """Add up a cell's values less 128, their squares and cubes; a row of blocks a cell."""
    shared = cuda.shared.array(POWERS, dtype=int64)
    me, cell, image = cuda.threadIdx.x, int64(cuda.blockIdx.y), cuda.blockIdx.z
    i, j = cell // columns, cell % columns
    top, bottom = i * src.shape[1] // rows, (i + 1) * src.shape[1] // rows
    left, right = j * src.shape[2] // columns, (j + 1) * src.shape[2] // columns
    if me < POWERS:
        shared[me] = 0
    cuda.syncthreads()
    s1, s2, s3 = int64(0), int64(0), int64(0)
    q1, q2, q3 = int64(0), int64(0), int64(0)
    c1, c2, c3 = int64(0), int64(0), int64(0)
    for y in range(top + cuda.blockIdx.x, bottom, cuda.gridDim.x):
        for x in range(left + me, right, THREADS):
            r, g = int32(src[image, y, x, 0]), int32(src[image, y, x, 1])
            a, b, c = values_of(r, g, int32(src[image, y, x, 2]), space, linear, matrix, f)
            s1, s2, s3 = s1 + a, s2 + b, s3 + c
            q1, q2, q3 = q1 + a * a, q2 + b * b, q3 + c * c
            c1, c2, c3 = c1 + a * a * a, c2 + b * b * b, c3 + c * c * c
    cuda.atomic.add(shared, 0, s1)
    cuda.atomic.add(shared, 1, q1)
    cuda.atomic.add(shared, 2, c1)
    cuda.atomic.add(shared, 3, s2)
    cuda.atomic.add(shared, 4, q2)
    cuda.atomic.add(shared, 5, c2)
    cuda.atomic.add(shared, 6, s3)
    cuda.atomic.add(shared, 7, q3)
    cuda.atomic.add(shared, 8, c3)
    cuda.syncthreads()
    if me < POWERS:
        cuda.atomic.add(sums, (image, POWERS * cell + me), shared[me])


@cuda.jit(device=True)
def with_third(high, low, a, b, c):
    """Add the product of three whole numbers to a sum of two doubles."""
    first, rest = exact_product(a, b)
    product, below = exact_product(first, c)
    below += rest * c
    total, lost = exact_sum(high, product)
    return exact_sum(total, lost + (low + below))


@cuda.jit(device=True)
def third_root(x):
    """The core's, from above."""
    if x <= 0.0:
        return 0.0
    y = 1.0
    for _ in range(200):
        following = y - (y - x / (y * y)) / 3.0
        if not following < y:
            break
        y = following
    return y


@cuda.jit(cache=True)
def write_moments(sums, height, width, rows, columns, out):
    """Mean, deviation and third root of the third moment; a thread a channel of a cell."""
    at = cuda.grid(1)
    if at >= out.size // 3:
        return
    n_values = out.shape[1] // 3
    image, part = at // n_values, at % n_values
    cell = part // 3
    i, j = cell // columns, cell % columns
    n = (i + 1) * height // rows - i * height // rows
    n *= (j + 1) * width // columns - j * width // columns
    for k in range(3):
        out[image, 3 * part + k] = float32(0.0)
    if n == 0:
        return
    total = float64(n)
    first, second = float64(sums[image, 3 * part]), float64(sums[image, 3 * part + 1])
    third = float64(sums[image, 3 * part + 2])
    high, low = exact_product(total, second)
    square, rest = exact_product(first, first)
    high, lost = exact_sum(high, -square)
    variance = high + (lost + (low - rest))
    high, low = with_third(0.0, 0.0, total, total, third)
    high, low = with_third(high, low, total, first, -3.0 * second)
    high, low = with_third(high, low, first, first, 2.0 * first)
    cubes = high + low
    if abs(cubes) < WHOLE:
        cubes = math.floor(cubes + 0.5)
    scaled = abs(cubes) / (total * total * total) / 16777216.0
    root = 256.0 * third_root(scaled)
    out[image, 3 * part] = float32(float64(sums[image, 3 * part] + 128 * n) / total)
    out[image, 3 * part + 1] = float32(math.sqrt(variance) / total)
    out[image, 3 * part + 2] = float32(-root if cubes < 0.0 else root)


def color_moments(
    image: DeviceArray,
    space: str,
    grid: tuple[int, int],
    mask: object,
    labels: object,
    n_labels: int,
) -> Any:
    """Run `imgmine.features.color_moments` of cells in RGB, HSV or Lab.

    Bit-equal up to 2^24 pixels a cell, within 1e-6 beyond. Of a batch the result has shape
    (N, size).
    """
    require_whole((1, 1), 1, mask, labels)
    check(_core.features.color_moments, image, space, grid, mask, labels, n_labels)
    pixels, converting = seen_in(image, space)
    n_images, height, width, channels = planes_of(pixels)
    rows, columns = grid
    size = POWERS * rows * columns
    with on_device_of(image) as job:
        out = job.empty((n_images, size) if image.ndim == 4 else (size,), np.float32)
        if not out.size:
            return job.result(out)
        sums = job.scratch((n_images, size), np.int64)
        job.run(clear_counts, sums.size, sums)
        high, wide = -(-height // rows), -(-width // columns)
        blocks = max(1, min(high, high * wide // (THREADS * PIXELS_EACH)))
        src = job.view(pixels, (n_images, height, width, channels))
        tables = [job.table(name, values) for name, values in lab_tables()]
        cells = (blocks, rows * columns, n_images)
        job.launch(add_powers, cells, THREADS, src, converting, rows, columns, *tables, sums)
        into = job.view(out, (n_images, size))
        job.run(write_moments, out.size // 3, sums, height, width, rows, columns, into)
        return job.result(out)

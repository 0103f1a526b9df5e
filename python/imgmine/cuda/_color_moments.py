"""Moments of colors: sums of powers are whole numbers, and so are the central moments times n^3.

These need up to 106 bits for cells of 2^26 pixels: pairs of doubles, added and multiplied without
error (Dekker 1971), hold them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, float32, float64, int32, int64

from .. import _core
from ._checks import check, refuse_areas
from ._color import OPPONENT, opponent_of, seen_in
from ._exact import product_of_doubles
from ._hsv import hsv_of
from ._job import on_device_of
from ._lab import lab_of, lab_tables
from ._normalize_counts import clear_counts
from ._separable import planes_of

if TYPE_CHECKING:
    from .._device_array import DeviceArray

THREADS = 128
PIXELS_EACH = 64  # of a thread, at least
SUMS = 9  # of three channels: values, squares, cubes
MOST_PIXELS = 2**26
SPLIT = 134217729.0  # 2^27 + 1


@cuda.jit(device=True)
def color_of(red, green, blue, space, linear, f):
    if space == 1:
        red, green, blue = hsv_of(red, green, blue)
    elif space == 2:
        red, green, blue = lab_of(red, green, blue, linear, f)
    elif space == OPPONENT:
        red, green, blue = opponent_of(red, green, blue)
    return int32(red), int32(green), int32(blue)


@cuda.jit(device=True)
def powers_added(sums, value):
    squared = int64(value) * value
    return sums[0] + value, sums[1] + squared, sums[2] + squared * value


@cuda.jit(cache=True)
def add_powers(src, space, down, across, linear, f, sums):
    """Add up colors and their powers in a grid of cells of images (N, H, W, C)."""
    partial = cuda.shared.array((SUMS, THREADS), dtype=int64)
    me, image, cell = cuda.threadIdx.x, cuda.blockIdx.y, cuda.blockIdx.z
    i, j = cell // across, cell % across
    top, bottom = i * src.shape[1] // down, (i + 1) * src.shape[1] // down
    left, right = j * src.shape[2] // across, (j + 1) * src.shape[2] // across
    width, zero = right - left, int64(0)
    first, second, third = (zero, zero, zero), (zero, zero, zero), (zero, zero, zero)
    if width > 0:
        at, step = cuda.grid(1), cuda.gridsize(1)
        y, x = top + at // width, at % width
        lines, rest = step // width, step % width
        while y < bottom:
            red, green = int32(src[image, y, left + x, 0]), int32(src[image, y, left + x, 1])
            blue = int32(src[image, y, left + x, 2])
            a, b, c = color_of(red, green, blue, space, linear, f)
            first, second = powers_added(first, a), powers_added(second, b)
            third = powers_added(third, c)
            y, x = y + lines, x + rest
            if x >= width:
                y, x = y + 1, x - width
    for k in range(3):
        partial[k, me], partial[3 + k, me], partial[6 + k, me] = first[k], second[k], third[k]
    cuda.syncthreads()
    for k in range(me, SUMS, THREADS):
        total = int64(0)
        for thread in range(THREADS):
            total += partial[k, thread]
        cuda.atomic.add(sums, (image * cuda.gridDim.z + cell, k), total)


@cuda.jit(device=True)
def exact_product(a, b):
    """A product, and what rounding it takes away."""
    whole, part = product_of_doubles(a, b), product_of_doubles(a, SPLIT)
    a_high = part - (part - a)
    part = product_of_doubles(b, SPLIT)
    b_high = part - (part - b)
    a_low, b_low = a - a_high, b - b_high
    rest = product_of_doubles(a_high, b_high) - whole
    rest = rest + product_of_doubles(a_high, b_low)
    rest = rest + product_of_doubles(a_low, b_high)
    return whole, rest + product_of_doubles(a_low, b_low)


@cuda.jit(device=True)
def exact_sum(a, a_rest, b, b_rest):
    """The sum of two pairs of whole numbers."""
    total = a + b
    shift = total - a
    rest = ((a - (total - shift)) + (b - shift)) + (a_rest + b_rest)
    whole = total + rest
    return whole, rest - (whole - total)


@cuda.jit(device=True)
def cube_root(x):
    """By Newton's iteration from 1 on, in the core's operations."""
    if x <= 0.0:
        return 0.0
    y = 1.0
    for _ in range(200):
        following = y - (y - x / product_of_doubles(y, y)) / 3.0
        if not following < y:
            break
        y = following
    return y


@cuda.jit(device=True)
def write_moments(n, total, squares, cubes, out):
    """Mean, deviation and cube root of the third moment of n values, about a number near them."""
    near = (total + n // 2) // n
    cubes = cubes - 3 * near * squares + 3 * near * near * total - n * near * near * near
    squares = squares - 2 * near * total + n * near * near
    out[0] = float32(float64(total) / float64(n))
    count, first, second = float64(n), float64(total - n * near), float64(squares)
    a, a_rest = exact_product(count, second)
    b = product_of_doubles(first, first)
    variance, _ = exact_sum(a, a_rest, -b, 0.0)
    out[1] = float32(math.sqrt(variance) / count)
    a, a_rest = exact_product(product_of_doubles(count, count), float64(cubes))
    b, b_rest = exact_product(product_of_doubles(-3.0 * count, first), second)
    a, a_rest = exact_sum(a, a_rest, b, b_rest)
    b, b_rest = exact_product(product_of_doubles(first, first), 2.0 * first)
    third, _ = exact_sum(a, a_rest, b, b_rest)
    cubed = product_of_doubles(product_of_doubles(count, count), count)
    root = 256.0 * cube_root(abs(third) / cubed / 16777216.0)
    out[2] = float32(-root if third < 0.0 else root)


@cuda.jit(cache=True)
def describe_sums(sums, down, across, height, width, out):
    """A thread a cell and channel of sums (images * cells, 9)."""
    i = cuda.grid(1)
    if i >= 3 * sums.shape[0]:
        return
    row, channel = i // 3, i % 3
    cell = row % (down * across)
    y, x = cell // across, cell % across
    n = (y + 1) * height // down - y * height // down
    n *= (x + 1) * width // across - x * width // across
    moments = out[row, 3 * channel : 3 * channel + 3]
    if n > 0:
        found = sums[row]
        k = 3 * channel
        write_moments(n, found[k], found[k + 1], found[k + 2], moments)
    else:
        for k in range(3):
            moments[k] = float32(0)


def color_moments(
    image: DeviceArray,
    space: str,
    grid: tuple[int, int],
    mask: object,
    labels: object,
    n_labels: int,
) -> Any:
    """Run `imgmine.features.color_moments` of whole images and cells: bit-equal.

    Of a batch the result has a row for each image. A cell has fewer than 2^26 pixels.
    """
    refuse_areas(mask, labels)
    check(_core.features.color_moments, image, space, (1, 1), None, None, n_labels)
    n_images, height, width, channels = planes_of(image)
    n = -(-height // grid[0]) * -(-width // grid[1])
    if n >= MOST_PIXELS:
        raise ValueError(f"a cell must have fewer than 2^26 pixels on a GPU, got {n}")
    n_cells = grid[0] * grid[1]
    if n_cells > 65535:
        raise ValueError(f"grid must have at most 65535 cells on a GPU, got {n_cells}")
    with on_device_of(image) as job:
        out = job.empty((n_images, 9 * n_cells) if image.ndim == 4 else (9 * n_cells,), np.float32)
        if not out.size:
            return job.result(out)
        sums = job.scratch((n_images * n_cells, SUMS), np.int64)
        job.run(clear_counts, sums.size, sums)
        if image.size:
            tables = [job.table(name, table) for name, table in lab_tables()]
            each = THREADS * PIXELS_EACH
            blocks = (min(-(-n // each), 1024), n_images, n_cells)
            pixels, converting = seen_in(image, space)
            src = job.view(pixels, (n_images, height, width, channels))
            where = (converting, *grid)
            job.launch(add_powers, blocks, THREADS, src, *where, *tables, sums)
        into = job.view(out, (n_images * n_cells, 9))
        job.run(describe_sums, 3 * n_images * n_cells, sums, *grid, height, width, into)
        return job.result(out)

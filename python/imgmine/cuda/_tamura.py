"""Tamura's numbers: whole sums on the GPU, and from them the core's doubles in the core's order.

For coarseness a block makes an integral image of 32 x 32 pixels and 32 more around in shared
memory, from which each pixel takes its 20 windows: a pixel is read from memory nine times at most,
mostly from the caches. Gray levels and directions are counted as histograms are.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, float32, float64, int32, int64

from .. import _core
from .._device_array import DeviceArray
from ._checks import check
from ._count_values import count_bytes
from ._exact import product_of_doubles
from ._histogram import count
from ._job import on_device_of
from ._normalize_counts import clear_counts
from ._separable import MOST_IMAGES, planes_of
from ._views import part_of, reshaped

if TYPE_CHECKING:
    from ._job import Job

THREADS = 128
TILE, REACH = 32, 32
SIDE = TILE + 2 * REACH  # of the integral image
PITCH = SIDE + 1  # of its rows, which begin in different banks
LEVELS, DIRECTIONS, N_VALUES = 256, 16, 18


@cuda.jit(device=True)
def window(sums, y, x, size):
    """The sum of the square of pixels from (y, x) on."""
    lower, right = y + size, x + size
    return sums[lower, right] - sums[lower, x] - sums[y, right] + sums[y, x]


@cuda.jit(device=True)
def best_size(sums, y, x):
    """Of windows of 2 to 32 pixels side by side, the size whose means differ most."""
    largest, best = int32(0), int32(0)
    size = int32(2)
    for _ in range(5):
        half = size // int32(2)
        across = window(sums, y - half, x, size) - window(sums, y - half, x - size, size)
        down = window(sums, y, x - half, size) - window(sums, y - size, x - half, size)
        differ = max(abs(across), abs(down))
        largest *= int32(4)
        if differ >= largest:
            largest, best = differ, size
        size *= int32(2)
    return best


@cuda.jit(cache=True)
def add_best_sizes(src, sizes):
    """Add up the best sizes of an image's pixels; a block a tile."""
    sums = cuda.shared.array((SIDE, PITCH), dtype=int32)
    total = cuda.shared.array(1, dtype=int32)
    me, image = cuda.threadIdx.x, cuda.blockIdx.z
    left, top = cuda.blockIdx.x * TILE, cuda.blockIdx.y * TILE
    height, width = src.shape[1], src.shape[2]
    for i in range(me, SIDE * SIDE, THREADS):
        y, x = i // SIDE, i % SIDE
        value = int32(0)
        if y > 0 and x > 0:
            row = min(max(top - REACH + y - 1, 0), height - 1)
            column = min(max(left - REACH + x - 1, 0), width - 1)
            value = int32(src[image, row, column])
        sums[y, x] = value
    if me == 0:
        total[0] = 0
    cuda.syncthreads()
    if me < SIDE:
        for x in range(1, SIDE):
            sums[me, x] += sums[me, x - 1]
    cuda.syncthreads()
    if me < SIDE:
        for y in range(1, SIDE):
            sums[y, me] += sums[y - 1, me]
    cuda.syncthreads()
    mine = int32(0)
    for i in range(me, TILE * TILE, THREADS):
        y, x = i // TILE, i % TILE
        if top + y < height and left + x < width:
            mine += best_size(sums, y + REACH, x + REACH)
    cuda.atomic.add(total, 0, mine)
    cuda.syncthreads()
    if me == 0:
        cuda.atomic.add(sizes, (image, 0), int64(total[0]))


@cuda.jit(device=True)
def exceeded(along, across):
    """How many of tan((j + 1/2) pi / 16), j = 0..7, along / across is above."""
    n = int32(0)
    for tangent in (6455, 19880, 35030, 53784, 79856, 122609, 216043, 665398):
        if along > (across * int32(tangent)) >> 16:
            n += int32(1)
    return n


@cuda.jit(cache=True)
def find_directions(src, dst):
    """Which of 16 directions Prewitt's gradient of a pixel has, or 16; a thread a pixel."""
    x, image = cuda.grid(1), cuda.blockIdx.z
    height, width = src.shape[1], src.shape[2]
    if x >= width:
        return
    left, right = max(x - 1, 0), min(x + 1, width - 1)
    for y in range(cuda.blockIdx.y, height, cuda.gridDim.y):
        up, down = max(y - 1, 0), min(y + 1, height - 1)
        a, b = int32(0), int32(0)
        for row in (up, y, down):
            a += int32(src[image, row, right]) - int32(src[image, row, left])
        for column in (left, x, right):
            b += int32(src[image, down, column]) - int32(src[image, up, column])
        across, along = abs(a), abs(b)
        direction = exceeded(along, across)
        if (a < 0) != (b < 0):
            direction = -direction & 15
        dst[image, y, x] = direction & 15 if across + along >= 24 else 16


@cuda.jit(device=True)
def contrast(levels, image, n):
    """Standard deviation by the fourth root of the kurtosis."""
    mean, square, fourth = 0.0, 0.0, 0.0
    for v in range(LEVELS):
        mean += product_of_doubles(float64(v), float64(levels[image, v]))
    mean /= n
    for v in range(LEVELS):
        apart, times = float64(v) - mean, float64(levels[image, v])
        second = product_of_doubles(apart, apart)
        square += product_of_doubles(second, times)
        third = product_of_doubles(second, apart)
        fourth += product_of_doubles(product_of_doubles(third, apart), times)
    square /= n
    fourth /= n
    if fourth > 0.0:
        return square / math.sqrt(math.sqrt(fourth))
    return 0.0


@cuda.jit(cache=True)
def write_textures(sizes, levels, directions, scaled, out):
    """A thread an image."""
    image = cuda.grid(1)
    if image >= out.shape[0]:
        return
    n, edges = int64(0), int64(0)
    for v in range(LEVELS):
        n += levels[image, v]
    for d in range(DIRECTIONS):
        edges += directions[image, d]
    for i in range(N_VALUES):
        out[image, i] = float32(0.0)
    if n == 0:
        return
    coarseness = float32(float64(sizes[image, 0]) / float64(n))
    spread = float32(contrast(levels, image, float64(n)))
    if scaled:
        coarseness, spread = coarseness / float32(32), spread / float32(128)
    out[image, 0], out[image, 1] = coarseness, spread
    for d in range(DIRECTIONS):
        if edges > 0:
            share = float32(float64(directions[image, d]) / float64(edges))
            out[image, 2 + d] = float32(math.sqrt(float64(share))) if scaled else share


def tamura(image: DeviceArray, scaled: bool) -> Any:
    """Run `imgmine.features.tamura`: bit-equal.

    Of a batch the result has shape (N, 18). Directions are found for as many images at a time as
    fit.
    """
    check(_core.features.tamura, image, scaled)
    n_images, height, width, _ = planes_of(image)
    with on_device_of(image) as job:
        out = job.empty((n_images, N_VALUES) if image.ndim == 4 else (N_VALUES,), np.float32)
        if not out.size:
            return job.result(out)
        counts = [job.scratch((n_images, n), np.int64) for n in (1, LEVELS, DIRECTIONS)]
        for n_each in counts:
            job.run(clear_counts, n_each.size, n_each)
        src = job.view(image, (n_images, height, width))
        if src.size:
            tiles = (-(-width // TILE), -(-height // TILE), n_images)
            job.launch(add_best_sizes, tiles, THREADS, src, counts[0])
            count_values(job, src, np.arange(LEVELS), counts[1])
            count_directions(job, src, counts[2])
        job.run(write_textures, n_images, *counts, scaled, job.view(out, (n_images, N_VALUES)))
        return job.result(out)


def count_directions(job: Job, src: Any, counts: Any) -> None:
    n_images, height, width = src.shape
    bins = np.where(np.arange(LEVELS) < DIRECTIONS, np.arange(LEVELS), -1)
    many = job.at_once(n_images, height * width)
    found = job.scratch((many, height, width), np.uint8)
    for first in range(0, n_images, many):
        some, into = part_of(src, first, many), part_of(counts, first, many)
        part = part_of(found, 0, some.shape[0])
        grid = (-(-width // THREADS), min(height, MOST_IMAGES), some.shape[0])
        job.launch(find_directions, grid, THREADS, some, part)
        count_values(job, part, bins, into)


def count_values(job: Job, src: Any, bins: np.ndarray[Any, Any], counts: Any) -> None:
    """Count the values of images where `bins` sends them."""
    table = job.upload(bins.astype(np.int32))
    count(job, DeviceArray(reshaped(src, *src.shape, 1)), count_bytes, [table], counts)

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, float32, float64, int64

from .. import _core
from ._checks import check
from ._edges import BLOCK, NONE, STRONG, find_edges, root_of
from ._histogram import NORMALIZE
from ._hog_votes import gradient_at, vote_of
from ._job import on_device_of
from ._normalize_counts import THREADS, clear_counts, normalize_counts
from ._separable import planes_of
from ._views import part_of, reshaped

if TYPE_CHECKING:
    from .._device_array import DeviceArray

UNIT = float(1 << 30)  # of a vote: whole numbers are the same in any order


@cuda.jit(device=True)
def cell_of(at, n, extent):
    """Which of n cells a place is in, that begin at i * extent // n."""
    return ((at + 1) * n - 1) // extent


@cuda.jit(cache=True)
def vote_edges(src, states, labels, n_cells, bins, is_signed, sums):
    """Add the votes of pixels on edges to the finest cells; a thread a pixel."""
    x = int64(cuda.blockIdx.x * cuda.blockDim.x + cuda.threadIdx.x)
    y = int64(cuda.blockIdx.y * cuda.blockDim.y + cuda.threadIdx.y)
    image, height, width = cuda.blockIdx.z, states.shape[1], states.shape[2]
    if x >= width or y >= height or states[image, y, x] == NONE:
        return
    root = root_of(labels, image, y * width + x)
    if states[image, root // width, root % width] != STRONG:
        return
    gx, gy, squares = gradient_at(src, image, y, x, False)
    row, first, second = vote_of(gx, gy, squares, bins, is_signed, True)
    cell = (cell_of(y, n_cells, height) * n_cells + cell_of(x, n_cells, width)) * bins
    place = cell + (row + bins - 1) % bins
    cuda.atomic.add(sums, (image, place), int64(float64(first) * UNIT + 0.5))
    cuda.atomic.add(sums, (image, cell + row % bins), int64(float64(second) * UNIT + 0.5))


@cuda.jit(cache=True)
def add_levels(finest, levels, bins, sums):
    """Sum up the finest cells of each cell of each level; a thread a value."""
    i = cuda.grid(1)
    if i >= sums.size:
        return
    image, at = i // sums.shape[1], i % sums.shape[1]
    bin_, cell, n = at % bins, at // bins, int64(1)
    while cell >= n * n:
        cell -= n * n
        n *= 2
    side = (int64(1) << levels) // n
    total = int64(0)
    for y in range(cell // n * side, (cell // n + 1) * side):
        for x in range(cell % n * side, (cell % n + 1) * side):
            total += finest[image, ((y << levels) + x) * bins + bin_]
    sums[image, at] = total


@cuda.jit(cache=True)
def write_votes(sums, out):
    """Sums as they are; a thread a value."""
    i = cuda.grid(1)
    if i < sums.size:
        image, at = i // sums.shape[1], i % sums.shape[1]
        out[image, at] = float32(float64(sums[image, at]) / UNIT)


def phog(
    image: DeviceArray,
    bins: int,
    levels: int,
    signed: bool,
    low: float,
    high: float,
    normalize: str,
) -> Any:
    """Run `imgmine.features.phog`: within 1e-6, as votes are rounded to 2^-30.

    Not normalized, within 1e-6 of the sum of all votes. Of a batch the result has shape (N, size).
    Edges are found in as many images at a time as fit.
    """
    check(_core.features.phog, image, bins, levels, signed, low, high, normalize)
    n_images, height, width, _ = planes_of(image)
    cells = [4**level * bins for level in range(levels + 1)]
    size = sum(cells)
    with on_device_of(image) as job:
        out = job.empty((n_images, size) if image.ndim == 4 else (size,), np.float32)
        if not out.size:
            return job.result(out)
        finest = job.scratch((n_images, cells[-1]), np.int64)
        sums = job.scratch((n_images, size), np.int64)
        job.run(clear_counts, finest.size, finest)
        pixels = job.view(image, (n_images, height, width))
        many = job.at_once(n_images, 5 * height * width)
        for first in range(0, n_images if image.size else 0, many):
            some, into = part_of(pixels, first, many), part_of(finest, first, many)
            edges = find_edges(job, some, low, high)
            grid = (-(-width // BLOCK[0]), -(-height // BLOCK[1]), some.shape[0])
            planes = reshaped(some, *some.shape, 1)
            how = (1 << levels, bins, signed)
            job.launch(vote_edges, grid, BLOCK, planes, *edges, *how, into)
        job.run(add_levels, sums.size, finest, levels, bins, sums)
        into = job.view(out, (n_images, size))
        if normalize == "none":
            job.run(write_votes, sums.size, sums, into)
        else:
            job.launch(normalize_counts, n_images, THREADS, sums, into, NORMALIZE[normalize])
        return job.result(out)

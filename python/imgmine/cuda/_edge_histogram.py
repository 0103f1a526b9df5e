from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, float32, float64, int32, int64

from .. import _core
from ._checks import check
from ._counting import clear_counts
from ._job import on_device_of
from ._separable import planes_of

if TYPE_CHECKING:
    from .._device_array import DeviceArray

N_PARTS, N_KINDS = 16, 5
COUNTS = N_KINDS + 1  # of a part: its edges by kind, and all its blocks
LANES, WARPS = 32, 4


@cuda.jit(device=True)
def square(x):
    return x * x


@cuda.jit(device=True)
def kind_of(a, b, c, d, least):
    """The first of the largest squares of strengths, which are whole numbers; or -1."""
    kind, largest = 0, square(a - b + c - d)
    other = square(a + b - c - d)
    if other > largest:
        kind, largest = 1, other
    other = 2 * square(a - d)
    if other > largest:
        kind, largest = 2, other
    other = 2 * square(b - c)
    if other > largest:
        kind, largest = 3, other
    other = 4 * square(a - b - c + d)
    if other > largest:
        kind, largest = 4, other
    return kind if float64(largest) >= least else -1


@cuda.jit(cache=True)
def count_edges(src, side, least, counts):
    """A warp a block of pixels: a lane sums columns of its quarters, the first finds the edge."""
    shared = cuda.shared.array((WARPS, 4), dtype=int32)
    lane, warp = cuda.threadIdx.x, cuda.threadIdx.y
    image, height, width = cuda.blockIdx.y, src.shape[1], src.shape[2]
    half, across = side // 2, width // side
    block = int64(cuda.blockIdx.x) * WARPS + warp
    is_one = block < across * (height // side)
    if lane < 4:
        shared[warp, lane] = 0
    cuda.syncthreads()
    top, left = block // across * side, block % across * side
    if is_one:
        for x in range(lane, side, LANES):
            upper, lower = int32(0), int32(0)
            for y in range(half):
                upper += int32(src[image, top + y, left + x])
                lower += int32(src[image, top + half + y, left + x])
            right = 1 if x >= half else 0
            cuda.atomic.add(shared, (warp, right), upper)
            cuda.atomic.add(shared, (warp, 2 + right), lower)
    cuda.syncthreads()
    if is_one and lane == 0:
        a, b = int64(shared[warp, 0]), int64(shared[warp, 1])
        c, d = int64(shared[warp, 2]), int64(shared[warp, 3])
        part = COUNTS * (4 * (top * 4 // height) + left * 4 // width)
        cuda.atomic.add(counts, (image, part + N_KINDS), 1)
        kind = kind_of(a, b, c, d, least)
        if kind >= 0:
            cuda.atomic.add(counts, (image, part + kind), 1)


@cuda.jit(cache=True)
def shares_of_edges(counts, out):
    """A thread a share."""
    i = cuda.grid(1)
    if i >= out.size:
        return
    image, at = i // out.shape[1], i % out.shape[1]
    part, kind = at // N_KINDS, at % N_KINDS
    n = counts[image, COUNTS * part + N_KINDS]
    share = 0.0
    if n > 0:
        share = float64(counts[image, COUNTS * part + kind]) / float64(n)
    out[image, at] = float32(share)


def edge_histogram(image: DeviceArray, n_blocks: int, threshold: float, quantize: bool) -> Any:
    """Run `imgmine.features.edge_histogram`: bit-equal.

    Blocks may have up to 2048 pixels a side. Of a batch the result has shape (N, 80).
    """
    if quantize:
        raise ValueError("quantize must be False on a GPU")
    check(_core.features.edge_histogram, image, n_blocks, threshold, False)
    n_images, height, width, _ = planes_of(image)
    side = max(int(math.sqrt(float(height) * float(width) / n_blocks) / 2) * 2, 2)
    if side > 2048:
        raise ValueError(f"n_blocks must make blocks of up to 2048 pixels a side, got {side}")
    size = N_PARTS * N_KINDS
    with on_device_of(image) as job:
        out = job.empty((n_images, size) if image.ndim == 4 else (size,), np.float32)
        if not out.size:
            return job.result(out)
        counts = job.scratch((n_images, N_PARTS * COUNTS), np.int64)
        job.run(clear_counts, counts.size, counts)
        src = job.view(image, (n_images, height, width))
        least = (threshold * float(side // 2 * (side // 2))) ** 2
        grid = (-(-(height // side) * (width // side) // WARPS), n_images)
        job.launch(count_edges, grid, (LANES, WARPS), src, side, least, counts)
        job.run(shares_of_edges, out.size, counts, job.view(out, (n_images, size)))
        return job.result(out)

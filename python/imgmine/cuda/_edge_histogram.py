from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, float32, float64, int32, int64, uint32

from .. import _core
from ._job import on_device_of
from ._normalize_counts import clear_counts
from ._separable import planes_of

if TYPE_CHECKING:
    from .._device_array import DeviceArray

THREADS = 128
KINDS, PARTS = 5, 16
COUNTS = 96  # of each part its kinds of edges, then all its blocks


@cuda.jit(device=True)
def square(x):
    return x * x


@cuda.jit(device=True)
def kind_of(a, b, c, d, least_square):
    """The kind of edge that the sums of four quarters make, or -1, compared by whole squares."""
    kind, largest = int32(0), square(a - b + c - d)
    other = square(a + b - c - d)
    if other > largest:
        kind, largest = int32(1), other
    other = 2 * square(a - d)
    if other > largest:
        kind, largest = int32(2), other
    other = 2 * square(b - c)
    if other > largest:
        kind, largest = int32(3), other
    other = 4 * square(a - b - c + d)
    if other > largest:
        kind, largest = int32(4), other
    return int32(-1) if float64(largest) < least_square else kind


@cuda.jit(device=True)
def add_quarters(src, image, top, left, side, group, partial):
    """Sum up a thread's columns of the quarters of a block."""
    me, half = cuda.threadIdx.x, side // 2
    a, b, c, d = int64(0), int64(0), int64(0), int64(0)
    for x in range(me % group, side, group):
        above, below = int64(0), int64(0)
        for y in range(half):
            above += int64(src[image, top + y, left + x])
            below += int64(src[image, top + half + y, left + x])
        if x < half:
            a, c = a + above, c + below
        else:
            b, d = b + above, d + below
    partial[0, me], partial[1, me], partial[2, me], partial[3, me] = a, b, c, d


@cuda.jit(device=True)
def quarter_of(partial, quarter, group):
    """The sum of what the threads of a block of pixels found."""
    total, first = int64(0), cuda.threadIdx.x // group * group
    for i in range(first, first + group):
        total += partial[quarter, i]
    return total


@cuda.jit(cache=True)
def count_edges(src, side, group, least_square, counts):
    """Count edges in images (N, H, W); `group` threads a block of side x side pixels."""
    partial = cuda.shared.array((4, THREADS), dtype=int64)
    found = cuda.shared.array(COUNTS, dtype=int32)
    me, image, at_once = cuda.threadIdx.x, cuda.blockIdx.y, THREADS // group
    height, width = src.shape[1], src.shape[2]
    across, n = width // side, height // side * (width // side)
    for i in range(me, COUNTS, THREADS):
        found[i] = 0
    for first in range(cuda.blockIdx.x * at_once, n, cuda.gridDim.x * at_once):
        block = first + me // group
        top, left = block // across * side, block % across * side
        if block < n:
            add_quarters(src, image, top, left, side, group, partial)
        cuda.syncthreads()
        if block < n and me % group == 0:
            a, b = quarter_of(partial, 0, group), quarter_of(partial, 1, group)
            c, d = quarter_of(partial, 2, group), quarter_of(partial, 3, group)
            kind = kind_of(a, b, c, d, least_square)
            part = (4 * (top * 4 // height) + left * 4 // width) * (KINDS + 1)
            cuda.atomic.add(found, part + KINDS, int32(1))
            if kind >= 0:
                cuda.atomic.add(found, part + kind, int32(1))
        cuda.syncthreads()
    for i in range(me, COUNTS, THREADS):
        if found[i] > 0:
            cuda.atomic.add(counts, (image, i), uint32(found[i]))


@cuda.jit(device=True)
def share_of(counts, image, part, kind):
    at = part * (KINDS + 1)
    n = counts[image, at + KINDS]
    return float32(float64(counts[image, at + kind]) / float64(n)) if n > 0 else float32(0)


@cuda.jit(cache=True)
def write_shares(counts, borders, groups, quantize, out):
    """Shares or levels of parts, and means over groups of these; a thread a value."""
    i = cuda.grid(1)
    if i >= out.size:
        return
    image, at = i // out.shape[1], i % out.shape[1]
    kind, value = at % KINDS, float32(0)
    if at < PARTS * KINDS:
        value = share_of(counts, image, at // KINDS, kind)
        if quantize:
            level = 0
            while level < 7 and value > borders[kind * 7 + level]:
                level += 1
            value = float32(level)
    else:
        n, parts = float32(0), groups[at // KINDS - PARTS]
        for part in range(PARTS):
            if (parts >> part) & 1:
                value = value + share_of(counts, image, part, kind)
                n = n + float32(1)
        value = value / n
    out[image, at] = value


def edge_histogram(
    image: DeviceArray, n_blocks: int, threshold: float, quantize: bool, larger_parts: bool
) -> Any:
    """Run `imgmine.features.edge_histogram`: bit-equal. Of a batch each image has its row."""
    nothing = np.empty((0, 0), np.uint8)
    size = _core.features.edge_histogram(nothing, n_blocks, threshold, quantize, larger_parts).size
    n_images, height, width, _ = planes_of(image)
    side = max(int(math.sqrt(float(height) * float(width) / n_blocks) / 2) * 2, 2)
    least = threshold * float((side // 2) ** 2)
    group = 32 if side >= 16 else 4 if side >= 4 else 1
    with on_device_of(image) as job:
        out = job.empty((n_images, size) if image.ndim == 4 else (size,), np.float32)
        if not out.size:
            return job.result(out)
        counts = job.scratch((n_images, COUNTS), np.uint32)
        job.run(clear_counts, counts.size, counts)
        if image.size:
            blocks = (height // side) * (width // side)
            each = 4 * (THREADS // group)
            src = job.view(image, (n_images, height, width))
            how = (side, group, least * least, counts)
            job.launch(count_edges, (-(-blocks // each), n_images), THREADS, src, *how)
        tables = (_core.tables.edge_level_borders(), _core.tables.larger_parts())
        borders, groups = (job.upload(table) for table in tables)
        into = job.view(out, (n_images, size))
        job.run(write_shares, out.size, counts, borders, groups, int(quantize), into)
        return job.result(out)

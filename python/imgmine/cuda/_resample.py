"""Resizing by weighted sums: along the columns into a picture of the new width, then along rows.

Sums are those of the core, in its order. A thread makes four rows of a new column, for which a
weight is read once. What stands in between, int16 or float32, is kept to as many images of a batch
as stay in the second cache, so that memory sees each pixel once and each new one once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, float32, float64, int32, uint8, uint32, uint64

from .. import _core
from ._exact import product
from ._job import THREADS
from ._row_words import multiply_add
from ._strip import ACROSS, MOST_IMAGES, WARP, launch_strips, put_four, strip_of
from ._views import part_of, reshaped

if TYPE_CHECKING:
    from ._job import Job

LINES = 4
BLOCK = 32  # so many products are added in float32, and these sums in float64
IN_CACHE = 1 << 24  # bytes, of 40 MB and more
MOST_BLOCKS = 65535


@cuda.jit(device=True)
def line_at(src, image, y):
    """Where a row begins; past the end it is the last one."""
    row = min(uint64(y), uint64(uint64(src.shape[1]) - uint64(1)))
    return uint64(uint64(uint64(image) * uint64(src.shape[1])) + row) * uint64(src.shape[2])


@cuda.jit(cache=True)
def weigh_columns_of_bytes(src, old, dst, firsts, counts, weights, channels, shift):
    """A new row (N, H, w C) out of an old one (N, H, W C), also seen flat, in fixed point."""
    image, top = uint32(cuda.blockIdx.z), uint32(LINES * cuda.blockIdx.x)
    width, n = uint32(firsts.size), uint32(firsts.size * channels)
    i = uint32(cuda.blockIdx.y * cuda.blockDim.x + cuda.threadIdx.x)
    line0, line1 = line_at(src, image, top), line_at(src, image, top + 1)
    line2, line3 = line_at(src, image, top + 2), line_at(src, image, top + 3)
    last = uint32(dst.shape[1] - 1)
    while i < n:
        x = uint32(i // uint32(channels))
        first = uint32(uint32(firsts[x]) * uint32(channels))
        at = uint64(uint32(first + uint32(i - uint32(x * uint32(channels)))))
        a = b = c = d = int32(int32(1) << int32(shift - 1))
        k, tap = int32(counts[x]), x
        while k > int32(0):
            weight = int32(weights[tap])
            a = multiply_add(weight, int32(old[uint64(line0 + at)]), a)
            b = multiply_add(weight, int32(old[uint64(line1 + at)]), b)
            c = multiply_add(weight, int32(old[uint64(line2 + at)]), c)
            d = multiply_add(weight, int32(old[uint64(line3 + at)]), d)
            k, at = int32(k - int32(1)), uint64(at + uint64(channels))
            tap = uint32(tap + width)
        # Rows past the end are the last one: written again.
        dst[image, min(top, last), i] = a >> int32(shift)
        dst[image, min(uint32(top + uint32(1)), last), i] = b >> int32(shift)
        dst[image, min(uint32(top + uint32(2)), last), i] = c >> int32(shift)
        dst[image, min(uint32(top + uint32(3)), last), i] = d >> int32(shift)
        i = uint32(i + uint32(cuda.gridDim.y * cuda.blockDim.x))
    while i < uint32(dst.shape[2]):  # the other pass reads whole strips
        for line in range(LINES):
            dst[image, min(uint32(top + uint32(line)), last), i] = 0
        i = uint32(i + uint32(cuda.gridDim.y * cuda.blockDim.x))


@cuda.jit(device=True)
def byte_of(total, shift):
    return uint8(min(max(int32(total >> shift), int32(0)), int32(255)))


@cuda.jit(cache=True)
def weigh_rows_of_bytes(src, dst, old, firsts, counts, weights, shift):
    """A warp makes 128 values of a new row, four a thread: constant places go into the loads."""
    image, n, height = uint32(cuda.blockIdx.z), uint32(dst.shape[2]), uint32(firsts.size)
    i, y, end = strip_of(dst)
    if i >= n:
        return
    pitch, down = uint64(src.shape[2]), int32(shift)
    while y < end:
        at = uint64(line_at(src, image, firsts[y]) + uint64(i))
        a = b = c = d = int32(int32(1) << int32(down - int32(1)))
        k, tap = int32(counts[y]), y
        while k > int32(0):
            weight = int32(weights[tap])
            # Zeros past a row's end come to nothing: they are not written.
            a = multiply_add(weight, int32(old[at]), a)
            b = multiply_add(weight, int32(old[uint64(at + uint64(WARP))]), b)
            c = multiply_add(weight, int32(old[uint64(at + uint64(2 * WARP))]), c)
            d = multiply_add(weight, int32(old[uint64(at + uint64(3 * WARP))]), d)
            k, at, tap = int32(k - int32(1)), uint64(at + pitch), uint32(tap + height)
        values = byte_of(a, down), byte_of(b, down), byte_of(c, down), byte_of(d, down)
        put_four(dst, image, y, i, values)
        y = uint32(y + uint32(1))


@cuda.jit(device=True)
def with_block(totals, block):
    """The sums in double precision with those of a block of products."""
    a, b, c, d = totals
    e, f, g, h = block
    return a + float64(e), b + float64(f), c + float64(g), d + float64(h)


@cuda.jit(device=True)
def weighed(old, places, step, weights, tap, n_new, count):
    """Four sums of `count` values from places on, `step` apart; weights are n_new apart."""
    p, q, r, s = places
    none, more = float64(0), int32(count)
    totals, n = (none, none, none, none), int32(0)
    a = b = c = d = float32(0)
    while more > int32(0):
        weight = weights[uint64(tap)]
        if weight != float32(0):  # what does not count may be infinite
            a = a + product(weight, old[p])
            b = b + product(weight, old[q])
            c = c + product(weight, old[r])
            d = d + product(weight, old[s])
            n = int32(n + int32(1))
            if n == int32(BLOCK):
                totals = with_block(totals, (a, b, c, d))
                a = b = c = d = float32(0)
                n = int32(0)
        more, tap = int32(more - int32(1)), uint64(tap + n_new)
        p, q, r, s = uint64(p + step), uint64(q + step), uint64(r + step), uint64(s + step)
    e, f, g, h = with_block(totals, (a, b, c, d))
    return float32(e), float32(f), float32(g), float32(h)


@cuda.jit(cache=True)
def weigh_columns_of_floats(src, old, dst, firsts, counts, weights, channels):
    image, top = uint32(cuda.blockIdx.z), uint32(LINES * cuda.blockIdx.x)
    width, n = uint32(firsts.size), uint32(firsts.size * channels)
    line0, line1 = line_at(src, image, top), line_at(src, image, top + 1)
    line2, line3 = line_at(src, image, top + 2), line_at(src, image, top + 3)
    last = uint32(dst.shape[1] - 1)
    i = uint32(cuda.blockIdx.y * cuda.blockDim.x + cuda.threadIdx.x)
    while i < n:
        x = uint32(i // uint32(channels))
        first = uint32(uint32(firsts[x]) * uint32(channels))
        at = uint64(uint32(first + uint32(i - uint32(x * uint32(channels)))))
        places = uint64(line0 + at), uint64(line1 + at), uint64(line2 + at), uint64(line3 + at)
        how = weights, uint64(x), uint64(width), counts[x]
        a, b, c, d = weighed(old, places, uint64(channels), *how)
        # Rows past the end are the last one: written again.
        dst[image, min(top, last), i] = a
        dst[image, min(uint32(top + uint32(1)), last), i] = b
        dst[image, min(uint32(top + uint32(2)), last), i] = c
        dst[image, min(uint32(top + uint32(3)), last), i] = d
        i = uint32(i + uint32(cuda.gridDim.y * cuda.blockDim.x))
    while i < uint32(dst.shape[2]):  # the other pass reads whole strips
        for line in range(LINES):
            dst[image, min(uint32(top + uint32(line)), last), i] = 0
        i = uint32(i + uint32(cuda.gridDim.y * cuda.blockDim.x))


@cuda.jit(cache=True)
def weigh_rows_of_floats(src, dst, old, firsts, counts, weights):
    image, n, height = uint32(cuda.blockIdx.z), uint32(dst.shape[2]), uint32(firsts.size)
    i, y, end = strip_of(dst)
    if i >= n:
        return
    pitch = uint64(src.shape[2])
    while y < end:
        at = uint64(line_at(src, image, firsts[y]) + uint64(i))
        # Zeros past a row's end come to nothing: they are not written.
        second, third = uint64(at + uint64(WARP)), uint64(at + uint64(2 * WARP))
        places = at, second, third, uint64(at + uint64(3 * WARP))
        values = weighed(old, places, pitch, weights, uint64(y), uint64(height), counts[y])
        put_four(dst, image, y, i, values)
        y = uint32(y + uint32(1))


BYTES = weigh_columns_of_bytes, weigh_rows_of_bytes, np.int16
FLOATS = weigh_columns_of_floats, weigh_rows_of_floats, np.float32


def resampled(job: Job, src: Any, dst: Any, channels: int, lanczos: bool) -> None:
    """Resize images (N, H, W C), by Lanczos' window or the cubic."""
    n_images, height, n_values = dst.shape
    old, width = (src.shape[1], src.shape[2] // channels), n_values // channels
    is_float = src.dtype == np.float32
    along_rows, down_columns, dtype = FLOATS if is_float else BYTES
    bits, places = [0, 0], 0
    if not is_float:
        *bits, places = _core.tables.resize_bits(lanczos, old, (height, width))
    along = [*uploaded(job, lanczos, old[1], width, bits[0]), channels]
    down = uploaded(job, lanczos, old[0], height, bits[1])
    if not is_float:
        along, down = [*along, bits[0] - places], [*down, bits[1] + places]
    pitch = -(-n_values // ACROSS) * ACROSS  # whole strips
    each = old[0] * pitch * np.dtype(dtype).itemsize
    many = job.at_once(min(n_images, MOST_IMAGES, max(1, IN_CACHE // each)), each)
    between = job.scratch((many, old[0], pitch), dtype)
    n_blocks = -(-n_values // THREADS)
    flat = reshaped(between, between.size)
    for first in range(0, n_images, many):
        n = min(many, n_images - first)
        part, into = part_of(src, first, n), part_of(dst, first, n)
        grid = (-(-old[0] // LINES), min(n_blocks, MOST_BLOCKS), n)
        job.launch(along_rows, grid, THREADS, part, reshaped(part, part.size), between, *along)
        launch_strips(job, down_columns, between, into, flat, *down)


def uploaded(job: Job, lanczos: bool, old: int, new: int, bits: int) -> list[Any]:
    """Return first pixels, how many and their weights along an axis, those of a tap together."""
    tables = _core.tables.resize_taps(lanczos, old, new, bits)
    return [job.upload(table.reshape(-1)) for table in tables]

"""Correlation of bytes with whole weights, four products at a time (dp4a).

Tiles are those of `_plane_tiles`. A thread makes 4 x 4 sums: for each row of the kernel it has four
rows of a word and the row's weights in four shifts, which makes 16 products of four. Weights of
more than a byte go in two parts, one after the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, int32, int64

from ._border import MODES
from ._finish import MULTIPLY
from ._plane_tiles import (
    ACROSS,
    DOWN,
    LARGEST,
    TALL,
    WIDE,
    interleaved,
    load_tile,
    place_of,
    put_rows,
    sixteen,
)
from ._plane_values import WHOLE, put_sixteen, values_of, whole_of, words_made
from ._planes import signed_dots
from ._separable import planes_of
from ._shapes import ALIGNMENT
from ._sixteen import scaled
from ._vectors import four_at

if TYPE_CHECKING:
    from .._device_array import DeviceArray
    from ._finish import Finish
    from ._job import Job

MOST_SIDE = 33
MOST_LINES = TALL + MOST_SIDE - 1
MOST_COLUMNS = WIDE + (MOST_SIDE + 3) // 4 * 4 - 4
PLANE = MOST_LINES * MOST_COLUMNS // 4  # words
PLANES = 3 * PLANE
BASE = 128  # of weights in two parts
LARGEST_WEIGHT = BASE * 127


@cuda.jit(device=True)
def rows_weighed(tile, at, pitch, weights, tap, height, s):
    """Sums with what a column of words adds: rows of the kernel one after the other."""
    a, k = four_at(tile, at), int32(0)
    while k + int32(4) <= height:
        at += pitch
        b = four_at(tile, at)
        s = signed_dots(a, four_at(weights, tap), s)
        s = signed_dots(a[1:] + b[:1], four_at(weights, tap + 4), s)
        s = signed_dots(a[2:] + b[:2], four_at(weights, tap + 8), s)
        s = signed_dots(a[3:] + b[:3], four_at(weights, tap + 12), s)
        a, tap, k = b, tap + 16, int32(k + int32(4))
    if k < height:
        s = signed_dots(a, four_at(weights, tap), s)
        if k + int32(1) < height:
            b = four_at(tile, at + pitch)
            s = signed_dots(a[1:] + b[:1], four_at(weights, tap + 4), s)
            if k + int32(2) < height:
                s = signed_dots(a[2:] + b[:2], four_at(weights, tap + 8), s)
    return s


@cuda.jit(device=True)
def correlated(tile, plane, weights, height, parts, sizes, tx, ty):
    """A thread's 16 sums of a channel."""
    wide = int32(sizes[1])
    s, steps = sixteen(int32(0)), int32(wide - int32(ACROSS - 1))
    first = int64(int32(int32(int32(int32(ty * wide) + tx) << int32(2)) + plane))
    pitch, tap = int64(int32(wide << int32(2))), int64(0)
    for part in range(parts):
        if part > 0:
            s = scaled(s, int32(BASE))
        at, k = first, int32(0)
        while k < steps:
            s = rows_weighed(tile, at, pitch, weights, tap, height, s)
            at, tap, k = at + 4, tap + 4 * height, int32(k + int32(1))
    return s


@cuda.jit(device=True)
def sizes_of(block_y, height, kernel_height, wide, fours):
    """Fours of rows and columns that a block needs, and 65536 over the latter."""
    tall = min(int32(height - int32(block_y * TALL)), int32(TALL))
    results = int32(int32(int32(tall + int32(3)) >> int32(2)) << int32(2))
    rows = int32(int32(int32(results + kernel_height) + int32(2)) >> int32(2))
    return rows, int32(wide), int32(fours)


@cuda.jit(device=True)
def prepared(src, room, block, form, taps, anchors, like, tx, ty):
    """Load a block's tile; what its threads go on with."""
    (height, width, plane), (kernel_height, wide, fours) = form, taps
    sizes = sizes_of(block[1], height, int32(kernel_height), wide, fours)
    how = int32(anchors[0]), int32(anchors[1]), int32(anchors[2])
    me = int32(int32(ty * int32(ACROSS)) + tx)
    load_tile(src, room, block, (height, width, plane), how, sizes, like, me)
    return sizes


@cuda.jit(cache=True)
def correlate_gray(
    src,
    dst,
    weights,
    height,
    width,
    kernel_height,
    parts,
    wide,
    fours,
    anchor_y,
    anchor_x,
    mode,
    how,
    factor,
    low,
    high,
):
    tile = cuda.shared.array(PLANE, dtype=int32, alignment=ALIGNMENT)
    lines = cuda.shared.array(MOST_LINES, dtype=int32, alignment=ALIGNMENT)
    columns = cuda.shared.array(MOST_COLUMNS, dtype=int32, alignment=ALIGNMENT)
    tx, ty = int32(cuda.threadIdx.x), int32(cuda.threadIdx.y)
    block = cuda.blockIdx.x, cuda.blockIdx.y, cuda.blockIdx.z
    height, width, finish = int32(height), int32(width), (how, factor, low, high)
    taps, anchors = (kernel_height, wide, fours), (anchor_y, anchor_x, mode)
    room, form = (tile, lines, columns), (height, width, PLANE)
    sizes = prepared(src, room, block, form, taps, anchors, (int32(0),), tx, ty)
    cuda.syncthreads()
    place = place_of(block, height, width, int32(1), tx, ty)
    if place[2] > 0 and place[3] > 0:
        s = correlated(tile, 0, weights, int32(kernel_height), parts, sizes, tx, ty)
        if dst.itemsize == 4:
            put_sixteen(dst, place, 1, values_of(s, finish))
        else:
            put_sixteen(dst, place, 1, whole_of(s, finish))


@cuda.jit(cache=True)
def correlate_rgb(
    src,
    dst,
    weights,
    height,
    width,
    kernel_height,
    parts,
    wide,
    fours,
    anchor_y,
    anchor_x,
    mode,
    how,
    factor,
    low,
    high,
):
    tile = cuda.shared.array(PLANES, dtype=int32, alignment=ALIGNMENT)
    lines = cuda.shared.array(MOST_LINES, dtype=int32, alignment=ALIGNMENT)
    columns = cuda.shared.array(MOST_COLUMNS, dtype=int32, alignment=ALIGNMENT)
    tx, ty, zero = int32(cuda.threadIdx.x), int32(cuda.threadIdx.y), int32(0)
    block = cuda.blockIdx.x, cuda.blockIdx.y, cuda.blockIdx.z
    height, width, finish = int32(height), int32(width), (how, factor, low, high)
    taps, anchors = (kernel_height, wide, fours), (anchor_y, anchor_x, mode)
    room, form = (tile, lines, columns), (height, width, PLANE)
    sizes = prepared(src, room, block, form, taps, anchors, (zero, zero, zero), tx, ty)
    cuda.syncthreads()
    at, pitch, n, n_rows = place_of(block, height, width, int32(3), tx, ty)
    for c in range(3):
        if n > 0 and n_rows > 0:
            s = correlated(tile, c * PLANE, weights, int32(kernel_height), parts, sizes, tx, ty)
            place = at + c, pitch, n, n_rows
            if dst.itemsize == 4:
                put_sixteen(dst, place, 3, values_of(s, finish))
            else:
                put_sixteen(dst, place, 3, whole_of(s, finish))


@cuda.jit(cache=True)
def correlate_rgb_to_bytes(
    src,
    dst,
    weights,
    height,
    width,
    kernel_height,
    parts,
    wide,
    fours,
    anchor_y,
    anchor_x,
    mode,
    how,
    factor,
    low,
    high,
):
    tile = cuda.shared.array(PLANES, dtype=int32, alignment=ALIGNMENT)
    lines = cuda.shared.array(MOST_LINES, dtype=int32, alignment=ALIGNMENT)
    columns = cuda.shared.array(MOST_COLUMNS, dtype=int32, alignment=ALIGNMENT)
    tx, ty, zero = int32(cuda.threadIdx.x), int32(cuda.threadIdx.y), int32(0)
    block = cuda.blockIdx.x, cuda.blockIdx.y, cuda.blockIdx.z
    height, width, finish = int32(height), int32(width), (how, factor, low, high)
    taps, anchors = (kernel_height, wide, fours), (anchor_y, anchor_x, mode)
    room, form = (tile, lines, columns), (height, width, PLANE)
    sizes = prepared(src, room, block, form, taps, anchors, (zero, zero, zero), tx, ty)
    cuda.syncthreads()
    place = place_of(block, height, width, int32(3), tx, ty)
    if place[2] > 0 and place[3] > 0:
        n = int32(kernel_height)
        r = words_made(correlated(tile, 0, weights, n, parts, sizes, tx, ty), finish)
        g = words_made(correlated(tile, PLANE, weights, n, parts, sizes, tx, ty), finish)
        b = words_made(correlated(tile, 2 * PLANE, weights, n, parts, sizes, tx, ty), finish)
        put_rows(dst, place, interleaved(r, g, b))


def words_of_weights(kernel: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], int]:
    """Return words of weights and in how many parts they are.

    For each part and each word of a row, row after row of the kernel, four shifts.
    """
    high = (kernel + BASE // 2) // BASE
    parts = [kernel] if np.abs(kernel).max() < BASE else [high, kernel - BASE * high]
    height, width = kernel.shape
    n = (width + 3 + 3) // 4
    padded = np.zeros((len(parts), height, 4, 4 * n), np.int8)
    for part, weights in enumerate(parts):
        for shift in range(4):
            padded[part, :, shift, shift : shift + width] = weights
    words = padded.view(np.int32)  # parts, rows, shifts, words
    return np.ascontiguousarray(words.transpose(0, 3, 1, 2)).ravel(), len(parts)


def takes(image: DeviceArray, kernel: np.ndarray[Any, Any]) -> bool:
    """Tell whether an image can be correlated here with whole weights."""
    _, height, width, channels = planes_of(image)
    if image.dtype != np.uint8 or channels not in (1, 3) or height * width * channels >= LARGEST:
        return False
    return max(kernel.shape) <= MOST_SIDE and int(np.abs(kernel).max()) < LARGEST_WEIGHT


def correlate_planes(
    job: Job,
    image: DeviceArray,
    target: DeviceArray,
    kernel: np.ndarray[Any, Any],
    anchor: tuple[int, int],
    border: str,
    finish: Finish,
) -> None:
    """Correlate bytes with whole weights."""
    n_images, height, width, channels = planes_of(image)
    weights, parts = words_of_weights(kernel)
    wide = ACROSS - 1 + (kernel.shape[1] + 6) // 4
    taps = (kernel.shape[0], parts, wide, (1 << 16) // wide + 1)
    if finish.how == MULTIPLY and finish.factor == 1:
        finish = finish._replace(how=WHOLE)
    if channels == 1:
        kernel_of = correlate_gray
    else:
        kernel_of = correlate_rgb_to_bytes if target.dtype == np.uint8 else correlate_rgb
    src, dst = job.view(image, (image.size,)), job.view(target, (target.size,))
    grid = -(-width // WIDE), -(-height // TALL), n_images
    how = (height, width, *taps, *anchor, MODES[border], *finish)
    job.launch(kernel_of, grid, (ACROSS, DOWN), src, dst, job.upload(weights), *how)

"""Separable filters of bytes by whole weights of a byte each, in the bytes' own words.

A block of 128 threads makes 32 x 64 pixels of one or three channels. The pixels around them come to
shared memory as words of four neighbors of one channel, four rows together. Four products at a time
(dp4a) sum up along the rows, four pixels of four rows a thread, whatever their place in a word:
weights come in four shifts. The sums, of 16 bits, stand in pairs of two rows, and two products at a
time (dp2a) sum up down the columns, again 4 x 4 a thread, which then writes words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, int32, int64, uint32

from ._border import MODES
from ._job import on_device_of
from ._plane_tiles import (
    ACROSS,
    DOWN,
    LARGEST,
    TALL,
    THREADS,
    WIDE,
    interleaved,
    load_tile,
    place_of,
    put_rows,
    sixteen,
)
from ._planes import dots_along, dots_down, packed, pairs_of, quotients
from ._separable import planes_of
from ._shapes import ALIGNMENT
from ._vectors import four_at, put_four, two_at

if TYPE_CHECKING:
    from .._device_array import DeviceArray

MOST_TAPS = 61
MOST_LINES = TALL + MOST_TAPS - 1
MOST_COLUMNS = WIDE + (MOST_TAPS + 3) // 4 * 4 - 4
PLANE = MOST_LINES * MOST_COLUMNS // 4  # words
PLANES = 3 * PLANE
SUMS = MOST_LINES // 2 * WIDE


@cuda.jit(device=True)
def summed_along(tile, at, along):
    """Sums of four rows from four bytes on each."""
    s, k, n = sixteen(int32(0)), int64(4), int64(along.size)
    s = dots_along(four_at(tile, at), four_at(along, 0), s)
    while k + 4 < n:
        s = dots_along(four_at(tile, at + 4), four_at(along, k), s)
        s = dots_along(four_at(tile, at + 8), four_at(along, k + 4), s)
        k, at = k + 8, at + 8
    if k < n:
        s = dots_along(four_at(tile, at + 4), four_at(along, k), s)
    return pairs_of(s)


@cuda.jit(device=True)
def sum_along(tile, plane, sums, along, sizes, me):
    """Sum up along the rows of a channel's words."""
    tall, wide, _, _ = sizes
    n, item = int32(tall * int32(ACROSS)), int32(me)
    while item < n:
        y, x = int32(item >> int32(3)), int32(item & int32(7))
        at = int32(int32(int32(int32(y * wide) + x) << int32(2)) + plane)
        pairs = summed_along(tile, int64(at), along)
        to = int64(int32(int32(y * int32(2 * WIDE)) + int32(x << int32(2))))
        put_four(sums, to, pairs[:4])
        put_four(sums, to + WIDE, pairs[4:])
        item = int32(item + int32(THREADS))


@cuda.jit(device=True)
def sum_down(sums, down, tx, ty, finish):
    """Four words of results: a row each."""
    at = int64(int32(int32(ty * int32(2 * WIDE)) + int32(tx << int32(2))))
    half, part = finish
    s, k, n = sixteen(half), int64(2), int64(down.size)
    s = dots_down(four_at(sums, at), two_at(down, 0), s)
    while k + 2 < n:
        s = dots_down(four_at(sums, at + WIDE), two_at(down, k), s)
        s = dots_down(four_at(sums, at + 2 * WIDE), two_at(down, k + 2), s)
        k, at = k + 4, at + 2 * WIDE
    if k < n:
        s = dots_down(four_at(sums, at + WIDE), two_at(down, k), s)
    if part == uint32(0):
        return packed(s, int32(0x0062))
    return packed(quotients(s, part), int32(0x0040))


@cuda.jit(device=True)
def plane_of(tile, plane, sums, along, down, sizes, finish, tx, ty):
    """A thread's results of a channel that the block has a tile of."""
    cuda.syncthreads()
    sum_along(tile, int32(plane), sums, along, sizes, int32(int32(ty * int32(ACROSS)) + tx))
    cuda.syncthreads()
    if ty < sizes[3]:
        return sum_down(sums, down, tx, ty, finish)
    zero = int32(0)
    return zero, zero, zero, zero


@cuda.jit(device=True)
def sizes_of(height, along, down, fours):
    """Fours of rows and columns that a block needs, 65536 over these, and fours of results."""
    tall = min(int32(height - int32(cuda.blockIdx.y * TALL)), int32(TALL))
    results = int32(int32(tall + int32(3)) >> int32(2))
    steps = int32(int32(down.size) >> int32(1))
    rows = int32(int32(int32(2 * results) + int32(steps - 1)) >> int32(1))
    wide = int32(int32(ACROSS - 1) + int32(int32(along.size) >> int32(2)))
    return rows, wide, fours, results


@cuda.jit(cache=True)
def filter_gray(src, dst, along, down, height, width, anchor_y, anchor_x, mode, fours, half, part):
    tile = cuda.shared.array(PLANE, dtype=int32, alignment=ALIGNMENT)
    sums = cuda.shared.array(SUMS, dtype=int32, alignment=ALIGNMENT)
    lines = cuda.shared.array(MOST_LINES, dtype=int32, alignment=ALIGNMENT)
    columns = cuda.shared.array(MOST_COLUMNS, dtype=int32, alignment=ALIGNMENT)
    tx, ty = int32(cuda.threadIdx.x), int32(cuda.threadIdx.y)
    height, width, finish = int32(height), int32(width), (int32(half), uint32(part))
    how, sizes = (
        (int32(anchor_y), int32(anchor_x), int32(mode)),
        sizes_of(height, along, down, int32(fours)),
    )
    block = cuda.blockIdx.x, cuda.blockIdx.y, cuda.blockIdx.z
    room, form, me = (tile, lines, columns), (height, width, PLANE), int32(ty * ACROSS + tx)
    load_tile(src, room, block, form, how, sizes[:3], (int32(0),), me)
    a, b, c, d = plane_of(tile, 0, sums, along, down, sizes, finish, tx, ty)
    rows = ((a,), (b,), (c,), (d,))
    put_rows(dst, place_of(block, height, width, int32(1), tx, ty), rows)


@cuda.jit(cache=True)
def filter_rgb(src, dst, along, down, height, width, anchor_y, anchor_x, mode, fours, half, part):
    tile = cuda.shared.array(PLANES, dtype=int32, alignment=ALIGNMENT)
    sums = cuda.shared.array(SUMS, dtype=int32, alignment=ALIGNMENT)
    lines = cuda.shared.array(MOST_LINES, dtype=int32, alignment=ALIGNMENT)
    columns = cuda.shared.array(MOST_COLUMNS, dtype=int32, alignment=ALIGNMENT)
    tx, ty, zero = int32(cuda.threadIdx.x), int32(cuda.threadIdx.y), int32(0)
    height, width, finish = int32(height), int32(width), (int32(half), uint32(part))
    how, sizes = (
        (int32(anchor_y), int32(anchor_x), int32(mode)),
        sizes_of(height, along, down, int32(fours)),
    )
    block = cuda.blockIdx.x, cuda.blockIdx.y, cuda.blockIdx.z
    room, form, me = (tile, lines, columns), (height, width, PLANE), int32(ty * ACROSS + tx)
    load_tile(src, room, block, form, how, sizes[:3], (zero, zero, zero), me)
    r = plane_of(tile, 0, sums, along, down, sizes, finish, tx, ty)
    g = plane_of(tile, PLANE, sums, along, down, sizes, finish, tx, ty)
    b = plane_of(tile, 2 * PLANE, sums, along, down, sizes, finish, tx, ty)
    put_rows(dst, place_of(block, height, width, int32(3), tx, ty), interleaved(r, g, b))


def weights_along(taps: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return words of four weights, in four shifts each: for sums that begin at any byte."""
    n = (len(taps) + 3 + 3) // 4
    padded = np.zeros((4, 4 * n), np.uint8)
    for shift in range(4):
        padded[shift, shift : shift + len(taps)] = taps
    words = padded.view(np.int32)
    return np.ascontiguousarray(words.T).ravel()


def weights_down(taps: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return for each pair of rows the weights that it has in four sums, as `dots_down` takes them.

    Sum t begins t rows further down: of rows 2 k and 2 k + 1 it takes weights 2 k - t and the next.
    """
    n = (len(taps) + 3 + 1) // 2
    padded = np.zeros(2 * n + 4, np.uint8)
    padded[3 : 3 + len(taps)] = taps
    words = [[padded[2 * k + 1 :][:4], padded[2 * k :][:4]] for k in range(n)]
    return np.ascontiguousarray(words).view(np.int32).ravel()


def takes(image: DeviceArray, row: np.ndarray[Any, Any], column: np.ndarray[Any, Any]) -> bool:
    """Tell whether bytes can be filtered here: no sum of a row may take more than 16 bits."""
    _, height, width, channels = planes_of(image)
    if image.dtype != np.uint8 or channels not in (1, 3) or height * width * channels >= LARGEST:
        return False
    weights = (row, column)
    if any(len(x) > MOST_TAPS or x.min() < 0 or x.max() > 255 for x in weights):
        return False
    return all(255 * x.sum() < 1 << 16 for x in weights)


def filtered_bytes(
    image: DeviceArray,
    row: np.ndarray[Any, Any],
    column: np.ndarray[Any, Any],
    border: str,
    finish: tuple[int, int],
    out: DeviceArray | None = None,
) -> Any:
    """Return a filter's result, rounded as `finish` says.

    It has what to add to sums, and which part of 2^32 of that is the result, cut off. If that is 0,
    the sum's third byte is.
    """
    n_images, height, width, channels = planes_of(image)
    with on_device_of(image, out) as job:
        target = out or job.empty(image.shape, image.dtype)
        if image.size:
            src, dst = job.view(image, (image.size,)), job.view(target, (image.size,))
            along, down = weights_along(row), weights_down(column)
            weights = job.upload(along), job.upload(down)
            fours = (1 << 16) // (ACROSS - 1 + len(along) // 4) + 1
            how = (height, width, len(column) // 2, len(row) // 2, MODES[border], fours)
            grid = -(-width // WIDE), -(-height // TALL), n_images
            kernel = filter_gray if channels == 1 else filter_rgb
            job.launch(kernel, grid, (ACROSS, DOWN), src, dst, *weights, *how, *finish)
        return job.result(target)

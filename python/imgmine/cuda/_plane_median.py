"""Medians of 3 x 3 bytes, two at a time in the halves of words.

Tiles are those of `_plane_tiles`. A thread makes 4 x 4 results. Each column of three values is
sorted once for the three windows that it is in, two of its values once for two rows of results.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import cuda, int32, int64

from ._border import MODES
from ._halves import least, most
from ._plane_correlate import prepared
from ._plane_tiles import ACROSS, DOWN, LARGEST, TALL, WIDE, interleaved, place_of, put_rows
from ._separable import planes_of
from ._shapes import ALIGNMENT
from ._vectors import four_at
from ._words import permuted

if TYPE_CHECKING:
    from .._device_array import DeviceArray
    from ._job import Job

MOST_LINES, MOST_COLUMNS = TALL + 4, WIDE + 4
PLANE = MOST_LINES * MOST_COLUMNS // 4  # words
PLANES = 3 * PLANE
FOURS = MOST_COLUMNS // 4


@cuda.jit(device=True)
def middle(a, b, c):
    return most(least(a, b), least(most(a, b), c))


@cuda.jit(device=True)
def inserted(a, low, high):
    """Three in order: one, and two that are."""
    upper = most(a, low)
    return least(a, low), least(upper, high), most(upper, high)


@cuda.jit(device=True)
def sorted_threes(r):
    """Of six values one below the other the four threes, each in order."""
    low, high = least(r[1], r[2]), most(r[1], r[2])
    first, second = inserted(r[0], low, high), inserted(r[3], low, high)
    low, high = least(r[3], r[4]), most(r[3], r[4])
    return first, second, inserted(r[2], low, high), inserted(r[5], low, high)


@cuda.jit(device=True)
def between(a, b):
    """The columns half in each of two pairs."""
    places = int32(0x5432)
    return permuted(a[0], b[0], places), permuted(a[1], b[1], places), permuted(a[2], b[2], places)


@cuda.jit(device=True)
def middle_of_columns(a, b, c):
    """The median of three sorted columns."""
    low, high = most(most(a[0], b[0]), c[0]), least(least(a[2], b[2]), c[2])
    return middle(low, middle(a[1], b[1], c[1]), high)


@cuda.jit(device=True)
def four_medians(a, b, c):
    """A word of results, of three pairs of sorted columns."""
    left = middle_of_columns(a, between(a, b), b)
    return permuted(left, middle_of_columns(b, between(b, c), c), int32(0x6420))


@cuda.jit(device=True)
def halves(a, b, places):
    """Two bytes of each of six words."""
    zero = int32(0)
    return (
        permuted(a[0], zero, places),
        permuted(a[1], zero, places),
        permuted(a[2], zero, places),
        permuted(a[3], zero, places),
        permuted(b[0], zero, places),
        permuted(b[1], zero, places),
    )


@cuda.jit(device=True)
def medians(tile, plane, tx, ty):
    """Four words of a channel's results: a row each."""
    at = int64(int32(int32(int32(int32(ty * int32(FOURS)) + tx) << int32(2)) + plane))
    upper, lower = four_at(tile, at), four_at(tile, at + MOST_COLUMNS)
    a = sorted_threes(halves(upper, lower, int32(0x4140)))
    b = sorted_threes(halves(upper, lower, int32(0x4342)))
    upper, lower = four_at(tile, at + 4), four_at(tile, at + MOST_COLUMNS + 4)
    c = sorted_threes(halves(upper, lower, int32(0x4140)))
    return (
        four_medians(a[0], b[0], c[0]),
        four_medians(a[1], b[1], c[1]),
        four_medians(a[2], b[2], c[2]),
        four_medians(a[3], b[3], c[3]),
    )


@cuda.jit(cache=True)
def median_gray(src, dst, height, width, fours, mode):
    tile = cuda.shared.array(PLANE, dtype=int32, alignment=ALIGNMENT)
    lines = cuda.shared.array(MOST_LINES, dtype=int32, alignment=ALIGNMENT)
    columns = cuda.shared.array(MOST_COLUMNS, dtype=int32, alignment=ALIGNMENT)
    tx, ty = int32(cuda.threadIdx.x), int32(cuda.threadIdx.y)
    block = cuda.blockIdx.x, cuda.blockIdx.y, cuda.blockIdx.z
    height, width, room = int32(height), int32(width), (tile, lines, columns)
    form, taps, anchors = (height, width, PLANE), (3, FOURS, fours), (1, 1, mode)
    prepared(src, room, block, form, taps, anchors, (int32(0),), tx, ty)
    cuda.syncthreads()
    place = place_of(block, height, width, int32(1), tx, ty)
    if place[2] > 0 and place[3] > 0:
        a, b, c, d = medians(tile, int32(0), tx, ty)
        put_rows(dst, place, ((a,), (b,), (c,), (d,)))


@cuda.jit(cache=True)
def median_rgb(src, dst, height, width, fours, mode):
    tile = cuda.shared.array(PLANES, dtype=int32, alignment=ALIGNMENT)
    lines = cuda.shared.array(MOST_LINES, dtype=int32, alignment=ALIGNMENT)
    columns = cuda.shared.array(MOST_COLUMNS, dtype=int32, alignment=ALIGNMENT)
    tx, ty, zero = int32(cuda.threadIdx.x), int32(cuda.threadIdx.y), int32(0)
    block = cuda.blockIdx.x, cuda.blockIdx.y, cuda.blockIdx.z
    height, width, room = int32(height), int32(width), (tile, lines, columns)
    form, taps, anchors = (height, width, PLANE), (3, FOURS, fours), (1, 1, mode)
    prepared(src, room, block, form, taps, anchors, (zero, zero, zero), tx, ty)
    cuda.syncthreads()
    place = place_of(block, height, width, int32(3), tx, ty)
    if place[2] > 0 and place[3] > 0:
        r, g = medians(tile, zero, tx, ty), medians(tile, int32(PLANE), tx, ty)
        b = medians(tile, int32(2 * PLANE), tx, ty)
        put_rows(dst, place, interleaved(r, g, b))


def takes(image: DeviceArray, ksize: int) -> bool:
    """Tell whether an image's medians can be found here."""
    _, height, width, channels = planes_of(image)
    is_small = height * width * channels < LARGEST
    return ksize == 3 and image.dtype == np.uint8 and channels in (1, 3) and is_small


def medians_of_planes(job: Job, image: DeviceArray, target: DeviceArray, border: str) -> None:
    """Find medians of 3 x 3 bytes."""
    n_images, height, width, channels = planes_of(image)
    src, dst = job.view(image, (image.size,)), job.view(target, (target.size,))
    grid = -(-width // WIDE), -(-height // TALL), n_images
    kernel = median_gray if channels == 1 else median_rgb
    how = (height, width, (1 << 16) // FOURS + 1, MODES[border])
    job.launch(kernel, grid, (ACROSS, DOWN), src, dst, *how)

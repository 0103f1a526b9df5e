"""Medians of 3 x 3 and of 5 x 5, by minima and maxima of whole numbers that order as values do.

A thread goes down eight results of a tile in shared memory: a row's values are sorted once for all
the windows that it is in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, int32, int64, uint64

from .. import _core
from ._border import MODES
from ._checks import check
from ._job import on_device_of
from ._plane_median import medians_of_planes, takes
from ._separable import planes_of, tiles_of
from ._views import reshaped
from ._wide_median import MOST_FLOATS, wide_median
from ._window import (
    AT_ONCE,
    WARP,
    WARPS,
    WIDE_PITCH,
    WIDE_ROWS,
    WIDE_VALUES,
    channels_of,
    corner_of,
    find_lines,
    key_of,
    load_tile,
    up_to_eights,
    write_eight,
)

if TYPE_CHECKING:
    from .._device_array import DeviceArray

FLIP = 0x7FFFFFFF  # for floats, seen as bits


@cuda.jit(device=True)
def in_order(a, b):
    return min(a, b), max(a, b)


@cuda.jit(device=True)
def middle(a, b, c):
    return max(min(a, b), min(max(a, b), c))


@cuda.jit(device=True)
def sorted_3(tile, at):
    a, b = in_order(tile[uint64(at)], tile[uint64(at + 1)])
    c = tile[uint64(at + 2)]
    b, c = in_order(b, c)
    a, b = in_order(a, b)
    return a, b, c


@cuda.jit(device=True)
def sort_5(a, b, c, d, e):
    a, d = in_order(a, d)
    b, e = in_order(b, e)
    a, c = in_order(a, c)
    b, d = in_order(b, d)
    a, b = in_order(a, b)
    c, e = in_order(c, e)
    b, c = in_order(b, c)
    d, e = in_order(d, e)
    c, d = in_order(c, d)
    return a, b, c, d, e


@cuda.jit(device=True)
def sorted_5(tile, at):
    return sort_5(
        tile[uint64(at)],
        tile[uint64(at + 1)],
        tile[uint64(at + 2)],
        tile[uint64(at + 3)],
        tile[uint64(at + 4)],
    )


@cuda.jit(device=True)
def middle_of_rows(p, q, r):
    """The median of three sorted rows of three."""
    least, most = max(max(p[0], q[0]), r[0]), min(min(p[2], q[2]), r[2])
    return middle(least, middle(p[1], q[1], r[1]), most)


@cuda.jit(device=True)
def without_ends_7(a, b, c, d, e, f, g):
    """Those that are neither the least nor the most."""
    a, b = in_order(a, b)
    c, d = in_order(c, d)
    e, f = in_order(e, f)
    a, c = in_order(a, c)
    a, e = in_order(a, e)
    a, g = in_order(a, g)
    b, f = in_order(b, f)
    d, f = in_order(d, f)
    g, f = in_order(g, f)
    return b, c, d, e, g


@cuda.jit(device=True)
def without_ends_6(a, b, c, d, e, f):
    a, b = in_order(a, b)
    c, d = in_order(c, d)
    e, f = in_order(e, f)
    a, c = in_order(a, c)
    a, e = in_order(a, e)
    b, f = in_order(b, f)
    d, f = in_order(d, f)
    return b, c, d, e


@cuda.jit(device=True)
def without_ends_5(a, b, c, d, e):
    a, b = in_order(a, b)
    c, d = in_order(c, d)
    a, c = in_order(a, c)
    a, e = in_order(a, e)
    b, d = in_order(b, d)
    e, d = in_order(e, d)
    return b, c, e


@cuda.jit(device=True)
def without_ends_4(a, b, c, d):
    a, b = in_order(a, b)
    c, d = in_order(c, d)
    a, c = in_order(a, c)
    b, d = in_order(b, d)
    return b, c


@cuda.jit(device=True)
def middle_of_rows_of_5(p, q, r, s, t):
    """The median of five sorted rows of five.

    Once columns are sorted, too, place (i, j) has (i + 1) (j + 1) - 1 values before it and
    (5 - i) (5 - j) - 1 behind it for certain: six are too small, six too large.
    """
    _, _, _, a3, a4 = sort_5(p[0], q[0], r[0], s[0], t[0])
    _, _, b2, b3, b4 = sort_5(p[1], q[1], r[1], s[1], t[1])
    _, c1, c2, c3, _ = sort_5(p[2], q[2], r[2], s[2], t[2])
    d0, d1, d2, _, _ = sort_5(p[3], q[3], r[3], s[3], t[3])
    e0, e1, _, _, _ = sort_5(p[4], q[4], r[4], s[4], t[4])
    # The median is the 7th of the 13 that are left: the least and the most of 8 of them are not.
    # Nor are they of the 6 that then are left and another one, and so on.
    a3, b2 = in_order(a3, b2)
    c1, d0 = in_order(c1, d0)
    _, c1 = in_order(a3, c1)
    b4, c3 = in_order(b4, c3)
    d2, e1 = in_order(d2, e1)
    c3, _ = in_order(c3, e1)
    v, w, x, y, z = without_ends_7(b2, c1, d0, b4, d2, c3, a4)
    v, w, x, y = without_ends_6(v, w, x, y, z, e0)
    v, w, x = without_ends_5(v, w, x, y, b3)
    v, w = without_ends_4(v, w, x, d1)
    return middle(v, w, c2)


@cuda.jit(device=True)
def medians_of_9(tile, at):
    """Eight results one below the other; rows take turns in being the last."""
    p, q = sorted_3(tile, at), sorted_3(tile, at + WIDE_PITCH)
    r = sorted_3(tile, at + 2 * WIDE_PITCH)
    a = middle_of_rows(p, q, r)
    p = sorted_3(tile, at + 3 * WIDE_PITCH)
    b = middle_of_rows(p, q, r)
    q = sorted_3(tile, at + 4 * WIDE_PITCH)
    c = middle_of_rows(p, q, r)
    r = sorted_3(tile, at + 5 * WIDE_PITCH)
    d = middle_of_rows(p, q, r)
    p = sorted_3(tile, at + 6 * WIDE_PITCH)
    e = middle_of_rows(p, q, r)
    q = sorted_3(tile, at + 7 * WIDE_PITCH)
    f = middle_of_rows(p, q, r)
    r = sorted_3(tile, at + 8 * WIDE_PITCH)
    g = middle_of_rows(p, q, r)
    p = sorted_3(tile, at + 9 * WIDE_PITCH)
    return a, b, c, d, e, f, g, middle_of_rows(p, q, r)


@cuda.jit(device=True)
def medians_of_25(tile, at):
    p, q = sorted_5(tile, at), sorted_5(tile, at + WIDE_PITCH)
    r, s = sorted_5(tile, at + 2 * WIDE_PITCH), sorted_5(tile, at + 3 * WIDE_PITCH)
    t = sorted_5(tile, at + 4 * WIDE_PITCH)
    a = middle_of_rows_of_5(p, q, r, s, t)
    p = sorted_5(tile, at + 5 * WIDE_PITCH)
    b = middle_of_rows_of_5(p, q, r, s, t)
    q = sorted_5(tile, at + 6 * WIDE_PITCH)
    c = middle_of_rows_of_5(p, q, r, s, t)
    r = sorted_5(tile, at + 7 * WIDE_PITCH)
    d = middle_of_rows_of_5(p, q, r, s, t)
    s = sorted_5(tile, at + 8 * WIDE_PITCH)
    e = middle_of_rows_of_5(p, q, r, s, t)
    t = sorted_5(tile, at + 9 * WIDE_PITCH)
    f = middle_of_rows_of_5(p, q, r, s, t)
    p = sorted_5(tile, at + 10 * WIDE_PITCH)
    g = middle_of_rows_of_5(p, q, r, s, t)
    q = sorted_5(tile, at + 11 * WIDE_PITCH)
    return a, b, c, d, e, f, g, middle_of_rows_of_5(p, q, r, s, t)


@cuda.jit(device=True)
def keys_of(s, flip):
    return (
        key_of(s[0], flip),
        key_of(s[1], flip),
        key_of(s[2], flip),
        key_of(s[3], flip),
        key_of(s[4], flip),
        key_of(s[5], flip),
        key_of(s[6], flip),
        key_of(s[7], flip),
    )


@cuda.jit(device=True)
def write_medians(src, dst, height, width, channels, mode, radius):
    """Filter a block's tile of each channel; floats come as bits."""
    tile = cuda.shared.array(WIDE_VALUES, dtype=int32)
    lines = cuda.shared.array(WIDE_ROWS, dtype=int64)
    flip = int32(0) if src.itemsize == 1 else int32(FLIP)
    tx, ty, image = cuda.threadIdx.x, cuda.threadIdx.y, cuda.blockIdx.z
    height, width, channels, mode = int32(height), int32(width), int32(channels), int32(mode)
    tall = (WIDE_ROWS + 1 - (2 * radius + 1)) & -8
    left, top, group = corner_of(cuda.blockIdx.x, cuda.blockIdx.y, tall, width)
    n_rows, n_columns = up_to_eights(height - top, tall), min(WARP, int32(width - left))
    high_rows, wide = int32(n_rows + 2 * radius), int32(n_columns + 2 * radius)
    pitch = int32(width * channels)
    find_lines(lines, high_rows, top - radius, height, pitch, mode, ty * WARP + tx)
    cuda.syncthreads()
    for channel in range(*channels_of(group, channels)):
        first, form = int64(image) * height * width * channels + channel, (width, channels, mode)
        x = left - radius
        load_tile(src, first, x, form, lines, high_rows, wide, tile, WIDE_PITCH, tx, ty, flip)
        cuda.syncthreads()
        y = ty * AT_ONCE
        while y < n_rows and tx < n_columns:
            at, n = int64(y) * WIDE_PITCH + tx, height - top - y
            to = ((int64(image) * height + top + y) * width + left + tx) * channels + channel
            found = medians_of_9(tile, at) if radius == 1 else medians_of_25(tile, at)
            write_eight(dst, to, int64(pitch), n, keys_of(found, flip))
            y += WARPS * AT_ONCE
        cuda.syncthreads()


@cuda.jit(cache=True)
def median_of_9(src, dst, height, width, channels, mode):
    write_medians(src, dst, height, width, channels, mode, 1)


@cuda.jit(cache=True)
def median_of_25(src, dst, height, width, channels, mode):
    write_medians(src, dst, height, width, channels, mode, 2)


def median_blur(image: DeviceArray, ksize: int, border: str, out: DeviceArray | None = None) -> Any:
    """Run `imgmine.filters.median_blur`, of floats up to a `ksize` of 31: bit-equal."""
    check(_core.filters.median_blur, image, ksize, border)
    is_float = image.dtype.kind == "f"
    if is_float and ksize > MOST_FLOATS:
        raise ValueError(f"ksize must be at most {MOST_FLOATS} of float32 on a GPU, got {ksize}")
    n_images, height, width, channels = planes_of(image)
    form = (n_images, height, width * channels)
    how = (channels, MODES[border])
    with on_device_of(image, out) as job:
        target = out or job.empty(image.shape, image.dtype)
        if image.size and takes(image, ksize):
            medians_of_planes(job, image, target, border)
        elif image.size:
            bits = np.dtype(np.int32) if is_float else image.dtype
            src, dst = job.view(image, form, bits), job.view(target, form, bits)
            if ksize not in (3, 5):
                wide_median(job, src, dst, ksize, *how)
            else:
                kernel = median_of_9 if ksize == 3 else median_of_25
                grid = tiles_of(width, channels, height, (WIDE_ROWS + 1 - ksize) & -8, n_images)
                flat = reshaped(src, src.size), reshaped(dst, dst.size)
                job.launch(kernel, grid, (WARP, WARPS), *flat, height, width, *how)
        return job.result(target)

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, float32, int32, int64, uint64

from .. import _core
from ._border import MODES
from ._checks import check
from ._finish import MULTIPLY, finished, saturated
from ._job import on_device_of
from ._plane_correlate import correlate_planes, takes
from ._plane_lengths import lengths_of_planes, takes_lengths
from ._separable import Taps, filtered, planes_of, tiles_of
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
    fused,
    load_tile,
    nothing,
    slid,
    up_to_eights,
    weighed,
)

if TYPE_CHECKING:
    from .._device_array import DeviceArray
    from ._finish import Finish

ACROSS = 1
# Smoothing weights of three taps; the differences are -1 0 1.
SMOOTH = {"scharr": (3, 10, 3), "prewitt": (1, 1, 1)}


@cuda.jit(device=True)
def row_of(tile, at, side, middle):
    """A row's difference and its weighed mean."""
    a, b, c = tile[uint64(at)], tile[uint64(at + 1)], tile[uint64(at + 2)]
    return c - a, fused(side, a + c, middle * b)


@cuda.jit(device=True)
def length_of(across, down, whole):
    """The root of squares, whose sum of long kernels of bytes is worked out in whole numbers."""
    if whole:
        x, y = int32(across), int32(down)
        return float32(math.sqrt(float32(int64(x) * int64(x) + int64(y) * int64(y))))
    return float32(math.sqrt(fused(across, across, down * down)))


@cuda.jit(device=True)
def lengths_of_3(tile, at, dst, to, pitch, n, smooth, low, high):
    """Of three taps: a row's sums serve three results. Squares of bytes' sums are below 2^24."""
    side, middle = smooth[0], smooth[1]
    h0, g0 = row_of(tile, at, side, middle)
    h1, g1 = row_of(tile, at + WIDE_PITCH, side, middle)
    for i in range(AT_ONCE):
        h2, g2 = row_of(tile, at + (i + 2) * WIDE_PITCH, side, middle)
        if i < n:
            value = length_of(fused(side, h0 + h2, middle * h1), g2 - g0, False)
            dst[uint64(to)] = finished(value, MULTIPLY, float32(1), low, high)
        h0, g0, h1, g1, to = h1, g1, h2, g2, to + pitch


@cuda.jit(device=True)
def lengths_of_more(tile, at, dst, to, pitch, n, smooth, slope, whole, low, high):
    across, down = nothing(), nothing()
    for j in range(smooth.size):
        size = int32(smooth.size)
        smoothed = slid(tile, at + j, WIDE_PITCH, smooth, 0, 1, size, nothing())
        sloped = slid(tile, at + j, WIDE_PITCH, slope, 0, 1, size, nothing())
        across = weighed(slope[uint64(j)], smoothed, across)
        down = weighed(smooth[uint64(j)], sloped, down)
    for _ in range(min(n, AT_ONCE)):
        value = length_of(across[0], down[0], whole)
        dst[uint64(to)] = finished(value, MULTIPLY, float32(1), low, high)
        across, down, to = across[1:] + across[:1], down[1:] + down[:1], to + pitch


@cuda.jit(cache=True)
def gradient_lengths(src, dst, smooth, slope, height, width, channels, mode, whole, low, high):
    """The root of both derivatives' squares' sum."""
    tile = cuda.shared.array(WIDE_VALUES, dtype=float32)
    lines = cuda.shared.array(WIDE_ROWS, dtype=int64)
    tx, ty, image, radius = cuda.threadIdx.x, cuda.threadIdx.y, cuda.blockIdx.z, smooth.size // 2
    height, width, channels, mode = int32(height), int32(width), int32(channels), int32(mode)
    tall = (WIDE_ROWS + 1 - smooth.size) & -8
    left, top, group = corner_of(cuda.blockIdx.x, cuda.blockIdx.y, tall, width)
    n_rows, n_columns = up_to_eights(height - top, tall), min(WARP, int32(width - left))
    high_rows, wide = int32(n_rows + 2 * radius), int32(n_columns + 2 * radius)
    pitch = int32(width * channels)
    find_lines(lines, high_rows, top - radius, height, pitch, mode, ty * WARP + tx)
    cuda.syncthreads()
    for channel in range(*channels_of(group, channels)):
        first, form = int64(image) * height * width * channels + channel, (width, channels, mode)
        x = left - radius
        load_tile(src, first, x, form, lines, high_rows, wide, tile, WIDE_PITCH, tx, ty, None)
        cuda.syncthreads()
        y = ty * AT_ONCE
        while y < n_rows and tx < n_columns:
            at, n = int64(y) * WIDE_PITCH + tx, height - top - y
            to = ((int64(image) * height + top + y) * width + left + tx) * channels + channel
            if radius == 1:
                lengths_of_3(tile, at, dst, to, pitch, n, smooth, low, high)
            else:
                lengths_of_more(tile, at, dst, to, pitch, n, smooth, slope, whole, low, high)
            y += WARPS * AT_ONCE
        cuda.syncthreads()


def taps_of(which: str, ksize: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return the smoothing and the differentiating weights of an operator."""
    if which == "sobel":
        pair = _core.tables.sobel(ksize, 0), _core.tables.sobel(ksize, 1)
    else:
        pair = np.array(SMOOTH[which]), np.array((-1, 0, 1))
    return pair[0].astype(np.int32), pair[1].astype(np.int32)


def whole_gradient(
    image: DeviceArray,
    kernel: np.ndarray[Any, Any],
    border: str,
    finish: Finish,
    dtype: str,
    out: DeviceArray | None,
) -> Any:
    radius = len(kernel) // 2
    with on_device_of(image, out) as job:
        target = out or job.empty(image.shape, dtype)
        if image.size:
            correlate_planes(job, image, target, kernel, (radius, radius), border, finish)
        return job.result(target)


def gradient(
    image: DeviceArray,
    which: str,
    axis: int | None,
    ksize: int,
    border: str,
    dtype: np.dtype[Any],
    out: DeviceArray | None = None,
) -> Any:
    """Run `imgmine.filters.sobel`, `scharr` and `prewitt`: integers and float32 of uint8 bit-equal.

    But lengths of 5 and 7 taps in float32 are within 3e-7 of themselves, and results of float32
    images within 1e-6 of the sum of the weights' magnitudes times the largest magnitude.
    """
    check(_core.filters.gradient, image, which, axis, ksize, border, dtype)
    n_images, height, width, channels = planes_of(image)
    smooth, slope = taps_of(which, ksize)
    radius, finish = len(smooth) // 2, saturated(dtype.name)
    if axis is not None:
        row, column = (slope, smooth) if axis == ACROSS else (smooth, slope)
        if takes(image, np.outer(column, row)):
            return whole_gradient(image, np.outer(column, row), border, finish, dtype.name, out)
        taps = Taps(row, column, radius, radius)
        return filtered(image, taps, border, finish, out, dtype.name)
    with on_device_of(image, out) as job:
        target = out or job.empty(image.shape, dtype)
        if image.size and takes_lengths(image, smooth):
            lengths_of_planes(job, image, target, (smooth, slope), border, finish[2:])
        elif image.size:
            weights = job.upload(smooth.astype(np.float32)), job.upload(slope.astype(np.float32))
            src, dst = job.view(image, (image.size,)), job.view(target, (image.size,))
            how = (height, width, channels, MODES[border], image.dtype.kind == "u")
            grid, block = (
                tiles_of(width, channels, height, (WIDE_ROWS + 1 - len(smooth)) & -8, n_images),
                (WARP, WARPS),
            )
            job.launch(gradient_lengths, grid, block, src, dst, *weights, *how, *finish[2:])
        return job.result(target)

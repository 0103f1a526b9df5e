from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, float32, int32, int64

from .. import _core
from ._border import MODES, border_index, shifted_column
from ._checks import check
from ._finish import finished, saturated
from ._job import on_device_of
from ._plane_correlate import correlate_planes, takes
from ._sep_convolve import EXACT
from ._separable import planes_of, tiles_of
from ._views import reshaped
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
    finish_eight,
    load_tile,
    nothing,
    slid,
    up_to_eights,
    write_eight,
)

if TYPE_CHECKING:
    from .._device_array import DeviceArray

BLOCK = (32, 4)
MOST_SIDE = 33  # of a kernel whose tile fits


@cuda.jit(cache=True)
def correlate_tiles(
    src,
    dst,
    kernel,
    kernel_rows,
    kernel_columns,
    height,
    width,
    channels,
    anchor_y,
    anchor_x,
    mode,
    how,
    factor,
    low,
    high,
):
    """A fused multiply-add a weight, also for those that are 0: exact of whole ones below 2^24."""
    tile = cuda.shared.array(WIDE_VALUES, dtype=float32)
    lines = cuda.shared.array(WIDE_ROWS, dtype=int64)
    tx, ty, image = cuda.threadIdx.x, cuda.threadIdx.y, cuda.blockIdx.z
    height, width, channels, mode = int32(height), int32(width), int32(channels), int32(mode)
    tall = (WIDE_ROWS + 1 - kernel_rows) & -8
    left, top, group = corner_of(cuda.blockIdx.x, cuda.blockIdx.y, tall, width)
    n_rows, n_columns = up_to_eights(height - top, tall), min(WARP, int32(width - left))
    high_rows, wide = int32(n_rows + kernel_rows - 1), int32(n_columns + kernel_columns - 1)
    pitch = int32(width * channels)
    find_lines(lines, high_rows, top - anchor_y, height, pitch, mode, ty * WARP + tx)
    cuda.syncthreads()
    for channel in range(*channels_of(group, channels)):
        first, form = int64(image) * height * width * channels + channel, (width, channels, mode)
        x = left - anchor_x
        load_tile(src, first, x, form, lines, high_rows, wide, tile, WIDE_PITCH, tx, ty, None)
        cuda.syncthreads()
        y = ty * AT_ONCE
        while y < n_rows and tx < n_columns:
            s, at = nothing(), int64(y) * WIDE_PITCH + tx
            for j in range(kernel_columns):
                s = slid(tile, at + j, WIDE_PITCH, kernel, j, kernel_columns, int32(kernel_rows), s)
            to = ((int64(image) * height + top + y) * width + left + tx) * channels + channel
            s = finish_eight(s, how, factor, low, high)
            write_eight(dst, to, int64(pitch), height - top - y, s)
            y += WARPS * AT_ONCE
        cuda.syncthreads()


@cuda.jit(cache=True)
def correlate_whole(src, dst, kernel, anchor_y, anchor_x, channels, mode, how, factor, low, high):
    """Exact sums of bytes times whole weights; a thread a value, neighbors from the caches."""
    x = cuda.blockIdx.x * cuda.blockDim.x + cuda.threadIdx.x
    y = cuda.blockIdx.y * cuda.blockDim.y + cuda.threadIdx.y
    image, height, n = cuda.blockIdx.z, src.shape[1], src.shape[2]
    if x >= n or y >= height:
        return
    total = int32(0)
    for j in range(kernel.shape[1]):
        at = shifted_column(mode, x, j - anchor_x, channels, n // channels)
        if at >= 0:
            for i in range(kernel.shape[0]):
                line = border_index(mode, y + i - anchor_y, height)
                if line >= 0:
                    total = int32(total + kernel[i, j] * int32(src[image, line, at]))
    dst[image, y, x] = finished(float32(total), how, factor, low, high)


@cuda.jit(cache=True)
def correlate_floats(src, dst, kernel, anchor_y, anchor_x, channels, mode, how, factor, low, high):
    """The same of floats: a fused multiply-add a weight, also for those that are 0."""
    x = cuda.blockIdx.x * cuda.blockDim.x + cuda.threadIdx.x
    y = cuda.blockIdx.y * cuda.blockDim.y + cuda.threadIdx.y
    image, height, n = cuda.blockIdx.z, src.shape[1], src.shape[2]
    if x >= n or y >= height:
        return
    total = float32(0)
    for i in range(kernel.shape[0]):
        line = border_index(mode, y + i - anchor_y, height)
        if line >= 0:
            for j in range(kernel.shape[1]):
                at = shifted_column(mode, x, j - anchor_x, channels, n // channels)
                if at >= 0:
                    total = cuda.fma(kernel[i, j], float32(src[image, line, at]), total)
    dst[image, y, x] = finished(total, how, factor, low, high)


def correlate(
    image: DeviceArray,
    kernel: np.ndarray[Any, Any],
    anchor: tuple[int, int],
    border: str,
    dtype: str,
    out: DeviceArray | None = None,
) -> Any:
    """Run `imgmine.filters.correlate` and `convolve`: bit-equal from uint8 by whole weights.

    Otherwise float32 is within 1e-5 of the sum of the weights' magnitudes times the largest
    magnitude in the image, and integers are within 1.
    """
    check(_core.filters.correlate, image, kernel, anchor, border, dtype)
    n_images, height, width, channels = planes_of(image)
    form = (n_images, height, width * channels)
    whole = whole_kernel(kernel, dtype) if image.dtype.kind == "u" else None
    weights = kernel.astype(np.float32) if whole is None else whole[0]
    finish = saturated(dtype, 1 if whole is None else whole[1])
    with on_device_of(image, out) as job:
        target = out or job.empty(image.shape, dtype)
        places, sides = (*anchor, channels, MODES[border]), kernel.shape
        if not image.size:
            return job.result(target)
        if whole is not None and takes(image, weights):
            correlate_planes(job, image, target, weights, anchor, border, finish)
            return job.result(target)
        src, dst = job.view(image, form), job.view(target, form)
        if max(sides) <= MOST_SIDE and (whole is None or 255 * np.abs(weights).sum() < EXACT):
            flat = (reshaped(src, src.size), reshaped(dst, dst.size))
            taps = job.upload(weights.astype(np.float32).ravel())
            how = (*sides, height, width, channels, *anchor, MODES[border], *finish)
            grid = tiles_of(width, channels, height, (WIDE_ROWS + 1 - sides[0]) & -8, n_images)
            job.launch(correlate_tiles, grid, (WARP, WARPS), *flat, taps, *how)
            return job.result(target)
        run = correlate_floats if whole is None else correlate_whole
        grid = ((form[2] + 31) // 32, (height + 3) // 4, n_images)
        job.launch(run, grid, BLOCK, src, dst, job.upload(weights), *places, *finish)
        return job.result(target)


def whole_kernel(
    kernel: np.ndarray[Any, Any], dtype: str
) -> tuple[np.ndarray[Any, Any], float] | None:
    """Return weights in whole numbers over a divisor where the core takes such."""
    whole = _core.tables.whole_weights(kernel)
    if whole is None and dtype != "float32":
        whole = _core.tables.nearly_whole_weights(kernel)
    if whole is None:
        return None
    return whole[0].reshape(kernel.shape).astype(np.int32), whole[1]

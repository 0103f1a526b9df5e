from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, float32, int32, int64

from .. import _core
from ._border import MODES, border_index, shifted_column
from ._checks import check
from ._exact import product
from ._finish import TO_WHOLE
from ._job import on_device_of
from ._separable import planes_of

if TYPE_CHECKING:
    from .._device_array import DeviceArray

BLOCK = (32, 4)
ACROSS, DOWN, LENGTH = 1, 0, 2
# Smoothing weights of three taps; the differences are -1 0 1.
SMOOTH = {"scharr": (3, 10, 3), "prewitt": (1, 1, 1)}


@cuda.jit(cache=True)
def gradient_of_bytes(src, dst, smooth, slope, what, channels, mode, low, high):
    """Exact derivatives, or the rounded root of their squares' sum; a thread a value."""
    x = cuda.blockIdx.x * cuda.blockDim.x + cuda.threadIdx.x
    y = cuda.blockIdx.y * cuda.blockDim.y + cuda.threadIdx.y
    image, height, n = cuda.blockIdx.z, src.shape[1], src.shape[2]
    if x >= n or y >= height:
        return
    radius = smooth.size // 2
    across, down = int32(0), int32(0)
    for j in range(smooth.size):
        at = shifted_column(mode, x, j - radius, channels, n // channels)
        for i in range(smooth.size):
            line = border_index(mode, y + i - radius, height)
            if at >= 0 and line >= 0:
                value = int32(src[image, line, at])
                across = int32(across + smooth[i] * slope[j] * value)
                down = int32(down + slope[i] * smooth[j] * value)
    result = float32(down if what == DOWN else across)
    if what == LENGTH:
        result = math.sqrt(float32(int64(across) * across + int64(down) * down))
        result = float32(result)
    if low < high:
        result = min(max(result, low), high)
        result = (result + float32(TO_WHOLE)) - float32(TO_WHOLE)
    dst[image, y, x] = result


@cuda.jit(cache=True)
def gradient_of_floats(src, dst, smooth, slope, what, channels, mode):
    x = cuda.blockIdx.x * cuda.blockDim.x + cuda.threadIdx.x
    y = cuda.blockIdx.y * cuda.blockDim.y + cuda.threadIdx.y
    image, height, n = cuda.blockIdx.z, src.shape[1], src.shape[2]
    if x >= n or y >= height:
        return
    radius = smooth.size // 2
    across, down = float32(0), float32(0)
    for j in range(smooth.size):
        at = shifted_column(mode, x, j - radius, channels, n // channels)
        for i in range(smooth.size):
            line = border_index(mode, y + i - radius, height)
            if at >= 0 and line >= 0:
                value = src[image, line, at]
                across = across + product(float32(smooth[i] * slope[j]), value)
                down = down + product(float32(slope[i] * smooth[j]), value)
    if what == LENGTH:
        dst[image, y, x] = math.sqrt(product(across, across) + product(down, down))
    else:
        dst[image, y, x] = down if what == DOWN else across


def taps_of(which: str, ksize: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return the smoothing and the differentiating weights of an operator."""
    if which == "sobel":
        pair = _core.tables.sobel(ksize, 0), _core.tables.sobel(ksize, 1)
    else:
        pair = np.array(SMOOTH[which]), np.array((-1, 0, 1))
    return pair[0].astype(np.int32), pair[1].astype(np.int32)


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
    form = (n_images, height, width * channels)
    smooth, slope = taps_of(which, ksize)
    limits = np.iinfo(dtype) if dtype.kind in "iu" else None
    ends = (0, 0) if limits is None else (limits.min, limits.max)
    what = LENGTH if axis is None else axis
    run = gradient_of_bytes if image.dtype.kind == "u" else gradient_of_floats
    with on_device_of(image, out) as job:
        target = out or job.empty(image.shape, dtype)
        if image.size:
            weights: tuple[Any, ...] = (
                job.upload(smooth),
                job.upload(slope),
                what,
                channels,
                MODES[border],
            )
            grid = ((form[2] + 31) // 32, (height + 3) // 4, n_images)
            src, dst = job.view(image, form), job.view(target, form)
            if image.dtype.kind == "u":
                weights += tuple(map(np.float32, ends))
            job.launch(run, grid, BLOCK, src, dst, *weights)
        return job.result(target)

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, float64, int64

from .. import _core
from ._exact import product_of_doubles
from ._job import on_device_of
from ._separable import planes_of

if TYPE_CHECKING:
    from .._device_array import DeviceArray

BLOCK = (32, 4)
TABLE, METHODS = 3, {"default": 0, "ror": 1, "uniform": 2}


@cuda.jit(device=True)
def pixel_at(src, image, y, x):
    """The pixel, 0 outside of the image."""
    if y < 0 or x < 0 or y >= src.shape[1] or x >= src.shape[2]:
        return float64(0)
    return float64(src[image, y, x])


@cuda.jit(device=True)
def code_of(pattern, points, method):
    if method == 2:
        inner = (int64(1) << (points - 1)) - 1
        if cuda.popc((pattern ^ (pattern >> 1)) & inner) > 2:
            return int64(points + 1)
        return int64(cuda.popc(pattern))
    least = pattern
    if method == 1:
        for k in range(1, points):
            turned = ((pattern >> k) | (pattern << (points - k))) & ((int64(1) << points) - 1)
            least = min(least, turned)
    return least


@cuda.jit(cache=True)
def local_patterns(src, dst, rows, columns, table, method):
    """A thread a pixel; points are interpolated in the core's operations, in double precision."""
    x = int64(cuda.blockIdx.x * cuda.blockDim.x + cuda.threadIdx.x)
    y = int64(cuda.blockIdx.y * cuda.blockDim.y + cuda.threadIdx.y)
    image = cuda.blockIdx.z
    if x >= src.shape[2] or y >= src.shape[1]:
        return
    center, pattern = float64(src[image, y, x]), int64(0)
    for i in range(rows.size):
        top, left = y + int64(math.floor(rows[i])), x + int64(math.floor(columns[i]))
        down, right = float64(y) + rows[i], float64(x) + columns[i]
        down, right = down - math.floor(down), right - math.floor(right)
        first = 1.0 - right
        a = product_of_doubles(first, pixel_at(src, image, top, left)) + product_of_doubles(
            right, pixel_at(src, image, top, left + 1)
        )
        b = product_of_doubles(first, pixel_at(src, image, top + 1, left)) + product_of_doubles(
            right, pixel_at(src, image, top + 1, left + 1)
        )
        if product_of_doubles(1.0 - down, a) + product_of_doubles(down, b) >= center:
            pattern |= int64(1) << i
    if method == TABLE:
        dst[image, y, x] = table[pattern]
    else:
        dst[image, y, x] = code_of(pattern, rows.size, method)


def lbp(image: DeviceArray, rows: list[float], columns: list[float], method: str) -> Any:
    """Run `imgmine.features.lbp`: bit-equal. "nri_uniform" is to be had for up to 8 points."""
    n_images, height, width, _ = planes_of(image)
    code = _core.features.lbp(np.empty((0, 0), np.uint8), rows, columns, method)
    if len(rows) > 8 and method not in METHODS:
        raise ValueError(f"method must be another on a GPU for more than 8 points, got {method!r}")
    few = len(rows) <= 8
    table = _core.tables.lbp_codes(rows, columns, method) if few else np.zeros(1, np.uint8)
    how = TABLE if few else METHODS[method]
    with on_device_of(image) as job:
        target = job.empty(image.shape, code.dtype)
        if image.size:
            src, dst = (job.view(x, (n_images, height, width)) for x in (image, target))
            places = (job.upload(np.array(x, np.float64)) for x in (rows, columns))
            grid = ((width + 31) // 32, (height + 3) // 4, n_images)
            job.launch(local_patterns, grid, BLOCK, src, dst, *places, job.upload(table), how)
        return job.result(target)

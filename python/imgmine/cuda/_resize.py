from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, float32, float64, int32, int64

from .. import _core
from ._job import THREADS, on_device_of
from ._resample import resampled
from ._separable import planes_of

if TYPE_CHECKING:
    from .._device_array import DeviceArray

# In all kernels here: a thread a value of a row; rows and images are the grid's y and z.


@cuda.jit(device=True)
def place_of(dst):
    """The column and channel of a thread's value; threads too many have a column past the end."""
    i = cuda.grid(1)
    return i // dst.shape[3], i % dst.shape[3]


@cuda.jit(cache=True)
def pick_nearest(src, dst):
    image, y = cuda.blockIdx.z, int64(cuda.blockIdx.y)
    x, c = place_of(dst)
    if x < dst.shape[2]:
        line = (2 * y + 1) * src.shape[1] // (2 * dst.shape[1])
        at = (2 * x + 1) * src.shape[2] // (2 * dst.shape[2])
        dst[image, y, x, c] = src[image, line, at, c]


@cuda.jit(device=True)
def between(a, b, weight):
    """A + (b - a) weight / 2^15, rounded."""
    return a + (((b - a) * weight + (1 << 14)) >> 15)


@cuda.jit(cache=True)
def lerp_bytes(src, dst, top, way_down, left, way_right):
    """In fixed point: 7 binary places along rows, then whole values."""
    image, y = cuda.blockIdx.z, cuda.blockIdx.y
    x, c = place_of(dst)
    if x >= dst.shape[2]:
        return
    y0, x0 = top[y], left[x]
    y1, x1 = min(y0 + 1, src.shape[1] - 1), min(x0 + 1, src.shape[2] - 1)
    weight = way_right[x]
    a, b = int32(src[image, y0, x0, c]), int32(src[image, y0, x1, c])
    above = between(128 * a, 128 * b, weight)
    a, b = int32(src[image, y1, x0, c]), int32(src[image, y1, x1, c])
    below = between(128 * a, 128 * b, weight)
    dst[image, y, x, c] = (between(above, below, way_down[y]) + 64) >> 7


@cuda.jit(cache=True)
def lerp_floats(src, dst, top, way_down, left, way_right):
    image, y = cuda.blockIdx.z, cuda.blockIdx.y
    x, c = place_of(dst)
    if x >= dst.shape[2]:
        return
    y0, x0 = top[y], left[x]
    y1, x1 = min(y0 + 1, src.shape[1] - 1), min(x0 + 1, src.shape[2] - 1)
    a, b = src[image, y0, x0, c], src[image, y0, x1, c]
    above = cuda.fma(b - a, way_right[x], a)
    a, b = src[image, y1, x0, c], src[image, y1, x1, c]
    below = cuda.fma(b - a, way_right[x], a)
    dst[image, y, x, c] = cuda.fma(below - above, way_down[y], above)


@cuda.jit(device=True)
def covered(i, new, old):
    """First and last old pixel that new pixel i covers; `old` and `new` are their lengths."""
    begin = i * new
    return begin // old, (begin + new - 1) // old


@cuda.jit(device=True)
def cover(k, i, new, old):
    """How much of old pixel k the new pixel i covers."""
    return min((i + 1) * new, (k + 1) * old) - max(i * new, k * old)


@cuda.jit(cache=True)
def mean_of_bytes(src, dst, new_height, old_height, new_width, old_width):
    """The exact mean over the rectangle that a new pixel covers, rounded half up."""
    image, y = cuda.blockIdx.z, int64(cuda.blockIdx.y)
    x, c = place_of(dst)
    if x >= dst.shape[2]:
        return
    top, bottom = covered(y, new_height, old_height)
    left, right = covered(x, new_width, old_width)
    total = int64(0)
    for line in range(top, bottom + 1):
        row = int64(0)
        for at in range(left, right + 1):
            row += cover(at, x, new_width, old_width) * int64(src[image, line, at, c])
        total += cover(line, y, new_height, old_height) * row
    area = new_height * new_width
    dst[image, y, x, c] = (2 * total + area) // (2 * area)


@cuda.jit(cache=True)
def mean_of_floats(src, dst, new_height, old_height, new_width, old_width):
    image, y = cuda.blockIdx.z, int64(cuda.blockIdx.y)
    x, c = place_of(dst)
    if x >= dst.shape[2]:
        return
    top, bottom = covered(y, new_height, old_height)
    left, right = covered(x, new_width, old_width)
    total = float64(0)
    for line in range(top, bottom + 1):
        row = float32(0)
        for at in range(left, right + 1):
            weight = float32(cover(at, x, new_width, old_width))
            row = cuda.fma(weight, src[image, line, at, c], row)
        total += float64(cover(line, y, new_height, old_height)) * float64(row)
    dst[image, y, x, c] = total / (float64(new_height) * float64(new_width))


BY_WEIGHTS = ("cubic", "lanczos")


def resize(
    image: DeviceArray, height: int, width: int, method: str, out: DeviceArray | None = None
) -> Any:
    """Run `imgmine.geometry.resize`: uint8 bit-equal.

    float32 is equal for "nearest", "cubic" and "lanczos" and otherwise within 1e-5 of the largest
    magnitude.
    """
    n_images, old_height, old_width, channels = planes_of(image)
    _core.geometry.resize(np.empty((0, 0), image.dtype), 0, 0, method)
    check_sizes(image, height, width)
    shape = (*image.shape[: max(image.ndim - 3, 0)], height, width)
    shape += (channels,) if image.ndim > 2 else ()
    with on_device_of(image, out) as job:
        target = out or job.empty(shape, image.dtype)
        if target.size:
            src = job.view(image, (n_images, old_height, old_width, channels))
            dst = job.view(target, (n_images, height, width, channels))
            if method in BY_WEIGHTS:
                resampled(job, src, dst, method == "lanczos")
                return job.result(target)
            kernel, arguments = plan(job, src, dst, method)
            grid = ((width * channels + THREADS - 1) // THREADS, height, n_images)
            job.launch(kernel, grid, THREADS, src, dst, *arguments)
        return job.result(target)


LONGEST, MOST_ROWS = 1 << 23, 65535


def check_sizes(image: DeviceArray, height: int, width: int) -> None:
    """Refuse what the core refuses, and more rows than a grid has."""
    if min(height, width) < 0:
        raise ValueError(f"size must not be negative, got ({height}, {width})")
    for side in (*planes_of(image)[1:3], height, width):
        if side > LONGEST:
            raise ValueError(f"image and size must be at most {LONGEST} pixels a side, got {side}")
    if height > MOST_ROWS:
        raise ValueError(f"size must be at most {MOST_ROWS} rows on a GPU, got {height}")
    if height * width and not image.size:
        raise ValueError("image must not be empty where size is not")


def plan(job: Any, src: Any, dst: Any, method: str) -> tuple[Any, tuple[Any, ...]]:
    """Return the kernel and what it takes besides the images."""
    is_float = src.dtype == np.float32
    sizes = [(src.shape[axis], dst.shape[axis]) for axis in (1, 2)]
    if method == "nearest":
        return pick_nearest, ()
    if method == "linear":
        axes = [_core.tables.lerp(*size, is_float) for size in sizes]
        tables = tuple(job.upload(table) for axis in axes for table in axis)
        return (lerp_floats if is_float else lerp_bytes), tables
    units = [(old // math.gcd(old, new), new // math.gcd(old, new)) for old, new in sizes]
    return (mean_of_floats if is_float else mean_of_bytes), (*units[0], *units[1])

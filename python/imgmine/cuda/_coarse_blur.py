"""A wide Gaussian on a coarse grid, in the core's operations (filters/gaussian_fast.hpp).

Means around every s-th pixel, weighted by a triangle: down the columns, then along the rows; the
Gaussian on these, both ways in one kernel; straight lines between. Each value is read twice from
the second cache and once from memory; what is in between, 4 / s + 8 / s^2 bytes a value, is kept to
as many images of a batch as stay in that cache.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, float32

from ._border import MODES, border_index
from ._exact import product
from ._finish import TO_WHOLE, Finish
from ._job import THREADS, on_device_of
from ._separable import filter_by_tiles, planes_of
from ._views import part_of

if TYPE_CHECKING:
    from .._device_array import DeviceArray
    from ._job import Job

WARP = 32
IN_CACHE = 1 << 24  # bytes, of 40 MB and more


@cuda.jit(device=True)
def place():
    """Return a thread's value in a row, its row and image: of rows a grid has the more."""
    x = cuda.blockIdx.y * cuda.blockDim.x + cuda.threadIdx.x
    return x, cuda.blockIdx.x, cuda.blockIdx.z


@cuda.jit(cache=True)
def sum_rows(src, dst, factor, before, mode, fused):
    """Row j of dst: rows around that of number (j - before) factor, weighted by a triangle."""
    x, j, image = place()
    if x >= dst.shape[2]:
        return
    total, middle = float32(0), (j - before) * factor
    for k in range(1 - factor, factor):
        y = border_index(mode, middle + k, src.shape[1])
        if y >= 0:
            weight, value = float32(factor - abs(k)), float32(src[image, y, x])
            total = cuda.fma(weight, value, total) if fused else total + product(weight, value)
    dst[image, j, x] = total


@cuda.jit(device=True)
def column_at(src, image, j, x, c, channels, mode):
    at = border_index(mode, x, src.shape[2] // channels)
    return src[image, j, at * channels + c] if at >= 0 else float32(0)


@cuda.jit(cache=True)
def sum_columns(src, dst, factor, before, channels, mode, scale):
    """The same of columns: what rises to the point and what falls from it on, for itself."""
    i, j, image = place()
    if i >= dst.shape[2]:
        return
    c, x = i % channels, (i // channels - before) * factor
    rising, falling = float32(0), float32(0)
    for r in range(factor):
        value = column_at(src, image, j, x - factor + r, c, channels, mode)
        rising = rising + product(float32(r), value)
        value = column_at(src, image, j, x + r, c, channels, mode)
        falling = falling + product(float32(factor - r), value)
    dst[image, j, i] = (rising + falling) * scale


@cuda.jit(device=True)
def between_rows(src, image, j, i, below):
    upper = src[image, j, i]
    if below > float32(0):
        return cuda.fma(below, src[image, j + 1, i], (float32(1) - below) * upper)
    return upper


@cuda.jit(cache=True)
def draw_lines(src, dst, phases, channels, rounded):
    """A thread a value of the result, between four points."""
    x, y, image = place()
    if x >= dst.shape[2]:
        return
    factor, pixel = phases.size, x // channels
    j, below = y // factor, phases[y % factor]
    i = pixel // factor * channels + x % channels
    left = between_rows(src, image, j, i, below)
    right = between_rows(src, image, j, i + channels, below)
    value = left + product(phases[pixel % factor], right - left)
    if rounded:
        value = min(max(value, float32(0)), float32(255))
        value = (value + float32(TO_WHOLE)) - float32(TO_WHOLE)
    dst[image, y, x] = value


def coarsely_blurred(
    image: DeviceArray, border: str, factor: int, taps: Any, out: DeviceArray | None
) -> Any:
    """Blur by taps on every factor-th point."""
    n_images, height, width, channels = planes_of(image)
    with on_device_of(image, out) as job:
        target = out or job.empty(image.shape, image.dtype)
        if image.size:
            form = (n_images, height, width * channels)
            src, dst = job.view(image, form), job.view(target, form)
            blur_coarsely(job, src, dst, channels, MODES[border], factor, taps)
        return job.result(target)


def blur_coarsely(
    job: Job, src: Any, dst: Any, channels: int, mode: int, factor: int, taps: Any
) -> None:
    """Blur images (N, H, W C), so many at a time that what is in between stays in the cache."""
    n_images, height, n = src.shape
    around = len(taps) - 1
    rows, columns = ((side - 1) // factor + 2 for side in (height, n // channels))
    wide = (rows + around, (columns + around) * channels)
    each = 4 * (wide[0] * (n + wide[1]) + rows * columns * channels)
    many = job.at_once(min(n_images, max(1, IN_CACHE // each)), each)
    forms = (wide[0], n), wide, (rows, columns * channels)
    fine, points, blurred = (job.scratch((many, *form), np.float32) for form in forms)
    area, is_float = np.float32(factor * factor), src.dtype == np.float32
    weights = job.upload(taps)
    phases = job.upload(np.arange(factor, dtype=np.float32) / np.float32(factor))
    decimated = (factor, around // 2, channels, mode, np.float32(1) / (area * area))
    both, inside = (weights, weights), (0, 0, MODES["replicate"])
    for first in range(0, n_images, many):
        part, into = part_of(src, first, many), part_of(dst, first, many)
        n_now, means = part.shape[0], (factor, around // 2, mode, is_float)
        job.launch(sum_rows, *rows_of(wide[0], n, n_now), part, fine, *means)
        job.launch(sum_columns, *rows_of(*wide, n_now), fine, points, *decimated)
        filter_by_tiles(job, points[:n_now], blurred[:n_now], both, channels, inside, Finish())
        lines = (phases, channels, not is_float)
        job.launch(draw_lines, *rows_of(height, n, n_now), blurred, into, *lines)


def rows_of(height: int, n: int, n_images: int) -> tuple[tuple[int, int, int], int]:
    """Return grid and block for images (N, H, n), a thread a value."""
    block = min(THREADS, -(-n // WARP) * WARP)
    return (height, -(-n // block), n_images), block

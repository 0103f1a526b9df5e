from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, float64, int32, int64

from .. import _core
from .._device_array import DeviceArray
from ._histogram import NORMALIZE
from ._job import on_device_of
from ._normalize_counts import THREADS, clear_counts, normalize_counts
from ._resize import resize
from ._rgb2gray import rgb2gray
from ._separable import planes_of

if TYPE_CHECKING:
    from ._job import Job

SIDE = 80  # of the picture, of 40 x 40 blocks of 2 x 2 means
ACROSS = SIDE // 2
BLOCKS = ACROSS * ACROSS
COLORS, TEXTURES = 24, 6
BINS = COLORS * TEXTURES
WEAKEST, LEAST_OTHER, LEAST_LINE = 14.0, 0.68, 0.98
ROOT = math.sqrt(2.0)


@cuda.jit(device=True)
def slope_at(slopes, i, x):
    """Rises from 0 at the first to 1 at the second, falls from 1 at the third to 0 at the last."""
    if x < slopes[i, 0] or x > slopes[i, 3]:
        return 0.0
    if x < slopes[i, 1]:
        return (x - slopes[i, 0]) / (slopes[i, 1] - slopes[i, 0])
    if x > slopes[i, 2]:
        return (slopes[i, 3] - x) / (slopes[i, 3] - slopes[i, 2])
    return 1.0


@cuda.jit(device=True)
def share_between(x, low, high):
    """How high a value is, from 0 to 1."""
    if x <= low:
        return 0.0
    if x >= high:
        return 1.0
    return (x - low) / (high - low)


@cuda.jit(device=True)
def hsv_in_degrees(r, g, b):
    """Hue 0..359, saturation and value 0..255, rounded down."""
    high, low = max(max(r, g), b), min(min(r, g), b)
    span = high - low
    if span == 0:
        return 0.0, 0.0, float64(high)
    start, ends = 239, r - g
    if high == r:
        start, ends = 0 if g >= b else 359, g - b
    elif high == g:
        start, ends = 119, b - r
    hue = (start * span + 60 * ends) // span
    return float64(hue), float64(255 * span // high), float64(high)


@cuda.jit(device=True)
def of_ten(slopes, ten, h, s, v):
    """How much a color is white, gray, black or one of seven hues; slopes of values come last."""
    vivid = share_between(s, 10.0, 75.0)
    dull, total = 1.0 - vivid, 0.0
    dark, middle, light = slope_at(slopes, 8, v), slope_at(slopes, 9, v), slope_at(slopes, 10, v)
    for i in range(8):
        hue = slope_at(slopes, i, h)
        if ten == 0:
            total += min(min(hue, dull), light)
        elif ten == 1:
            total += min(min(hue, dull), middle)
        elif ten == 2:
            total += min(min(hue, dull), dark)
            total += min(min(hue, vivid), dark)
        elif ten == 3 + i % 7:
            total += min(min(hue, vivid), middle)
            total += min(min(hue, vivid), light)
    return total


@cuda.jit(device=True)
def of_shade(shade, s, v):
    """How much a hue is light, pure or dark."""
    vivid, bright = share_between(s, 68.0, 188.0), share_between(v, 68.0, 188.0)
    if shade == 0:
        return min(1.0 - vivid, bright)
    if shade == 1:
        return min(vivid, bright)
    return min(1.0 - vivid, 1.0 - bright) + min(vivid, 1.0 - bright)


@cuda.jit(device=True)
def textures_of(a, b, c, d):
    """Which textures four lights have, a bit each."""
    other, across, down = abs(2.0 * (a - b - c + d)), abs(a + b - c - d), abs(a - b + c - d)
    falling, rising = abs(ROOT * (a - d)), abs(ROOT * (b - c))
    most = max(max(max(other, across), max(down, falling)), rising)
    if most < WEAKEST:
        return 1
    found = 2 if other / most > LEAST_OTHER else 0
    found |= 4 if across / most > LEAST_LINE else 0
    found |= 8 if down / most > LEAST_LINE else 0
    found |= 16 if falling / most > LEAST_LINE else 0
    return found | (32 if rising / most > LEAST_LINE else 0)


@cuda.jit(cache=True)
def color_blocks(src, lights, slopes, colors, textures):
    """How much each block of 2 x 2 pixels is of each color, and its textures; a thread a block."""
    at = cuda.grid(1)
    if at >= textures.size:
        return
    image, block = at // BLOCKS, at % BLOCKS
    y, x = 2 * (block // ACROSS), 2 * (block % ACROSS)
    r, g, b = int32(0), int32(0), int32(0)
    for line in range(y, y + 2):
        for column in range(x, x + 2):
            r += int32(src[image, line, column, 0])
            g += int32(src[image, line, column, 1])
            b += int32(src[image, line, column, 2])
    h, s, v = hsv_in_degrees(r // 4, g // 4, b // 4)
    for color in range(3):
        colors[image, block, color] = of_ten(slopes, color, h, s, v)
    for hue in range(7):
        share = of_ten(slopes, 3 + hue, h, s, v)
        for shade in range(3):
            colors[image, block, 3 + 3 * hue + shade] = share * of_shade(shade, s, v)
    first, second = float64(lights[image, y, x]), float64(lights[image, y, x + 1])
    third, fourth = float64(lights[image, y + 1, x]), float64(lights[image, y + 1, x + 1])
    textures[image, block] = textures_of(first, second, third, fourth)


@cuda.jit(cache=True)
def level_bins(colors, textures, tables, levels):
    """Sum up a bin in the core's order, a thread a bin, and find the nearest of eight levels."""
    sums = cuda.shared.array(BINS, dtype=float64)
    me, image = cuda.threadIdx.x, cuda.blockIdx.x
    bit, color, total = 1 << (me // COLORS), me % COLORS, 0.0
    for block in range(BLOCKS):
        if textures[image, block] & bit != 0:
            total += colors[image, block, color]
    sums[me] = total
    cuda.syncthreads()
    everything = 0.0
    for i in range(BINS):
        everything += sums[i]
    nearest = 0
    if everything > 0.0:
        share, texture = total / everything, me // COLORS
        for k in range(1, 8):
            if abs(share - tables[texture, k]) < abs(share - tables[texture, nearest]):
                nearest = k
    levels[image, me] = int64(nearest)


def cedd(image: DeviceArray, normalize: str) -> Any:
    """Run `imgmine.features.cedd`: bit-equal, but "l2" as of `histogram`.

    Of a batch the result has shape (N, 144). It is worked on as many images at a time as fit.
    """
    _core.features.cedd(np.empty((0, 0, 3), np.uint8), normalize)
    n_images, height, width, _ = planes_of(image)
    with on_device_of(image) as job:
        out = job.empty((n_images, BINS) if image.ndim == 4 else (BINS,), np.float32)
        if not out.size:
            return job.result(out)
        levels = job.scratch((n_images, BINS), np.int64)
        batch = job.worked_on(image).as_batch()
        many = job.at_once(n_images, BLOCKS * COLORS * 8 + 5 * SIDE * SIDE)
        if height * width == 0:
            job.run(clear_counts, levels.size, levels)
            many = n_images
        for first in range(0, n_images if height * width else 0, many):
            some = batch.rows(first, min(many, n_images - first))
            describe(job, some, levels[first : first + some.shape[0]])
        into = job.view(out, (n_images, BINS))
        job.launch(normalize_counts, n_images, THREADS, levels, into, NORMALIZE[normalize])
        return job.result(out)


def describe(job: Job, batch: DeviceArray, levels: Any) -> None:
    """Find the levels of some images."""
    n = batch.shape[0]
    means = DeviceArray(resize(batch, SIDE, SIDE, "area"))
    lights = DeviceArray(rgb2gray(means))
    slopes, tables = _core.tables.cedd()
    colors = job.scratch((n, BLOCKS, COLORS), np.float64)
    textures = job.scratch((n, BLOCKS), np.uint8)
    places = (job.upload(slopes.reshape(-1, 4)), colors, textures)
    job.run(color_blocks, textures.size, job.view(means), job.view(lights), *places)
    table = job.upload(tables.reshape(TEXTURES, -1))
    job.launch(level_bins, n, BINS, colors, textures, table, levels)

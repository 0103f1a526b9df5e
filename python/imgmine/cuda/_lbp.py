"""Local binary patterns: the core's results without its doubles, but where these decide.

Bit i of a pattern tells whether a place between four pixels is not below the pixel. That is worked
out in float32 from differences, right to 3e-4; nearer to zero than 1e-3 the core's operations are
repeated in double precision. A pixel whose surroundings are flat is always that near; for those a
table tells how the doubles are rounded. It depends on the value and on how many bits the numbers of
the row and the column have, as the doubles' fractions lose as many.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, int32, int64

from .. import _core
from ._job import on_device_of
from ._lbp_points import not_below
from ._separable import planes_of
from ._unit_circle import FOURS, ROWS, unit_circle_patterns

if TYPE_CHECKING:
    from .._device_array import DeviceArray

BLOCK = (32, 4)
METHODS = {"default": 0, "ror": 1, "uniform": 2, "nri_uniform": 3}
TABLE = 4
SIDE = 0.70711  # of the unit circle's diagonal points
UNIT = (0, -SIDE, -1, -SIDE, 0, SIDE, 1, SIDE), (1, SIDE, 0, -SIDE, -1, -SIDE, 0, SIDE)


@cuda.jit(device=True)
def ones_in(pattern):
    """How many of 32 bits are ones."""
    pairs = pattern - ((pattern >> 1) & 0x55555555)
    fours = (pairs & 0x33333333) + ((pairs >> 2) & 0x33333333)
    return ((((fours + (fours >> 4)) & 0x0F0F0F0F) * 0x01010101) >> 24) & 0xFF


@cuda.jit(device=True)
def code_of(pattern, points, method):
    """The code of a pattern; what "nri_uniform" is, csrc/features/lbp.cpp says."""
    everything = (int64(1) << points) - 1
    if method == 1:
        least = pattern
        for k in range(1, points):
            turned = ((pattern >> k) | (pattern << (points - k))) & everything
            least = min(least, turned)
        return least
    if method == 0:
        return pattern
    ones = ones_in(pattern)
    is_uniform = ones_in((pattern ^ (pattern >> 1)) & (everything >> 1)) <= 2
    if method == 2:
        return ones if is_uniform else points + 1
    if not is_uniform:
        return points * (points - 1) + 2
    if ones == 0 or ones == points:
        return points * (points - 1) + 1 if ones > 0 else ones
    first_one = ones_in((pattern & -pattern) - 1)
    first_zero = ones_in(((pattern + 1) & ~pattern) - 1)
    turns = ones - first_zero if first_one == 0 else points - first_one
    return 1 + (ones - 1) * points + turns


@cuda.jit(device=True)
def code_at(src, image, y, x, places, steps, ways, ties, table, method):
    points, pattern = steps.shape[0], int64(0)
    center = int32(src[image, y, x])
    if center == 0:  # nothing is below
        pattern = (int64(1) << points) - 1
    else:
        for i in range(points):
            if not_below(src, image, y, x, center, places, steps, ways, ties, i):
                pattern |= int64(1) << i
    if method == TABLE:
        return int64(table[pattern])
    return int64(code_of(pattern, points, method))


@cuda.jit(cache=True)
def local_patterns(src, places, steps, ways, ties, table, method, dst):
    """A thread a pixel."""
    x = int32(cuda.blockIdx.x * cuda.blockDim.x + cuda.threadIdx.x)
    y = int32(cuda.blockIdx.y * cuda.blockDim.y + cuda.threadIdx.y)
    image = cuda.blockIdx.z
    if x < src.shape[2] and y < src.shape[1]:
        dst[image, y, x] = code_at(src, image, y, x, places, steps, ways, ties, table, method)


def flat_ties(
    rows: tuple[float, ...], columns: tuple[float, ...], height: int, width: int
) -> np.ndarray[Any, Any]:
    """Return whether a place among pixels of one value is not below it, by the core's operations.

    For each point, number of bits of the row and of the column before the place, and value.
    """

    def behind(offset: float, extent: int) -> np.ndarray[Any, Any]:
        befores = np.array([1 << k >> 1 for k in range(extent.bit_length() + 1)])
        places = np.asarray(befores - math.floor(offset) + offset)
        return np.asarray(places - np.floor(places))

    values = np.arange(256.0)
    ties = []
    for row, column in zip(rows, columns, strict=True):
        right, down = behind(column, width)[:, np.newaxis], behind(row, height)
        along = (1 - right) * values + right * values
        down = down[:, np.newaxis, np.newaxis]
        ties.append((1 - down) * along + down * along >= values)
    return np.array(ties, np.uint8)


cached_ties = lru_cache(maxsize=16)(flat_ties)


class Circle:
    """The points of patterns as kernels take them."""

    def __init__(self, rows: list[float], columns: list[float], method: str) -> None:
        self.is_unit = (tuple(rows), tuple(columns)) == UNIT
        self.places = np.array((rows, columns), np.float64)
        whole = np.floor(self.places)
        self.steps = whole.T.astype(np.int32)
        self.ways = (self.places - whole).T.astype(np.float32)
        self.codes, self.method = np.zeros(1, np.uint8), METHODS[method]
        if len(rows) <= 8:
            self.codes, self.method = _core.tables.lbp_codes(rows, columns, method), TABLE

    def upload(self, job: Any, height: int, width: int) -> tuple[Any, ...]:
        """Return what `code_at` takes for images of a size."""
        sides = [1 << side.bit_length() for side in (height, width)]
        key = (*map(tuple, self.places.tolist()), *sides)
        ties = job.table(f"lbp {key}", cached_ties(*key))
        uploaded = (job.upload(x) for x in (self.places, self.steps, self.ways))
        return (*uploaded, ties, job.upload(self.codes), self.method)


def launch_unit(
    job: Any, grid: Any, src: Any, circle: Any, has_words: int, flat: Any, to: Any
) -> None:
    """Launch what finds patterns of eight points at distance 1."""
    places, steps, ways, ties, codes = circle
    arguments = (flat, places, steps, ways, ties, ties.reshape(ties.size), codes, has_words, to)
    job.launch(unit_circle_patterns, grid, FOURS, src, *arguments)


def lbp(image: DeviceArray, rows: list[float], columns: list[float], method: str) -> Any:
    """Run `imgmine.features.lbp`: bit-equal."""
    n_images, height, width, _ = planes_of(image)
    code = _core.features.lbp(np.empty((0, 0), np.uint8), rows, columns, method)
    with on_device_of(image) as job:
        target = job.empty(image.shape, code.dtype)
        if image.size:
            src, dst = (job.view(x, (n_images, height, width)) for x in (image, target))
            points = Circle(rows, columns, method)
            circle = points.upload(job, height, width)
            if points.is_unit:
                has_words = int(width % 4 == 0 and job.has_words(target))
                grid = (-(-width // (4 * FOURS)), -(-height // ROWS), min(n_images, 65535))
                flat = (job.view(x, (image.size,)) for x in (image, target))
                launch_unit(job, grid, src, circle[:-1], has_words, *flat)
                return job.result(target)
            grid = (-(-width // BLOCK[0]), -(-height // BLOCK[1]), n_images)
            job.launch(local_patterns, grid, BLOCK, src, *circle, dst)
        return job.result(target)

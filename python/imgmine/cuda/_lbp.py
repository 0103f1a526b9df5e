"""Local binary patterns: the core's results without its doubles, but where these decide.

Bit i of a pattern tells whether a place between four pixels is not below the pixel. That is worked
out in float32 from differences, right to 3e-4; nearer to zero than 1e-3 the core's operations are
repeated in double precision. A pixel whose surroundings are flat is always that near; for those a
table tells how the doubles are rounded. It depends on the value and on how many bits the numbers of
the row and the column have, as the doubles' fractions lose as many.

Eight points at distance 1 are told for four pixels at a time, by `_unit_circle`.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, int32, int64, uint64

from .. import _core
from ._in_shared import address_of
from ._job import on_device_of
from ._lbp_points import COLUMN, patterns_below
from ._separable import planes_of
from ._unit_circle import (
    HELD_CODES,
    ROWS,
    codes_of,
    columns_of,
    copied_codes,
    patterns_of,
    put_four,
    row_of,
)

if TYPE_CHECKING:
    from .._device_array import DeviceArray

BLOCK = (32, 4)
METHODS = {"default": 0, "ror": 1, "uniform": 2, "nri_uniform": 3}
TABLE = 4
MOST_IMAGES = 65535  # of a grid
DIAGONAL = 0.70711
UNIT = (
    (0, -DIAGONAL, -1, -DIAGONAL, 0, DIAGONAL, 1, DIAGONAL),
    (1, DIAGONAL, 0, -DIAGONAL, -1, -DIAGONAL, 0, DIAGONAL),
)


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
def coded(pattern, points, table, method):
    """The code of a pattern, from a table if there is one."""
    if method == TABLE:
        return int64(table[pattern])
    return int64(code_of(int64(pattern), points, method))


@cuda.jit(cache=True)
def local_patterns(flat, height, width, places, steps, ways, ties, table, method, dst):
    """The codes of images: a thread COLUMN pixels of a column of each of some of them."""
    x = int32(cuda.blockIdx.x * cuda.blockDim.x + cuda.threadIdx.x)
    y = int32(COLUMN * int32(cuda.blockIdx.y * cuda.blockDim.y + cuda.threadIdx.y))
    height, width, circle = int32(height), int32(width), (places, steps, ways, ties)
    size, start = int64(height) * width, int64(cuda.blockIdx.z) * height * width
    points = int32(places.shape[1])
    while start < flat.shape[0] and x < width and y < height:
        a, b, c, d = patterns_below(flat, y, x, (start, height, width), circle)
        at, left = start + int64(y) * width + x, int32(height - y)
        dst[uint64(at)] = coded(a, points, table, method)
        if left > 1:
            dst[uint64(at + width)] = coded(b, points, table, method)
        if left > 2:
            dst[uint64(at + int64(2) * width)] = coded(c, points, table, method)
        if left > 3:
            dst[uint64(at + int64(3) * width)] = coded(d, points, table, method)
        start += size * cuda.gridDim.z


@cuda.jit(cache=True)
def unit_patterns(flat, height, width, places, ties, pitch, codes, has_words, dst):
    """The same of eight points at distance 1: a thread four pixels of each of ROWS rows."""
    table = cuda.shared.array(HELD_CODES, dtype=int32)
    me, step = int32(cuda.threadIdx.y * BLOCK[0] + cuda.threadIdx.x), BLOCK[0] * BLOCK[1]
    address = address_of(table)
    copied_codes(codes, table, address, me, step)
    cuda.syncthreads()
    height, width = int32(height), int32(width)
    x = int32(4 * int32(cuda.blockIdx.x * cuda.blockDim.x + cuda.threadIdx.x))
    first = int32(ROWS * int32(cuda.blockIdx.y * cuda.blockDim.y + cuda.threadIdx.y))
    columns, tables = columns_of(x), (places, ties, int32(pitch))
    size, start = int64(height) * width, int64(cuda.blockIdx.z) * height * width
    while start < flat.shape[0] and x < width and first < height:
        form, y = (start, height, width), first
        at, end = start + int64(y) * width + x, min(height, int32(y + ROWS))
        up = row_of(flat, at - width, y > 0, x, width, has_words)
        mid = row_of(flat, at, y < height, x, width, has_words)
        while y < end:
            down = row_of(flat, at + width, int32(y + 1) < height, x, width, has_words)
            word = patterns_of(flat, y, x, form, up, mid, down, columns, tables)
            put_four(dst, at, int32(width - x), has_words, codes_of(table, address, word))
            up, mid, y, at = mid, down, int32(y + 1), at + width
        start += size * cuda.gridDim.z


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


def flat_classes(
    rows: tuple[float, ...], columns: tuple[float, ...], height: int, width: int
) -> np.ndarray[Any, Any]:
    """Return for `class_of` a row, of a column, and values: a bit for each point not below them.

    A class is one number of bits of a place, and whether the place before has fewer.
    """
    ties = flat_ties(rows, columns, height, width)
    packed = np.zeros((2 * ties.shape[1], 2 * ties.shape[2], 256), np.uint8)
    for i, (row, column) in enumerate(zip(rows, columns, strict=True)):
        # Place 0 has the class of a power of two, none before it, and no ties but of black.
        here, there = (
            np.maximum(np.arange(2 * n) // 2 - np.arange(2 * n) % 2 * (math.floor(offset) < 0), 0)
            for n, offset in ((ties.shape[1], row), (ties.shape[2], column))
        )
        packed |= ties[i][here][:, there] << i
    return packed.ravel()


cached_classes = lru_cache(maxsize=16)(flat_classes)


class Circle:
    """The points of patterns as kernels take them."""

    def __init__(self, rows: list[float], columns: list[float], method: str) -> None:
        self.places = np.array((rows, columns), np.float64)
        whole = np.floor(self.places)
        self.steps = whole.T.astype(np.int32)
        self.ways = (self.places - whole).T.astype(np.float32)
        self.is_unit = np.array_equal(self.places, UNIT)
        self.codes, self.method = np.zeros(1, np.uint8), METHODS[method]
        if len(rows) <= 8:
            self.codes, self.method = _core.tables.lbp_codes(rows, columns, method), TABLE

    def upload(self, job: Any, height: int, width: int) -> tuple[Any, ...]:
        """Return what `patterns_below`, or the kernels of `UNIT`, take for images of a size."""
        sides = [1 << side.bit_length() for side in (height, width)]
        key = (*map(tuple, self.places.tolist()), *sides)
        made = cached_classes if self.is_unit else cached_ties
        ties = job.table(f"lbp {key}", made(*key))
        places, codes = job.upload(self.places), job.upload(self.codes)
        if self.is_unit:
            return places, ties, 512 * (sides[1].bit_length() + 1), codes.view(np.int32)
        ways = job.upload(self.steps.ravel()), job.upload(self.ways.ravel())
        return places, *ways, ties.reshape((ties.size,)), codes, self.method


def lbp(image: DeviceArray, rows: list[float], columns: list[float], method: str) -> Any:
    """Run `imgmine.features.lbp`: bit-equal."""
    n_images, height, width, _ = planes_of(image)
    code = _core.features.lbp(np.empty((0, 0), np.uint8), rows, columns, method)
    with on_device_of(image) as job:
        target = job.empty(image.shape, code.dtype)
        if image.size:
            src, dst = (job.view(x, (image.size,)) for x in (image, target))
            circle = Circle(rows, columns, method)
            how = (height, width, *circle.upload(job, height, width))
            kernel, across, down = local_patterns, BLOCK[0], COLUMN * BLOCK[1]
            if circle.is_unit:
                kernel, across, down = unit_patterns, 4 * across, ROWS * BLOCK[1]
                how = (*how, int(width % 4 == 0 and job.has_words(image, target)))
            grid = (-(-width // across), -(-height // down), min(n_images, MOST_IMAGES))
            job.launch(kernel, grid, BLOCK, src, *how, dst)
        return job.result(target)

"""Local binary patterns: the core's results without its doubles, but where these decide.

Bit i of a pattern tells whether a place between four pixels is not below the pixel. That is worked
out in float32 from differences, right to 3e-4; nearer to zero than 1e-3 the core's operations are
repeated in double precision. A pixel whose surroundings are flat is always that near; for those a
table tells how the doubles are rounded. It depends on the value and on how many bits the numbers of
the row and the column have, as the doubles' fractions lose as many.

Eight points at distance 1 are told from the nine pixels in whole numbers, as the core does it
(csrc/kernels/simd_lbp.hpp says how); a thread walks down a column, so that each pixel is loaded
three times.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, float32, float64, int32, int64

from .. import _core
from ._exact import product_of_doubles
from ._job import on_device_of
from ._separable import planes_of

if TYPE_CHECKING:
    from .._device_array import DeviceArray

BLOCK = (32, 4)
METHODS = {"default": 0, "ror": 1, "uniform": 2, "nri_uniform": 3}
TABLE = 4
NEAR = 1e-3
WALK = 8  # pixels of a column that a thread codes
DIAGONAL = 0.70711
UNIT = (
    (0, -DIAGONAL, -1, -DIAGONAL, 0, DIAGONAL, 1, DIAGONAL),
    (1, DIAGONAL, 0, -DIAGONAL, -1, -DIAGONAL, 0, DIAGONAL),
)


@cuda.jit(device=True)
def pixel_at(src, image, y, x):
    """The pixel, 0 outside of the image."""
    if y < 0 or x < 0 or y >= src.shape[1] or x >= src.shape[2]:
        return int32(0)
    return int32(src[image, y, x])


@cuda.jit(device=True)
def bits_in(n):
    """How many bits a number below 2^31 has."""
    bits = 0
    for step in (16, 8, 4, 2, 1):
        if n >> step > 0:
            n, bits = n >> step, bits + step
    return bits + n


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
def between(src, image, y, x, row, column):
    """The value at a place in the core's operations."""
    top, left = y + int64(math.floor(row)), x + int64(math.floor(column))
    down, right = float64(y) + row, float64(x) + column
    down, right = down - math.floor(down), right - math.floor(right)
    a = product_of_doubles(1.0 - right, float64(pixel_at(src, image, top, left)))
    a = a + product_of_doubles(right, float64(pixel_at(src, image, top, left + 1)))
    b = product_of_doubles(1.0 - right, float64(pixel_at(src, image, top + 1, left)))
    b = b + product_of_doubles(right, float64(pixel_at(src, image, top + 1, left + 1)))
    return product_of_doubles(1.0 - down, a) + product_of_doubles(down, b)


@cuda.jit(device=True)
def not_below(src, image, y, x, center, places, steps, ways, ties, i):
    """Whether the place at point i is not below the pixel."""
    top, left, down, right = y + steps[i, 0], x + steps[i, 1], ways[i, 0], ways[i, 1]
    a = int32(pixel_at(src, image, top, left) - center)
    if down == 0 and right == 0:
        return a >= 0
    b = int32(pixel_at(src, image, top, left + 1) - center)
    c = int32(pixel_at(src, image, top + 1, left) - center)
    d = int32(pixel_at(src, image, top + 1, left + 1) - center)
    if (a | b | c | d) == 0:  # inside of the image, as the pixel is not 0
        return ties[i, bits_in(top), bits_in(left), center] != 0
    first, second = float32(1) - right, float32(1) - down
    above = first * float32(a) + right * float32(b)
    below = first * float32(c) + right * float32(d)
    value = second * above + down * below
    if abs(value) > float32(NEAR):
        return value > 0
    return between(src, image, y, x, places[0, i], places[1, i]) >= float64(center)


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


@cuda.jit(device=True)
def corner_bit(src, image, y, x, c, a, b, d, places, steps, ties, i):
    """Bit i: whether the place between c, its neighbors a and b and the corner d is not below c."""
    far, near = int32(d - c), int32(a + b - 2 * c)
    total = int32(241425 * far + 100000 * near)  # only if both are 0 is this
    if total != 0:
        return int32(total > 0) << i
    if c == 0:
        return int32(1) << i
    if a == c:
        top, left = bits_in(y + steps[i, 0]), bits_in(x + steps[i, 1])
        return int32(ties[i, top, left, c] != 0) << i
    place = between(src, image, int64(y), int64(x), places[0, i], places[1, i])
    return int32(place >= float64(c)) << i


@cuda.jit(device=True)
def row_at(src, image, y, x):
    """A pixel between its neighbors."""
    return (
        pixel_at(src, image, y, x - 1),
        pixel_at(src, image, y, x),
        pixel_at(src, image, y, x + 1),
    )


@cuda.jit(device=True)
def unit_pattern(src, image, y, x, up, mid, down, places, steps, ties):
    """The pattern of eight points at distance 1, from three rows of three pixels."""
    left, c, right = mid
    pattern = int32(right >= c) | int32(up[1] >= c) << 2
    pattern |= int32(left >= c) << 4 | int32(down[1] >= c) << 6
    pattern |= corner_bit(src, image, y, x, c, right, up[1], up[2], places, steps, ties, 1)
    pattern |= corner_bit(src, image, y, x, c, left, up[1], up[0], places, steps, ties, 3)
    pattern |= corner_bit(src, image, y, x, c, left, down[1], down[0], places, steps, ties, 5)
    pattern |= corner_bit(src, image, y, x, c, right, down[1], down[2], places, steps, ties, 7)
    return pattern


@cuda.jit(cache=True)
def unit_patterns(src, places, steps, ties, table, dst):
    """The codes of eight points at distance 1; a thread some pixels of a column."""
    x = int32(cuda.blockIdx.x * cuda.blockDim.x + cuda.threadIdx.x)
    first = int32((cuda.blockIdx.y * cuda.blockDim.y + cuda.threadIdx.y) * WALK)
    image = cuda.blockIdx.z
    if x >= src.shape[2]:
        return
    up, mid = row_at(src, image, first - 1, x), row_at(src, image, first, x)
    for y in range(first, min(first + WALK, src.shape[1])):
        down = row_at(src, image, y + 1, x)
        dst[image, y, x] = table[unit_pattern(src, image, y, x, up, mid, down, places, steps, ties)]
        up, mid = mid, down


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
        self.places = np.array((rows, columns), np.float64)
        whole = np.floor(self.places)
        self.steps = whole.T.astype(np.int32)
        self.ways = (self.places - whole).T.astype(np.float32)
        self.is_unit = np.array_equal(self.places, UNIT)
        self.codes, self.method = np.zeros(1, np.uint8), METHODS[method]
        if len(rows) <= 8:
            self.codes, self.method = _core.tables.lbp_codes(rows, columns, method), TABLE

    def upload(self, job: Any, height: int, width: int) -> tuple[Any, ...]:
        """Return what `code_at`, or the kernels of `UNIT`, take for images of a size."""
        sides = [1 << side.bit_length() for side in (height, width)]
        key = (*map(tuple, self.places.tolist()), *sides)
        ties = job.table(f"lbp {key}", cached_ties(*key))
        places, steps, codes = (job.upload(x) for x in (self.places, self.steps, self.codes))
        if self.is_unit:
            return places, steps, ties, codes
        return places, steps, job.upload(self.ways), ties, codes, self.method


def lbp(image: DeviceArray, rows: list[float], columns: list[float], method: str) -> Any:
    """Run `imgmine.features.lbp`: bit-equal."""
    n_images, height, width, _ = planes_of(image)
    code = _core.features.lbp(np.empty((0, 0), np.uint8), rows, columns, method)
    with on_device_of(image) as job:
        target = job.empty(image.shape, code.dtype)
        if image.size:
            src, dst = (job.view(x, (n_images, height, width)) for x in (image, target))
            circle = Circle(rows, columns, method)
            tables = circle.upload(job, height, width)
            kernel, walk = (unit_patterns, WALK) if circle.is_unit else (local_patterns, 1)
            grid = (-(-width // BLOCK[0]), -(-height // (BLOCK[1] * walk)), n_images)
            job.launch(kernel, grid, BLOCK, src, *tables, dst)
        return job.result(target)

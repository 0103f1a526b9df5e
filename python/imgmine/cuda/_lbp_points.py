"""Whether a place between four pixels is below a pixel, as the core's doubles find it.

Images are flat; `form` says where one begins, and its height and width.
"""

from __future__ import annotations

import math

from numba import cuda, float32, float64, int32, int64, uint64

from ._exact import product_of_doubles
from ._words import bits_of

NEAR = 1e-3


@cuda.jit(device=True)
def pixel_at(flat, y, x, form):
    """The pixel, 0 outside of the image."""
    start, height, width = form
    if y < 0 or x < 0 or y >= height or x >= width:
        return int32(0)
    return int32(flat[uint64(start + int64(y) * int64(width) + int64(x))])


@cuda.jit(device=True)
def four_around(flat, y, x, form):
    """The pixels of the square whose first one is given, row by row."""
    start, height, width = form
    below, right = int32(y + 1), int32(x + 1)
    if y >= 0 and x >= 0 and below < height and right < width:
        at = start + int64(y) * int64(width) + int64(x)
        under = uint64(at + int64(width))
        first, second = int32(flat[uint64(at)]), int32(flat[uint64(at + int64(1))])
        return first, second, int32(flat[under]), int32(flat[uint64(under + uint64(1))])
    return (
        pixel_at(flat, y, x, form),
        pixel_at(flat, y, right, form),
        pixel_at(flat, below, x, form),
        pixel_at(flat, below, right, form),
    )


@cuda.jit(device=True)
def between(a, b, c, d, y, x, row, column):
    """The value between four pixels, at (row, column) from (y, x), in the core's operations."""
    down, right = float64(y) + row, float64(x) + column
    down, right = down - math.floor(down), right - math.floor(right)
    above = product_of_doubles(1.0 - right, float64(a)) + product_of_doubles(right, float64(b))
    below = product_of_doubles(1.0 - right, float64(c)) + product_of_doubles(right, float64(d))
    return product_of_doubles(1.0 - down, above) + product_of_doubles(down, below)


@cuda.jit(device=True)
def not_below(flat, y, x, form, center, circle, i):
    """Whether the place at point i is not below the pixel, which is not 0."""
    places, steps, ways, ties = circle
    top, left = int32(y + steps[i, 0]), int32(x + steps[i, 1])
    down, right = ways[i, 0], ways[i, 1]
    a, b, c, d = four_around(flat, top, left, form)
    above = float32(a) + right * (float32(b) - float32(a))
    below = float32(c) + right * (float32(d) - float32(c))
    value = above + down * (below - above) - float32(center)
    if abs(value) > float32(NEAR):
        return value > float32(0)
    if a == center and b == center and c == center and d == center:  # inside of the image
        return ties[i, bits_of(top), bits_of(left), center] != 0
    return between(a, b, c, d, y, x, places[0, i], places[1, i]) >= float64(center)

"""Whether a place between four pixels is below a pixel, as the core's doubles find it."""

from __future__ import annotations

import math

from numba import cuda, float32, float64, int32, int64

from ._exact import product_of_doubles

NEAR = 1e-3


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

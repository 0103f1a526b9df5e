"""Whether a place between four pixels is below a pixel, as the core's doubles find it.

Images are flat; `form` says where one begins, and its height and width.
"""

from __future__ import annotations

import math

from numba import cuda, float32, float64, int32, int64, uint32, uint64

from ._exact import product_of_doubles
from ._words import bits_of

NEAR = 1e-3
COLUMN = 4  # pixels below each other that a thread works at


@cuda.jit(device=True)
def pixel_at(flat, y, x, form):
    """The pixel, 0 outside of the image."""
    start, height, width = form
    if y < 0 or x < 0 or y >= height or x >= width:
        return int32(0)
    return int32(flat[uint64(start + int64(y) * int64(width) + int64(x))])


@cuda.jit(device=True)
def two_at(flat, at, y, x, form, is_inside):
    """A pixel, which is at `at`, and the next; 0 outside of the image."""
    if is_inside:
        return int32(flat[uint64(at)]), int32(flat[uint64(at + int64(1))])
    return pixel_at(flat, y, x, form), pixel_at(flat, y, int32(x + 1), form)


@cuda.jit(device=True)
def between(a, b, c, d, y, x, row, column):
    """The value between four pixels, at (row, column) from (y, x), in the core's operations."""
    down, right = float64(y) + row, float64(x) + column
    down, right = down - math.floor(down), right - math.floor(right)
    above = product_of_doubles(1.0 - right, float64(a)) + product_of_doubles(right, float64(b))
    below = product_of_doubles(1.0 - right, float64(c)) + product_of_doubles(right, float64(d))
    return product_of_doubles(1.0 - down, above) + product_of_doubles(down, below)


@cuda.jit(device=True)
def lerped(two, way):
    first = float32(two[0])
    return first + way * (float32(two[1]) - first)


@cuda.jit(device=True)
def settled_point(upper, lower, center, y, x, form, circle, i):
    """Whether point i is not below a pixel, as doubles or a table tell."""
    places, steps, _, ties = circle
    a, b, c, d = upper[0], upper[1], lower[0], lower[1]
    if center == 0:  # nothing is below
        return True
    if a == center and b == center and c == center and d == center:  # inside of the image
        row = bits_of(int32(y + steps[uint32(2 * i)]))
        column = bits_of(int32(x + steps[uint32(int32(2 * i) + 1)]))
        n_rows, n_columns = int32(bits_of(form[1]) + 2), int32(bits_of(form[2]) + 2)
        at = int32(int32(int32(int32(i * n_rows) + row) * n_columns) + column)
        return ties[uint32(int32(256 * at) + center)] != 0
    return between(a, b, c, d, y, x, places[0, i], places[1, i]) >= float64(center)


@cuda.jit(device=True)
def with_point(pattern, upper, lower, value, center, y, x, form, circle, i):
    """A pattern with bit i set where the place between four pixels is not below the center.

    `value` is how much it is over it, nearly.
    """
    is_set = value > float32(0)
    if abs(value) <= float32(NEAR):
        is_set = settled_point(upper, lower, center, y, x, form, circle, i)
    return uint32(pattern | (uint32(uint32(1) << uint32(i)) if is_set else uint32(0)))


@cuda.jit(device=True)
def over(above, below, way, center):
    """How much a value is over a center."""
    return above + way * (below - above) - float32(center)


@cuda.jit(device=True)
def with_points(patterns, centers, flat, y, x, form, circle, i):
    """The patterns of four pixels below each other with bit i: each two pixels are loaded once."""
    at = uint32(2 * i)
    down, right = circle[2][at], circle[2][uint32(at + uint32(1))]
    top, left = int32(y + circle[1][at]), int32(x + circle[1][uint32(at + uint32(1))])
    start, height, width = form
    is_inside = (top >= 0) & (left >= 0) & (int32(top + 4) < height) & (int32(left + 1) < width)
    at = start + int64(top) * int64(width) + int64(left)
    u = two_at(flat, at, top, left, form, is_inside)
    v = two_at(flat, at + width, int32(top + 1), left, form, is_inside)
    s, t, (a, b, c, d) = lerped(u, right), lerped(v, right), centers
    first = with_point(patterns[0], u, v, over(s, t, down, a), a, y, x, form, circle, i)
    u, y = two_at(flat, at + 2 * width, int32(top + 2), left, form, is_inside), int32(y + 1)
    s = lerped(u, right)
    second = with_point(patterns[1], v, u, over(t, s, down, b), b, y, x, form, circle, i)
    v, y = two_at(flat, at + 3 * width, int32(top + 3), left, form, is_inside), int32(y + 1)
    t = lerped(v, right)
    third = with_point(patterns[2], u, v, over(s, t, down, c), c, y, x, form, circle, i)
    u, y = two_at(flat, at + 4 * width, int32(top + 4), left, form, is_inside), int32(y + 1)
    fourth = over(t, lerped(u, right), down, d)
    fourth = with_point(patterns[3], v, u, fourth, d, y, x, form, circle, i)
    return first, second, third, fourth


@cuda.jit(device=True)
def patterns_below(flat, y, x, form, circle):
    """The patterns of four pixels below each other; any of those that are not in the image."""
    centers = (
        pixel_at(flat, y, x, form),
        pixel_at(flat, int32(y + 1), x, form),
        pixel_at(flat, int32(y + 2), x, form),
        pixel_at(flat, int32(y + 3), x, form),
    )
    patterns = uint32(0), uint32(0), uint32(0), uint32(0)
    i = int32(0)
    while i < circle[0].shape[1]:
        patterns = with_points(patterns, centers, flat, y, x, form, circle, i)
        i = int32(i + 1)
    return patterns

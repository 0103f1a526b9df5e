"""What a gradient votes for, as the core's csrc/kernels/hog.cpp works it out."""

from __future__ import annotations

import math

from numba import cuda, float32, int32

from ._exact import product

# atan(a) / (pi a) as a polynomial in a^2, as in csrc/kernels/hog.cpp.
T0, T1, T2, T3, T4 = 0.000902110711, -0.0050945594, 0.0135560567, -0.0238587447, 0.033857841
T5, T6, T7, T8 = -0.0452081859, 0.0636380538, -0.106102444, 0.318309873


@cuda.jit(device=True)
def arc_tangent(a):
    square = product(a, a)
    total = product(float32(T0), square) + float32(T1)
    total = product(total, square) + float32(T2)
    total = product(total, square) + float32(T3)
    total = product(total, square) + float32(T4)
    total = product(total, square) + float32(T5)
    total = product(total, square) + float32(T6)
    total = product(total, square) + float32(T7)
    total = product(total, square) + float32(T8)
    return product(total, a)


@cuda.jit(device=True)
def direction(x, y, is_signed):
    """The direction of a gradient in half turns, 0 to 1, or to 2 where signed."""
    width, height = abs(x), abs(y)
    longer = max(max(width, height), float32(1e-30))
    angle = arc_tangent(min(width, height) / longer)
    if height > width:
        angle = float32(0.5) - angle
    if is_signed:
        if x < 0:
            angle = float32(1) - angle
        return float32(2) - angle if y < 0 else angle
    falls = ((x < 0) & (y > 0)) | ((x > 0) & (y < 0))  # no branches
    return float32(1) - angle if falls else angle


@cuda.jit(device=True)
def value_at(src, image, y, x, c, of_roots):
    value = float32(src[image, y, x, c])
    if of_roots:
        value = float32(math.sqrt(value)) if value >= 0 else float32(math.nan)
    return value


@cuda.jit(device=True)
def gradient_at(src, image, y, x, of_roots):
    """The longest of a pixel's channels' gradients, and its squared length."""
    best_x, best_y, longest = float32(0), float32(0), float32(0)
    for c in range(src.shape[3]):
        gx, gy = float32(0), float32(0)
        if x > 0 and x < src.shape[2] - 1:
            before = value_at(src, image, y, x - 1, c, of_roots)
            gx = value_at(src, image, y, x + 1, c, of_roots) - before
        if y > 0 and y < src.shape[1] - 1:
            before = value_at(src, image, y - 1, x, c, of_roots)
            gy = value_at(src, image, y + 1, x, c, of_roots) - before
        length = product(gx, gx) + product(gy, gy)
        if c == 0 or length > longest:
            best_x, best_y, longest = gx, gy, length
    return best_x, best_y, longest


@cuda.jit(device=True)
def vote_of(x, y, squares, orientations, is_signed, interpolates):
    """A row, which is of orientation row - 1, and what it and the next one are to be given."""
    length = float32(math.sqrt(squares)) if squares < float32(math.inf) else float32(0)
    if not length > 0:
        return int32(1), float32(0), float32(0)
    n = float32(orientations)
    at = product(direction(x, y, is_signed), product(float32(0.5), n) if is_signed else n)
    last = n + float32(0.5) if interpolates else n - float32(0.5)
    if interpolates:
        at = at + float32(0.5)
    at = min(max(at, float32(0)), last)
    row = int32(at)
    if not interpolates:
        return int32(row + 1), length, float32(0)
    second = product(length, at - float32(row))
    return row, length - second, second

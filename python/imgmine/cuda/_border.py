from __future__ import annotations

from numba import cuda

MODES = {"reflect101": 0, "reflect": 1, "replicate": 2, "wrap": 3, "constant": 4}


@cuda.jit(device=True)
def border_index(mode, i, n):
    """Map any index, however far outside, into 0..n-1, or to -1 where the constant is meant."""
    if 0 <= i < n:
        return i
    if mode == 4:
        return -1
    if mode == 2:
        return 0 if i < 0 else n - 1
    if mode == 3:
        return i % n
    if mode == 1:
        i = i % (2 * n)
        return i if i < n else 2 * n - 1 - i
    if n == 1:
        return 0
    period = 2 * (n - 1)
    i = i % period
    return i if i < n else period - i


@cuda.jit(device=True)
def shifted_column(mode, x, by, channels, width):
    """Return where the value stands that is `by` pixels beside value x of a row, or -1."""
    pixel = x // channels
    other = border_index(mode, pixel + by, width)
    return -1 if other < 0 else x + (other - pixel) * channels

"""The votes of the pixels of a strip, into shared memory."""

from __future__ import annotations

import math

from numba import cuda, float32, int32, int64, uint64

from ._exact import product
from ._hog_cells import COLUMNS, ROWS
from ._hog_votes import vote_of
from ._in_shared import put_vote


@cuda.jit(device=True)
def row_in(row, low, high, n):
    """Where in the table of orientations [low, high) of n a row stands; the last row if nowhere.

    The first row of all is the last orientation once more, the last one the first.
    """
    if row == 0:
        return 0 if high == n else ROWS - 1
    if row == n + 1:
        return high - low + 1 if low == 0 else ROWS - 1
    return row - low if row > low and row <= high else ROWS - 1


@cuda.jit(device=True)
def number_at(src, at, of_roots):
    value = float32(src[at])
    if of_roots:
        value = float32(math.sqrt(value)) if value >= 0 else float32(math.nan)
    return value


@cuda.jit(device=True)
def gradient_of(src, at, across, down, of_roots):
    """A value's gradient and its squared length; 0 to where its neighbors are 0 values away."""
    left, up = number_at(src, uint64(at - across), of_roots), uint64(at - down)
    gx = number_at(src, uint64(at + across), of_roots) - left
    gy = number_at(src, uint64(at + down), of_roots) - number_at(src, up, of_roots)
    gx = float32(0) if across == 0 else gx
    gy = float32(0) if down == 0 else gy
    return gx, gy, product(gx, gx) + product(gy, gy)


@cuda.jit(device=True)
def strongest_at(src, at, across, down, channels, of_roots):
    """The longest of a pixel's channels' gradients, the first of those, and its squared length."""
    best_x, best_y, longest = gradient_of(src, at, across, down, of_roots)
    while channels > 1:
        at, channels = int64(at + 1), int32(channels - 1)
        gx, gy, length = gradient_of(src, at, across, down, of_roots)
        if length > longest:
            best_x, best_y, longest = gx, gy, length
    return best_x, best_y, longest


@cuda.jit(device=True)
def word_of(row, part):
    """Where votes go: the places, in bytes, of two rows of the table of a part of orientations."""
    low, high, n = part
    below = int32(row + 1)
    if low > 0 or high < n:
        row, below = int32(row_in(row, low, high, n)), int32(row_in(below, low, high, n))
    return int32(int32(row * (4 * COLUMNS)) | int32(int32(below * (4 * COLUMNS)) << 16))


@cuda.jit(device=True)
def vote(src, where, shape, how, part, votes, who, step):
    """Work out the votes of some lines of a strip; rows as places of two rows in the table."""
    n, of_roots, is_signed, interpolates = how
    first, top, left, width, lines = where
    height, wide, channels = shape
    pitch, i, address = int32(wide * channels), who[0], int32(votes[1] + 16 * who[0])
    y, x, down, across = step
    begin = first + int64(top) * int64(pitch) + int64(int32(left * channels))
    while i < int32(width * lines):
        row, column = int32(top + y), int32(left + x)
        to_right = channels if column > 0 and column < int32(wide - 1) else int32(0)
        to_below = pitch if row > 0 and row < int32(height - 1) else int32(0)
        at = begin + int64(int32(int32(y * pitch) + int32(x * channels)))
        gradient = strongest_at(src, at, int64(to_right), int64(to_below), channels, of_roots)
        row, one, other = vote_of(*gradient, n, is_signed, interpolates)
        put_vote(votes[0], address, word_of(row, part), one, other)
        i, address = int32(i + who[1]), int32(address + 16 * who[1])
        x, y = int32(x + across), int32(y + down)
        if x >= width:
            x, y = int32(x - width), int32(y + 1)

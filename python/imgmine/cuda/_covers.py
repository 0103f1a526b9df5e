"""What new pixels cover of old ones along an axis, and means over the area of that."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import cuda, float32, int32, int64, uint8


@cuda.jit(device=True)
def rounded_mean(total, area, inverse):
    """(2 total + area) / (2 area), a byte: a float's quotient is off by less than one."""
    total = int64(total + (area >> 1))
    mean = int32(float32(total) * inverse)
    left = int64(total - int64(mean) * area)
    if left < 0:
        mean = int32(mean - 1)
    elif left >= area:
        mean = int32(mean + 1)
    return uint8(mean)


@cuda.jit(device=True)
def rounded_mean_in_32_bits(total, area, inverse):
    total = int32(total + int32(area >> int32(1)))
    mean = int32(float32(total) * inverse)
    left = int32(total - int32(mean * area))
    if left < int32(0):
        mean = int32(mean - int32(1))
    elif left >= area:
        mean = int32(mean + int32(1))
    return uint8(mean)


def covers(old: int, new: int) -> tuple[Any, int, int]:
    """Return what new pixels cover along an axis, and how much an old and a new one measure.

    Columns are the first and the last old pixel and how much of these is not covered.
    """
    unit, measure = new // math.gcd(old, new), old // math.gcd(old, new)
    begin = np.arange(new, dtype=np.int64) * measure
    first, last = begin // unit, (begin + measure - 1) // unit
    rest = begin - first * unit, (last + 1) * unit - (begin + measure)
    return np.stack([first, last, *rest], axis=1), unit, measure


def along_values(table: Any, channels: int) -> Any:
    """Return the same for the values of a row, places in values instead of pixels."""
    table = np.repeat(table, channels, axis=0)
    table[:, :2] = table[:, :2] * channels + np.arange(len(table))[:, None] % channels
    return table


def spans(along: Any, tile: int, channels: int) -> Any:
    """Return the first old value that each `tile` of new ones covers, and the one behind the last.

    A later pixel's first channel may stand before the first pixel's last: pixels are whole.
    """
    begin = np.arange(0, len(along), tile)
    first, last = along[begin, 0], along[np.minimum(begin + tile, len(along)) - 1, 1]
    bounds = np.stack([first // channels, last // channels + 1], axis=1) * channels
    return np.pad(bounds, [(0, 0), (0, 2)])

"""The last step of a filter: from a sum in float32 to a value of the result."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import cuda, float32

MULTIPLY, DIVIDE, FLOOR = range(3)
# Adding this moves a float's last place to the units: rounded to nearest, ties to even.
TO_WHOLE = 12582912.0


class Finish(NamedTuple):
    """How sums become values: by `how` and `factor`, rounded and saturated if low < high.

    Or, of sums that are not negative, plus `low` before that, and cut off.
    """

    how: int = MULTIPLY
    factor: Any = np.float32(1)
    low: Any = np.float32(0)
    high: Any = np.float32(0)


FIXED_POINT = Finish(FLOOR, np.float32(1 / 65536), np.float32(32768))
RANGES = {"uint8": (0, 255), "int16": (-32768, 32767), "float32": (0, 0)}


def mean_of(size: int) -> Finish:
    """Return how a sum of `size` bytes becomes their mean, rounded; half above a whole number.

    Half a unit more keeps quotients away from whole numbers, by more than the rounding of the
    factor matters.
    """
    return Finish(FLOOR, np.float32(1 / size), np.float32(size // 2 + 0.5))


def saturated(dtype: str, divisor: float = 1) -> Finish:
    """Return how a sum over `divisor` becomes a value of `dtype`, as the core does it."""
    low, high = map(np.float32, RANGES[dtype])
    if math.frexp(divisor)[0] == 0.5:
        return Finish(MULTIPLY, np.float32(1 / divisor), low, high)
    return Finish(DIVIDE, np.float32(divisor), low, high)


@cuda.jit(device=True)
def finished(total, how, factor, low, high):
    if how == FLOOR:
        return (total + low) * factor  # of which whole numbers are stored
    value = total / factor if how == DIVIDE else total * factor
    if low < high:
        value = min(max(value, low), high)
        value = (value + float32(TO_WHOLE)) - float32(TO_WHOLE)
    return value

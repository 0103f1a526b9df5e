"""What the texture features ask of their arguments."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from .._validate import as_float

DIRECTIONS = (0.0, math.pi / 4, math.pi / 2, 3 * math.pi / 4)


def as_numbers(values: Any, name: str) -> tuple[float, ...]:
    """Return the finite numbers that `values`, one or a sequence of them, stands for."""
    if isinstance(values, np.ndarray):
        values = values.tolist()
    many = values if isinstance(values, Sequence) and not isinstance(values, str) else (values,)
    if not many:
        raise ValueError(f"{name} must hold at least one number")
    numbers = tuple(as_float(value, name) for value in many)
    if not all(math.isfinite(number) for number in numbers):
        raise ValueError(f"{name} must be finite, got {values}")
    return numbers

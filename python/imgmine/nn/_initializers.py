"""What weights are before anything has been learned: the same bits on every machine."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from .._validate import Array, as_name

if TYPE_CHECKING:
    from collections.abc import Sequence

INITIALIZERS = ("he_uniform", "he_normal", "glorot_uniform", "glorot_normal", "zeros")
_CONSTANTS = {"gamma": 1.0, "variance": 1.0}  # what else is no kernel is 0
_CUT = 0.87962566103423978  # deviation of a normal distribution cut at twice its deviation


def as_initializer(value: Any) -> str:
    """Return the name of an initializer."""
    if as_name(value, "kernel_initializer") not in INITIALIZERS:
        raise ValueError(f"kernel_initializer must be one of {INITIALIZERS}, got {value!r}")
    return str(value)


def initial(
    parameter: str,
    shape: Sequence[int],
    initializer: str,
    rng: np.random.Generator,
    is_transposed: bool = False,
) -> Array:
    """Return a parameter's first values; a kernel has shape (..., in, out), or (..., out, in)."""
    if parameter != "kernel":
        return np.full(shape, _CONSTANTS.get(parameter, 0.0), np.float32)
    window = math.prod(shape[:-2])
    fan_in, fan_out = window * shape[-2], window * shape[-1]
    if is_transposed:
        fan_in, fan_out = fan_out, fan_in
    fan = fan_in if initializer.startswith("he") else (fan_in + fan_out) / 2
    variance = (2.0 if initializer.startswith("he") else 1.0) / max(fan, 1)
    if initializer == "zeros":
        return np.zeros(shape, np.float32)
    if initializer.endswith("uniform"):
        drawn = (2 * rng.random(math.prod(shape)) - 1) * math.sqrt(3 * variance)
    else:
        drawn = _cut_normal(rng, math.prod(shape)) * (math.sqrt(variance) / _CUT)
    return drawn.reshape(shape).astype(np.float32)


def _cut_normal(rng: np.random.Generator, n: int) -> Array:
    """Return n normal numbers, those beyond 2 drawn again."""
    drawn: Array = rng.standard_normal(n)
    while (far := np.flatnonzero(np.abs(drawn) > 2)).size:
        drawn[far] = rng.standard_normal(far.size)
    return drawn

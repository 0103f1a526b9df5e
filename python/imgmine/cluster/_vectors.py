"""What the estimators of this package ask of their samples and parameters."""

from __future__ import annotations

import numpy as np

from .._validate import FLOAT32, Array


def as_float32(samples: Array) -> Array:
    """Return samples of any of three types as float32."""
    if samples.dtype == FLOAT32:
        return samples
    with np.errstate(over="ignore"):
        floats = samples.astype(np.float32)
    if not np.isfinite(floats).all():
        raise ValueError("X must be finite as float32, got larger values")
    return floats

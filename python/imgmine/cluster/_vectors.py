"""What the estimators of this package ask of their samples and parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .._estimator import as_samples
from .._validate import FLOAT32, Array, as_int

if TYPE_CHECKING:
    import numpy.typing as npt


def as_float_rows(X: npt.ArrayLike, n_features: int | None = None, least: int = 0) -> Array:
    """Return X as a float32 array of shape (n, d), n being at least `least`."""
    samples = as_samples(X, n_features)
    if len(samples) < least:
        raise ValueError(f"X must have at least {least} row, got shape {samples.shape}")
    if least and samples.shape[1] == 0:
        raise ValueError(f"X must have at least 1 feature, got shape {samples.shape}")
    return as_float32(samples)


def as_float32(samples: Array) -> Array:
    """Return samples of any of three types as float32."""
    if samples.dtype == FLOAT32:
        return samples
    with np.errstate(over="ignore"):
        floats = samples.astype(np.float32)
    if not np.isfinite(floats).all():
        raise ValueError("X must be finite as float32, got larger values")
    return floats


def as_seed(random_state: int | None) -> int:
    """Return `random_state` as a seed that is not negative; None is 0."""
    seed = 0 if random_state is None else as_int(random_state, "random_state")
    if seed < 0:
        raise ValueError(f"random_state must not be negative, got {seed}")
    return seed

"""What estimators and their metrics take: samples, and seeds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ._validate import (
    FLOAT32,
    FLOAT64,
    UINT8,
    Array,
    as_int,
    as_numbers,
    require_finite,
    with_contiguous_rows,
)


def as_samples(X: npt.ArrayLike, *, finite: bool = True) -> Array:
    """Return X as an array of shape (n, d) of float32, float64 or uint8, finite.

    These three are left where they are; lists and other numbers become float64.
    """
    array = as_numbers(X, "X")
    if array.dtype not in (FLOAT32, FLOAT64, UINT8):
        array = array.astype(np.float64)
    if array.ndim != 2:
        raise ValueError(
            f"X must have shape (n_samples, n_features), got {array.shape}. Reshape your data: "
            "X.reshape(1, -1) is one sample, X.reshape(-1, 1) one feature"
        )
    if finite:
        require_finite(array, "X")
    return with_contiguous_rows(array)


def as_seed(random_state: int | None) -> int:
    """Return `random_state` as a seed that is not negative; None is 0."""
    seed = 0 if random_state is None else as_int(random_state, "random_state")
    if seed < 0:
        raise ValueError(f"random_state must not be negative, got {seed}")
    return seed

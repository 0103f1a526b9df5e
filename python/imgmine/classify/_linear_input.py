"""What linear models take: dense rows where they lie, and compressed sparse rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._samples import as_samples
from .._sparse import as_csr, is_sparse
from .._validate import FLOAT32, UINT8, Array, require_finite, with_contiguous_rows

FLOAT16 = np.dtype(np.float16)

# An array, or the parts of a sparse one: values, columns, starts, number of features.
Rows = Array | tuple[Array, Array, Array, int]


def as_rows(X: Any, *, finite: bool = True) -> Rows:
    """Return X, finite, as the core takes it; sparse matrices of any format become rows.

    With ``finite=False`` dense values are not looked at.
    """
    if is_sparse(X):
        csr = as_csr(X)
        values = csr.values.astype(FLOAT32) if csr.values.dtype == UINT8 else csr.values
        return values, csr.columns, csr.starts, csr.shape[1]
    if isinstance(X, np.ndarray) and X.dtype == FLOAT16 and X.ndim == 2:
        if finite:
            require_finite(X, "X")
        return with_contiguous_rows(X)
    return as_samples(X, finite=finite)


def shape_of(rows: Rows) -> tuple[int, int]:
    """Return (n_samples, n_features)."""
    if isinstance(rows, tuple):
        return len(rows[2]) - 1, rows[3]
    return rows.shape[0], rows.shape[1]


def mean_squared_length(rows: Rows, n_most: int = 1000) -> float:
    """Return the mean of |x|² of the first samples."""
    n = min(shape_of(rows)[0], n_most)
    values = rows[0][: rows[2][n]] if isinstance(rows, tuple) else rows[:n]
    return float(np.square(values, dtype=np.float64).sum()) / max(n, 1)

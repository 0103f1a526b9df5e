"""SciPy's sparse matrices, without SciPy."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ._validate import FLOAT32, FLOAT64, UINT8, Array, as_numbers, require_finite


class Csr(NamedTuple):
    """A sparse matrix by rows: row i has values[j] at columns[j], j in starts[i]..starts[i + 1].

    Columns rise within a row.
    """

    values: Array  # float32, float64 or uint8
    columns: Array  # int32
    starts: Array  # int64, (n_rows + 1,)
    shape: tuple[int, int]


def is_sparse(X: object) -> bool:
    """Tell whether X is a sparse matrix or array of SciPy's."""
    return hasattr(X, "tocsr")


def as_csr(X: Any) -> Csr:
    """Return a sparse matrix of any of SciPy's formats by rows, its values finite.

    Values of float32, float64 and uint8 are left where they are; others become float64.
    """
    csr = X.tocsr()
    if csr.ndim != 2:
        raise ValueError(f"X must have shape (n_samples, n_features), got {csr.shape}")
    if not csr.has_canonical_format:
        csr = csr.copy()
        csr.sum_duplicates()
    values = as_numbers(csr.data, "X")
    if values.dtype not in (FLOAT32, FLOAT64, UINT8):
        values = values.astype(np.float64)
    require_finite(values, "X")
    if csr.shape[1] >= 2**31:
        raise ValueError(f"a sparse X must have fewer than 2^31 features, got {csr.shape[1]}")
    return Csr(
        np.ascontiguousarray(values),
        np.ascontiguousarray(csr.indices, np.int32),
        np.ascontiguousarray(csr.indptr, np.int64),
        csr.shape,
    )

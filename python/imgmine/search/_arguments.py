"""What the functions of a vector index ask of their arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from .._validate import FLOAT32, Array, as_rows, from_list, to_array

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._state import State

Allowed: TypeAlias = "npt.ArrayLike | Sequence[npt.ArrayLike] | None"

METRICS = ("euclidean", "cosine", "inner_product", "pearson")
STORAGES = ("float32", "float16", "int8")


def as_vectors(vectors: npt.ArrayLike, name: str, dim: int) -> Array:
    """Return contiguous rows of `dim` values; one of shape (dim,) becomes the only row."""
    array = vectors if isinstance(vectors, np.ndarray) else from_list(vectors, name, FLOAT32)
    rows = as_rows(array[np.newaxis] if array.ndim == 1 else array, name)
    if rows.shape[1] != dim:
        raise ValueError(f"{name} must have {dim} values each, got {rows.shape[1]}")
    return rows if rows.flags.c_contiguous else np.ascontiguousarray(rows)


def as_queries(queries: npt.ArrayLike, dim: int) -> Array:
    """Return contiguous rows of `dim` values, or one; at once where they are so already."""
    if (
        type(queries) is np.ndarray
        and queries.dtype is FLOAT32
        and queries.ndim <= 2
        and queries.shape[-1:] == (dim,)
        and queries.flags.carray
    ):
        return queries
    rows = as_vectors(queries, "queries", dim)
    return rows[0] if np.ndim(queries) == 1 else rows


def require_numbers(vectors: Array, name: str) -> None:
    """Refuse vectors that hold NaN or infinity, and say which."""
    finite = np.isfinite(vectors).all(axis=1)
    if not finite.all():
        row = int(np.argmin(finite))
        raise ValueError(f"{name} must be finite, got NaN or infinity in row {row}")


def as_ids(ids: npt.ArrayLike, name: str = "ids") -> Array:
    """Return ids as a list of int64."""
    array = np.atleast_1d(to_array(ids, name))
    if array.size == 0:
        array = array.astype(np.int64)
    if array.dtype.kind not in "iu":
        raise TypeError(f"{name} must be whole numbers, got {array.dtype}")
    if array.ndim != 1:
        raise ValueError(f"{name} must have shape (n,), got {array.shape}")
    if array.dtype.kind == "u" and (array > np.uint64(2**63 - 1)).any():
        raise ValueError(f"{name} must be below 2^63, got {array.max()}")
    return np.ascontiguousarray(array, np.int64)


def as_new_ids(ids: npt.ArrayLike, n: int) -> Array:
    """Return one id for each of n vectors, no two the same."""
    array = as_ids(ids)
    if len(array) != n:
        raise ValueError(f"ids must be as many as vectors, got {len(array)} for {n}")
    if n and array.min() < 0:
        raise ValueError(f"ids must not be negative, got {array.min()}")
    rising = np.sort(array)
    twice = rising[:-1][rising[1:] == rising[:-1]]
    if len(twice):
        raise ValueError(f"ids must be unique, got {twice[0]} twice")
    return array


def _is_mask(state: State, array: Array) -> bool:
    if array.dtype != bool:
        return False
    if array.shape != (state.n_live,):
        raise ValueError(
            f"allowed, a mask over ids, must have shape ({state.n_live},), got {array.shape}"
        )
    return True


def bits_of(state: State, allowed: Any) -> list[Array]:
    """Return which rows of each part of a state `allowed` lets pass."""
    array = to_array(allowed, "allowed")
    if _is_mask(state, array):
        return state.bits_of_mask(array)
    return state.bits_of_ids(as_ids(array, "allowed"))


def allowed_ids(state: State, allowed: npt.ArrayLike) -> Array:
    """Return the ids that `allowed` lets pass: a copy."""
    array = to_array(allowed, "allowed")
    return state.ids[array] if _is_mask(state, array) else as_ids(array, "allowed").copy()


def is_one_per_query(allowed: Allowed) -> bool:
    """Tell a list of filters from one filter."""
    return isinstance(allowed, (list, tuple)) and any(
        one is None or not np.isscalar(one) for one in allowed
    )


def require_one_of(value: str, names: tuple[str, ...], name: str) -> str:
    """Refuse a name that is none of these."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a string, got {type(value).__name__}")
    if value not in names:
        known = ", ".join(f"'{one}'" for one in names[:-1])
        raise ValueError(f"{name} must be {known} or '{names[-1]}', got '{value}'")
    return value

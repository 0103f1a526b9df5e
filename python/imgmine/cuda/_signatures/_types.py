"""Short names of Numba's types."""

from __future__ import annotations

from typing import Any

from numba import types

U8, U16, U32 = types.uint8, types.uint16, types.uint32
I16, I32, I64 = types.int16, types.int32, types.int64
F32, F64 = types.float32, types.float64

Signature = tuple[Any, tuple[Any, ...]]


def array(dtype: Any, ndim: int) -> Any:
    """Return the type of an array whose values stand in order."""
    return types.Array(dtype, ndim, "C")

"""Memory of the host that the GPU's copies do not wait for, and copies out of it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import cuda

from .._validate import Array, to_array
from ._job import LEGACY, told


def pinned_empty(shape: Any, dtype: Any) -> Array:
    with told():
        array: Array = cuda.pinned_array(shape, dtype)
    return array


def upload(batch: Any, stream: Any) -> Any:
    array = np.require(to_array(batch, "batch"), requirements="C")
    handle = handle_of(stream)
    with told():
        if handle in LEGACY:
            return cuda.to_device(array)
        return cuda.to_device(array, stream=cuda.external_stream(handle))


def handle_of(stream: Any) -> int:
    """Return the number by which CUDA knows a stream of Numba, CuPy or PyTorch."""
    if stream is None:
        return 0
    for name in ("cuda_stream", "ptr"):
        stream = getattr(stream, name, stream)
    try:
        return int(stream)
    except (TypeError, ValueError):
        raise TypeError(
            f"stream must be one of Numba, CuPy or PyTorch, or its number, got {stream!r}"
        ) from None

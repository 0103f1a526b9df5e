"""Memory of one stream: what is dropped is used again, in the stream's order, without asking CUDA.

Numba gives memory back to the driver, which waits for all streams: several at work need their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda

if TYPE_CHECKING:
    from collections.abc import Mapping


class Pool:
    """Gives arrays on a stream, and takes their memory back when they are dropped."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.free: list[Any] = []

    def empty(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Lent:
        """Return a new array."""
        n = rounded_up(int(np.prod(shape, dtype=np.int64)) * dtype.itemsize)
        return Lent(self, self._block(n), shape, dtype)

    def _block(self, n: int) -> Any:
        fitting = [block for block in self.free if n <= block.size <= 2 * n]
        if fitting:
            block = min(fitting, key=lambda block: int(block.size))
            self.free = [other for other in self.free if other is not block]
            return block
        try:
            return cuda.device_array(n, np.uint8)
        except Exception:
            if not self.free:
                raise
            self.free.clear()
        return cuda.device_array(n, np.uint8)


class Lent:
    """An array in a pool's memory."""

    def __init__(self, pool: Pool, block: Any, shape: tuple[int, ...], dtype: Any) -> None:
        self.pool, self._block = pool, block
        self.__cuda_array_interface__: Mapping[str, Any] = {
            "data": (block.__cuda_array_interface__["data"][0], False),
            "shape": shape,
            "strides": None,
            "typestr": np.dtype(dtype).str,
            "stream": None,
            "version": 3,
        }

    def __del__(self) -> None:
        self.pool.free.append(self._block)


def rounded_up(n: int) -> int:
    """Return at least n bytes, of few different sizes: a quarter more at most."""
    step = max(512, 1 << max(n.bit_length() - 3, 0))
    return max(1, (n + step - 1) // step) * step

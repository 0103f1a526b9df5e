from __future__ import annotations

from numba import cuda


@cuda.jit(cache=True)
def copy_values(source, target):
    """target[i] = the value i of an array of four dimensions and any strides; a thread a value."""
    i = cuda.grid(1)
    if i < target.size:
        x = i // source.shape[3]
        y = x // source.shape[2]
        z = y // source.shape[1]
        target[i] = source[
            z, y - z * source.shape[1], x - y * source.shape[2], i - x * source.shape[3]
        ]

from __future__ import annotations

from numba import cuda, int64, uint32

MOST_ROWS = 65535  # of a grid
MOST = 2**32


@cuda.jit(cache=True)
def copy_values(source, target):
    """Put an array of four dimensions and any strides in order; a thread a value of each row."""
    n, channels, lines = source.shape[2] * source.shape[3], source.shape[3], source.shape[1]
    i = int64(cuda.blockIdx.x) * cuda.blockDim.x + cuda.threadIdx.x
    if i >= n:
        return
    x = i // channels if n >= MOST else int64(uint32(uint32(i) // uint32(channels)))
    row, value = int64(cuda.blockIdx.y), i - x * channels
    z = row // lines
    y = row - z * lines
    while z < source.shape[0]:
        target[row * n + i] = source[z, y, x, value]
        row += cuda.gridDim.y
        y += cuda.gridDim.y
        while y >= lines:
            y, z = y - lines, z + 1


def grid_of(shape: tuple[int, ...], threads: int) -> tuple[int, int]:
    """Return the grid of blocks that copies an array of four dimensions."""
    return -(-shape[2] * shape[3] // threads), min(shape[0] * shape[1], MOST_ROWS)

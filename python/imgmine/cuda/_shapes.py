"""How large tiles are: 128 x 128 rows for many queries, 16 x 256 for few.

Those that matrices are multiplied for are as large as the first.
"""

from __future__ import annotations

from typing import Any

from numba import config

from ._loads import DEPTH

SIDE = 8  # rows of either side that a thread compares
PARTS = DEPTH // 4  # loads of a row in a step

# What the simulator does not know: shared memory for loads of 16 bytes, and as few registers as let
# two blocks of 256 threads share a multiprocessor.
ALIGNMENT = None if config.ENABLE_CUDASIM else 16
TWO_BLOCKS: dict[str, Any] = {} if config.ENABLE_CUDASIM else {"max_registers": 128}

# Threads down and across; then those of a warp, which share what they read; then how far lanes of a
# row are apart beyond the rows: stores (of matrices: loads) then meet different banks.
MANY, FEW, MATRIX = (16, 16, 4, 8, 4), (2, 32, 1, 32, 4), (16, 16, 8, 4, 8)


def sizes(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return rows on the left, on both sides, lanes for the left and the right, and loads."""
    left, right = shape[0] * SIDE, shape[1] * SIDE
    lanes = [2 * DEPTH * (n + shape[4]) for n in (left, right)]  # in shared memory, in two buffers
    loads = [4 * -(-n * PARTS // (shape[0] * shape[1])) for n in (left, right)]  # of a thread
    return left, left + right, *lanes, *loads


MANY_ROWS, MANY_BOTH, MANY_LEFT, MANY_RIGHT, MANY_NEXT_LEFT, MANY_NEXT_RIGHT = sizes(MANY)
_, MATRIX_BOTH, MATRIX_LEFT, MATRIX_RIGHT, _, _ = sizes(MATRIX)
FEW_ROWS, FEW_BOTH, FEW_LEFT, FEW_RIGHT, FEW_NEXT_LEFT, FEW_NEXT_RIGHT = sizes(FEW)

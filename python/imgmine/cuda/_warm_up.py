from __future__ import annotations

from . import _best_tiles, _compare_tiles
from ._pairwise import multiplies_matrices
from ._signatures import signatures

BY_MATRIX = (
    _best_tiles.best_bytes_by_matrix,
    _best_tiles.best_halves_by_matrix,
    _compare_tiles.bytes_by_matrix,
    _compare_tiles.halves_by_matrix,
)


def run() -> None:
    """Compile every kernel for the GPU that is current, or load it from the cache on disk."""
    for kernel, types in signatures():
        if kernel not in BY_MATRIX or multiplies_matrices():
            kernel.compile(types)

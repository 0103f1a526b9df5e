from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numba import config, cuda

from .. import _core
from . import _compare_tiles as tiles
from . import _comparing as others
from ._job import on_device_of
from ._matrix_products import LEAST_GPU
from ._row_words import begins_at
from ._shapes import FEW, MANY, MATRIX, SIDE
from ._tile import BY_LENGTHS, CHI2, DIFFERENCES, DOT, INTERSECTION, L1, SQUARED_L2

if TYPE_CHECKING:
    from .._device_array import DeviceArray

KINDS = {
    "euclidean": SQUARED_L2,
    "l1": L1,
    "chi2": CHI2,
    "hamming": DIFFERENCES,
    "inner_product": DOT,
    "cosine": DOT,
    "pearson": DOT,
    "intersection": INTERSECTION,
}
MOST_ROWS = 65535 * 16  # of a grid
MOST_EXACT = 32768  # values whose products' sum 32 bits hold
MOST_FEW = 48  # queries that are compared faster by reading the base once for 16 of them
MOST_FEW_BY_MATRIX = 16  # the same where matrices can be multiplied


class How(NamedTuple):
    """What a metric adds up, by which tiles of which shape, and how a sum becomes a score."""

    kind: int
    tiles: str
    shape: tuple[int, ...]
    whole: bool
    root: bool
    clip: bool

    @property
    def in_tiles(self) -> bool:
        """Whether tiles in registers do it."""
        return self.tiles != ""

    def rows(self, values: Any) -> Any:
        """Return rows as the tiles take them: by matrices float16 in bytes."""
        if self.tiles != "halves_by_matrix":
            return values
        n, size = values.shape
        return values.reshape(n * size).view(np.uint8).reshape(n, 2 * size)


def how_of(metric: str, left: Any, right: Any, n_queries: int) -> How:
    """Return how rows are compared."""
    kind, n_bytes, size = KINDS[metric], left.dtype.itemsize, left.shape[1]
    in_tiles = kind in (DOT, SQUARED_L2, DIFFERENCES)
    if n_bytes == 1 and metric != "hamming":
        in_tiles = in_tiles and size <= MOST_EXACT
        kind = BY_LENGTHS if in_tiles and kind == SQUARED_L2 else kind
    elif in_tiles and kind == SQUARED_L2:
        kind = DIFFERENCES
    tiles, shape = tiles_for(kind, n_bytes, n_queries if size else 0) if in_tiles else ("", ())
    load = 8 if n_bytes == 2 and "matrix" not in tiles else 16
    whole = all(begins_at(x, load) and size * n_bytes % load == 0 for x in (left, right))
    return How(kind, tiles, shape, whole, metric == "euclidean", metric in ("cosine", "pearson"))


def tiles_for(kind: int, n_bytes: int, n_queries: int) -> tuple[str, tuple[int, ...]]:
    """Return which tiles are for so many queries, and their threads."""
    by_matrix = n_bytes < 4 and kind in (DOT, BY_LENGTHS) and multiplies_matrices()
    if by_matrix and n_queries > MOST_FEW_BY_MATRIX:
        return ("bytes" if n_bytes == 1 else "halves") + "_by_matrix", MATRIX
    lanes = "words" if n_bytes == 1 else "floats"
    return (f"{lanes}_of_few", FEW) if n_queries <= MOST_FEW else (f"{lanes}_of_many", MANY)


def multiplies_matrices() -> bool:
    """Tell whether the GPU has units for it (the simulator: it has)."""
    if config.ENABLE_CUDASIM:
        return True
    return bool(cuda.current_context().device.compute_capability >= LEAST_GPU)


def judge(metric: str, *arrays: DeviceArray) -> None:
    """Refuse what the core refuses."""
    empty = np.empty((0, 1), arrays[0].dtype)
    _core.similarity.pairwise(empty, empty, metric)


def rows_for(job: Any, array: DeviceArray, metric: str) -> Any:
    """Return the rows as they are compared: for "cosine" and "pearson" at length one."""
    rows = job.view(array)
    if metric not in ("cosine", "pearson"):
        return rows
    scaled = job.scratch(array.shape, np.float32)
    center = metric == "pearson"
    job.launch(others.unit_rows, array.shape[0], others.UNIT_THREADS, rows, scaled, center)
    return scaled


def pairwise(a: DeviceArray, b: DeviceArray, metric: str) -> Any:
    """Run `imgmine.similarity.pairwise`: bit-equal where the core sums in whole numbers.

    "euclidean" and "inner_product" of bytes and "hamming", that is. The others of n values are
    within 1e-7 n times the sum of the magnitudes that are added up, as a rule within 1e-7 sqrt(n);
    "cosine" and "pearson", whose rows are rounded first, within 1e-6 more.
    """
    judge(metric, a, b)
    if a.shape[0] > MOST_ROWS:
        raise ValueError(f"a must have at most {MOST_ROWS} vectors on a GPU, got {a.shape[0]}")
    with on_device_of(a, b) as job:
        out = job.empty((a.shape[0], b.shape[0]), np.float32)
        if out.size:
            compare(job, rows_for(job, a, metric), rows_for(job, b, metric), metric, job.view(out))
        return job.result(out)


def compare(job: Any, left: Any, right: Any, metric: str, out: Any) -> None:
    """Launch the kernel that compares such rows."""
    n, m = out.shape
    how = how_of(metric, left, right, n)
    if not how.in_tiles:
        grid = -(-m // others.ROWS), -(-n // others.QUERIES)
        block = (others.SIDE, others.SIDE)
        job.launch(others.compare_all, grid, block, left, right, how.kind, how.root, how.clip, out)
        return
    down, across, *_ = how.shape
    fours = m % 4 == 0 and begins_at(out, 16)
    grid = -(-m // (across * SIDE)), -(-n // (down * SIDE))
    arguments = (how.kind, how.whole, how.root, how.clip, fours, out)
    rows = how.rows(left), how.rows(right)
    job.launch(getattr(tiles, how.tiles), grid, down * across, *rows, *arguments)

"""The parts of a vector index, none of which ever changes: segments, and the tail behind them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from ._codes import calibrate, encode
from ._graph_builder import build_graph
from ._refine_links import refine_links

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._validate import Array
    from ._graph_builder import Graph

# Searches begin at the best of these many nodes of the hierarchy's upper levels.
_MOST_ENTRIES = 1000


def find_sorted(rising: Array, order: Array, wanted: Array) -> Array:
    """Return ``order[i]`` where ``rising[i]`` is what is wanted; -1 where there is none."""
    if len(rising) == 0:
        return np.full(len(wanted), -1, np.int64)
    places = np.searchsorted(rising, wanted).clip(max=len(rising) - 1)
    return np.where(rising[places] == wanted, order[places], -1)


class Segment:
    """A graph over vectors and their codes, frozen."""

    def __init__(self, arrays: dict[str, Array]) -> None:
        self.arrays = arrays
        self.core = _core.search.Segment(
            arrays["links"],
            arrays["codes"],
            arrays["offsets"],
            float(arrays["scale"][0]),
            arrays.get("vectors"),
            arrays["entries"],
            arrays["ids"],
        )

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def ids(self) -> Array:
        return self.arrays["ids"]

    @cached_property
    def _sorted(self) -> tuple[Array, Array]:
        order = np.argsort(self.ids, kind="stable").astype(np.int32)
        return self.ids[order], order

    def rows_of(self, ids: Array) -> Array:
        return find_sorted(*self._sorted, ids)

    def vectors(self, rows: Array) -> Array:
        return self.core.decode(np.ascontiguousarray(rows, np.int64))

    @property
    def steps(self) -> tuple[Array, float]:
        """What codes stand for: offsets and scale."""
        return self.arrays["offsets"], float(self.arrays["scale"][0])

    @property
    def nbytes(self) -> int:
        return sum(array.nbytes for array in self.arrays.values())


def make_segment(
    vectors: Array,
    ids: Array,
    *,
    metric: str,
    M: int,
    ef_construction: int,
    storage: str,
    n_threads: int,
    former: Segment | None = None,
    is_stopped: Callable[[], bool] | None = None,
) -> Segment:
    """Build the graph of `vectors`, put neighbors close together and keep what `storage` says.

    `former` is the segment that most of them come from.
    """
    space = "l2" if metric == "euclidean" else "ip"
    graph = build_graph(vectors, space, M, ef_construction, n_threads, is_stopped)
    only_codes = storage == "int8"
    steps = former.steps if former is not None and only_codes else None
    offsets, scale, exact = calibrate(vectors, clip=not only_codes, former=steps)
    codes = encode(vectors, offsets, scale)
    entries, starts = _entries(graph)
    order, links = _core.search.order_graph(graph.links, starts)
    if metric != "inner_product":  # by which the nearest are others than by the codes' distance
        place = _places(order)
        links = refine_links(links, codes[order], place[entries], is_stopped)
        again, links = _core.search.order_graph(links, place[starts])
        order = order[again]
    arrays = {
        "links": links,
        "codes": aligned(codes[order]),
        "offsets": offsets,
        "scale": np.array([scale], np.float32),
        "entries": np.sort(_places(order)[entries]),
        "ids": ids[order],
    }
    if not only_codes and not exact:
        arrays["vectors"] = aligned(vectors[order].astype(storage))
    return Segment(arrays)


def _entries(graph: Graph) -> tuple[list[int], list[int]]:
    """Return the nodes where searches begin, and in front of them the hierarchy's own."""
    level = 1
    while (graph.levels >= level).sum() > _MOST_ENTRIES:
        level += 1
    tops = np.flatnonzero(graph.levels >= level).tolist()
    return tops or [graph.entry], [graph.entry, *tops]


def _places(order: Array) -> Array:
    place = np.empty_like(order)
    place[order] = np.arange(len(order), dtype=order.dtype)
    return place


def aligned_memory(n: int) -> Array:
    """Return `n` bytes that begin at a cache line."""
    memory = np.empty(n + 64, np.uint8)
    start = -memory.ctypes.data % 64
    return memory[start : start + n]


def aligned(array: Array) -> Array:
    """Return a copy that begins at a cache line."""
    copy = aligned_memory(array.nbytes).view(array.dtype).reshape(array.shape)
    copy[...] = array
    return copy


class Tail:
    """The first `n` rows of arrays that others may append to, but not change."""

    def __init__(self, vectors: Array, ids: Array, n: int, order: Array) -> None:
        self.buffers = (vectors, ids)
        self.n = n
        self.order = order

    @classmethod
    def empty(cls, dim: int) -> Tail:
        return cls(np.empty((0, dim), np.float32), np.empty(0, np.int64), 0, np.empty(0, np.int32))

    def __len__(self) -> int:
        return self.n

    @property
    def ids(self) -> Array:
        return self.buffers[1][: self.n]

    def rows_of(self, ids: Array) -> Array:
        return find_sorted(self.ids[self.order], self.order, ids)

    def vectors(self, rows: Array) -> Array:
        return self.buffers[0][rows]

    def without(self, rows: Array) -> Tail:
        """Return the same, but that these rows are found by their ids no more."""
        return Tail(*self.buffers, self.n, self.order[~np.isin(self.order, rows)])

    @property
    def nbytes(self) -> int:
        return sum(buffer.nbytes for buffer in self.buffers) + self.order.nbytes

    def appended(self, vectors: Array, ids: Array) -> Tail:
        """Return a tail of these and more: behind them in the same memory, while there is room.

        Only ever called for the longest tail that shares its memory.
        """
        if len(ids) == 0:
            return self  # the memory may be a file's, which nobody may write to
        n = self.n + len(ids)
        rows, names = self.buffers
        if n > len(rows):
            room = max(n, 2 * self.n, 64)
            rows, names = np.empty((room, rows.shape[1]), np.float32), np.empty(room, np.int64)
            rows[: self.n], names[: self.n] = self.buffers[0][: self.n], self.ids
        rows[self.n : n], names[self.n : n] = vectors, ids
        by_id = np.argsort(ids, kind="stable")
        places = np.searchsorted(self.ids[self.order], ids[by_id])
        order = np.insert(self.order, places, (self.n + by_id).astype(np.int32))
        return Tail(rows, names, n, order)

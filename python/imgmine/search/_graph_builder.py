"""Graphs over vectors. Whoever makes them stands behind one function, and can be replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .._errors import MissingDependencyError

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._validate import Array

# What hnswlib's random levels begin with: its own default, written down.
_SEED = 100
_PORTION = 2048  # vectors between two looks at whether to go on


class Stopped(Exception):  # noqa: N818 - nothing has gone wrong
    """The graph is no longer wanted."""


class Graph(NamedTuple):
    """Who is linked with whom, and where searches may begin."""

    links: Array  # int32 (n, 2 * M); a row ends at the first -1
    levels: Array  # int32 (n,): how far up each node reaches in the hierarchy
    entry: int  # a node of the highest level


def is_available() -> bool:
    """Tell whether graphs can be built."""
    try:
        import hnswlib  # noqa: F401
    except ImportError:
        return False
    return True


def build_graph(
    vectors: Array,
    space: str,
    M: int,
    ef_construction: int,
    n_threads: int,
    is_stopped: Callable[[], bool] | None = None,
) -> Graph:
    """Build the graph of `vectors` (n, dim) float32 with hnswlib.

    `space` is "l2" or "ip". With one thread the same vectors give the same graph. Where
    `is_stopped` says so, at the latest after a few thousand vectors, `Stopped` is raised.
    """
    try:
        import hnswlib
    except ImportError as error:
        raise MissingDependencyError("hnswlib", "search") from error
    n, dim = vectors.shape
    index = hnswlib.Index(space, dim)
    index.init_index(n, M=M, ef_construction=ef_construction, random_seed=_SEED)
    step = n if is_stopped is None else _PORTION
    for start in range(0, n, max(step, 1)):
        if is_stopped is not None and is_stopped():
            raise Stopped
        portion = vectors[start : start + step]
        index.add_items(portion, np.arange(start, start + len(portion)), num_threads=n_threads)
    return _read_graph(index.__getstate__()[0], n)


def _read_graph(state: dict[str, Any], n: int) -> Graph:
    """Read the lowest layer of hnswlib's state: records of links, vector and label."""
    record = int(state["size_data_per_element"])
    width = int(state["max_M0"])
    data = np.asarray(state["data_level0"]).view(np.uint8).reshape(-1, record)[:n]
    links_at = int(state["offset_level0"])
    counts = np.ascontiguousarray(data[:, links_at : links_at + 2]).view(np.uint16)
    links = np.ascontiguousarray(data[:, links_at + 4 : links_at + 4 + 4 * width])
    links = links.view(np.int32)
    labels_at = int(state["label_offset"])
    labels = np.ascontiguousarray(data[:, labels_at : labels_at + 8]).view(np.int64).ravel()
    levels = np.asarray(state["element_levels"])[:n]
    # Threads take their vectors in any order: hnswlib's nodes are numbered as they came.
    links = np.where(np.arange(width) < counts, labels[links], np.int64(-1))
    by_label = np.argsort(labels)
    return Graph(
        np.ascontiguousarray(links[by_label], np.int32),
        np.ascontiguousarray(levels[by_label]),
        int(labels[int(state["enterpoint_node"])]),
    )

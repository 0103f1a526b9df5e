from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _core
from .._runtime import num_threads
from .._validate import as_bool, as_float, as_int
from ._arguments import (
    METRICS,
    STORAGES,
    allowed_ids,
    as_ids,
    as_new_ids,
    as_queries,
    as_vectors,
    bits_of,
    is_one_per_query,
    require_numbers,
    require_one_of,
)
from ._building import Builder, Merge
from ._filter import Filter, bits_of_each
from ._graph_builder import is_available
from ._index_file import arrays_of, read_file, settings_of, state_of, write_file
from ._neighbors import Neighbors, RadiusNeighbors
from ._parts import Segment, Tail, make_segment
from ._state import State
from ._tuning import recall_of, smallest_ef

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    import numpy.typing as npt

    from .._validate import Array
    from ._arguments import Allowed


class VectorIndex:
    """Vectors under ids, and the nearest of them found through graphs.

    New vectors go to a tail, which is compared one by one; when it is long it becomes a segment: a
    graph, built by hnswlib (``pip install 'imgmine[search]'``; without it all are compared one by
    one). Graphs are searched over 8-bit codes, and the best are ranked again by what `storage`
    says. There is no capacity to declare; what is removed is really gone after `compact`.

    Any number of threads may search while one adds or removes: each search sees the index as it
    was when the search began. Writers wait for each other.

    Parameters
    ----------
    dim : int
        Values of a vector, from 1 to 65,536.
    metric : {"euclidean", "cosine", "inner_product", "pearson"}, default "euclidean"
        Distances are Euclidean (not squared, as hnswlib and faiss have them), 1 - cosine,
        the negative inner product, or 1 - Pearson's r: less is nearer. A vector of zeros (for
        Pearson, a constant one) is at a distance of 1 from everything. For cosine and Pearson
        vectors are kept scaled to length 1.
    M : int, default 16
        Links of a node in a graph, from 2 to 512: twice as many at most. More is better recall
        and more memory.
    ef_construction : int, default 200
        Nodes kept in view while a graph is built.
    storage : {"float32", "float16", "int8"}, default "float32"
        What is kept of vectors in a segment beside their codes; "int8": nothing. Vectors of whole
        numbers whose range is at most 255 (SIFT, uint8) are kept exactly by their codes alone.
    deterministic : bool, default False
        Build graphs with one thread, so that the same calls give the same index.
    max_tail : int, default 20000
        A tail of so many becomes a segment: during `add`, which then takes as long as it takes, or
        in the background.
    background : bool, default False
        Build graphs in another thread: `add` returns at once, unless the tail is four times as
        long as it should be. What an index then holds does not depend on it, but which graphs.

    Attributes
    ----------
    ef : int
        What `search` uses where no `ef` is given, 64 at first; see `tune`.
    background : bool
        As above; not kept in files.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> index = im.search.VectorIndex(2)
    >>> index.add([[0, 0], [3, 4], [6, 8]], ids=[7, 8, 9])
    array([7, 8, 9])
    >>> found = index.search([0, 0], k=2)
    >>> found.ids, found.distances
    (array([7, 8]), array([0., 5.], dtype=float32))
    """

    def __init__(
        self,
        dim: int,
        metric: str = "euclidean",
        *,
        M: int = 16,
        ef_construction: int = 200,
        storage: str = "float32",
        deterministic: bool = False,
        max_tail: int = 20_000,
        background: bool = False,
    ) -> None:
        self._settings: dict[str, Any] = {
            "dim": _between(dim, "dim", 1, 65536),
            "metric": require_one_of(metric, METRICS, "metric"),
            "M": _between(M, "M", 2, 512),
            "ef_construction": _between(ef_construction, "ef_construction", 1, 2**31 - 1),
            "storage": require_one_of(storage, STORAGES, "storage"),
            "deterministic": as_bool(deterministic, "deterministic"),
            "max_tail": _between(max_tail, "max_tail", 1, 2**31 - 1),
        }
        self.ef = 64
        self.background = as_bool(background, "background")
        self._next_id = 0
        self._lock = threading.RLock()
        self._builder = Builder()
        self._state = State(metric, (), Tail.empty(dim), [None])

    def __getattr__(self, name: str) -> Any:
        settings = self.__dict__.get("_settings", {})
        if name in settings:
            return settings[name]
        raise AttributeError(f"VectorIndex has no attribute {name!r}")

    def __repr__(self) -> str:
        settings = self._settings
        return (
            f"VectorIndex({settings['dim']}, {settings['metric']!r}, n={len(self)}, "
            f"storage={settings['storage']!r})"
        )

    def __len__(self) -> int:
        return self._state.n_live

    def __contains__(self, item: object) -> bool:
        if not isinstance(item, (int, np.integer)) or not -(2**63) <= item < 2**63:
            return False
        return bool(self._state.locate(np.array([item], np.int64))[0][0] >= 0)

    @property
    def ids(self) -> Array:
        """All ids, rising: int64 (n,)."""
        return np.array(self._state.ids)

    @property
    def nbytes(self) -> int:
        """Bytes that vectors, codes, graphs and ids take, mapped ones among them."""
        return sum(part.nbytes for part in self._state.parts)

    @property
    def n_segments(self) -> int:
        """How many graphs there are."""
        return len(self._state.segments)

    def add(self, vectors: npt.ArrayLike, ids: npt.ArrayLike | None = None) -> Array:
        """Add vectors and return their ids.

        Parameters
        ----------
        vectors : array_like of shape (n, dim) or (dim,), float32 or uint8
            Finite.
        ids : array_like of shape (n,) of whole numbers >= 0, optional
            Not in the index yet. Default: those after the highest there has been.

        Returns
        -------
        ndarray of shape (n,), int64

        Raises
        ------
        TypeError
            If a dtype is another.
        ValueError
            If a vector is not finite or of another size, or an id is there already (see `update`).
        """
        rows = self._prepared(vectors, "vectors")
        with self._lock:
            if ids is None:
                if len(rows) > 2**63 - self._next_id:
                    raise ValueError("ids must be given: there are none left above the highest")
                names = (self._next_id + np.arange(len(rows), dtype=np.uint64)).astype(np.int64)
            else:
                names = self._new_ids(ids, len(rows))
            self._append(self._state, rows, names)
        self._keep_pace()
        return names

    def update(self, ids: npt.ArrayLike, vectors: npt.ArrayLike) -> None:
        """Replace the vectors of ids that are in the index, in one step.

        Raises
        ------
        ValueError
            If an id is not in the index.
        """
        rows = self._prepared(vectors, "vectors")
        names = as_new_ids(ids, len(rows))
        with self._lock:
            self._append(self._state.without(*self._located(names)), rows, names)
        self._keep_pace()

    def remove(self, ids: npt.ArrayLike) -> None:
        """Remove vectors: they are found no more; `compact` frees their memory.

        Raises
        ------
        ValueError
            If an id is not in the index.
        """
        names = np.unique(as_ids(ids))
        with self._lock:
            self._state = self._state.without(*self._located(names))

    def get(self, ids: npt.ArrayLike) -> Array:
        """Return the vectors of ids as they are kept: float32 (n, dim).

        Raises
        ------
        ValueError
            If an id is not in the index.
        """
        state = self._state
        return state.vectors(*self._located(as_ids(ids), state))

    def search(
        self,
        queries: npt.ArrayLike,
        k: int,
        *,
        ef: int | None = None,
        allowed: Allowed | Filter = None,
        exact: bool = False,
    ) -> Neighbors:
        """Find the nearest vectors of each query.

        Parameters
        ----------
        queries : array_like of shape (n, dim) or (dim,), float32 or uint8
            Several at once are shared among threads.
        k : int
            How many to find, >= 0.
        ef : int, optional
            Nodes of a graph kept in view, at least `k`: more is better recall and takes longer.
            Default: `self.ef`.
        allowed : array_like, Filter or list of array_like, optional
            What may be found: ids, or a bool mask over `ids`, or what `filter` made of either; or
            a list of one array for each query (None: all). Where few are allowed, they are
            compared one by one.
        exact : bool, default False
            Compare all vectors one by one.

        Returns
        -------
        Neighbors
            `ids`, `distances` and `counts`, nearest first; equal distances by id.
        """
        rows = as_queries(queries, self._settings["dim"])
        k, ef = as_int(k, "k"), as_int(self.ef if ef is None else ef, "ef")
        state, exact = self._state, as_bool(exact, "exact")
        if allowed is None:
            return Neighbors._make(state.snapshot.search(rows, k, ef, exact, None))
        if isinstance(allowed, Filter):
            bits = allowed.bits(state)
        elif is_one_per_query(allowed):
            each = bits_of_each(state, allowed, 1 if rows.ndim == 1 else len(rows))
            return Neighbors._make(state.snapshot.search_each(rows, k, ef, exact, each))
        else:
            bits = bits_of(state, allowed)
        return Neighbors._make(state.snapshot.search(rows, k, ef, exact, bits))

    def filter(self, allowed: npt.ArrayLike) -> Filter:
        """Return `allowed` made ready for many searches, each of which then takes it as it is.

        Parameters
        ----------
        allowed : array_like
            Ids, or a bool mask over `ids`. Ids that are added later pass if they are among them.
        """
        return Filter(self._state, allowed_ids(self._state, allowed))

    def range_search(
        self, queries: npt.ArrayLike, radius: float, *, allowed: npt.ArrayLike | None = None
    ) -> RadiusNeighbors:
        """Find all vectors at a distance of at most `radius`, by comparing each one.

        Parameters
        ----------
        queries : array_like of shape (n, dim) or (dim,), float32 or uint8
        radius : float
            In the metric's distance.
        allowed : array_like, optional
            Ids, or a bool mask over `ids`.

        Returns
        -------
        RadiusNeighbors
            `ids`, `distances` and `offsets`, nearest first for each query.
        """
        rows = as_vectors(queries, "queries", self._settings["dim"])
        state = self._state
        bits = None if allowed is None else bits_of(state, allowed)
        found = state.snapshot.range_search(rows, as_float(radius, "radius"), bits)
        return RadiusNeighbors(*found)

    def build(self) -> None:
        """Make a segment of the tail now.

        Raises
        ------
        MissingDependencyError
            If hnswlib is not installed.
        """
        self._merge(whole=False)

    def compact(self) -> None:
        """Make one segment of everything, without what has been removed.

        Short of `max_tail` vectors, or without hnswlib, everything goes to the tail.
        """
        self._merge(whole=True)

    def wait(self) -> None:
        """Wait until no graph is being built in the background.

        Raises
        ------
        Exception
            What has hindered the building of one, if anything has: vectors are then in the tail.
        """
        self._builder.wait()

    def estimate_recall(
        self, k: int = 10, n: int = 100, *, ef: int | None = None, queries: Any = None
    ) -> float:
        """Return the share of the true nearest `k` that `search` finds.

        Parameters
        ----------
        k : int, default 10
        n : int, default 100
            How many of the index's own vectors to try, each left out of its own answer.
        ef : int, optional
            As in `search`.
        queries : array_like of shape (n, dim), optional
            Queries to try instead: those of real use are the best judges.

        Returns
        -------
        float
            From 0 to 1; anything as near as the k-th counts as right.
        """
        samples = None if queries is None else as_vectors(queries, "queries", self.dim)
        return recall_of(self, as_int(k, "k"), as_int(n, "n"), samples, ef)

    def tune(self, recall: float = 0.95, *, k: int = 10, n: int = 200, queries: Any = None) -> int:
        """Set `ef` to the least that reaches a recall on samples, and return it.

        Parameters are those of `estimate_recall`.
        """
        wanted = as_float(recall, "recall")
        if not 0 < wanted <= 1:
            raise ValueError(f"recall must be above 0 and at most 1, got {recall}")
        samples = None if queries is None else as_vectors(queries, "queries", self.dim)
        self.ef = smallest_ef(self, wanted, as_int(k, "k"), as_int(n, "n"), samples)
        return self.ef

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the index to a file, whole or not at all."""
        write_file(path, self._arrays())

    @classmethod
    def load(
        cls, path: str | os.PathLike[str], mmap: bool = True, *, verify: bool = False
    ) -> VectorIndex:
        """Open a file that `save` has written.

        Parameters
        ----------
        path : path
        mmap : bool, default True
            Map the file: only what searches touch is read, and processes share it. The file must
            stay as it is: `save` puts another in its place and is safe. Else it is read and
            checked whole.
        verify : bool, default False
            Check a mapped file whole, too. Without it damage beyond the header may give wrong
            neighbors, but nothing worse.

        Raises
        ------
        FormatError
            If the file is damaged, or something else.
        """
        mapped, whole = as_bool(mmap, "mmap"), as_bool(verify, "verify")
        return cls._of_arrays(read_file(path, mapped=mapped, verify=whole))

    @classmethod
    def _built(
        cls, vectors: Array, ids: Array, metric: str, is_stopped: Callable[[], bool]
    ) -> VectorIndex:
        """Return an index that is one graph; `Stopped` is raised where `is_stopped` says so."""
        index = cls(vectors.shape[1], metric, max_tail=2**31 - 1)
        segment = index._segment(index._prepared(vectors, "vectors"), ids, is_stopped=is_stopped)
        index._state = State(metric, (segment,), index._state.tail, [None, None])
        index._next_id = int(ids.max()) + 1
        return index

    def _arrays(self) -> dict[str, Array]:
        """Return what a file of this index holds."""
        with self._lock:
            state, facts = self._state, {**self._settings, "next_id": self._next_id, "ef": self.ef}
        return arrays_of(state, facts)

    @classmethod
    def _of_arrays(cls, arrays: dict[str, Array]) -> VectorIndex:
        """Return the index of a file that holds these arrays, which it borrows."""
        facts = settings_of(arrays)
        state = state_of(arrays, facts)
        index = cls.__new__(cls)
        index._lock, index._builder = threading.RLock(), Builder()
        index.background = False
        index.ef, index._next_id = facts.pop("ef"), facts.pop("next_id")
        facts.pop("n_segments")
        index._settings, index._state = facts, state
        return index

    def _prepared(self, vectors: npt.ArrayLike, name: str) -> Array:
        rows = as_vectors(vectors, name, self._settings["dim"])
        require_numbers(rows, name)
        return _core.search.prepare(rows, self._settings["metric"])

    def _new_ids(self, ids: npt.ArrayLike, n: int) -> Array:
        names = as_new_ids(ids, n)
        where, _ = self._state.locate(names)
        if (where >= 0).any():
            taken = names[where >= 0][0]
            raise ValueError(f"ids must be new, got {taken}, which is there: use update()")
        return names

    def _located(self, ids: Array, state: State | None = None) -> tuple[Array, Array]:
        where, rows = (state or self._state).locate(ids)
        if (where < 0).any():
            raise ValueError(f"ids must be in the index, got {ids[where < 0][0]}")
        return where, rows

    def _append(self, state: State, rows: Array, ids: Array) -> None:
        self._state = state = state.with_tail(rows, ids)
        if len(ids):
            self._next_id = max(self._next_id, int(ids.max()) + 1)
        if len(state.tail) < self._settings["max_tail"] or not is_available():
            return
        if not self.background:
            self._put_in(Merge(state, whole=False))
        elif not self._builder.is_busy:
            self._builder.wait()
            merge = Merge(state, whole=False)
            self._builder.start(lambda: self._put_in(merge))

    def _keep_pace(self) -> None:
        """Wait for the builder where the tail grows faster than graphs can be built."""
        if self._builder.is_busy and len(self._state.tail) >= 4 * self._settings["max_tail"]:
            self._builder.wait()

    def _merge(self, *, whole: bool) -> None:
        while True:
            self._builder.wait()  # without the lock, which the builder needs at its end
            with self._lock:
                if self._builder.is_busy:
                    continue
                merge = Merge(self._state, whole=whole)
                if merge.is_done:
                    return
                long = self._state.n_live >= self._settings["max_tail"] and is_available()
                self._put_in(merge, to_tail=whole and not long)
                return

    def _put_in(self, merge: Merge, *, to_tail: bool = False) -> None:
        """Build what a merge asks for and make it part of the state."""
        ids, vectors = merge.vectors()
        wanted = len(ids) > 0 and not to_tail
        segment = self._segment(vectors, ids, former=merge.largest) if wanted else None
        with self._lock:
            state = merge.put_in(self._state, segment)
            self._state = state.with_tail(vectors, ids) if to_tail else state

    def _segment(
        self,
        vectors: Array,
        ids: Array,
        *,
        former: Segment | None = None,
        is_stopped: Callable[[], bool] | None = None,
    ) -> Segment:
        settings = self._settings
        return make_segment(
            vectors,
            ids,
            metric=settings["metric"],
            M=settings["M"],
            ef_construction=settings["ef_construction"],
            storage=settings["storage"],
            n_threads=1 if settings["deterministic"] else num_threads(),
            former=former,
            is_stopped=is_stopped,
        )


def _between(value: int, name: str, least: int, most: int) -> int:
    if not least <= as_int(value, name) <= most:
        raise ValueError(f"{name} must be from {least} to {most}, got {value}")
    return int(value)

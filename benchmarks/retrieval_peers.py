"""Graph indexes under one interface, so that they can be raced."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import imgmine
import numpy as np

from .retrieval_data import K

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

M, EF_CONSTRUCTION = 16, 200
N_CPUS = len(os.sched_getaffinity(0))


class Peer(ABC):
    """An index: built with all threads or loaded, then searched."""

    effort, threads = K, 1
    nbytes: int

    @abstractmethod
    def build(self, base: np.ndarray) -> None: ...

    @abstractmethod
    def save(self, path: Path) -> None: ...

    @abstractmethod
    def load(self, path: Path, base: np.ndarray) -> None: ...

    @abstractmethod
    def find(self, queries: np.ndarray) -> np.ndarray:
        """Return the ids of the nearest of each query."""

    def set(self, effort: int, threads: int) -> None:
        self.effort, self.threads = effort, threads

    def search(self, queries: np.ndarray, batch: bool = True) -> np.ndarray:
        if batch:
            return self.find(queries)
        return np.concatenate([self.find(queries[i : i + 1]) for i in range(len(queries))])


class Imgmine(Peer):
    def __init__(self, storage: str = "float32") -> None:
        self.storage = storage

    def build(self, base: np.ndarray) -> None:
        imgmine.set_num_threads(0)
        self.index = imgmine.search.VectorIndex(
            base.shape[1], M=M, ef_construction=EF_CONSTRUCTION, storage=self.storage
        )
        self.index.add(base)

    def save(self, path: Path) -> None:
        self.index.save(path)

    def load(self, path: Path, base: np.ndarray) -> None:
        self.index = imgmine.search.VectorIndex.load(path, mmap=False)

    @property
    def nbytes(self) -> int:  # type: ignore[override]
        return self.index.nbytes

    def set(self, effort: int, threads: int) -> None:
        self.index.ef = effort
        imgmine.set_num_threads(threads)

    def find(self, queries: np.ndarray) -> np.ndarray:
        return self.index.search(queries, K).ids


class Hnswlib(Peer):
    def _empty(self, base: np.ndarray) -> Any:
        import hnswlib

        return hnswlib.Index("l2", base.shape[1])

    def build(self, base: np.ndarray) -> None:
        self.index = self._empty(base)
        self.index.init_index(len(base), M=M, ef_construction=EF_CONSTRUCTION)
        self.index.add_items(base, num_threads=N_CPUS)
        self.nbytes = self.index.index_file_size()

    def save(self, path: Path) -> None:
        self.index.save_index(str(path))

    def load(self, path: Path, base: np.ndarray) -> None:
        self.index = self._empty(base)
        self.index.load_index(str(path))
        self.nbytes = self.index.index_file_size()

    def set(self, effort: int, threads: int) -> None:
        self.index.set_ef(effort)
        self.index.set_num_threads(threads)

    def find(self, queries: np.ndarray) -> np.ndarray:
        return self.index.knn_query(queries, K)[0].astype(np.int64)


class Faiss(Peer):
    def __init__(self, kind: str) -> None:
        self.kind = kind

    def build(self, base: np.ndarray) -> None:
        import faiss

        faiss.omp_set_num_threads(N_CPUS)
        self.index = faiss.index_factory(base.shape[1], f"HNSW{M}{self.kind}")
        self.index.hnsw.efConstruction = EF_CONSTRUCTION
        self.index.train(base)
        self.index.add(base)
        self.nbytes = len(faiss.serialize_index(self.index))

    def save(self, path: Path) -> None:
        import faiss

        faiss.write_index(self.index, str(path))

    def load(self, path: Path, base: np.ndarray) -> None:
        import faiss

        self.index = faiss.read_index(str(path))
        self.nbytes = path.stat().st_size

    def set(self, effort: int, threads: int) -> None:
        import faiss

        self.index.hnsw.efSearch = effort
        faiss.omp_set_num_threads(threads)

    def find(self, queries: np.ndarray) -> np.ndarray:
        return self.index.search(queries, K)[1]


class Usearch(Peer):
    def __init__(self, dtype: str) -> None:
        self.dtype = dtype

    def _empty(self, base: np.ndarray) -> Any:
        from usearch.index import Index

        # usearch's bytes hold -127..127 of vectors of length 1 and nothing else.
        longest = float(np.sqrt(np.einsum("nd,nd->n", base, base).max()))
        self.scale = np.float32(1 / longest if self.dtype == "i8" else 1)
        return Index(
            ndim=base.shape[1],
            metric="l2sq",
            dtype=self.dtype,
            connectivity=M,
            expansion_add=EF_CONSTRUCTION,
        )

    def build(self, base: np.ndarray) -> None:
        self.index = self._empty(base)
        self.index.add(np.arange(len(base)), base * self.scale, threads=N_CPUS)
        self.nbytes = self.index.memory_usage

    def save(self, path: Path) -> None:
        self.index.save(str(path))

    def load(self, path: Path, base: np.ndarray) -> None:
        self.index = self._empty(base)
        self.index.load(str(path))
        self.nbytes = path.stat().st_size

    def find(self, queries: np.ndarray) -> np.ndarray:
        self.index.expansion_search = self.effort
        found = self.index.search(queries * self.scale, K, threads=self.threads)
        return np.atleast_2d(found.keys).astype(np.int64)


class Voyager(Peer):
    def build(self, base: np.ndarray) -> None:
        import voyager

        self.index = voyager.Index(
            voyager.Space.Euclidean, base.shape[1], M=M, ef_construction=EF_CONSTRUCTION
        )
        self.index.add_items(base, num_threads=N_CPUS)
        self.nbytes = len(self.index.as_bytes())

    def save(self, path: Path) -> None:
        self.index.save(str(path))

    def load(self, path: Path, base: np.ndarray) -> None:
        import voyager

        self.index = voyager.Index.load(str(path))
        self.nbytes = path.stat().st_size

    def find(self, queries: np.ndarray) -> np.ndarray:
        found = self.index.query(queries, K, num_threads=self.threads, query_ef=self.effort)
        return found[0].astype(np.int64)


class Svs(Peer):
    """Intel's Vamana, in float16."""

    def build(self, base: np.ndarray) -> None:
        import svs

        parameters = svs.VamanaBuildParameters(graph_max_degree=2 * M, window_size=EF_CONSTRUCTION)
        half = base.astype(np.float16)
        self.index = svs.Vamana.build(parameters, half, svs.DistanceType.L2, num_threads=N_CPUS)
        self._count(base)

    def _count(self, base: np.ndarray) -> None:
        self.nbytes = len(base) * (2 * base.shape[1] + (2 * M + 1) * 4)

    def save(self, path: Path) -> None:
        self.index.save(*(str(path / part) for part in ("config", "graph", "data")))

    def load(self, path: Path, base: np.ndarray) -> None:
        import svs

        data = svs.VectorDataLoader(str(path / "data"), svs.DataType.float16)
        self.index = svs.Vamana(
            str(path / "config"), svs.GraphLoader(str(path / "graph")), data, svs.DistanceType.L2
        )
        self._count(base)

    def set(self, effort: int, threads: int) -> None:
        self.index.search_window_size = effort
        if self.index.num_threads != threads:
            self.index.num_threads = threads

    def find(self, queries: np.ndarray) -> np.ndarray:
        return self.index.search(queries, K)[0].astype(np.int64)


PEERS: dict[str, Callable[[], Peer]] = {
    "imgmine": Imgmine,
    "imgmine int8": lambda: Imgmine("int8"),
    "hnswlib": Hnswlib,
    "faiss HNSW flat": lambda: Faiss(",Flat"),
    "faiss HNSW SQ8": lambda: Faiss("_SQ8"),
    "usearch f32": lambda: Usearch("f32"),
    "usearch i8": lambda: Usearch("i8"),
    "voyager": Voyager,
    "svs f16": Svs,
}


def built(name: str, base: np.ndarray) -> Peer:
    """Return an index of `base`."""
    peer = PEERS[name]()
    peer.build(base)
    return peer

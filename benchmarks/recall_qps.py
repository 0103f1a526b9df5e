"""Recall@10 against queries per second, the library beside its peers.

    python -m benchmarks.recall_qps [--n 100000] [--peers imgmine,hnswlib,...] [--threads 1,2]

Reads `sift` of IMGMINE_DATA. Builds use all threads; peers that are not installed are left out.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import imgmine
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

EFFORTS = (10, 14, 20, 28, 40, 56, 80, 112, 160, 224, 320)
M, EF_CONSTRUCTION = 16, 200
N_CPUS = len(os.sched_getaffinity(0))
K = 10


class Sift:
    """Vectors, queries, and how far the tenth neighbor of each query is."""

    def __init__(self, folder: Path, n: int = 100_000) -> None:
        self.base = np.load(folder / "sift/base.npy")[:n].astype(np.float32)
        self.queries = np.load(folder / "sift/query.npy").astype(np.float32)
        if n >= 100_000:
            self.tenth = np.load(folder / "sift/gt_sqdist.npy")[:, K - 1].astype(np.float32)
        else:
            _, distances = imgmine.similarity.top_k(self.queries, self.base, K)
            self.tenth = np.rint(distances[:, -1] ** 2)

    def recall(self, ids: np.ndarray) -> float:
        differences = self.queries[:, np.newaxis] - self.base[ids]
        squares = np.einsum("nkd,nkd->nk", differences, differences)
        return float((squares <= self.tenth[:, np.newaxis] + 0.5).mean())


class Peer:
    """An index; set(effort, threads), and ids of all queries, at once or one by one."""

    def __init__(
        self,
        set_effort: Callable[[int, int], Any],
        find: Callable[[np.ndarray], np.ndarray],
        nbytes: int,
    ) -> None:
        self.set, self.find, self.nbytes = set_effort, find, nbytes

    def search(self, queries: np.ndarray, batch: bool = True) -> np.ndarray:
        if batch:
            return self.find(queries)
        return np.concatenate([self.find(queries[i : i + 1]) for i in range(len(queries))])


def _imgmine(storage: str) -> Callable[[np.ndarray], Peer]:
    def make(base: np.ndarray) -> Peer:
        index = imgmine.search.VectorIndex(
            base.shape[1], M=M, ef_construction=EF_CONSTRUCTION, storage=storage, max_tail=1000
        )
        index.add(base)

        def set_effort(effort: int, threads: int) -> None:
            index.ef = effort
            imgmine.set_num_threads(threads)

        return Peer(set_effort, lambda queries: index.search(queries, K).ids, index.nbytes)

    return make


def _hnswlib(base: np.ndarray) -> Peer:
    import hnswlib

    index = hnswlib.Index("l2", base.shape[1])
    index.init_index(len(base), M=M, ef_construction=EF_CONSTRUCTION)
    index.add_items(base, num_threads=N_CPUS)

    def set_effort(effort: int, threads: int) -> None:
        index.set_ef(effort)
        index.set_num_threads(threads)

    def find(queries: np.ndarray) -> np.ndarray:
        return index.knn_query(queries, K)[0].astype(np.int64)

    return Peer(set_effort, find, index.index_file_size())


def _faiss(kind: str) -> Callable[[np.ndarray], Peer]:
    def make(base: np.ndarray) -> Peer:
        import faiss

        faiss.omp_set_num_threads(N_CPUS)
        index = faiss.index_factory(base.shape[1], f"HNSW{M}{kind}")
        index.hnsw.efConstruction = EF_CONSTRUCTION
        index.train(base)
        index.add(base)

        def set_effort(effort: int, threads: int) -> None:
            index.hnsw.efSearch = effort
            faiss.omp_set_num_threads(threads)

        nbytes = len(faiss.serialize_index(index))
        return Peer(set_effort, lambda queries: index.search(queries, K)[1], nbytes)

    return make


def _usearch(dtype: str) -> Callable[[np.ndarray], Peer]:
    def make(base: np.ndarray) -> Peer:
        from usearch.index import Index

        index = Index(
            ndim=base.shape[1],
            metric="l2sq",
            dtype=dtype,
            connectivity=M,
            expansion_add=EF_CONSTRUCTION,
        )
        # usearch's bytes hold -127..127 of vectors of length 1 and nothing else.
        scale = np.float32(1 / np.linalg.norm(base, axis=1).max()) if dtype == "i8" else None
        index.add(np.arange(len(base)), base if scale is None else base * scale, threads=N_CPUS)
        state = {"threads": 1}

        def set_effort(effort: int, threads: int) -> None:
            index.expansion_search = effort
            state["threads"] = threads

        def find(queries: np.ndarray) -> np.ndarray:
            wanted = queries if scale is None else queries * scale
            found = index.search(wanted, K, threads=state["threads"])
            return np.atleast_2d(found.keys).astype(np.int64)

        return Peer(set_effort, find, index.memory_usage)

    return make


def _voyager(base: np.ndarray) -> Peer:
    import voyager

    index = voyager.Index(
        voyager.Space.Euclidean, base.shape[1], M=M, ef_construction=EF_CONSTRUCTION
    )
    index.add_items(base, num_threads=N_CPUS)
    state = {"ef": K, "threads": 1}

    def set_effort(effort: int, threads: int) -> None:
        state.update(ef=effort, threads=threads)

    def find(queries: np.ndarray) -> np.ndarray:
        found = index.query(queries, K, num_threads=state["threads"], query_ef=state["ef"])
        return found[0].astype(np.int64)

    return Peer(set_effort, find, len(index.as_bytes()))


def _svs(base: np.ndarray) -> Peer:
    import svs

    parameters = svs.VamanaBuildParameters(graph_max_degree=2 * M, window_size=EF_CONSTRUCTION)
    half = base.astype(np.float16)
    index = svs.Vamana.build(parameters, half, svs.DistanceType.L2, num_threads=N_CPUS)

    def set_effort(effort: int, threads: int) -> None:
        index.search_window_size = effort
        if index.num_threads != threads:
            index.num_threads = threads

    nbytes = half.nbytes + len(base) * (2 * M + 1) * 4
    return Peer(set_effort, lambda q: index.search(q, K)[0].astype(np.int64), nbytes)


PEERS: dict[str, Callable[[np.ndarray], Peer]] = {
    "imgmine": _imgmine("float32"),
    "imgmine int8": _imgmine("int8"),
    "hnswlib": _hnswlib,
    "faiss HNSW flat": _faiss(",Flat"),
    "faiss HNSW SQ8": _faiss("_SQ8"),
    "usearch f32": _usearch("f32"),
    "usearch i8": _usearch("i8"),
    "voyager": _voyager,
    "svs f16": _svs,
}


def effort_for(index: Peer, sift: Sift, recall: float) -> int:
    """Return the least effort that reaches a recall; the most of all where none does."""
    low, high = K, EFFORTS[-1]
    while low < high:
        middle = (low + high) // 2
        index.set(middle, 1)
        if sift.recall(index.search(sift.queries)) >= recall:
            high = middle
        else:
            low = middle + 1
    return high


def queries_per_second(
    indexes: dict[str, Peer],
    efforts: dict[str, int],
    sift: Sift,
    threads: int,
    batch: bool,
    turns: int,
) -> dict[str, float]:
    """Let all take random turns; medians. One thread's time is the processor's, not the clock's."""
    clock = time.process_time if threads == 1 else time.perf_counter
    samples: dict[str, list[float]] = {name: [] for name in indexes}
    order = list(indexes)
    for _ in range(turns):
        random.shuffle(order)
        for name in order:
            indexes[name].set(efforts[name], threads)
            started = clock()
            indexes[name].search(sift.queries, batch)
            samples[name].append(clock() - started)
    return {name: len(sift.queries) / statistics.median(times) for name, times in samples.items()}


def build(names: list[str], sift: Sift) -> dict[str, Peer]:
    indexes = {}
    for name in names:
        started, spent = time.perf_counter(), time.process_time()
        imgmine.set_num_threads(0)
        try:
            indexes[name] = PEERS[name](sift.base)
        except ImportError:
            print(f"{name:16} is not installed")
            continue
        print(
            f"{name:16} built in {time.perf_counter() - started:6.1f} s "
            f"({time.process_time() - spent:6.1f} s of processors), "
            f"{indexes[name].nbytes / len(sift.base):6.0f} bytes a vector",
            flush=True,
        )
    return indexes


def print_rows(indexes: dict[str, Peer], sift: Sift, threads: list[int], turns: int) -> None:
    for recall in (0.9, 0.95, 0.99):
        efforts = {name: effort_for(index, sift, recall) for name, index in indexes.items()}
        reached = {}
        for name, index in indexes.items():
            index.set(efforts[name], 1)
            reached[name] = sift.recall(index.search(sift.queries))
        columns = [(n, True) for n in threads] + [(1, False)]
        table = [
            queries_per_second(indexes, efforts, sift, n, batch, turns) for n, batch in columns
        ]
        heads = [f"{n} thread{'s' * (n > 1)}" for n in threads] + ["single"]
        print(f"\nrecall@10 >= {recall:<8} effort  reached " + " ".join(f"{h:>10}" for h in heads))
        for name in indexes:
            rates = " ".join(f"{row[name]:10.0f}" for row in table)
            print(f"{name:20} {efforts[name]:9} {reached[name]:8.4f} {rates}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=100_000)
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--turns", type=int, default=7)
    options = parser.parse_args()
    sift = Sift(Path(os.environ["IMGMINE_DATA"]), options.n)
    indexes = build(options.peers.split(","), sift)
    print_rows(indexes, sift, [int(n) for n in options.threads.split(",")], options.turns)


if __name__ == "__main__":
    main()

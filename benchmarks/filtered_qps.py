"""Search among a part of the vectors only: recall of the exact filtered answer, and speed.

    python -m benchmarks.filtered_qps [--data sift] [--n 100000] [--threads 1,2] [--turns 5]

Random parts of the vectors may be found. Beside imgmine: faiss HNSW with a bitmap, and hnswlib
with a Python function, the only filter it takes. Efforts are those that reach a recall of .95
unfiltered.
"""

from __future__ import annotations

import argparse
import statistics
import time
from functools import partial
from typing import TYPE_CHECKING

import imgmine
import numpy as np

from . import retrieval_data
from .recall_qps import effort_for
from .retrieval_data import K, Vectors, tenth_of
from .retrieval_peers import N_CPUS, Faiss, Hnswlib, Imgmine, built

if TYPE_CHECKING:
    from collections.abc import Callable

    from .retrieval_peers import Peer

    Search = Callable[[np.ndarray], np.ndarray]

SHARES = (0.5, 0.1, 0.01, 0.0001)


def restricted(peer: Peer, effort: int, allowed: np.ndarray) -> Search:
    """Return a search of `peer` that finds only where the mask `allowed` is true."""
    if isinstance(peer, Imgmine):
        ready = peer.index.filter(allowed)
        return lambda queries: peer.index.search(queries, K, allowed=ready).ids
    if isinstance(peer, Faiss):
        return partial(_faiss_search, peer, effort, np.packbits(allowed, bitorder="little"))
    assert isinstance(peer, Hnswlib)
    flags = allowed.tolist()
    return lambda queries: peer.index.knn_query(queries, K, filter=flags.__getitem__)[0].astype(
        np.int64
    )


def _faiss_search(peer: Faiss, effort: int, bits: np.ndarray, queries: np.ndarray) -> np.ndarray:
    import faiss

    selector = faiss.IDSelectorBitmap(bits)
    parameters = faiss.SearchParametersHNSW(sel=selector, efSearch=effort)
    return peer.index.search(queries, K, params=parameters)[1]


def measured(search: Search, queries: np.ndarray, threads: int) -> float:
    """Return the seconds of one call: with one thread the processor's, else the clock's."""
    clock = time.process_time if threads == 1 else time.perf_counter
    started = clock()
    search(queries)
    return clock() - started


def print_share(
    peers: dict[str, Peer],
    efforts: dict[str, int],
    data: Vectors,
    share: float,
    threads: list[int],
    turns: int,
) -> None:
    """Print the rows of one share."""
    n = len(data.base)
    allowed = np.zeros(n, bool)
    allowed[np.random.default_rng(0).permutation(n)[: max(K, round(share * n))]] = True
    part = Vectors(data.base, data.queries, tenth_of(data.queries, data.base[allowed]))
    print(f"\n{share:.2%} may be found: {allowed.sum()}")
    for name, peer in peers.items():
        try:
            peer.set(efforts[name], N_CPUS)
            search = restricted(peer, efforts[name], allowed)
            found = search(data.queries)
        except RuntimeError as error:
            print(f"{name:20} {error}")
            continue
        rates = []
        for n_threads in threads:
            peer.set(efforts[name], n_threads)
            times = [measured(search, data.queries, n_threads) for _ in range(turns)]
            rates.append(len(data.queries) / statistics.median(times))
        text = " ".join(f"{rate:10.0f}" for rate in rates)
        print(f"{name:20} recall {part.recall(found):.4f}  queries/s {text}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="sift")
    parser.add_argument("--n", type=int)
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--turns", type=int, default=5)
    options = parser.parse_args()
    imgmine.set_num_threads(0)
    data = retrieval_data.load(options.data, options.n)
    data = Vectors(data.base, data.queries[: options.queries], data.tenth[: options.queries])
    names = ("imgmine", "imgmine int8", "faiss HNSW flat", "hnswlib")
    peers = {name: built(name, data.base) for name in names}
    efforts = {name: effort_for(peer, data, 0.95) or 1000 for name, peer in peers.items()}
    threads = [int(n) for n in options.threads.split(",")]
    for share in SHARES:
        print_share(peers, efforts, data, share, threads, options.turns)


if __name__ == "__main__":
    main()

"""Remove half of an index and add it again, ten times: is it still as good as a fresh one.

    python -m benchmarks.delete_reinsert [--n 100000] [--metric cosine] [--no-compact]

On the first vectors of SIFT (IMGMINE_DATA) it prints recall@10 at some ef, `nbytes`, and what the
process holds in memory more than before, of an index that has been through this and of one that
was built at once; each is made in a process of its own. SIFT's whole numbers are kept exactly by
codes; with the metric "cosine" they are not, and storage "int8" has something to lose.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import os
import time
from pathlib import Path
from typing import Any

import numpy as np
from imgmine.search import VectorIndex
from imgmine.similarity import top_k

EFS = (16, 32, 64, 128)


def sift(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return n vectors and a thousand queries."""
    folder = Path(os.environ["IMGMINE_DATA"], "sift")
    base, queries = (np.load(folder / f"{name}.npy") for name in ("base", "query"))
    return base[:n].astype(np.float32), queries[:1000].astype(np.float32)


def resident() -> int:
    """Return the bytes of memory that this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def measured(n: int, metric: str, storage: str, rounds: int, compacted: bool) -> dict[str, Any]:
    """Make an index, have half of it go and return `rounds` times, and measure it."""
    base, queries = sift(n)
    right, _ = top_k(queries, base, 10, metric)
    gc.collect()
    before = resident()
    index = VectorIndex(base.shape[1], metric, storage=storage)
    index.add(base)
    index.compact()
    rng = np.random.default_rng(0)
    start = time.perf_counter()
    for _ in range(rounds):
        gone = rng.permutation(n)[: n // 2]
        index.remove(gone)
        index.add(base[gone], gone)
        if compacted:
            index.compact()
    seconds = time.perf_counter() - start
    gc.collect()
    taken = resident() - before
    recalls = {}
    for ef in EFS:
        found = index.search(queries, 10, ef=ef).ids
        pairs = zip(found, right, strict=True)
        recalls[ef] = float(np.mean([len(np.intersect1d(a, b)) / 10 for a, b in pairs]))
    return {"recall": recalls, "nbytes": index.nbytes, "resident": taken, "seconds": seconds}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=100_000)
    parser.add_argument("--metric", choices=("euclidean", "cosine"), default="euclidean")
    parser.add_argument("--storage", nargs="+", default=["float32", "int8"])
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--no-compact", action="store_true")
    options = parser.parse_args()
    spawn = multiprocessing.get_context("spawn")
    print("storage   index      " + "".join(f"ef {ef:<5}" for ef in EFS) + "   MB  RSS MB      s")
    for storage in options.storage:
        for name, rounds in (("fresh", 0), ("reinserted", options.rounds)):
            with spawn.Pool(1) as pool:
                task = options.n, options.metric, storage, rounds, not options.no_compact
                row = pool.apply(measured, task)
            recalls = "".join(f"{recall:<8.4f}" for recall in row["recall"].values())
            print(
                f"{storage:<9} {name:<10} {recalls} {row['nbytes'] / 1e6:6.1f} "
                f"{row['resident'] / 1e6:6.1f} {row['seconds']:6.1f}"
            )


if __name__ == "__main__":
    main()

"""Recall@10 against queries per second, the library beside its peers.

    python -m benchmarks.recall_qps [--data sift,mnist,clustered] [--peers imgmine,hnswlib,...]
        [--threads 1,2] [--keep FOLDER] [--plot FILE]

Reads `sift` and `mnist` of IMGMINE_DATA. Builds use all threads; peers that are not installed are
left out. With --keep, built indexes are saved in a folder and taken from there the next time.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING

import imgmine

from .retrieval_data import DATA, K, Vectors, load
from .retrieval_peers import N_CPUS, PEERS, Peer, built

if TYPE_CHECKING:
    import numpy as np

MOST_EFFORT = 1000
Curve = list[tuple[float, float]]  # of recalls and queries per second


def effort_for(index: Peer, data: Vectors, recall: float) -> int | None:
    """Return the least effort that reaches a recall; None where none does."""
    index.set(MOST_EFFORT, N_CPUS)
    if data.recall(index.search(data.queries)) < recall:
        return None
    low, high = K, MOST_EFFORT
    while low < high:
        middle = min((low + high) // 2, 2 * low)  # small efforts are tried fast
        index.set(middle, N_CPUS)
        if data.recall(index.search(data.queries)) >= recall:
            high = middle
        else:
            low = middle + 1
    return high


def queries_per_second(
    indexes: dict[str, Peer],
    efforts: dict[str, int],
    data: Vectors,
    threads: int,
    batch: bool,
    turns: int,
) -> dict[str, float]:
    """Let all take random turns; medians. One thread's time is the processor's, not the clock's."""
    clock = time.process_time if threads == 1 else time.perf_counter
    samples: dict[str, list[float]] = {name: [] for name in efforts}
    order = list(efforts)
    for _ in range(turns):
        random.shuffle(order)
        for name in order:
            indexes[name].set(efforts[name], threads)
            started = clock()
            indexes[name].search(data.queries, batch)
            samples[name].append(clock() - started)
    return {name: len(data.queries) / statistics.median(times) for name, times in samples.items()}


def prepare(names: list[str], data: Vectors, keep: Path | None) -> dict[str, Peer]:
    """Build the indexes, or load those that were kept."""
    indexes = {}
    for name in names:
        try:
            indexes[name], spent = _prepared(name, data.base, keep)
        except ImportError:
            print(f"{name:16} is not installed")
            continue
        wall, processors = spent
        size = indexes[name].nbytes / len(data.base)
        print(
            f"{name:16} built in {wall:6.1f} s ({processors:6.1f} s of processors), "
            f"{size:6.0f} bytes a vector",
            flush=True,
        )
    return indexes


def _prepared(name: str, base: np.ndarray, keep: Path | None) -> tuple[Peer, list[float]]:
    folder = keep / name.replace(" ", "-") if keep else None
    if folder and (folder / "spent.json").exists():
        peer = PEERS[name]()
        peer.load(folder / "index", base)
        return peer, json.loads((folder / "spent.json").read_text())
    started, spent = time.perf_counter(), time.process_time()
    peer = built(name, base)
    times = [time.perf_counter() - started, time.process_time() - spent]
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        if name.startswith("svs"):
            (folder / "index").mkdir(exist_ok=True)
        peer.save(folder / "index")
        (folder / "spent.json").write_text(json.dumps(times))
    return peer, times


def print_rows(
    indexes: dict[str, Peer], data: Vectors, threads: list[int], turns: int
) -> dict[str, Curve]:
    """Print a table for each recall; return each index's curve with the first number of threads."""
    curves: dict[str, Curve] = {name: [] for name in indexes}
    for recall in (0.9, 0.95, 0.99):
        found = {name: effort_for(index, data, recall) for name, index in indexes.items()}
        efforts = {name: effort for name, effort in found.items() if effort is not None}
        reached = {}
        for name, effort in efforts.items():
            indexes[name].set(effort, 1)
            reached[name] = data.recall(indexes[name].search(data.queries))
        columns = [(n, True) for n in threads] + [(1, False)]
        table = [
            queries_per_second(indexes, efforts, data, n, batch, turns) for n, batch in columns
        ]
        heads = [f"{n} thread{'s' * (n > 1)}" for n in threads] + ["single"]
        print(f"\nrecall@10 >= {recall:<8} effort  reached " + " ".join(f"{h:>10}" for h in heads))
        for name in indexes:
            if name not in efforts:
                print(f"{name:20} not reached with an effort of {MOST_EFFORT}")
                continue
            rates = " ".join(f"{row[name]:10.0f}" for row in table)
            print(f"{name:20} {efforts[name]:9} {reached[name]:8.4f} {rates}", flush=True)
            curves[name].append((reached[name], table[0][name]))
    return curves


def plot(curves: dict[str, dict[str, Curve]], path: str) -> None:
    """Draw queries per second over recall, a panel for each data set."""
    import matplotlib.pyplot as plt

    figure, panels = plt.subplots(1, len(curves), figsize=(6 * len(curves), 5), squeeze=False)
    for panel, (name, lines) in zip(panels[0], curves.items(), strict=True):
        for peer, points in lines.items():
            style = "o-" if peer.startswith("imgmine") else "o--"
            panel.plot(*zip(*points, strict=True), style, label=peer) if points else None
        panel.set(title=name, xlabel="recall@10", ylabel="queries per second", yscale="log")
        panel.grid(alpha=0.3)
    panels[0][0].legend()
    figure.tight_layout()
    figure.savefig(path, dpi=120)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="sift", help=f"of {','.join(DATA)}")
    parser.add_argument("--n", type=int, help="take so many vectors only")
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--turns", type=int, default=7)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--plot")
    options = parser.parse_args()
    threads = [int(n) for n in options.threads.split(",")]
    curves = {}
    for name in options.data.split(","):
        imgmine.set_num_threads(0)
        data = load(name, options.n)
        print(f"\n{name}: {data.base.shape[0]} x {data.base.shape[1]}")
        keep = options.keep / f"{name}-{len(data.base)}" if options.keep else None
        indexes = prepare(options.peers.split(","), data, keep)
        curves[name] = print_rows(indexes, data, threads, options.turns) if options.turns else {}
    if options.plot:
        plot(curves, options.plot)


if __name__ == "__main__":
    main()

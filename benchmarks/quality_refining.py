"""What expanding queries and ranking hits again add to a search: P@10, P@20, MAP, N-S score.

Each picture in turn is the query, itself left out (but counted by the N-S score, out of 4, which
UKBench has). Run ``python -m benchmarks.quality_refining [SET ...]`` with IMGMINE_DATA set; see
docs/benchmarks.md.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

import imgmine as im
import numpy as np

SETS = {
    "corel1k": ("color", "balanced"),
    "caltech101": ("balanced", "objects"),
    "ukbench": ("color", "balanced"),
}
SEARCHES = {
    "plain": {},
    "expand=3": {"expand": 3},
    "expand=10": {"expand": 10},
    "rerank=50": {"rerank": 50},
    "rerank=100": {"rerank": 100},
    "rerank=200": {"rerank": 200},
    "expand=3, rerank=200": {"expand": 3, "rerank": 200},
}
OBJECT = 4  # pictures of each in UKBench


def relevance(index, options):
    """Return whether each hit is of the query's label, a row for each query."""
    pictures = list(zip(index.paths(), index.labels(), strict=True))
    rows = []
    for path, label in pictures:
        found = index.search(path, len(index), include_self=False, **options)
        rows.append([hit.label == label for hit in found])
    return np.array(rows)


def report(index, title, options):
    started = time.process_time()
    relevant = relevance(index, options)
    spent = 1e3 * (time.process_time() - started) / len(relevant)
    places = [im.metrics.precision_at_k(relevant, k) for k in (10, 20)]
    ns_score = 1 + relevant[:, : OBJECT - 1].sum(axis=1).mean()
    mean = im.metrics.mean_average_precision(relevant)
    numbers = " | ".join(f"{value:.3f}" for value in (*places, mean, ns_score))
    print(f"| {title} | {numbers} | {spent:.1f} |", flush=True)


def main() -> None:
    im.set_num_threads(1)
    folder = Path(os.environ["IMGMINE_DATA"])
    for name in sys.argv[1:] or SETS:
        for recipe in SETS.get(name, ("balanced",)):
            with (
                tempfile.TemporaryDirectory() as place,
                im.ImageIndex.open(place, recipe) as index,
            ):
                paths = im.io.find_images(folder / name)
                labels = [Path(path).parent.name for path in paths]
                if name == "ukbench":
                    labels = [i // OBJECT for i in range(len(paths))]
                index.add(paths, labels=labels)
                print(f'| {name}, "{recipe}" | P@10 | P@20 | MAP | N-S | ms |')
                print("| --- | ---: | ---: | ---: | ---: | ---: |")
                for title, options in SEARCHES.items():
                    report(index, title, options)
            print()


if __name__ == "__main__":
    main()

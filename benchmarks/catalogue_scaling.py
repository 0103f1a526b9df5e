"""Draw how the cost of a catalogue grows with the number of its pictures.

    python -m benchmarks.catalogue_scaling [--sizes 1000,10000] [--metric euclidean] [--plot FILE]

Vectors of `retrieval_data.clusters`, as long as those of the recipe "color", are put straight into
the database. Opening and the first search are those of a fresh process; its memory (RSS) is told
before and after them, and with vectors mapped from files, much of it is shared with the disk's
cache.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from imgmine import ImageIndex
from imgmine.collection import _catalog

from .retrieval_data import clusters

SIZES = (1000, 10_000, 100_000, 1_000_000)

READER = """
import json, sys, time, resource
import numpy as np
from imgmine import ImageIndex

def memory():
    pages = int(open("/proc/self/statm").read().split()[1])
    return pages * resource.getpagesize() / 2**20

queries = np.load(sys.argv[2])
before, started = memory(), time.perf_counter()
index = ImageIndex.open(sys.argv[1], mode="r")
times = [time.perf_counter() - started]
rss = []
for query in queries[:100]:
    started = time.perf_counter()
    index.search_vectors(query[np.newaxis], 10)
    times.append(time.perf_counter() - started)
    rss.append(memory())
answer = {"open": times[0], "first": times[1], "later": float(np.median(times[2:]))}
answer["rss"] = before, rss[0], rss[-1]
found = index.search_vectors(queries, 10)
exact = index.search_vectors(queries, 10, exact=True)
same = [len({h.id for h in a} & {h.id for h in b}) for a, b in zip(found, exact)]
answer["recall"] = float(np.mean(same)) / 10
print(json.dumps(answer))
"""


def fill(index: ImageIndex, n: int, first: int = 0) -> None:
    """Put pictures into a catalogue that nobody has seen."""
    start = first
    for block in clusters(n, first + 1):
        rows = [
            _catalog.Row(f"/photos/{start + i:07d}.jpg", 1000, 1, f"label {i % 100}", v.tobytes())
            for i, v in enumerate(block)
        ]
        index._database.write(lambda c, rows=rows: _catalog.put(c, rows, _catalog.next_revision(c)))
        start += len(rows)


def measure(n: int, metric: str, folder: Path) -> dict[str, float]:
    """Return what a catalogue of `n` pictures costs."""
    np.save(folder / "queries.npy", next(clusters(200, 10**7)))
    with ImageIndex.open(folder / "c", metric=metric) as index:
        started = time.perf_counter()
        fill(index, n)
        filled = time.perf_counter() - started
        started = time.perf_counter()
        index.compact()
        compacted = time.perf_counter() - started
    files = {path.suffix: path.stat().st_size / 2**20 for path in (folder / "c").iterdir()}
    script = [sys.executable, "-c", READER, str(folder / "c"), str(folder / "queries.npy")]
    answer = json.loads(subprocess.run(script, check=True, stdout=subprocess.PIPE).stdout)
    with ImageIndex.open(folder / "c") as index:
        started = time.perf_counter()
        fill(index, 1000, n)
        index._filer.file_new()
        more = time.perf_counter() - started
    return {
        "pictures": n,
        "fill, us a picture": filled / n * 1e6,
        "1000 more, us a picture": more * 1e3,
        "compact, s": compacted,
        "database, MiB": files[".sqlite"],
        "vectors, MiB": files.get(".imgmine", 0.0),
        "open, ms": answer["open"] * 1e3,
        "first search, ms": answer["first"] * 1e3,
        "later search, ms": answer["later"] * 1e3,
        "RSS before, MiB": answer["rss"][0],
        "RSS after one, MiB": answer["rss"][1],
        "RSS after 100, MiB": answer["rss"][2],
        "recall@10": answer["recall"],
    }


def draw(rows: list[dict[str, float]], file: str) -> None:
    """Plot all costs in time against the number of pictures."""
    from matplotlib.figure import Figure

    figure = Figure((8, 5), layout="constrained")
    axes = figure.subplots()
    sizes = [row["pictures"] for row in rows]
    names = {
        "1000 more, us a picture": 1e-3,
        "compact, s": 1e3,
        "open, ms": 1,
        "first search, ms": 1,
        "later search, ms": 1,
    }
    for name, factor in names.items():
        label = name if factor == 1 else f"{name.split(',')[0]}{' (each)' if factor < 1 else ''}"
        costs = [row[name] * factor for row in rows]
        axes.loglog(sizes, costs, marker="o", ms=3, label=label.replace(", ms", ""))
    axes.set(title="A catalogue of vectors of 128 values", xlabel="pictures", ylabel="milliseconds")
    axes.grid(alpha=0.3)
    figure.legend(loc="outside right center", fontsize=8)
    figure.savefig(file, dpi=110)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--metric", default="euclidean")
    parser.add_argument("--plot", metavar="FILE")
    parser.add_argument("--folder", help="where to put the catalogues (default: a temporary one)")
    options = parser.parse_args()
    rows = []
    for size in map(int, options.sizes.split(",")):
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            rows.append(measure(size, options.metric, Path(folder)))
        for name, value in rows[-1].items():
            print(f"{name:>26} {value:12,.2f}", flush=True)
        print()
    if options.plot:
        draw(rows, options.plot)


if __name__ == "__main__":
    main()

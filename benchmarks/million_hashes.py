"""A million 64-bit hashes clustered: ``python -m benchmarks.million_hashes [N]``.

Of the hashes, drawn at random, a quarter are others with up to six bits changed. Prints seconds and
the memory taken beside the hashes, for pictures with one hash and with those of all eight dihedral
forms.
"""

from __future__ import annotations

import resource
import sys
import time

import imgmine as im
import numpy as np


def near_hashes(n: int, n_forms: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    words = rng.integers(0, 2**64, (n, n_forms), dtype=np.uint64)
    k = n // 4
    words[-k:] = words[:k]
    for _ in range(6):
        words[-k:, 0] ^= np.uint64(1) << rng.integers(0, 64, k, dtype=np.uint64)
    return words.view(np.uint8).reshape(n, n_forms, 8)


def main() -> None:
    n = int(float(sys.argv[1])) if len(sys.argv) > 1 else 1_000_000
    print(f"{n:,} hashes, {im.num_threads()} threads, {im.cpu_level()}")
    for n_forms, radii in ((1, (4, 6, 8, 10)), (8, (6, 8, 10))):
        hashes = near_hashes(n, n_forms)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for radius in radii:
            started, busy = time.perf_counter(), time.process_time()
            labels = im.features.hash_clusters(hashes, radius)
            seconds, work = time.perf_counter() - started, time.process_time() - busy
            taken = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
            print(
                f"{n_forms} hash(es) a picture, radius {radius:2}: {seconds:5.1f} s "
                f"({work:.1f} s of work), {len(np.unique(labels)):,} clusters, {taken:.0f} MiB",
                flush=True,
            )


if __name__ == "__main__":
    main()

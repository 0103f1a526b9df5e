"""Print how much memory each operation takes over its input and its output (Linux only).

    python -m benchmarks.memory [--side 8192] [--threads 2]

The bound is 2 MiB a thread; the pages that the allocator and the threads themselves take are in the
figures.
"""

from __future__ import annotations

import argparse
from functools import partial

import imgmine
import numpy as np

from tests.operations import OPERATIONS, picture
from tests.peak_memory import workspace

MIB = 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--side", type=int, default=8192)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    imgmine.set_num_threads(args.threads)
    most = 0.0
    for operation in OPERATIONS:
        side = min(args.side, 3000) if operation.slow else args.side
        for dtype in operation.dtypes:
            channels = operation.channels[-1]
            part = picture((512, 512) if channels is None else (512, 512, channels), dtype)
            repeats = -(-side // 512)
            image = np.tile(part, (repeats, repeats, *[1] * (part.ndim - 2)))[:side, :side].copy()
            used = workspace(partial(operation, image)) / MIB
            most = max(most, used)
            print(f"{operation.name:<40} {dtype:<8} {side:>6} {used:8.2f} MiB", flush=True)
    print(f"most: {most:.2f} MiB, bound: {2 * args.threads} MiB")


if __name__ == "__main__":
    main()

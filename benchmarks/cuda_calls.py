"""How long a process takes to queue the CUDA versions' work: no GPU is needed.

    python -m benchmarks.cuda_calls [words that cases' names begin with]

The emulator's driver stands for a GPU's, kernels are not run, and results and scratch come from a
pool, as CuPy's and PyTorch's do: what is left is Python's and Numba's part of a call. A GPU is idle
where its kernels are faster than that.
"""

from __future__ import annotations

import time
from collections import defaultdict
from itertools import cycle
from typing import Any

from benchmarks import emulated

CALLS, ROUNDS, SIDE = 50, 5, 64
BUFFERS = 8  # of a shape in the pool, taken in turn


class Pool:
    """Memory for results and scratch, never freed, given out again in turn."""

    def __init__(self, make: Any) -> None:
        self.make = make
        self.kept: dict[Any, Any] = defaultdict(lambda: None)

    def empty(self, _array: object, shape: tuple[int, ...], dtype: Any) -> Any:
        key = shape, str(dtype)
        if self.kept[key] is None:
            self.kept[key] = cycle([self.make(shape, dtype) for _ in range(BUFFERS)])
        return next(self.kept[key])


def report(words: list[str]) -> None:
    from imgmine.cuda import _owners
    from numba import cuda
    from numba.cuda import dispatcher

    from benchmarks import cuda_report
    from tests.cuda.emulator.device import Emulator
    from tests.cuda.emulator.plugin import replace_machine_code

    Emulator("libcuda.so.1")
    replace_machine_code(counts=False)
    dispatcher.launch = lambda *arguments: None
    _owners.NUMBA.empty = Pool(cuda.device_array).empty
    cuda_report.BATCH, cuda_report.SIDE = 1, SIDE
    for name, function, arguments, _ in cuda_report.image_cases():
        if words and not name.startswith(tuple(words)):
            continue
        there = [cuda.to_device(x) for x in arguments]
        rounds = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            for _ in range(CALLS):
                function(*there)
            rounds.append((time.perf_counter() - start) / CALLS)
        print(f"{name:28}{1e6 * min(rounds):8.0f} us", flush=True)


if __name__ == "__main__":
    emulated.run("benchmarks.cuda_calls", report)

"""What the CUDA versions cost in instructions, counted by the emulator: no GPU is needed.

    python -m benchmarks.cuda_cost [words that cases' names begin with]

The compiled PTX of each case of `cuda_report` runs on the emulator of tests/cuda, on one image of
256 x 256 pixels, and counts what its threads do (tests/cuda/emulator/cost.py). Beside that: which
share of the speed of a plain copy an H100 could reach if nothing but the issue of instructions, the
load and store units or the units for doubles held it up. Times it does not know.
"""

from __future__ import annotations

from benchmarks import emulated

# An H100 (SXM): multiprocessors times Hz, lanes a clock and multiprocessor, bytes a second.
CLOCKS = 132 * 1.7e9
LANES = {"issue": 128, "load/store": 32, "doubles": 64}
COPY = 3.0e12
SIDE = 256


def share(n_bytes: int, n_lanes: float, unit: str) -> str:
    """Return how much of a copy's speed a unit lets through."""
    if not n_lanes:
        return f"{'':>12}"
    return f"{n_bytes / COPY / (n_lanes / (CLOCKS * LANES[unit])):12.0%}"


def report(words: list[str]) -> None:
    from numba import cuda

    from benchmarks import cuda_report
    from tests.cuda.emulator.device import Emulator
    from tests.cuda.emulator.plugin import replace_machine_code

    emulator = Emulator("libcuda.so.1")
    replace_machine_code(counts=True)
    cuda_report.BATCH, cuda_report.SIDE = 1, SIDE
    print(f"{'':26}{'instructions a byte moved':>28}{'global':>8}{'shared':>8}", end="")
    print("   of a copy's speed:" + "".join(f"{unit:>12}" for unit in LANES))
    for name, function, arguments, n_bytes in cuda_report.image_cases():
        if words and not name.startswith(tuple(words)):
            continue
        there = [cuda.to_device(x) for x in arguments]
        emulator.cost()
        function(*there)
        cost = emulator.cost()
        accesses = cost.global_accesses + cost.shared_accesses
        print(f"{name:26}{cost.instructions / n_bytes:28.1f}", end="")
        print(f"{cost.global_accesses / n_bytes:8.2f}{cost.shared_accesses / n_bytes:8.2f}", end="")
        print(f"{'':21}" + share(n_bytes, cost.instructions, "issue"), end="")
        print(share(n_bytes, accesses, "load/store") + share(n_bytes, cost.doubles, "doubles"))
        for error in emulator.errors():
            print(f"    {error}")


if __name__ == "__main__":
    emulated.run("benchmarks.cuda_cost", report)

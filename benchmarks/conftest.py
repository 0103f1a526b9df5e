"""How the benchmarks compare: agree first, then take turns, then print ratios.

Run ``pytest benchmarks``; see docs/benchmarks.md.
"""

from __future__ import annotations

import contextlib
import os
import random
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING

import imgmine
import numpy as np
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

TURNS = int(os.environ.get("IMGMINE_BENCH_TURNS", "15"))
# A sample repeats a call until it lasts about so long.
SAMPLE_SECONDS = float(os.environ.get("IMGMINE_BENCH_SAMPLE", "2e-3"))
SPIN_SECONDS = 0.03  # how long the threads of a peer (OpenBLAS, OpenMP) look for work after a call
PROCESSORS = sorted(os.sched_getaffinity(0))

# kornia-rs keeps its first pool of threads, which must not be one for a single processor.
os.environ.setdefault("RAYON_NUM_THREADS", str(len(PROCESSORS)))

ROWS: list[tuple[str, float, str, float, float | None]] = []
LEFT_OUT: dict[str, str] = {}  # peer -> why


def set_threads(n: int) -> None:
    """Give the library and every peer that is loaded `n` threads, or all if 0.

    Some cannot be told (kornia-rs works with all in every call): the whole process gets `n`
    processors, too.
    """
    import cv2
    import threadpoolctl

    for task in Path("/proc/self/task").iterdir():
        with contextlib.suppress(ProcessLookupError):
            os.sched_setaffinity(int(task.name), PROCESSORS[-n:])
    imgmine.set_num_threads(n)
    cv2.setNumThreads(n)
    threadpoolctl.threadpool_limits(n)


@pytest.fixture(params=[1, len(PROCESSORS)], ids="threads={}".format)
def threads(request):
    set_threads(request.param)
    yield request.param
    set_threads(0 if request.param == 1 else request.param)


@pytest.fixture(scope="session")
def data_dir():
    folder = os.environ.get("IMGMINE_DATA")
    if not folder:
        pytest.skip("needs real photographs: IMGMINE_DATA is not set")
    return Path(folder)


def seconds(call: Callable[[], object], repeats: int) -> float:
    started = time.perf_counter()
    for _ in range(repeats):
        call()
    return (time.perf_counter() - started) / repeats


def wait(duration: float) -> None:
    """Wait, but keep this processor awake."""
    end = time.perf_counter() + duration
    while time.perf_counter() < end:
        pass


def copy_seconds(n_bytes: int) -> float:
    """Time NumPy's copy of `n_bytes`, half of them read, half written.

    This is the limit of whatever is bound by memory.
    """
    src = np.zeros(max(n_bytes // 2, 1), np.uint8)
    dst = np.ones_like(src)
    return statistics.median(seconds(lambda: np.copyto(dst, src), 3) for _ in range(9))


class Race:
    """Times one operation of the library beside its peers."""

    def __init__(self, benchmark, name: str) -> None:
        self._benchmark = benchmark
        self._name = name

    def leave_out(self, peer: str, reason: str) -> None:
        """Let the summary say that a peer does not run, and why."""
        LEFT_OUT[peer] = reason

    def __call__(
        self,
        ours: Callable[[], object],
        peers: dict[str, Callable[[], object]],
        agree: Callable[[object, object], None],
        *,
        moves: int | None = None,
        limit: float | None = None,
        turns: int = TURNS,
    ) -> None:
        """Check each peer's result with `agree(ours, theirs)`, then let all take random turns.

        `moves` is the number of bytes the operation has to read and write; or `limit` is how many
        seconds it takes where nothing is waited for.
        """
        result = ours()
        for peer in peers.values():
            agree(result, peer())
        calls = {"imgmine": ours, **peers}
        repeats = {
            name: max(1, round(SAMPLE_SECONDS / max(seconds(call, 1), 1e-7)))
            for name, call in calls.items()
        }
        samples: dict[str, list[float]] = {name: [] for name in calls}
        order = list(calls)
        for _ in range(turns):
            random.shuffle(order)
            for name in order:
                if imgmine.num_threads() > 1:
                    wait(SPIN_SECONDS)
                samples[name].append(seconds(calls[name], repeats[name]))
        medians = {name: statistics.median(times) for name, times in samples.items()}
        mine = medians.pop("imgmine")
        best = min(medians, key=medians.__getitem__) if medians else "-"
        least = copy_seconds(moves) if moves else limit
        info = self._benchmark.extra_info
        info["imgmine_ms"] = mine * 1e3
        for name, median in medians.items():
            info[f"{name}_ms"] = median * 1e3
            info[f"{name}_ratio"] = median / mine
        ROWS.append(
            (self._name, mine, best, medians.get(best, float("nan")), least and least / mine)
        )
        self._benchmark.pedantic(ours, rounds=5)


@pytest.fixture
def race(benchmark, request):
    return Race(benchmark, request.node.name.removeprefix("bench_"))


def pytest_terminal_summary(terminalreporter):
    for peer, reason in LEFT_OUT.items():
        terminalreporter.write_line(f"left out: {peer}: {reason}")
    if not ROWS:
        return
    terminalreporter.section("ratios: fastest peer / imgmine, medians of random turns")
    line = "{:<58} {:>10} {:>16} {:>10} {:>7} {:>7}"
    terminalreporter.write_line(
        line.format("operation", "imgmine ms", "fastest peer", "peer ms", "ratio", "limit")
    )
    for name, mine, best, theirs, limit in ROWS:
        share = f"{limit:.0%}" if limit else "-"
        terminalreporter.write_line(
            line.format(
                name,
                f"{mine * 1e3:.3f}",
                best,
                f"{theirs * 1e3:.3f}",
                f"{theirs / mine:.2f}",
                share,
            )
        )
    ratios = [theirs / mine for _, mine, _, theirs, _ in ROWS if theirs == theirs]
    if ratios:
        mean = statistics.geometric_mean(ratios)
        terminalreporter.write_line(
            f"geometric mean {mean:.2f}, lowest {min(ratios):.2f}, {len(ratios)} rows"
        )

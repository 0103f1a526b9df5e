"""The CUDA versions on a GPU: right, how fast, beside others. `cuda_report` runs it.

Of each case: the time by events on the GPU, the bytes it must move and which share of the bandwidth
of a plain copy, measured first, that is (or operations a second, for searches); how long the
process takes to queue a call; our CPU's result, which must be the same, and its time; and CuPy,
PyTorch and OpenCV where they are installed and have the function, compared before they are timed.
Then how long compiling for the first call takes; recipes over a folder of JPEGs, beside the CPU's;
and that the library works after asking for more memory than there is.
"""

from __future__ import annotations

import importlib
import os
import statistics
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import imgmine as im
import numpy as np
from numba import cuda

from benchmarks.cuda_peers import difference, peers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from benchmarks.cuda_peers import Peer

BURSTS, BURST_MS, MOST_CALLS = 15, 10, 20
N_FILES, FILE_SIDES = 1000, (768, 1024)
FOLDER_RECIPES = ("histogram", "color", "balanced", "shape", "objects", "texture")


class Library(NamedTuple):
    """Whose arrays our functions are given: one with a memory pool, if there is one."""

    name: str
    put: Callable[[np.ndarray], Any]
    get: Callable[[Any], np.ndarray]


def library() -> Library:
    try:
        torch: Any = importlib.import_module("torch")
        return Library(
            "PyTorch", partial(torch.as_tensor, device="cuda"), lambda x: x.cpu().numpy()
        )
    except ImportError:
        pass
    try:
        cupy: Any = importlib.import_module("cupy")
        return Library("CuPy", cupy.asarray, cupy.asnumpy)
    except ImportError:
        return Library("Numba", cuda.to_device, lambda x: x.copy_to_host())


class Times(NamedTuple):
    """Of one call, in ms: on the GPU, and in the process until it is queued."""

    gpu: float
    queued: float


def measured(call: Callable[[], Any]) -> Times:
    """Return the medians over bursts of calls, so that the GPU need not wait for the process."""
    for _ in range(2):
        call()
    first = burst(call, 1)
    n = int(min(max(BURST_MS / max(first.gpu, 1e-3), 1), MOST_CALLS))
    bursts = [burst(call, n) for _ in range(BURSTS)]
    return Times(*(statistics.median(times) for times in zip(*bursts, strict=True)))


def burst(call: Callable[[], Any], n: int) -> Times:
    start, end = cuda.event(), cuda.event()
    begun = time.perf_counter()
    start.record()
    for _ in range(n):
        call()
    end.record()
    queued = time.perf_counter() - begun
    end.synchronize()
    return Times(cuda.event_elapsed_time(start, end) / n, 1e3 * queued / n)


def seconds(call: Callable[[], Any], n: int = 3) -> tuple[Any, float]:
    """Return the result and the least time of n calls."""
    times = []
    for _ in range(n):
        start = time.perf_counter()
        found = call()
        times.append(time.perf_counter() - start)
    return found, min(times)


def on_cpu(function: Callable[..., Any], arguments: tuple[np.ndarray, ...]) -> Any:
    """Return the core's result: of images, one after the other."""
    if len(arguments) == 1:
        return np.stack([function(image) for image in arguments[0]])
    return function(*arguments)


def wrong(ours: Any, expected: Any) -> str:
    """Return what is wrong with our result, nothing if it is right.

    Whole numbers must be equal, floats as near as the loosest bound that the docstrings state. Of
    neighbors only the distances are compared: which of equal ones is meant may differ in floats.
    """
    if isinstance(expected, tuple):
        ours, expected = ours[1], expected[1]
    expected = expected.reshape(ours.shape)
    if ours.dtype != expected.dtype:
        return f"WRONG: {ours.dtype} instead of {expected.dtype}"
    gap = np.abs(ours.astype(np.float64) - expected).max(initial=0)
    allowed = 1e-4 * np.abs(expected).max(initial=0) if expected.dtype.kind == "f" else 0
    return f"WRONG: differs by {gap:.2g}" if not gap <= allowed else ""


def to_host(there: Library, result: Any) -> Any:
    if isinstance(result, tuple):
        return tuple(there.get(part) for part in result)
    return there.get(result)


def measure(cases: Iterable[tuple[str, Any, tuple[np.ndarray, ...], int]]) -> bool:
    """Print a line for each case and peer; return whether all our results are right."""
    start, right = time.perf_counter(), True
    im.cuda.warm_up()
    print(f"warm-up: compiled, or loaded from the cache, in {time.perf_counter() - start:.1f} s")
    copy = copy_bandwidth()
    print(f"copy on the GPU: {copy / 1e6:.0f} GB/s")
    there, others = library(), list(peers())
    print(f"arrays of {there.name}; times in ms, medians; CPU: {os.cpu_count()} threads")
    for name, function, arguments, n_bytes in cases:
        expected, cpu = seconds(partial(on_cpu, function, arguments), n=1)
        call = partial(function, *[there.put(x) for x in arguments])
        ours = to_host(there, call())
        fault, times = wrong(ours, expected), measured(call)
        right = right and not fault
        share = n_bytes / times.gpu / copy
        print(
            f"{name:28} {times.gpu:9.3f}  {n_bytes / times.gpu / 1e6:6.0f} GB/s  {share:6.1%}",
            end="",
        )
        print(f"{rate(arguments, times.gpu)}  queued in {times.queued:.3f}", end="")
        print(f"  CPU {1e3 * cpu / times.gpu:.0f} x  {fault}", flush=True)
        for peer in (peer for peer in others if peer.case == name):
            compare(peer, arguments, ours, times.gpu)
    return right


def copy_bandwidth() -> float:
    """Return bytes read and written in a ms."""
    source = cuda.device_array(1 << 28, np.uint8)
    target = cuda.device_array_like(source)
    return 2 * source.nbytes / measured(lambda: target.copy_to_device(source)).gpu


def rate(arguments: tuple[np.ndarray, ...], ms: float) -> str:
    """Return operations a second of products of rows; nothing for other cases."""
    if len(arguments) == 1 or arguments[0].shape[1] < 32:  # hashes are not multiplied
        return ""
    (n, size), m = arguments[0].shape, len(arguments[1])
    return f"  {2e-9 * n * m * size / ms:6.1f} Top/s"


def compare(peer: Peer, arguments: tuple[np.ndarray, ...], ours: Any, ms: float) -> None:
    """Print a peer's time, if its result is as near to ours as it should be."""
    try:
        call = partial(peer.call, *[peer.put(x) for x in arguments])
        gap = difference(ours, peer.get(call()))
        took = measured(call).gpu if peer.on_gpu else 1e3 * seconds(call)[1]
    except (RuntimeError, MemoryError) as error:  # PyTorch's and CuPy's for too little memory
        print(f"{'':28} {peer.library}: {str(error).splitlines()[0][:80]}")
        return
    doubt = "" if gap <= peer.tolerance else f", but differs by {gap:.2g} in the mean"
    print(f"{'':28} {took:9.3f}  {peer.library}, {took / ms:.2f} times ours{doubt}", flush=True)


def report_folder() -> None:
    """Compare recipes over a folder of JPEGs with the same on the CPU, both with all threads."""
    rng = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{i}.jpg" for i in range(N_FILES)]
        for i, path in enumerate(paths):
            coarse, size = rng.integers(0, 256, (12, 16, 3), np.uint8), FILE_SIDES[:: 1 - i % 2 * 2]
            im.io.imwrite(path, im.geometry.resize(coarse, size, "cubic"))
        for name in FOLDER_RECIPES:
            recipe = im.features.Recipe.named(name)
            expected, cpu = seconds(partial(recipe.transform, paths))
            for batch in (16, 64, 256):
                actual, gpu = seconds(partial(im.cuda.transform, recipe, paths, batch=batch))
                gap = np.abs(actual - expected).max()
                print(
                    f"folder, {name}, batches of {batch}: {N_FILES / gpu:.0f} pictures/s, "
                    f"{N_FILES / cpu:.0f} on the CPU, difference {gap:.1e}"
                )
        color = im.features.Recipe.named("color")
        _, decoding = seconds(lambda: [*color.pictures(paths)[0]])
        print(f"decoding alone: {N_FILES / decoding:.0f} pictures/s")


def ask_for_too_much() -> None:
    """Ask for a result larger than the GPU, then call again."""
    _, total = cuda.current_context().get_memory_info()
    image = cuda.to_device(np.full((64, 64), 7, np.uint8))
    try:
        im.geometry.resize(image, (60_000, total // 60_000 + 1), "nearest")
    except im.CudaMemoryError as error:
        print(f"out of memory is told: {error}")
    else:
        print("there was more memory than expected")
    found = im.filters.gaussian_blur(image, 1).copy_to_host()
    print("and the next call is right:", bool((found == 7).all()))


def main(cases: Iterable[tuple[str, Any, tuple[np.ndarray, ...], int]]) -> int:
    """Return the exit status: 1 if a result is wrong."""
    name = cuda.get_current_device().name  # bytes or str, by numba-cuda's version
    print(name.decode() if isinstance(name, bytes) else name)
    right = measure(cases)
    report_folder()
    ask_for_too_much()
    return not right

"""Draw how the cost of each operation grows with the number of pixels and with the radius.

    python -m benchmarks.scaling FOLDER [--largest 16384]

One thread, uint8. A line that is level is a cost that is linear in pixels, or independent of the
radius.
"""

from __future__ import annotations

import argparse
import time
from functools import partial
from pathlib import Path

import imgmine
import numpy as np
from imgmine import filters
from matplotlib.figure import Figure

from tests.operations import OPERATIONS, Operation, picture

SIZES = (256, 512, 1024, 2048, 4096, 8192, 16384)
KSIZES = (3, 5, 7, 11, 15, 25, 41, 61, 101)
RADIUS = {
    "box_blur": filters.box_blur,
    "median_blur": filters.median_blur,
    "erode": filters.erode,
    "gaussian_blur, sigma = ksize / 6": lambda image, k: filters.gaussian_blur(image, k / 6),
}


def tiled(shape: tuple[int, ...]) -> np.ndarray:
    """Return a picture made of copies of a smaller one: large ones would take long to draw."""
    part = picture((512, 512, *shape[2:]), "uint8")
    return np.tile(part, (-(-shape[0] // 512), -(-shape[1] // 512), *[1] * (len(shape) - 2)))[
        : shape[0], : shape[1]
    ].copy()


def nanoseconds(call, n: int) -> float:
    """Return the time per item of `call()`, which treats n of them: the best of some runs."""
    times: list[float] = []
    while len(times) < 3 or (sum(times) < 0.05 and len(times) < 50):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return min(times) / n * 1e9


def measure_sizes(operation: Operation, largest: int) -> dict[int, float]:
    """Return nanoseconds per pixel by the side of a square image."""
    most = min(largest, 2048 if operation.slow else largest)
    channels = operation.channels[-1]
    costs = {}
    for side in (side for side in SIZES if side <= most):
        shape = (side, side) if channels is None else (side, side, channels)
        image = tiled(shape)
        costs[side] = nanoseconds(partial(operation, image), side * side)
    return costs


def draw(lines: dict[str, dict[int, float]], title: str, label: str, file: Path) -> None:
    figure = Figure((9, 5.5), layout="constrained")
    axes = figure.subplots()
    for number, (name, costs) in enumerate(lines.items()):
        marker = "o" if number % 2 else None
        axes.loglog(list(costs), list(costs.values()), marker=marker, ms=3, label=name)
    ticks = sorted({x for costs in lines.values() for x in costs})
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    axes.minorticks_off()
    axes.set(title=title, xlabel=label, ylabel="nanoseconds per pixel")
    axes.grid(alpha=0.3)
    figure.legend(loc="outside right center", fontsize=7)
    figure.savefig(file, dpi=110)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--largest", type=int, default=SIZES[-1])
    args = parser.parse_args()
    imgmine.set_num_threads(1)
    packages: dict[str, dict[str, dict[int, float]]] = {}
    for operation in OPERATIONS:
        if "uint8" not in operation.dtypes:
            continue
        costs = measure_sizes(operation, args.largest)
        package, name = operation.name.split(".", 1)
        packages.setdefault(package, {})[name] = costs
        figures = "  ".join(f"{side}: {cost:.2f}" for side, cost in costs.items())
        print(f"{operation.name:<40} {figures}", flush=True)
    for package, lines in packages.items():
        file = args.folder / f"scaling-{package}.png"
        draw(lines, f"imgmine.{package}", "side of the image in pixels", file)
    image = tiled((1080, 1920))
    radius = {
        name: {k: nanoseconds(partial(f, image, k), image.size) for k in KSIZES}
        for name, f in RADIUS.items()
    }
    for name, costs in radius.items():
        print(f"{name:<40}", "  ".join(f"{k}: {cost:.2f}" for k, cost in costs.items()))
    draw(radius, "1080 x 1920, one thread", "ksize", args.folder / "scaling-ksize.png")


if __name__ == "__main__":
    main()

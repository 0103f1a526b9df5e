"""Draw how the cost of segmentation grows with the number of pixels; print times and memory.

    python -m benchmarks.scaling_segment [--plot FILE] [--largest 4096]

A photograph (scikit-image's `astronaut`), enlarged or reduced. Regions grow in number with the
pixels, a thousand pixels each. A line that is level is a cost that is linear in pixels.
"""

from __future__ import annotations

import argparse
import statistics
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import imgmine
import numpy as np
from imgmine import segment
from skimage import data

from benchmarks.scaling import draw, nanoseconds
from tests.peak_memory import workspace

if TYPE_CHECKING:
    from collections.abc import Callable

SIDES = 256, 512, 1024, 2048, 4096
FRAMES = {"1080p": (1080, 1920), "4K": (2160, 3840)}
MIB = 2**20
SLOW = {"grabcut": 1024 * 1024}  # pixels at most


def photograph(height: int, width: int) -> np.ndarray:
    return imgmine.geometry.resize(data.astronaut(), (height, width), method="linear")


def calls(height: int, width: int) -> dict[str, Callable[[], object]]:
    """Return what is measured, ready to be called."""
    image = photograph(height, width)
    gray = imgmine.color.rgb2gray(image)
    n = max(2, gray.size // 1000)
    mask = gray > segment.threshold_otsu(gray)
    labels = segment.slic(image, n)
    steep = imgmine.filters.sobel(gray, dtype=np.uint8)
    markers = np.zeros(gray.shape, np.int32)
    markers[16::32, 16::32] = np.arange(1, markers[16::32, 16::32].size + 1).reshape(
        markers[16::32, 16::32].shape
    )
    box = (height // 10, width // 4, height * 8 // 10, width // 2)
    every = {
        "label": partial(segment.label, mask),
        "regions": partial(segment.regions, labels, image),
        "find_boundaries": partial(segment.find_boundaries, labels),
        "fill_holes": partial(segment.fill_holes, mask),
        "distance_transform": partial(segment.distance_transform, mask),
        "threshold_local": partial(segment.threshold_local, gray, 31),
        "threshold_sauvola": partial(segment.threshold_sauvola, gray, 31),
        "slic": partial(segment.slic, image, n),
        "superpixels": partial(segment.superpixels, image, n),
        "felzenszwalb": partial(segment.felzenszwalb, image),
        "watershed": partial(segment.watershed, steep, markers),
        "flood_fill": partial(segment.flood_fill, gray, (0, 0), 0, tolerance=60),
        "merge_regions": partial(segment.merge_regions, image, labels),
        "grabcut": partial(segment.grabcut, image, box),
    }
    return {name: call for name, call in every.items() if gray.size <= SLOW.get(name, gray.size)}


def milliseconds(call: Callable[[], object]) -> float:
    times = []
    for _ in range(3):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1e3


def print_frames() -> None:
    print(
        f"{'':22}" + "".join(f"{name + h:>14}" for name in FRAMES for h in (", 1", ", 2", ", MiB"))
    )
    frames = {name: calls(*shape) for name, shape in FRAMES.items()}
    for operation in frames["1080p"]:
        columns = []
        for frame in FRAMES:
            call = frames[frame][operation]
            for threads in (1, 2):
                imgmine.set_num_threads(threads)
                columns.append(f"{milliseconds(call):11.1f} ms")
            columns.append(f"{workspace(call) / MIB:14.1f}")
        print(f"{operation:22}" + "".join(columns), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--largest", type=int, default=SIDES[-1])
    options = parser.parse_args()
    print_frames()
    imgmine.set_num_threads(1)
    lines: dict[str, dict[int, float]] = {}
    for side in (side for side in SIDES if side <= options.largest):
        for name, call in calls(side, side).items():
            lines.setdefault(name, {})[side] = nanoseconds(call, side * side)
    print("nanoseconds a pixel:")
    for name, costs in lines.items():
        print(f"{name:22}", "  ".join(f"{side}: {cost:.2f}" for side, cost in costs.items()))
    if options.plot:
        draw(lines, "imgmine.segment, one thread", "side of the image in pixels", options.plot)


if __name__ == "__main__":
    main()

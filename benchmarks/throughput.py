"""Pictures a second from JPEG files, and how much of the time is decoding.

    python -m benchmarks.throughput [--pictures 200] [--peers 30]

Pictures of corel1k and caltech101, found through IMGMINE_DATA: the recipe "balanced" and pHash,
with 1 and 2 threads, ours and the peers. Shares are of processor time. The library decodes for
pHash no larger than it needs.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import imagehash
import imgmine as im
from imgmine.features import Recipe
from PIL import Image

from .features.balanced_peers import balanced

if TYPE_CHECKING:
    from collections.abc import Callable

TURNS = 5
RECIPE = Recipe.named("balanced")


def opencv_balanced(path: Path) -> object:
    return balanced(cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB), RECIPE.weights)


def opencv_decode(path: Path) -> object:
    return cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)


def imagehash_phash(path: Path) -> object:
    with Image.open(path) as image:
        return imagehash.phash(image)


def pillow_decode(path: Path) -> object:
    with Image.open(path) as image:
        return image.convert("RGB")


def ours_small(path: Path) -> object:
    return im.io.imread(path, mode="L", min_side=256)


# Of each way to describe files: the whole, its decoding, whether it is ours.
WAYS: dict[str, tuple[Callable, Callable, bool]] = {
    "balanced, imgmine": (RECIPE.read, im.io.imread, True),
    "balanced, OpenCV and scikit-image": (opencv_balanced, opencv_decode, False),
    "pHash, imgmine": (
        lambda path: next(im.features.hash_files([path], n_jobs=1)), ours_small, True,
    ),
    "pHash exact, imgmine": (
        lambda path: next(im.features.hash_files([path], exact=True, n_jobs=1)),
        im.io.imread, True,
    ),
    "pHash, ImageHash": (imagehash_phash, pillow_decode, False),
}  # fmt: skip


def seconds(function: Callable, paths: list[Path], n_threads: int) -> tuple[float, float]:
    """Time one turn over all pictures: by the clock, and what the processors worked."""
    started, worked = time.perf_counter(), time.process_time()
    if n_threads == 1:
        for path in paths:
            function(path)
    else:
        with ThreadPoolExecutor(n_threads) as executor:
            for _ in executor.map(function, paths):
                pass
    return time.perf_counter() - started, time.process_time() - worked


def measure(paths: list[Path], n_peers: int, n_threads: int) -> dict[str, tuple[float, float]]:
    """Images a second and the share of decoding of each way, medians of turns in random order."""
    jobs = {
        (name, part): (call, paths if ours else paths[:n_peers])
        for name, (whole, decode, ours) in WAYS.items()
        for part, call in (("whole", whole), ("decode", decode))
    }
    samples: dict[tuple[str, str], list[tuple[float, float]]] = {key: [] for key in jobs}
    for _ in range(TURNS):
        for key in random.sample(list(jobs), len(jobs)):
            call, of = jobs[key]
            samples[key].append(tuple(t / len(of) for t in seconds(call, of, n_threads)))
    clock, work = (
        {key: statistics.median(times[i] for times in samples[key]) for key in jobs} for i in (0, 1)
    )
    return {
        name: (1 / clock[name, "whole"], work[name, "decode"] / work[name, "whole"])
        for name in WAYS
    }


def pictures(folder: Path, n: int) -> list[Path]:
    """Return `n` JPEG files of a set, spread over all of it."""
    paths = [p for p in im.io.find_images(folder) if p.suffix.lower() in {".jpg", ".jpeg"}]
    return paths[:: max(len(paths) // n, 1)][:n]


def main() -> None:
    if "IMGMINE_DATA" not in os.environ:
        sys.exit("needs real photographs: IMGMINE_DATA is not set")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=200)
    parser.add_argument("--peers", type=int, default=30, help="pictures for the peers")
    arguments = parser.parse_args()
    im.set_num_threads(1)  # parallel over pictures
    cv2.setNumThreads(1)
    for name in ("corel1k", "caltech101"):
        paths = pictures(Path(os.environ["IMGMINE_DATA"]) / name, arguments.pictures)
        random.Random(0).shuffle(paths)
        megapixels = sum(im.io.imread(path).size / 3e6 for path in paths) / len(paths)
        print(f"{name}: {len(paths)} pictures of {megapixels:.2f} megapixels")
        for n_threads in (1, 2):
            for way, (rate, share) in measure(paths, arguments.peers, n_threads).items():
                print(
                    f"  {n_threads} thread(s)  {way:<34} {rate:8.1f} images/s, decoding {share:.0%}"
                )


if __name__ == "__main__":
    main()

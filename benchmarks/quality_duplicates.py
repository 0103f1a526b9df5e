"""How well altered copies are found: run ``python -m benchmarks.quality_duplicates``.

The base is the 500 photographs of ten Caltech-101 classes (found through IMGMINE_DATA); the queries
are six altered copies of each: JPEG of quality 30, half the size, a Gaussian of sigma 2, gamma 1.5,
5 % cut off each side, mirrored. Every query is compared with every photograph of the base, 1.5
million pairs, of which 3000 are copies. Precision: the share of copies among the pairs found;
recall: the share of the 3000 copies that are found.

Hashes decide by their distance alone. "Default" is the threshold of imagededup (10 bits of 64),
for PDQ Meta's (31 of 256), for fingerprints ours. "At .95" is the largest distance (the lowest
score) for which 95 % of the pairs found are copies, one for all alterations.
"""

from __future__ import annotations

import functools
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import imagehash
import imgmine as im
import numpy as np
from imgmine import features
from PIL import Image
from scipy.fftpack import dct

PRECISION = 0.95


def alterations(image: np.ndarray) -> dict[str, np.ndarray]:
    """The six copies."""
    height, width = image.shape[:2]
    y, x = round(0.05 * height), round(0.05 * width)
    gamma = np.rint(255 * (np.arange(256) / 255) ** 1.5).astype(np.uint8)
    return {
        "jpeg": im.io.imread(im.io.imencode(image, "jpeg", quality=30)),
        "resize": cv2.resize(image, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA),
        "blur": cv2.GaussianBlur(image, (0, 0), 2),
        "gamma": gamma[image],
        "crop": np.ascontiguousarray(image[y : height - y, x : width - x]),
        "flip": np.ascontiguousarray(image[:, ::-1]),
    }


def imagehash_of(function, image):
    return np.packbits(function(Image.fromarray(image)).hash)


def imagededup_phash(image: np.ndarray) -> np.ndarray:
    """Return the 64 bits of imagededup's method: 32 x 32 luma by area, DCT, above the median."""
    gray = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(gray, (32, 32), interpolation=cv2.INTER_AREA).astype(np.float64)
    low = dct(dct(small, axis=0), axis=1)[:8, :8]
    return np.packbits(low > np.median(low.ravel()[1:]))


METHODS = {
    "imgmine ahash": (features.ahash, 10),
    "imgmine dhash": (features.dhash, 10),
    "imgmine phash": (features.phash, 10),
    "imgmine whash": (features.whash, 10),
    "imgmine pdq": (lambda image: features.pdq(image)[0], 31),
    "imagehash phash": (functools.partial(imagehash_of, imagehash.phash), 10),
    "imagehash dhash": (functools.partial(imagehash_of, imagehash.dhash), 10),
    "imagededup's phash": (imagededup_phash, 10),
}


def distances(queries: np.ndarray, base: np.ndarray) -> np.ndarray:
    """Bits apart, (queries, base); of several forms of the base the nearest."""
    forms = base if base.ndim == 3 else base[:, np.newaxis]
    each = [im.similarity.pairwise(queries, forms[:, f], "hamming") for f in range(forms.shape[1])]
    return np.min(each, axis=0)


def summary(cost: np.ndarray, truth: np.ndarray, kinds: np.ndarray, default: float) -> str:
    """One line: `cost` is what a pair must stay at or below."""
    order = np.argsort(cost, kind="stable")
    costs, hits = cost[order], np.cumsum(truth[order])
    share = hits / np.arange(1, len(hits) + 1)
    last = np.append(costs[1:] != costs[:-1], True)  # thresholds do not part equal costs

    def at(end: int) -> tuple[float, np.ndarray]:
        found = kinds[order[:end]][truth[order[:end]]]
        return (share[end - 1] if end else 1.0), np.bincount(found, minlength=6) / 500

    precision, recalls = at(int(np.searchsorted(costs, default, side="right")))
    good = np.flatnonzero(last & (share >= PRECISION))
    _, best = at(int(good[-1]) + 1 if len(good) else 0)
    each = " ".join(f"{recall:5.3f}" for recall in best)
    return f"{precision:9.3f} {recalls.mean():7.3f} | {best.mean():7.3f} | {each}"


def fingerprint_costs(queries, base):
    """One minus the score of each pair that was compared; 3 where hashes are too far apart."""
    cost = np.full((len(queries), len(base)), 3.0, np.float32)
    pairs, scores = features.find_near_duplicates(queries, base, threshold=-1)
    cost[pairs[:, 0], pairs[:, 1]] = 1 - scores
    return cost


def decoded(path: Path, exact: bool) -> int:
    """Decode a file as hash_files does."""
    options = {} if exact else {"mode": "L", "min_side": 256}
    return im.io.imread(path, **options).size


def throughput(paths: list[Path]) -> None:
    """Print how fast files are hashed on two threads, and the share of decoding in the work."""
    for exact in (False, True):
        seconds, work, decoding = [], [], []
        for _ in range(5):
            started, busy = time.perf_counter(), time.process_time()
            for result in features.hash_files(paths, exact=exact, n_jobs=2):
                if isinstance(result, Exception):
                    raise result
            seconds.append(time.perf_counter() - started)
            work.append(time.process_time() - busy)
            busy = time.process_time()
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(functools.partial(decoded, exact=exact), paths))
            decoding.append(time.process_time() - busy)
        print(
            f"pHash of {len(paths)} JPEG files, 2 threads, {'exact' if exact else 'scaled'}: "
            f"{len(paths) / np.median(seconds):.0f} images/s, "
            f"{min(np.median(decoding) / np.median(work), 1):.0%} of the work is decoding"
        )


def scaled_decoding(paths: list[Path], name: str) -> None:
    """Print how many bits of files' hashes change where they are not decoded exactly."""
    for method in ("ahash", "dhash", "phash", "whash", "pdq"):
        scaled = np.array(list(features.hash_files(paths, method)))
        exact = np.array(list(features.hash_files(paths, method, exact=True)))
        bits = np.bitwise_count(scaled ^ exact).sum(axis=1)
        print(
            f"{name}, {method}: {np.mean(bits > 0):.0%} of the hashes change, by {bits.mean():.2f} "
            f"bits on average, {bits.max()} at most"
        )


def main() -> None:
    if "IMGMINE_DATA" not in os.environ:
        sys.exit("needs real photographs: IMGMINE_DATA is not set")
    folder = Path(os.environ["IMGMINE_DATA"])
    paths = sorted((folder / "caltech101").glob("*/*"))
    base = [im.io.imread(path) for path in paths]
    copies = [alterations(image) for image in base]
    kinds = list(copies[0])
    queries = [
        (k, i, copy) for i, all_ in enumerate(copies) for k, copy in enumerate(all_.values())
    ]
    kind_of = np.repeat([k for k, _, _ in queries], len(base))
    truth = (np.array([i for _, i, _ in queries])[:, np.newaxis] == np.arange(len(base))).ravel()

    print(f"{len(queries)} copies of {len(base)} photographs")
    print(f"{'':24} default P       R | R at .95 | " + " ".join(f"{kind:>5}" for kind in kinds))
    for name, (function, default) in METHODS.items():
        ours = np.array([function(image) for image in base])
        theirs = np.array([function(copy) for _, _, copy in queries])
        cost = distances(theirs, ours)
        print(f"{name:24} {summary(cost.ravel(), truth, kind_of, default)}")
        if name in ("imagehash phash", "imagehash dhash"):
            mirrored = np.array([function(np.ascontiguousarray(a[:, ::-1])) for a in base])
            cost = np.minimum(cost, distances(theirs, mirrored))
            print(f"{name + ', mirrored':24} {summary(cost.ravel(), truth, kind_of, default)}")
        if name in ("imgmine phash", "imgmine pdq"):
            method = name.split()[1]
            forms = np.array([features.dihedral_hashes(image, method) for image in base])
            cost = distances(theirs, forms)
            print(f"{name + ', 8 forms':24} {summary(cost.ravel(), truth, kind_of, default)}")
    prints = [features.fingerprint(image) for image in base]
    cost = fingerprint_costs([features.fingerprint(copy) for _, _, copy in queries], prints)
    line = summary(cost.ravel(), truth, kind_of, 1 - 0.92)
    print(f"{'imgmine fingerprint':24} {line}")

    for name in ("caltech101", "corel1k", "cats-dogs"):
        files = sorted((folder / name).glob("*/*"))
        scaled_decoding(files, name)
        throughput(files)


if __name__ == "__main__":
    main()

"""Vectors, queries and their true neighbors, for the benchmarks of graph search."""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import TYPE_CHECKING

import imgmine
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

K = 10
_TOLERANCE = 1e-5  # of a squared distance: float32 arithmetic, in whichever order


class Vectors:
    """A base, queries, and how far the tenth neighbor of each query is."""

    def __init__(self, base: np.ndarray, queries: np.ndarray, tenth: np.ndarray) -> None:
        self.base, self.queries, self.tenth = base, queries, tenth

    def recall(self, ids: np.ndarray) -> float:
        """Return the share of the found that are as near as the tenth; an id below 0 is none."""
        hits = 0
        for at in range(0, len(ids), 500):
            part = ids[at : at + 500]
            found = self.base[np.maximum(part, 0)]
            differences = self.queries[at : at + 500, np.newaxis] - found
            squares = np.einsum("nkd,nkd->nk", differences, differences)
            limit = self.tenth[at : at + 500, np.newaxis] * (1 + _TOLERANCE)
            hits += int(((squares <= limit) & (part >= 0)).sum())
        return hits / (len(ids) * K)


def tenth_of(queries: np.ndarray, base: np.ndarray) -> np.ndarray:
    """Return the squared distance of each query's tenth neighbor."""
    _, distances = imgmine.similarity.top_k(queries, base, K)
    return distances[:, -1] ** 2


def sift(folder: Path, n: int = 100_000) -> Vectors:
    """100,000 SIFT descriptors and 10,000 queries, in 128 dimensions."""
    base = np.load(folder / "sift/base.npy")[:n].astype(np.float32)
    queries = np.load(folder / "sift/query.npy").astype(np.float32)
    return Vectors(base, queries, tenth_of(queries, base))


def mnist(folder: Path, n: int = 60_000) -> Vectors:
    """60,000 digits and 2,000 queries, as 784 pixels."""
    base, queries = (
        np.frombuffer(gzip.decompress((folder / f"mnist/{name}").read_bytes()), np.uint8, -1, 16)
        .reshape(-1, 784)
        .astype(np.float32)
        for name in ("train-images-idx3-ubyte.gz", "t10k-images-idx3-ubyte.gz")
    )
    return Vectors(base[:n], queries[:2000], tenth_of(queries[:2000], base[:n]))


def clusters(n: int, seed: int = 7) -> Iterator[np.ndarray]:
    """Yield `n` synthetic vectors in 128 dimensions, some thousands at a time.

    1,000 clusters about normal centers; within a cluster vectors vary in 16 directions of its own,
    and a little in all, as embeddings of pictures do.
    """
    rng = np.random.default_rng(7)
    centers = rng.standard_normal((1000, 128), np.float32)
    directions = rng.standard_normal((1000, 16, 128), np.float32) / np.float32(4)
    if seed != 7:
        rng = np.random.default_rng(seed)
    for at in range(0, n, 10_000):
        size = min(10_000, n - at)
        which = rng.integers(1000, size=size)
        spread = rng.standard_normal((size, 16), np.float32)
        part = centers[which] + np.einsum("nd,ndk->nk", spread, directions[which])
        yield part + np.float32(0.1) * rng.standard_normal(part.shape, np.float32)


def clustered(folder: Path, n: int = 1_000_000) -> Vectors:
    """Synthetic vectors in clusters, and 2,000 queries of the same distribution."""
    del folder
    rows = np.concatenate(list(clusters(n + 2000)))
    return Vectors(rows[:n], rows[n:], tenth_of(rows[n:], rows[:n]))


DATA: dict[str, Callable[..., Vectors]] = {"sift": sift, "mnist": mnist, "clustered": clustered}


def load(name: str, n: int | None = None) -> Vectors:
    """Return a data set, or its first `n` vectors."""
    folder = Path(os.environ["IMGMINE_DATA"])
    return DATA[name](folder, n) if n else DATA[name](folder)

"""Clusters of 64-bit hashes that differ in a few bits.

Peers find the pairs: faiss by comparing each with each (IndexBinaryFlat.range_search, which needs
the radius plus one), imagededup's other method by a BK-tree in Python, which takes some 1000 times
longer and is therefore shown few hashes; SciPy joins them.
"""

import numpy as np
import pytest
from imgmine.features import hash_clusters
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


def near_hashes(n: int) -> np.ndarray:
    """Hashes of which a fifth are others with up to ten bits changed."""
    rng = np.random.default_rng(0)
    hashes = rng.integers(0, 256, (n, 8), np.uint8)
    flips = np.zeros((n // 5, 64), np.uint8)
    for i, count in enumerate(rng.integers(0, 11, n // 5)):
        flips[i, :count] = 1
    hashes[-len(flips) :] = hashes[: len(flips)] ^ np.packbits(rng.permuted(flips, axis=1), axis=1)
    return hashes


def joined(n: int, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    links = coo_array((np.ones(len(i), np.int8), (i, j)), (n, n))
    labels = connected_components(links, directed=False)[1]
    return np.unique(labels, return_index=True)[1][labels]


def faiss_clusters(hashes: np.ndarray, radius: int, threads: int) -> np.ndarray:
    import faiss

    faiss.omp_set_num_threads(threads)
    index = faiss.IndexBinaryFlat(64)
    index.add(hashes)
    ends, _, others = index.range_search(hashes, radius + 1)
    return joined(
        len(hashes), np.repeat(np.arange(len(hashes)), np.diff(ends.astype(np.int64))), others
    )


def tree_clusters(hashes: np.ndarray, radius: int) -> np.ndarray:
    values = [int.from_bytes(row.tobytes(), "big") for row in hashes]
    children: list[dict[int, int]] = [{} for _ in values]
    for i in range(1, len(values)):
        at = 0
        while (apart := (values[i] ^ values[at]).bit_count()) in children[at]:
            at = children[at][apart]
        children[at][apart] = i
    pairs = []
    for i, value in enumerate(values):
        stack = [0]
        while stack:
            at = stack.pop()
            apart = (value ^ values[at]).bit_count()
            if apart <= radius:
                pairs.append((i, at))
            stack += [c for d, c in children[at].items() if abs(d - apart) <= radius]
    return joined(len(values), *np.array(pairs).T)


@pytest.mark.parametrize("radius", [6, 10])
@pytest.mark.parametrize("n", [1_000, 30_000])
def bench_hash_clusters(race, threads, n, radius):
    hashes = near_hashes(n)
    peers = {}
    try:
        import faiss  # noqa: F401
    except ImportError:
        pass
    else:
        peers["faiss"] = lambda: faiss_clusters(hashes, radius, threads)
    if n <= 1_000:
        peers["BK-tree"] = lambda: tree_clusters(hashes, radius)
    race(lambda: hash_clusters(hashes, radius), peers, np.testing.assert_array_equal, turns=3)

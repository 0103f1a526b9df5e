import imgmine as im
import numpy as np
import pytest

faiss = pytest.importorskip("faiss")


def near(rng, base, n, most):
    """Give copies of some hashes with up to `most` bits changed."""
    bits = np.unpackbits(base[rng.integers(0, len(base), n)], axis=1)
    for row in bits:
        row[rng.integers(0, len(row), most)] ^= 1
    return np.packbits(bits, axis=1)


@pytest.mark.parametrize("n_base", [100_000, 1_000_000])
@pytest.mark.parametrize("n_queries", [1, 1000])
@pytest.mark.parametrize(("bits", "radius"), [(64, 3), (64, 7), (256, 31)])
def bench_range_search(race, threads, bits, radius, n_queries, n_base):
    faiss.omp_set_num_threads(threads)
    rng = np.random.default_rng(0)
    base = rng.integers(0, 256, (n_base, bits // 8), np.uint8)
    queries = near(rng, base, n_queries, radius)
    index = im.search.HashIndex(bits)
    index.add(base)
    flat = faiss.IndexBinaryFlat(bits)
    flat.add(base)
    hashed = faiss.IndexBinaryMultiHash(bits, bits // 16, 16)
    hashed.nflip = radius // (bits // 16)
    hashed.add(base)

    def agree(ours, theirs):
        assert (ours.offsets == theirs).all()

    peers = {"faiss multi-hash": lambda: hashed.range_search(queries, radius + 1)[0]}
    if n_queries == 1 or n_base == 100_000:
        peers["faiss"] = lambda: flat.range_search(queries, radius + 1)[0]
    race(lambda: index.range_search(queries, radius), peers, agree, turns=3)


@pytest.mark.parametrize("bits", [64, 256])
def bench_search(race, threads, bits):
    faiss.omp_set_num_threads(threads)
    rng = np.random.default_rng(0)
    base = rng.integers(0, 256, (1_000_000, bits // 8), np.uint8)
    queries = near(rng, base, 100, 5)
    index = im.search.HashIndex(bits)
    index.add(base)
    flat = faiss.IndexBinaryFlat(bits)
    flat.add(base)

    def agree(ours, theirs):
        np.testing.assert_array_equal(ours.distances, theirs)

    peers = {"faiss": lambda: flat.search(queries, 10)[0]}
    race(lambda: index.search(queries, 10), peers, agree, turns=3)

import imgmine as im
import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

faiss = pytest.importorskip("faiss")

N_BASE, K = 100_000, 10


def agree_by_scores(ours, theirs):
    """Equally near ones may be others."""
    np.testing.assert_allclose(ours[1], theirs, rtol=1e-3, atol=1e-4)


def best(scores):
    """Give the greatest K of each row, sorted."""
    part = np.partition(scores, scores.shape[1] - K, axis=1)[:, -K:]
    return -np.sort(-part, axis=1)


def in_faiss(index, base):
    index.add(base)
    return index


@pytest.mark.targets
@pytest.mark.parametrize("size", [128, 512])
@pytest.mark.parametrize("n_queries", [1, 250])
def bench_euclidean(race, threads, n_queries, size):
    faiss.omp_set_num_threads(threads)
    rng = np.random.default_rng(0)
    base = rng.random((N_BASE, size), np.float32)
    queries = rng.random((n_queries, size), np.float32)
    flat = in_faiss(faiss.IndexFlatL2(size), base)
    brute = NearestNeighbors(n_neighbors=K, algorithm="brute").fit(base)
    peers = {"faiss": lambda: np.sqrt(flat.search(queries, K)[0])}
    if n_queries > 1:
        peers["scikit-learn"] = lambda: brute.kneighbors(queries)[0]
    moves = 2 * base.nbytes if n_queries == 1 else None
    race(
        lambda: im.similarity.top_k(queries, base, K), peers, agree_by_scores, moves=moves, turns=5
    )


@pytest.mark.targets
@pytest.mark.parametrize("size", [128, 512])
def bench_euclidean_bytes(race, threads, size):
    """One query: int8 rows against a peer's float32 rows, and its bytes."""
    faiss.omp_set_num_threads(threads)
    rng = np.random.default_rng(0)
    base = rng.integers(-128, 128, (N_BASE, size), np.int8)
    query = rng.integers(-128, 128, (1, size), np.int8)
    flat = in_faiss(faiss.IndexFlatL2(size), base.astype(np.float32))
    direct = faiss.ScalarQuantizer.QT_8bit_direct_signed
    codes = in_faiss(faiss.IndexScalarQuantizer(size, direct), base.astype(np.float32))
    wide = query.astype(np.float32)
    peers = {
        "faiss float32": lambda: np.sqrt(flat.search(wide, K)[0]),
        "faiss SQ8": lambda: np.sqrt(codes.search(wide, K)[0]),
    }
    race(
        lambda: im.similarity.top_k(query, base, K),
        peers,
        agree_by_scores,
        moves=2 * base.nbytes,
        turns=5,
    )


@pytest.mark.targets
@pytest.mark.parametrize("metric", ["cosine", "pearson"])
def bench_cosine(race, threads, metric):
    """Peers, too, are given rows of any length; "prepared" ones of length 1."""
    faiss.omp_set_num_threads(threads)
    rng = np.random.default_rng(0)
    base, queries = (rng.random((n, 128), np.float32) for n in (N_BASE, 250))

    def scaled(rows):
        if metric == "pearson":
            rows = rows - rows.mean(axis=1, keepdims=True)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    ready, ready_queries = scaled(base), scaled(queries)
    flat = in_faiss(faiss.IndexFlatIP(128), ready)
    peers = {
        "NumPy": lambda: best(scaled(queries) @ scaled(base).T),
        "NumPy, prepared": lambda: best(ready_queries @ ready.T),
        "faiss, prepared": lambda: flat.search(ready_queries, K)[0],
    }
    race(lambda: im.similarity.top_k(queries, base, K, metric), peers, agree_by_scores, turns=5)


@pytest.mark.targets
@pytest.mark.parametrize("bits", [64, 256])
def bench_hamming(race, threads, bits):
    faiss.omp_set_num_threads(threads)
    rng = np.random.default_rng(0)
    base = rng.integers(0, 256, (1_000_000, bits // 8), np.uint8)
    queries = rng.integers(0, 256, (100, bits // 8), np.uint8)
    flat = in_faiss(faiss.IndexBinaryFlat(bits), base)
    race(
        lambda: im.similarity.top_k(queries, base, K, "hamming"),
        {"faiss": lambda: flat.search(queries, K)[0]},
        agree_by_scores,
        turns=5,
    )


@pytest.mark.targets
def bench_inner_product_bytes(race, threads):
    from usearch.index import MetricKind
    from usearch.index import search as usearch

    faiss.omp_set_num_threads(threads)
    rng = np.random.default_rng(0)
    base, queries = (rng.integers(-128, 128, (n, 128), np.int8) for n in (N_BASE, 250))
    wide, wide_queries = base.astype(np.float32), queries.astype(np.float32)
    direct = faiss.ScalarQuantizer.QT_8bit_direct_signed
    codes = in_faiss(faiss.IndexScalarQuantizer(128, direct, faiss.METRIC_INNER_PRODUCT), wide)

    def in_usearch():
        found = usearch(base, queries, K, MetricKind.IP, exact=True, threads=threads)
        rows = base[found.keys.astype(np.int64)].astype(np.int64)
        return (rows * queries[:, np.newaxis]).sum(axis=2)

    peers = {
        "NumPy float32": lambda: best(wide_queries @ wide.T),
        "faiss SQ8": lambda: codes.search(wide_queries, K)[0],
        "usearch": in_usearch,
    }
    race(
        lambda: im.similarity.top_k(queries, base, K, "inner_product"),
        peers,
        agree_by_scores,
        turns=3,
    )


@pytest.mark.targets
def bench_chi2(race, threads):
    numba = pytest.importorskip("numba")
    if threads > numba.config.NUMBA_NUM_THREADS:
        pytest.skip("Numba was started with fewer threads")
    numba.set_num_threads(threads)
    rng = np.random.default_rng(0)
    queries, base = (rng.random((n, 256), np.float32) for n in (100, 10_000))

    @numba.njit(fastmath=True, parallel=True)
    def chi2s(a, b):
        out = np.empty((len(a), len(b)), np.float32)
        for j in numba.prange(len(b)):
            for i in range(len(a)):
                total = np.float32(0)
                for k in range(a.shape[1]):
                    difference, both = a[i, k] - b[j, k], a[i, k] + b[j, k]
                    if both != 0:
                        total += difference * difference / both
                out[i, j] = total
        return out

    race(
        lambda: im.similarity.top_k(queries, base, K, "chi2"),
        {"Numba": lambda: -best(-chi2s(queries, base))},
        agree_by_scores,
        turns=5,
    )

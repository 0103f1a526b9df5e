import threading

import imgmine
import numpy as np
import pytest
from imgmine.search import VectorIndex

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

METRICS = ["euclidean", "cosine", "inner_product", "pearson"]
SMALL = {"M": 8, "ef_construction": 60, "deterministic": True}


def clustered(n, dim, seed=0):
    """Vectors as features have them: around some hundred centers, in fewer dimensions."""
    rng = np.random.default_rng(seed)
    centers = np.random.default_rng(99).normal(size=(100, dim))
    basis = np.random.default_rng(98).normal(size=(8, dim))
    return (
        centers[rng.integers(0, 100, n)]
        + rng.normal(size=(n, 8)) @ basis * 0.3
        + rng.normal(size=(n, dim)) * 0.1
    ).astype(np.float32)


def reference(queries, base, metric):
    """Distances by their definition, in float64."""
    q, b = np.asarray(queries, np.float64), np.asarray(base, np.float64)
    if metric == "euclidean":
        return np.sqrt(((q[:, None] - b[None]) ** 2).sum(2))
    if metric == "inner_product":
        return -q @ b.T
    if metric == "pearson":
        q, b = q - q.mean(1, keepdims=True), b - b.mean(1, keepdims=True)
    lengths = np.linalg.norm(q, axis=1)[:, None] * np.linalg.norm(b, axis=1)
    return 1 - np.divide(q @ b.T, lengths, out=np.zeros_like(lengths), where=lengths > 0)


def recall(index, queries, expected, k=10, **options):
    """Share of what is found that is no farther than the k-th should be."""
    found = index.search(queries, k, **options)
    kth = np.sort(expected, 1)[:, k - 1 : k]
    return (found.distances <= kth + 1e-3 * np.abs(kth) + 1e-4).mean()


@pytest.fixture(scope="module")
def built():
    base = clustered(3000, 24)
    index = VectorIndex(24, max_tail=1000, **SMALL)
    index.add(base)
    return base, index


@pytest.mark.parametrize("metric", METRICS)
def test_exact_search_matches_reference(metric):
    base, queries = clustered(300, 17), clustered(20, 17, seed=1)
    index = VectorIndex(17, metric)
    ids = index.add(base)
    assert ids.tolist() == list(range(300))
    expected = reference(queries, base, metric)
    found = index.search(queries, 7)
    assert found.ids.dtype == np.int64
    assert found.distances.dtype == np.float32
    assert found.counts.tolist() == [7] * 20
    np.testing.assert_allclose(found.distances, np.sort(expected, 1)[:, :7], rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(
        np.take_along_axis(expected, found.ids, 1), found.distances, rtol=1e-4, atol=1e-4
    )


@pytest.mark.parametrize("storage", ["float32", "float16", "int8"])
@pytest.mark.parametrize("metric", METRICS)
def test_graph_finds_what_is_near(metric, storage):
    base, queries = clustered(1500, 20), clustered(50, 20, seed=1)
    index = VectorIndex(20, metric, storage=storage, max_tail=1000, **SMALL)
    index.add(base)
    assert index.n_segments == 1
    expected = reference(queries, base, metric)
    found = index.search(queries, 10)
    true = np.take_along_axis(expected, found.ids, 1)
    kth = np.sort(expected, 1)[:, 9:10]
    slack = {"float32": 1e-4, "float16": 2e-3, "int8": 3e-2}[storage] * np.abs(expected).max()
    assert (true <= kth + slack).mean() >= 0.95
    np.testing.assert_allclose(found.distances, true, atol=slack)
    assert (np.diff(found.distances) >= 0).all()


def test_recall_on_real_vectors(data_dir, cpu_level):
    if cpu_level != imgmine.cpu_levels()[-1]:
        pytest.skip("integers give the same bits: see the golden test")
    base = np.load(data_dir / "sift/base.npy")[:10_000]
    queries = np.load(data_dir / "sift/query.npy")[:300]
    index = VectorIndex(128, max_tail=5000, **SMALL)
    index.add(base)
    exact = index.search(queries, 10, exact=True)
    found = index.search(queries, 10, ef=100)
    assert (found.distances <= exact.distances[:, 9:]).mean() >= 0.95
    kept = index.get(np.arange(10))
    assert np.array_equal(kept, base[:10])
    assert index.nbytes / len(index) < 0.6 * 652


def test_one_query_gives_flat_arrays(built):
    base, index = built
    found = index.search(base[5], 3)
    assert found.ids.shape == found.distances.shape == (3,)
    assert found.ids[0] == 5
    assert found.counts == 3
    several = index.search(base[5:6], 3)
    assert np.array_equal(several.ids[0], found.ids)


def test_same_bits_on_every_level_and_number_of_threads(built):
    _, index = built
    queries = clustered(100, 24, seed=2)
    found = index.search(queries, 10)
    before = imgmine.cpu_level()
    for level in imgmine.cpu_levels():
        imgmine.set_cpu_level(level)
        again = index.search(queries, 10)
        assert all(np.array_equal(a, b) for a, b in zip(found, again, strict=True))
    imgmine.set_cpu_level(before)


@pytest.mark.parametrize("share", [0.5, 0.1, 0.01, 0.0004])
def test_filters(built, share):
    base, index = built
    queries = clustered(50, 24, seed=3)
    mask = np.random.default_rng(4).random(3000) < share
    mask[7] = True
    expected = np.where(mask, reference(queries, base, "euclidean"), np.inf)
    k = min(10, int(mask.sum()))
    for allowed in (mask, np.flatnonzero(mask)):
        found = index.search(queries, 10, allowed=allowed)
        assert (found.counts == k).all()
        assert mask[found.ids[found.ids >= 0]].all()
        assert recall(index, queries, expected, k, allowed=allowed) >= 0.95
        again = index.search(queries, 10, allowed=index.filter(allowed))
        assert np.array_equal(again.ids, found.ids)
        exact = index.search(queries, k, allowed=allowed, exact=True)
        np.testing.assert_allclose(exact.distances, np.sort(expected, 1)[:, :k], rtol=1e-4)


@pytest.mark.parametrize("share", [0.95, 0.5, 0.25])
def test_filters_of_graph_searches(built, share):
    """With a small ef, going through the graph is cheaper than a scan of what is allowed."""
    base, index = built
    queries = clustered(50, 24, seed=3)
    mask = np.random.default_rng(4).random(3000) < share
    expected = np.where(mask, reference(queries, base, "euclidean"), np.inf)
    found = index.search(queries, 2, ef=2, allowed=mask)
    assert mask[found.ids].all()
    assert (found.counts == 2).all()
    assert recall(index, queries, expected, 2, ef=2, allowed=mask) >= 0.6


def test_search_after_removing_few(built):
    base, index = built
    queries = base[:200]
    before = index.search(queries, 10)
    index.remove(2999)
    after = index.search(queries, 10)
    assert (before.ids == after.ids).mean() > 0.99
    assert 2999 not in after.ids
    index.add(base[2999], ids=[2999])
    index.compact()


def test_a_filter_for_each_query(built):
    base, index = built
    queries = base[:3]
    found = index.search(queries, 2, allowed=[[0, 9], np.arange(3000) == 8, None])
    assert set(found.ids[0].tolist()) == {0, 9}
    assert found.ids[1].tolist() == [8, -1]
    assert found.counts.tolist() == [2, 1, 2]
    assert found.ids[2, 0] == 2
    with pytest.raises(ValueError, match="one filter per query, got 2 for 3"):
        index.search(queries, 2, allowed=[[0], [1]])
    with pytest.raises(ValueError, match=r"mask over ids, must have shape \(3000,\)"):
        index.search(queries, 2, allowed=np.ones(7, bool))


def test_fewer_than_k_are_padded():
    index = VectorIndex(3)
    found = index.search(np.zeros((2, 3), np.float32), 4)
    assert found.ids.tolist() == [[-1] * 4] * 2
    index.add([[1, 2, 3], [1, 2, 4]], ids=[50, 40])
    found = index.search([1, 2, 3], 4)
    assert found.ids.tolist() == [50, 40, -1, -1]
    assert np.isinf(found.distances[2:]).all()
    assert found.counts == 2
    assert index.search([1, 2, 3], 0).ids.shape == (0,)


def test_add_update_remove(built):
    base = clustered(2500, 16)
    index = VectorIndex(16, max_tail=1000, **SMALL)
    index.add(base[:2000], ids=np.arange(2000) * 3)
    index.add(base[2000:2100])
    assert index.ids[-1] == 1999 * 3 + 100
    assert len(index) == 2100
    assert 3 in index
    assert 4 not in index
    assert "a" not in index
    index.remove([0, 3, 1999 * 3 + 1])
    assert len(index) == 2097
    assert 3 not in index
    assert index.search(base[0], 1).ids[0] != 0
    index.update([6], base[:1])
    assert index.search(base[0], 1).ids.tolist() == [6]
    assert np.array_equal(index.get([6]), base[:1])
    index.update([6], base[1:2])
    assert index.search(base[1], 1).ids.tolist() == [6]
    before = index.search(base[:50], 5, exact=True)
    for _ in range(2):
        index.compact()
        after = index.search(base[:50], 5, exact=True)
        assert np.array_equal(before.ids, after.ids)
        assert len(index) == 2097
        assert index.n_segments == 1
    index.remove(index.ids[100:])
    index.compact()
    assert index.n_segments == 0
    assert len(index) == 100
    index.add(base[:1], ids=[index.ids.max() + 5])


def test_a_filter_follows_the_index():
    index = VectorIndex(1)
    index.add([[0], [1], [2]])
    even = index.filter([0, 2, 4])
    assert index.search([3], 3, allowed=even).ids.tolist() == [2, 0, -1]
    index.add([[3], [4]])
    index.remove([0])
    assert index.search([3], 3, allowed=even).ids.tolist() == [2, 4, -1]
    with pytest.raises(ValueError, match="a mask over ids"):
        index.filter([True, False])


def test_a_removed_id_can_come_back():
    index = VectorIndex(2)
    index.add([[0, 0], [5, 5]], ids=[1, 2])
    index.remove(1)
    index.add([9, 9], ids=[1])
    assert index.get([1]).tolist() == [[9, 9]]
    index.remove([1])
    assert 1 not in index
    assert index.ids.tolist() == [2]


def test_churn_is_as_good_as_fresh():
    rng = np.random.default_rng(0)
    base, queries = clustered(2000, 16), clustered(100, 16, seed=1)
    expected = reference(queries, base, "euclidean")
    fresh = VectorIndex(16, max_tail=1000, **SMALL)
    fresh.add(base)
    index = VectorIndex(16, max_tail=1000, **SMALL)
    index.add(base)
    for _ in range(10):
        half = rng.permutation(2000)[:1000]
        index.remove(half)
        index.add(base[half], ids=half)
    index.compact()
    assert abs(recall(index, queries, expected) - recall(fresh, queries, expected)) <= 0.01
    assert abs(index.nbytes - fresh.nbytes) <= 0.01 * fresh.nbytes


def test_range_search(built):
    base, index = built
    queries = base[:5]
    expected = reference(queries, base, "euclidean")
    found = index.range_search(queries, 1.0)
    assert found.offsets[0] == 0
    for i in range(5):
        ids = found.ids[found.offsets[i] : found.offsets[i + 1]]
        distances = found.distances[found.offsets[i] : found.offsets[i + 1]]
        assert set(ids.tolist()) == set(np.flatnonzero(expected[i] <= 1.0).tolist())
        assert (np.diff(distances) >= 0).all()
    assert index.range_search(queries, 1.0, allowed=[0]).ids.tolist() == [0]


def test_duplicates_zeros_and_constants():
    index = VectorIndex(4, "cosine", max_tail=500, **SMALL)
    vectors = np.repeat(clustered(20, 4), 50, axis=0)
    vectors[100:150] = 0
    index.add(vectors)
    found = index.search(vectors[0], 50)
    assert found.ids.tolist() == list(range(50))
    zero = index.search([0, 0, 0, 0], 3)
    assert zero.distances.tolist() == [1, 1, 1]
    equal = VectorIndex(4, max_tail=500, **SMALL)
    equal.add(np.ones((1000, 4), np.float32))
    assert equal.search([1, 1, 1, 1], 5).distances.tolist() == [0] * 5


def test_tune_and_estimate(built):
    _, index = built
    ef = index.tune(0.9, n=50)
    assert index.ef == ef
    assert index.estimate_recall(n=50) >= 0.85
    assert index.estimate_recall(n=50, ef=500) >= 0.97
    assert index.estimate_recall(queries=clustered(20, 24, seed=8), ef=500) >= 0.97
    assert VectorIndex(3).estimate_recall() == 1
    index.ef = 64


def test_adding_while_others_search():
    base = clustered(4000, 16)
    index = VectorIndex(16, max_tail=500, M=4, ef_construction=20)
    index.add(base[:100])
    failures = []
    done = threading.Event()

    def search():
        try:
            while not done.is_set():
                n = len(index)
                found = index.search(base[:20], 3, ef=200)
                assert (found.counts == 3).all()
                assert found.ids.max() < 4000
                assert len(index) >= n
                assert (found.distances[:, 0] < 1e-3).mean() > 0.8
        except Exception as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for i in range(100, 4000, 97):
        index.add(base[i : i + 97])
    done.set()
    for thread in threads:
        thread.join()
    assert not failures
    assert len(index) == 4000


def test_changing_in_every_way_while_others_search():
    """Each answer is of one state: batches come and go whole, and each id has its own vector."""
    batch, n_batches = 60, 10
    base = clustered(batch * n_batches, 12)
    index = VectorIndex(12, max_tail=200, M=4, ef_construction=20)
    index.add(base[:batch])
    failures, answers = [], []
    done = threading.Event()

    def search():
        try:
            while not done.is_set():
                everything = index.search(base[:1], batch * n_batches, exact=True)
                ids = everything.ids[0, : everything.counts[0]]
                assert set(np.bincount(ids // batch).tolist()) <= {0, batch}
                right = np.linalg.norm(base[ids] - base[0], axis=1)
                np.testing.assert_allclose(everything.distances[0, : len(ids)], right, atol=1e-3)
                found = index.search(base[5], 10, ef=100)
                right = np.linalg.norm(base[found.ids] - base[5], axis=1)
                np.testing.assert_allclose(found.distances, right, atol=1e-3)
                answers.append(len(ids))
        except Exception as error:  # noqa: BLE001 - shown by the main thread
            failures.append(error)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for turn in range(4):
        for i in range(1, n_batches):
            ids = np.arange(i * batch, (i + 1) * batch)
            index.add(base[ids], ids)
            if i % 3 == 1:
                index.update(ids[::2], base[ids[::2]])
            if i % 4 == 2:
                index.compact() if turn % 2 else index.build()
        for i in range(1, n_batches):
            index.remove(np.arange(i * batch, (i + 1) * batch))
    done.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(set(answers)) > 1


def test_without_hnswlib_all_is_exact(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "hnswlib", None)
    base = clustered(300, 8)
    index = VectorIndex(8, max_tail=100)
    index.add(base)
    assert index.n_segments == 0
    assert index.search(base[3], 1).ids.tolist() == [3]
    index.compact()
    with pytest.raises(imgmine.MissingDependencyError, match=r"imgmine\[search\]"):
        index.build()
    assert len(index) == 300


def test_deterministic_builds_are_the_same():
    base = clustered(600, 8)
    found = []
    for _ in range(2):
        index = VectorIndex(8, max_tail=500, deterministic=True, M=4, ef_construction=20)
        index.add(base)
        found.append(index.search(base, 10, ef=10).ids)
    assert np.array_equal(*found)


ERRORS = [
    (lambda i: i.add(np.zeros((2, 3), np.float32)), ValueError, "vectors must have 4 values each"),
    (lambda i: i.add(np.zeros((2, 4))), TypeError, "vectors must be float32"),
    (lambda i: i.add([[0, 0, 0, 0], [0, np.nan, 0, 0]]), ValueError, "infinity in row 1"),
    (lambda i: i.add([[0] * 4], ids=[1]), ValueError, r"got 1, which is there: use update"),
    (lambda i: i.add([[0] * 4] * 2, ids=[8, 8]), ValueError, "unique, got 8 twice"),
    (lambda i: i.add([[0] * 4], ids=[-1]), ValueError, "not be negative, got -1"),
    (lambda i: i.add([[0] * 4], ids=[1.5]), TypeError, "whole numbers, got float64"),
    (lambda i: i.add([[0] * 4], ids=[5, 6]), ValueError, "as many as vectors, got 2 for 1"),
    (lambda i: i.update([77], [[0] * 4]), ValueError, "must be in the index, got 77"),
    (lambda i: i.remove([1, 77]), ValueError, "must be in the index, got 77"),
    (lambda i: i.get([77]), ValueError, "must be in the index, got 77"),
    (lambda i: i.search([0, 0, 0], 1), ValueError, "queries must have 4 values each, got 3"),
    (lambda i: i.search([0] * 4, -1), ValueError, "k must not be negative, got -1"),
    (lambda i: i.search([0] * 4, 1, ef=0), ValueError, "ef must be positive, got 0"),
    (lambda i: i.search([0] * 4, 1.5), TypeError, "k must be a whole number"),
    (lambda i: i.range_search([0] * 4, np.nan), ValueError, "radius must be a number"),
    (lambda i: i.tune(1.5), ValueError, "recall must be above 0 and at most 1"),
    (lambda i: VectorIndex(0), ValueError, "dim must be from 1 to 65536, got 0"),
    (lambda i: VectorIndex(4, "l1"), ValueError, "metric must be 'euclidean', "),
    (lambda i: VectorIndex(4, storage="int4"), ValueError, "storage must be 'float32', "),
    (lambda i: VectorIndex(4, M=1), ValueError, "M must be from 2 to 512, got 1"),
]


@pytest.mark.parametrize(("call", "error", "message"), ERRORS)
def test_errors(call, error, message):
    index = VectorIndex(4)
    index.add(np.eye(4, dtype=np.float32))
    with pytest.raises(error, match=message):
        call(index)
    assert len(index) == 4


def test_no_ids_are_left_above_the_highest(tmp_path):
    index = VectorIndex(2)
    index.add([[0, 0]], ids=[2**63 - 3])
    assert index.add([[1, 1], [2, 2]]).tolist() == [2**63 - 2, 2**63 - 1]
    for again in (index, _saved_and_loaded(index, tmp_path)):
        with pytest.raises(ValueError, match="ids must be given: there are none left"):
            again.add([[3, 3]])
        assert again.add([[3, 3]], ids=[5]).tolist() == [5]
        assert len(again.add(np.empty((0, 2), np.float32))) == 0
        again.remove(5)


def _saved_and_loaded(index, folder):
    index.save(folder / "index")
    return VectorIndex.load(folder / "index")

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.similarity import pairwise, top_k

from ..strategies import METRICS, pairs_of_rows

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

SIMILARITIES = ("inner_product", "cosine", "pearson", "intersection")
metrics = st.sampled_from(METRICS)
ks = st.integers(0, 5) | st.integers(0, 400)


def reference(queries, base, k, metric):
    """Compare all, sort all: best first, equal ones by row, what is not a number last."""
    scores = pairwise(queries, base, metric)
    sign = -1 if metric in SIMILARITIES else 1
    scores = np.where(np.isnan(scores), sign * np.float32(np.inf), scores)
    ids = np.argsort(sign * scores, axis=1, kind="stable")[:, :k]
    return ids, np.take_along_axis(scores, ids, axis=1)


def check(queries, base, k, metric):
    ids, scores = top_k(queries, base, k, metric)
    expected_ids, expected_scores = reference(queries, base, k, metric)
    assert ids.dtype == np.int64
    assert scores.dtype == np.float32
    assert ids.shape == (len(queries), min(k, len(base)))
    np.testing.assert_array_equal(ids, expected_ids)
    np.testing.assert_array_equal(scores, expected_scores)


@given(pairs_of_rows(max_rows=300), ks, metrics)
def test_matches_a_full_sort(pair, k, metric):
    check(*pair, k, metric)


@given(pairs_of_rows(np.uint8, max_rows=300), ks)
def test_hamming_matches_a_full_sort(pair, k):
    check(*pair, k, "hamming")


@given(st.integers(1, 600), ks, metrics, st.integers(1, 3))
def test_equal_scores_are_ordered_by_row(n, k, metric, n_kinds):
    """A base of copies: only the row number tells them apart, across blocks and threads."""
    base = np.eye(n_kinds, 20, dtype=np.float32)[np.arange(n) % n_kinds] + 1
    check(base[:2], base, k, metric)


@given(pairs_of_rows(max_rows=40), ks, metrics, st.data())
def test_what_is_not_a_number_comes_last(pair, k, metric, data):
    queries, base = pair[0].copy(), pair[1].copy()
    if base.size:
        broken = data.draw(st.lists(st.integers(0, len(base) - 1), max_size=9))
        base[broken, 0] = np.nan
    check(queries, base, k, metric)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("n_queries", [1, 70])
def test_threads_share_the_base(metric, n_queries):
    rng = np.random.default_rng(0)
    base = rng.integers(0, 3, (4000, 40)).astype(np.float32)
    check(base[:n_queries], base, 50, metric)


def test_threads_share_the_base_of_bits():
    base = np.random.default_rng(0).integers(0, 256, (20000, 8), np.uint8)
    check(base[:20], base, 100, "hamming")


def hard_rows(rng, kind, n, size):
    """Vectors whose bounds are of little use, or none."""
    rows = rng.normal(size=(n, size)).astype(np.float32)
    if kind == "far from zero":
        rows += 1000
    elif kind == "huge":
        rows *= np.float32(3e18)
    elif kind == "tiny":
        rows *= np.float32(1e-22)
    elif kind == "of all lengths":
        rows *= 10.0 ** rng.integers(-12, 12, (n, 1))
    elif kind == "broken":
        rows[rng.integers(0, n, n // 9), rng.integers(0, size, n // 9)] = np.nan
        rows[rng.integers(0, n, n // 9), rng.integers(0, size, n // 9)] = np.inf
        rows[rng.integers(0, n, n // 9), rng.integers(0, size, n // 9)] = -np.inf
    elif kind == "few values":
        rows = rng.integers(0, 2, (n, size)).astype(np.float32)
    elif kind == "shares":
        rows = np.abs(rows) * (rng.random((n, size)) < 0.3)
        rows /= np.maximum(rows.sum(axis=1, keepdims=True), 1)
    return rows.astype(np.float32)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize(
    "kind",
    ["far from zero", "huge", "tiny", "of all lengths", "broken", "few values", "shares", ""],
)
def test_bounds_lose_nothing(metric, kind):
    """Enough queries and rows for bounds: what they pass over is not among the best."""
    rng = np.random.default_rng(len(metric) + len(kind))
    base = hard_rows(rng, kind, 900, 37)
    queries = np.concatenate([hard_rows(rng, kind, 53, 37), base[5:8]])
    if metric == "chi2" and kind not in ("broken", ""):
        base, queries = np.abs(base), np.abs(queries)
    check(queries, base, 7, metric)


def exact(queries, base, metric):
    a, b = queries.astype(np.int64), base.astype(np.int64)
    if metric == "inner_product":
        return -(a @ b.T)
    return ((a[:, np.newaxis] - b) ** 2).sum(axis=2)


@given(
    st.sampled_from([np.uint8, np.int8]),
    st.sampled_from(["euclidean", "inner_product"]),
    st.sampled_from([0, 1, 3, 4, 31, 32, 33, 64, 101, 300]),
    st.integers(0, 60),
    st.integers(0, 400),
    ks,
    st.booleans(),
    st.integers(0, 2**32),
)
def test_bytes_are_whole_numbers(dtype, metric, size, n_queries, n, k, extreme, seed):
    """Ordered by the exact number, which only at the end becomes a float."""
    rng = np.random.default_rng(seed)
    info = np.iinfo(dtype)
    values = [info.min, info.max, 0] if extreme else np.arange(info.min, info.max + 1)
    queries, base = (rng.choice(values, (m, size + 3)).astype(dtype) for m in (n_queries, n))
    queries, base = queries[:, :size], base[:, 3:]
    ids, scores = top_k(queries, base, k, metric)
    ranks = exact(queries, base, metric)
    expected = np.argsort(ranks, axis=1, kind="stable")[:, :k]
    np.testing.assert_array_equal(ids, expected)
    best = np.take_along_axis(ranks, expected, axis=1).astype(np.float64)
    best = np.sqrt(best) if metric == "euclidean" else -best
    np.testing.assert_array_equal(scores, best.astype(np.float32))
    found = np.take_along_axis(pairwise(queries, base, metric), expected, axis=1)
    np.testing.assert_array_equal(found, scores)


@pytest.mark.parametrize("dtype", [np.uint8, np.int8])
@pytest.mark.parametrize("metric", ["euclidean", "inner_product"])
@pytest.mark.parametrize("size", [32768, 32769])
def test_long_rows_of_bytes(dtype, metric, size):
    """The greatest sums there are, and where sums become floats."""
    info = np.iinfo(dtype)
    base = np.full((4, size), info.min, dtype)
    base[1], base[2, ::2] = info.max, info.max
    ids, scores = top_k(base, base, 2, metric)
    expected = np.sort(exact(base, base, metric), axis=1)[:, :2].astype(np.float64)
    expected = np.sqrt(expected) if metric == "euclidean" else -expected
    atol = 1e-4 * np.abs(expected).max() if size > 32768 else 0
    np.testing.assert_allclose(scores, expected, rtol=1e-7, atol=atol)
    if metric == "euclidean":
        np.testing.assert_array_equal(ids[:, 0], [0, 1, 2, 0])


@given(pairs_of_rows(max_rows=60), ks, metrics, st.sampled_from([np.float16, np.int8, np.uint8]))
def test_other_dtypes_count_as_floats(pair, k, metric, dtype):
    """But for the sums of bytes, which are exact either way where they are this small."""
    queries, base = (np.clip(x, 0, 100).astype(dtype) for x in pair)
    ids, scores = top_k(queries, base, k, metric)
    wide = queries.astype(np.float32), base.astype(np.float32)
    expected = top_k(*wide, k, metric)
    np.testing.assert_array_equal(ids, expected[0])
    np.testing.assert_array_equal(scores, expected[1])
    np.testing.assert_array_equal(pairwise(queries, base, metric), pairwise(*wide, metric))
    np.testing.assert_array_equal(top_k(queries, wide[1], k, metric)[0], ids)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_every_half_is_read():
    halves = np.arange(65536, dtype=np.uint16).view(np.float16).reshape(-1, 1)
    ones = np.ones((1, 1), np.float16)
    wide = halves.astype(np.float32)
    np.testing.assert_array_equal(pairwise(ones, halves, "inner_product")[0], wide[:, 0])


def test_many_queries_are_shared():
    """So many that threads share them, and not the base."""
    rng = np.random.default_rng(4)
    base = rng.integers(0, 256, (300, 9), np.uint8)
    queries = rng.integers(0, 256, (9000, 9), np.uint8)
    check(queries, base, 3, "hamming")
    ids, _ = top_k(queries, base, 3)
    expected = np.argsort(exact(queries, base, "euclidean"), axis=1, kind="stable")[:, :3]
    np.testing.assert_array_equal(ids, expected)
    check(queries.astype(np.float32), base.astype(np.float32), 3, "euclidean")


@pytest.mark.parametrize("metric", METRICS)
def test_finds_itself(metric):
    if metric in ("inner_product", "intersection"):
        return
    base = np.random.default_rng(3).random((500, 24), np.float32)
    ids, _ = top_k(base, base, 1, metric)
    np.testing.assert_array_equal(ids[:, 0], np.arange(500))


@pytest.mark.parametrize(
    ("queries", "base", "k", "metric", "error", "message"),
    [
        ([[1]], [[1]], -1, "l1", ValueError, "^k must not be negative, got -1"),
        ([[1]], [[1]], 2**40, "l1", ValueError, "^k must be below"),
        ([[1]], [[1]], 1.5, "l1", TypeError, "^k must be a whole number, got float"),
        ([[1]], [[1]], True, "l1", TypeError, "^k must be a whole number, got bool"),
        ([[1]], [[1, 2]], 1, "l1", ValueError, "^queries and base must have vectors of one size"),
        ([1], [[1]], 1, "l1", ValueError, "^queries must have shape"),
        ([[1]], np.ones((1, 1), "i2"), 1, "l1", TypeError, "^base must be .*, got int16"),
        ([[1]], np.ones((1, 1), ">f2"), 1, "l1", TypeError, "^base must be .*, got >f2"),
        (np.ones((1, 1), "i1"), [[1]], 1, "hamming", TypeError, "^queries must be uint8, got int8"),
        ([[1]], np.ones((1, 1)), 1, "l1", TypeError, "^base must be float32 or .*, got float64"),
        ([[1]], [[1]], 1, "l2", ValueError, "^metric must be 'euclidean'"),
        ([[1]], [[1]], 1, 2, TypeError, "^metric must be a string"),
    ],
)
def test_refuses_wrong_arguments(queries, base, k, metric, error, message):
    with pytest.raises(error, match=message):
        top_k(queries, base, k, metric)

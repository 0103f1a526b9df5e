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
        ([[1]], np.ones((1, 1)), 1, "l1", TypeError, "^base must be float32 or .*, got float64"),
        ([[1]], [[1]], 1, "l2", ValueError, "^metric must be 'euclidean'"),
        ([[1]], [[1]], 1, 2, TypeError, "^metric must be a string"),
    ],
)
def test_refuses_wrong_arguments(queries, base, k, metric, error, message):
    with pytest.raises(error, match=message):
        top_k(queries, base, k, metric)

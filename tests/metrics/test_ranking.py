import numpy as np
import pytest
import sklearn.metrics
from hypothesis import given
from hypothesis import strategies as st
from imgmine.metrics import mean_average_precision, ns_score, precision_at_k, recall_at_k

lists = st.lists(st.lists(st.booleans(), max_size=12), min_size=1, max_size=5)
ks = st.integers(1, 15)


def reference_precision(row, k):
    """Count place by place; a list that ends early goes on with misses."""
    return sum(row[:k]) / k


def reference_average_precision(row, k, n_relevant):
    k = k or 10**6
    hits = sum(reference_precision(row, r) for r in range(1, min(k, len(row)) + 1) if row[r - 1])
    return hits / min(k, n_relevant) if n_relevant else 0.0


@given(lists, ks)
def test_precision_matches_its_definition(relevance, k):
    expected = [reference_precision(row, k) for row in relevance]
    np.testing.assert_allclose(precision_at_k(relevance, k, average=None), expected, rtol=1e-12)
    assert precision_at_k(relevance, k) == pytest.approx(np.mean(expected))


@given(lists, ks, st.integers(0, 4))
def test_recall_matches_its_definition(relevance, k, missed):
    n_relevant = [sum(row) + missed for row in relevance]
    expected = [
        sum(row[:k]) / n if n else 0.0 for row, n in zip(relevance, n_relevant, strict=True)
    ]
    actual = recall_at_k(relevance, k, n_relevant=n_relevant, average=None)
    np.testing.assert_allclose(actual, expected, rtol=1e-12)


@given(lists, st.none() | ks, st.integers(0, 4))
def test_average_precision_matches_its_definition(relevance, k, missed):
    n_relevant = [sum(row) + missed for row in relevance]
    expected = [
        reference_average_precision(row, k, n) for row, n in zip(relevance, n_relevant, strict=True)
    ]
    actual = mean_average_precision(relevance, k=k, n_relevant=n_relevant, average=None)
    np.testing.assert_allclose(actual, expected, rtol=1e-12)


@given(st.lists(st.booleans(), min_size=1, max_size=30).filter(any))
def test_full_ranking_matches_scikit_learn(row):
    expected = sklearn.metrics.average_precision_score(row, -np.arange(len(row)))
    assert mean_average_precision(row) == pytest.approx(expected, rel=1e-12)


def test_perfect_start_is_one_at_every_k():
    relevance = [[1, 1, 1, 0], [1, 0, 0, 0]]
    for k in (1, 2, 3, 4, 9):
        assert mean_average_precision(relevance, k=k, n_relevant=[5, 1], average=None)[1] == 1
        assert mean_average_precision(relevance[0], k=min(k, 3), n_relevant=5) == 1


@pytest.mark.parametrize(
    ("zero", "expected"), [(0, 0.5), (1, 1.0), (np.nan, 1.0)], ids=["0", "1", "nan"]
)
def test_queries_without_anything_relevant(zero, expected):
    relevance = [[1, 0], [0, 0]]
    assert mean_average_precision(relevance, zero_division=zero) == expected
    assert recall_at_k(relevance, 1, zero_division=zero) == expected
    assert np.isnan(recall_at_k([0, 0], 1, zero_division=np.nan))


def test_takes_arrays_lists_and_one_query():
    matrix = np.array([[True, False, True], [False, True, True]])
    expected = mean_average_precision(matrix)
    assert mean_average_precision(matrix.astype(np.float32)) == expected
    assert mean_average_precision(list(matrix)) == expected
    assert mean_average_precision([tuple(row) for row in matrix.tolist()]) == expected
    assert mean_average_precision(matrix[0]) == pytest.approx((1 + 2 / 3) / 2)
    assert precision_at_k([[], [1]], 1) == 0.5


@pytest.mark.parametrize(
    ("relevance", "error", "message"),
    [
        ([], ValueError, "relevance must hold at least one query"),
        ([0, 2], ValueError, "relevance must be 0 or 1 here"),
        ([0, -1], ValueError, "relevance must be finite and >= 0"),
        ([[[1]]], ValueError, r"relevance must be one list per query, got one of shape \(1, 1\)"),
        (["yes", "no"], TypeError, "relevance must hold numbers or bools"),
        ("10", TypeError, "relevance must be a list of lists, got str"),
        (1, TypeError, "relevance must be a list of lists, got int"),
    ],
)
def test_rejects_what_is_not_relevance(relevance, error, message):
    with pytest.raises(error, match=message):
        precision_at_k(relevance, 1)


@pytest.mark.parametrize(
    ("k", "error"), [(0, ValueError), (-1, ValueError), (1.5, TypeError), (True, TypeError)]
)
def test_rejects_bad_k(k, error):
    with pytest.raises(error):
        precision_at_k([1, 0], k)


@pytest.mark.parametrize(
    ("n_relevant", "error", "message"),
    [
        ([2, 1], ValueError, "got 1 where query 1 lists 2"),
        ([2], ValueError, r"n_relevant must have shape \(2,\), got \(1,\)"),
        (2.0, TypeError, "n_relevant must hold integers, got dtype float64"),
    ],
)
def test_rejects_bad_counts(n_relevant, error, message):
    with pytest.raises(error, match=message):
        recall_at_k([[1, 0], [1, 1]], 1, n_relevant=n_relevant)


def test_rejects_unknown_average():
    with pytest.raises(ValueError, match="average must be 'mean' or None, got 'macro'"):
        precision_at_k([1], 1, average="macro")


def test_ns_score():
    assert ns_score([[1, 1, 1, 1, 0], [0, 1, 0, 0, 1]]) == 2.5
    assert ns_score([[1], [1, 1]]) == 1.5
    assert ns_score([1, 1, 1], k=2) == 2.0
    with pytest.raises(ValueError, match="k must be"):
        ns_score([1], k=0)

import numpy as np
import pytest
import sklearn.metrics
from hypothesis import given
from hypothesis import strategies as st
from imgmine.metrics import ndcg_score

grades = st.lists(st.integers(0, 5), min_size=2, max_size=12)


@given(grades, st.none() | st.integers(1, 15), st.sampled_from(["linear", "exponential"]))
def test_full_ranking_matches_scikit_learn(row, k, gain):
    gains = np.array([row] if gain == "linear" else [[2**grade - 1 for grade in row]])
    expected = sklearn.metrics.ndcg_score(gains, -np.arange(len(row))[None], k=k)
    assert ndcg_score(row, k=k, gain=gain) == pytest.approx(expected, rel=1e-12)


@given(grades, st.integers(0, 10), st.integers(1, 8), st.randoms())
def test_ideal_makes_up_for_results_cut_off(row, cut, k, random):
    """With all grades known, the first results have the score they have in the full ranking."""
    shuffled = random.sample(row, len(row))
    whole = ndcg_score(row, k=k)
    assert ndcg_score(row[: max(cut, k)], k=k, ideal=shuffled) == pytest.approx(whole, rel=1e-12)


def test_lists_of_several_lengths_are_judged_one_by_one():
    relevance = [[0, 1], [3, 2, 1], [], [0, 0, 0, 1.5]]
    alone = [ndcg_score(row) if row else 0.0 for row in relevance]
    np.testing.assert_allclose(ndcg_score(relevance, average=None), alone, rtol=1e-12)
    assert ndcg_score(relevance) == pytest.approx(np.mean(alone))


def test_queries_without_anything_relevant():
    assert ndcg_score([[0, 0], [1, 0]]) == 0.5
    assert ndcg_score([[0, 0], [1, 0]], zero_division=np.nan) == 1


@pytest.mark.parametrize(
    ("relevance", "options", "message"),
    [
        ([1, 2], {"ideal": [[1, 2], [1, 2]]}, "ideal must hold 1 queries, got 2"),
        ([2, 2], {"ideal": [2, 1]}, "ideal must hold the relevance of everything"),
        ([1, np.nan], {}, "relevance must be finite"),
        ([1, 2000], {"gain": "exponential"}, "relevance must be at most 1000"),
        ([1, 2], {"gain": "log"}, "gain must be 'linear' or 'exponential', got 'log'"),
        ([1, 2], {"k": 0}, "k must be at least 1, got 0"),
    ],
)
def test_rejects_what_cannot_be_judged(relevance, options, message):
    with pytest.raises(ValueError, match=message):
        ndcg_score(relevance, **options)

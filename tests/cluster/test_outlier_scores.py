import warnings

import imgmine
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.cluster import outlier_scores
from sklearn.neighbors import LocalOutlierFactor

from .samples import METRICS, distances, samples

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


@given(samples(least=2), st.sampled_from(sorted(METRICS)), st.integers(1, 400))
def test_distance_to_the_kth_other(X, metric, k):
    X = X + X.dtype.type(1) if metric == "cosine" else X
    between = distances(X, metric)
    np.fill_diagonal(between, -1)
    expected = np.sort(between, 1)[:, min(k, len(X) - 1)]
    scores = outlier_scores(X, k=k, metric=metric)
    assert scores.dtype == np.float64
    np.testing.assert_allclose(scores, expected, rtol=1e-9, atol=1e-9)


@given(st.integers(3, 300), st.sampled_from([1, 2, 5, 40]), st.integers(1, 30), st.integers(0, 99))
def test_local_outlier_factor_is_scikit_learns(n, size, k, seed):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, size)) * np.exp(rng.normal(size=(n, 1)))
    k = min(k, n - 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = -LocalOutlierFactor(k).fit(X).negative_outlier_factor_
    np.testing.assert_allclose(outlier_scores(X, "lof", k=k), expected, rtol=1e-9)


def test_finds_the_odd_ones():
    X = np.random.default_rng(0).normal(size=(2000, 8)).astype(np.float32)
    X[[3, 1500]] += 20
    for method in ("knn", "lof"):
        assert set(np.argsort(-outlier_scores(X, method))[:2]) == {3, 1500}


@pytest.mark.parametrize("size", [2, 64])
def test_the_same_with_any_number_of_threads(size):
    X = np.random.default_rng(0).normal(size=(1500, size)).astype(np.float32)
    before, results = imgmine.num_threads(), []
    for threads in (1, 2, 3):
        imgmine.set_num_threads(threads)
        results.append(outlier_scores(X, "lof", k=7))
    imgmine.set_num_threads(before)
    np.testing.assert_array_equal(results[1], results[0])
    np.testing.assert_array_equal(results[2], results[0])


def test_small_cases():
    assert outlier_scores(np.ones((0, 3))).tolist() == []
    assert outlier_scores([[4.0]]).tolist() == [0]
    assert outlier_scores([[4.0]], "lof").tolist() == [1]
    assert outlier_scores([[1.0], [4.0]]).tolist() == [3, 3]
    np.testing.assert_allclose(outlier_scores(np.ones((50, 3)), "lof"), 1)
    assert not outlier_scores(np.ones((50, 3), np.uint8)).any()
    assert outlier_scores([[0.0, 1e200], [0, 3e200]])[0] == pytest.approx(2e200)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"method": "lot"}, ValueError, "^method must be 'knn' or 'lof', got 'lot'"),
        ({"k": 0}, ValueError, "^k must be at least 1, got 0"),
        ({"k": 1.5}, TypeError, "^k must be a whole number"),
        ({"metric": "l3"}, ValueError, "^metric must be"),
        ({"X": [[np.nan]]}, ValueError, "^X must be finite"),
        ({"X": [1]}, ValueError, "^X must have shape"),
    ],
)
@pytest.mark.parametrize("n", [1, 4])
def test_refuses_wrong_arguments(n, arguments, error, message):
    with pytest.raises(error, match=message):
        outlier_scores(**{"X": np.ones((n, 2)), **arguments})

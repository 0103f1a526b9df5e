import numpy as np
import pytest
import sklearn.cluster
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine.cluster import DBSCAN

from .samples import METRICS, distances, samples

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


def check_against_scikit_learn(X, eps, min_samples, metric):
    ours = DBSCAN(eps, min_samples, metric=metric).fit(X)
    theirs = sklearn.cluster.DBSCAN(eps=eps, min_samples=min_samples, metric="precomputed").fit(
        distances(X, metric)
    )
    np.testing.assert_array_equal(ours.labels_, theirs.labels_)
    np.testing.assert_array_equal(ours.core_sample_indices_, theirs.core_sample_indices_)
    assert ours.n_clusters_ == len(set(theirs.labels_) - {-1})
    np.testing.assert_array_equal(ours.components_, X[ours.core_sample_indices_])


@settings(max_examples=10)
@given(samples(), st.sampled_from(sorted(METRICS)), st.floats(0, 1), st.integers(1, 9))
def test_labels_are_scikit_learns(X, metric, share, min_samples):
    if metric == "cosine":
        X = X[np.abs(X.astype(float)).max(1) > 0]
    if not len(X):
        return
    # Halfway between two distances, so that rounding decides nothing.
    distinct = np.unique(distances(X, metric).round(9))
    at = int(share * (len(distinct) - 1))
    eps = float(distinct[at : at + 2].mean()) + (at + 1 == len(distinct))
    check_against_scikit_learn(X, max(eps, 1e-6), min_samples, metric)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
def test_whole_distances_on_the_limit_count(dtype):
    X = np.stack(np.meshgrid(np.arange(25), np.arange(25)), 2).reshape(-1, 2).astype(dtype)
    X = X[np.random.default_rng(0).permutation(len(X))[:300]]
    for eps, min_samples in ((1, 3), (5, 20)):
        check_against_scikit_learn(X, eps, min_samples, "euclidean")


@pytest.mark.parametrize(("n", "size"), [(3000, 2), (1500, 40)])
def test_threads_share_many_samples(n, size):
    rng = np.random.default_rng(0)
    X = (rng.normal(0, 4, (9, size))[rng.integers(0, 9, n)] + rng.normal(0, 1, (n, size))).astype(
        np.float32
    )
    check_against_scikit_learn(X, 0.3 if size == 2 else 8.3, 5, "euclidean")
    check_against_scikit_learn(X, 100, 5, "euclidean")  # all are neighbors: nothing can be kept


def test_far_from_zero_and_of_any_scale():
    """Where float32 cannot tell samples apart, float64 does."""
    rng = np.random.default_rng(1)
    X = rng.normal(0, 1, (5, 3))[rng.integers(0, 5, 200)] + rng.normal(0, 0.05, (200, 3))
    expected = DBSCAN(0.2).fit(X).labels_
    assert expected.max() >= 3
    for scale, shift in ((1, 1e6), (1e200, 0), (1e-200, 0), (1e30, 1e34)):
        np.testing.assert_array_equal(DBSCAN(0.2 * scale).fit(X * scale + shift).labels_, expected)


def test_small_cases():
    assert DBSCAN(1, 1).fit_predict([[5.0]]).tolist() == [0]
    assert DBSCAN(1, 2).fit_predict([[5.0]]).tolist() == [-1]
    model = DBSCAN(1e-3, 7).fit(np.ones((7, 3)))
    assert model.labels_.tolist() == [0] * 7
    assert DBSCAN(1e-3, 8).fit(np.ones((7, 3))).n_clusters_ == 0
    assert DBSCAN(1e300, 2).fit_predict([[1.0], [2.0]]).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"eps": 0}, "^eps must be finite and above 0, got 0"),
        ({"eps": np.nan}, "^eps must be finite"),
        ({"min_samples": 0}, "^min_samples must be at least 1, got 0"),
        ({"metric": "l3"}, "^metric must be 'euclidean', 'l1' or 'cosine', got 'l3'"),
        ({"metric": "cosine"}, "^X must have no row of zeros for metric 'cosine', got one at 1"),
    ],
)
def test_refuses_wrong_parameters(parameters, message):
    with pytest.raises(ValueError, match=message):
        DBSCAN(**parameters).fit([[1.0, 0], [0, 0]])


@pytest.mark.parametrize("X", [np.ones((0, 2)), np.ones(3), [[np.nan]], [[np.inf]]])
def test_refuses_wrong_samples(X):
    with pytest.raises(ValueError, match=r"^X "):
        DBSCAN().fit(X)
    with pytest.raises(TypeError, match=r"^min_samples must be a whole number"):
        DBSCAN(1, 2.5).fit([[1.0]])

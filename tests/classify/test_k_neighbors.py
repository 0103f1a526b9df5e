import imgmine
import numpy as np
import pytest
import sklearn.neighbors
from hypothesis import given
from hypothesis import strategies as st
from imgmine.classify import KNeighborsClassifier
from imgmine.similarity import pairwise

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


def problem(n, d, k, seed=0):
    rng = np.random.default_rng(seed)
    codes = rng.permutation(np.arange(n) % k)
    X = rng.uniform(0, 1, (k, d))[codes] + rng.exponential(0.3, (n, d))
    return X.astype(np.float32), codes


@given(st.integers(1, 40), st.integers(1, 30), st.integers(1, 4), st.data())
def test_is_scikit_learns(n, d, k, data):
    X, codes = problem(max(n, k), d, k, data.draw(st.integers(0, 99)))
    queries, _ = problem(17, d, 3, 1)
    n_neighbors = data.draw(st.integers(1, len(X)))
    weights = data.draw(st.sampled_from(["uniform", "distance"]))
    # In one dimension all cosines are 1 or -1: there is nothing to choose by.
    metric = data.draw(st.sampled_from(["euclidean", "l1"] + ["cosine"] * (d > 1)))
    ours = KNeighborsClassifier(n_neighbors, weights=weights, metric=metric).fit(X, codes)
    theirs = sklearn.neighbors.KNeighborsClassifier(
        n_neighbors, weights=weights, metric=metric, algorithm="brute"
    )
    theirs.fit(X.astype(np.float64), codes)
    found, ids = ours.kneighbors(queries)
    expected, _ = theirs.kneighbors(queries.astype(np.float64))
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(
        ours.predict_proba(queries), theirs.predict_proba(queries.astype(np.float64)), atol=0.02
    )
    assert ids.shape == (17, n_neighbors)


@pytest.mark.parametrize("metric", ["euclidean", "l1", "chi2", "cosine", "pearson", "hamming"])
@pytest.mark.parametrize("weights", ["uniform", "distance"])
def test_votes_of_all_pairs(metric, weights):
    """The definition: sort all distances, count votes."""
    rng = np.random.default_rng(0)
    X = rng.integers(0, 256, (50, 12)).astype(np.uint8 if metric == "hamming" else np.float32)
    queries, labels = X[:20].copy(), rng.choice(["a", "b", "c"], 50)
    queries[:, 0] = queries[::-1, 0]
    model = KNeighborsClassifier(4, weights=weights, metric=metric).fit(X, labels)
    distances = pairwise(queries, X, metric)
    if metric in ("cosine", "pearson"):
        distances = 1 - distances
    for row, shares in zip(distances, model.predict_proba(queries), strict=True):
        nearest = np.argsort(row, kind="stable")[:4]
        votes = np.ones(4)
        if weights == "distance":
            zero = row[nearest] == 0
            votes = zero.astype(float) if zero.any() else 1 / row[nearest].astype(np.float64)
        expected = [votes[labels[nearest] == c].sum() for c in "abc"]
        np.testing.assert_allclose(shares, expected / votes.sum(), rtol=1e-5)


def test_samples_are_not_their_own_neighbors():
    X, codes = problem(30, 3, 2)
    X[7] = X[3]
    model = KNeighborsClassifier(2).fit(X, codes)
    distances, ids = model.kneighbors()
    assert not (ids == np.arange(30)[:, np.newaxis]).any()
    assert ids[3, 0] == 7
    assert ids[7, 0] == 3
    expected = np.sort(pairwise(X, X) + np.diag(np.full(30, np.inf)), axis=1)[:, :2]
    np.testing.assert_allclose(distances, expected, atol=1e-5)
    X[:] = 1
    _, ids = KNeighborsClassifier(2).fit(X, codes).kneighbors()
    assert not (ids == np.arange(30)[:, np.newaxis]).any()


def test_a_sample_itself_outvotes_all_others():
    X = np.array([[0], [1e-3], [2e-3]], np.float32)
    model = KNeighborsClassifier(3, weights="distance").fit(X, ["a", "b", "b"])
    assert model.predict_proba(X).tolist() == [[1, 0], [0, 1], [0, 1]]
    assert model.score(X, ["a", "b", "b"]) == 1


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_types_and_ties(dtype):
    X = np.array([[0], [2], [4], [6]], dtype)
    model = KNeighborsClassifier(2).fit(X, [3, 1, 2, 2])
    assert model.predict(np.array([[1], [3], [5]], dtype)).tolist() == [1, 1, 2]
    assert model.n_samples_fit_ == 4
    if dtype == "float32":
        assert np.shares_memory(model._rows, X)


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ({"n_neighbors": 0}, ValueError, "^n_neighbors must be at least 1, got 0"),
        ({"n_neighbors": 1.5}, TypeError, "^n_neighbors must be a whole number"),
        ({"weights": "near"}, ValueError, "^weights must be 'uniform' or 'distance', got 'near'"),
        ({"weights": None}, TypeError, "^weights must be a string"),
        ({"metric": "inner_product"}, ValueError, "^metric must be one of euclidean, l1"),
        ({"metric": 2}, TypeError, "^metric must be a string"),
        ({"metric": "hamming"}, TypeError, "^X must be uint8 for the metric 'hamming'"),
    ],
)
def test_refuses_parameters(parameters, error, message):
    with pytest.raises(error, match=message):
        KNeighborsClassifier(**parameters).fit(np.ones((3, 2)), [0, 1, 1])


def test_refuses():
    X = np.ones((3, 2))
    with pytest.raises(ValueError, match=r"^n_neighbors must be at most the number of samples, 3"):
        KNeighborsClassifier(4).fit(X, [0, 1, 1]).predict(X)
    with pytest.raises(ValueError, match=r"^n_neighbors must be at most the number of samples, 2"):
        KNeighborsClassifier(3).fit(X, [0, 1, 1]).kneighbors()
    with pytest.raises(ValueError, match=r"^X must be finite as float32, got larger values"):
        KNeighborsClassifier(1).fit(X * 1e300, [0, 1, 1])
    with pytest.raises(TypeError, match=r"^X must be dense"):
        KNeighborsClassifier(1).fit(pytest.importorskip("scipy.sparse").csr_array(X), [0, 1, 1])
    with pytest.raises(imgmine.NotFittedError):
        KNeighborsClassifier().kneighbors(X)

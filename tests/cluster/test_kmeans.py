import imgmine
import numpy as np
import pytest
import sklearn.cluster
from hypothesis import given
from hypothesis import strategies as st
from imgmine.cluster import KMeans

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


def blobs(n, size, k, seed=0, spread=0.1):
    rng = np.random.default_rng(seed)
    return (rng.normal(0, 3, (k, size))[rng.integers(0, k, n)] + rng.normal(0, spread, (n, size))
            ).astype(np.float32)  # fmt: skip


def squared_distances(X, centers):
    return ((X[:, None].astype(np.float64) - centers[None]) ** 2).sum(2)


@given(st.integers(1, 60), st.integers(1, 40), st.integers(1, 40), st.integers(0, 9))
def test_every_sample_is_with_its_nearest_center(n, size, k, seed):
    X = np.random.default_rng(seed).normal(size=(max(n, k), size)).astype(np.float32)
    model = KMeans(k, max_iter=5, random_state=seed).fit(X)
    distances = squared_distances(X, model.cluster_centers_)
    mine = np.take_along_axis(distances, model.labels_[:, None].astype(np.int64), 1)[:, 0]
    np.testing.assert_allclose(mine, distances.min(1), rtol=1e-4, atol=1e-5)
    assert model.inertia_ == pytest.approx(mine.sum(), rel=1e-4, abs=1e-4)
    np.testing.assert_array_equal(model.predict(X), model.labels_)


def test_centers_are_means_in_the_end():
    X = blobs(3000, 7, 5)
    model = KMeans(5, tol=0, max_iter=300).fit(X)
    for j, center in enumerate(model.cluster_centers_):
        np.testing.assert_allclose(center, X[model.labels_ == j].mean(0, np.float64), atol=1e-5)


def test_goes_as_scikit_learns_from_the_same_centers():
    X = blobs(5000, 19, 12, spread=2)
    first = X[:12]
    ours = KMeans(12, init=first, tol=0, max_iter=300).fit(X)
    theirs = sklearn.cluster.KMeans(12, init=first, n_init=1, tol=0, max_iter=300).fit(X)
    assert ours.inertia_ == pytest.approx(theirs.inertia_, rel=1e-3)
    assert (ours.labels_ == theirs.labels_).mean() > 0.98


def test_finds_blobs_from_far_seeds():
    X = blobs(20000, 8, 20, spread=0.05)
    assert KMeans(20, random_state=1).fit(X).inertia_ < 1.2 * 20000 * 8 * 0.05**2 + 50


def test_the_same_for_a_seed():
    X = blobs(9000, 33, 9, spread=3)
    results = []
    before = imgmine.num_threads()
    for threads in (1, 2, 3):
        imgmine.set_num_threads(threads)
        results.append(KMeans(17, random_state=4).fit(X))
    imgmine.set_num_threads(before)
    for other in results[1:]:
        np.testing.assert_array_equal(other.cluster_centers_, results[0].cluster_centers_)
        assert other.inertia_ == results[0].inertia_
    assert KMeans(17, random_state=5).fit(X).inertia_ != results[0].inertia_


@pytest.mark.parametrize("init", ["k-means++", "random"])
def test_twins_only(init):
    """Fewer different samples than clusters: all are met, and no center is NaN."""
    X = np.repeat(np.float32([[1, 2], [3, 4]]), 5, axis=0)
    model = KMeans(4, init=init).fit(X)
    assert model.inertia_ == 0
    assert np.isfinite(model.cluster_centers_).all()


def test_an_empty_cluster_takes_the_farthest():
    X = np.float32([[0], [0.1], [0.2], [9]])
    model = KMeans(2, init=[[0.1], [100]]).fit(X)
    assert sorted(np.bincount(model.labels_)) == [1, 3]


@pytest.mark.parametrize("dtype", [np.uint8, np.float64, np.int32])
def test_other_numbers(dtype):
    X = np.arange(40).reshape(20, 2)
    np.testing.assert_array_equal(
        KMeans(3).fit(X.astype(dtype)).labels_, KMeans(3).fit(X.astype(np.float32)).labels_
    )


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"n_clusters": 0}, "^n_clusters must be at least 1, got 0"),
        ({"n_clusters": 5}, "^X must have at least n_clusters=5 rows, got n_samples=4"),
        (
            {"init": "best"},
            "^init must be 'k-means\\+\\+', 'random', an array of centers or callable",
        ),
        ({"init": [[1, 2]]}, "^init must have shape"),
        ({"init": [[1, np.nan], [1, 2]]}, "^init must be finite"),
        ({"max_iter": 0}, "^max_iter must be at least 1, got 0"),
        ({"tol": -1}, "^tol must be finite and not negative"),
        ({"random_state": -1}, "^random_state must not be negative"),
    ],
)
def test_refuses_wrong_parameters(parameters, message):
    with pytest.raises(ValueError, match=message):
        KMeans(**{"n_clusters": 2, **parameters}).fit(np.ones((4, 2), np.float32))


def test_refuses_wrong_samples():
    for X, message in (
        (np.ones((0, 2)), "^X has 0 sample"),
        (np.ones((3, 0)), "^X has 0 feature"),
        (np.ones(3), "^X must have shape"),
        (np.full((3, 2), np.inf), "^X must be finite"),
        (np.full((3, 2), 1e300), "^X must be finite as float32"),
    ):
        with pytest.raises(ValueError, match=message):
            KMeans(1).fit(X)
    with pytest.raises(imgmine.NotFittedError):
        KMeans().predict(np.ones((3, 2)))
    with pytest.raises(ValueError, match=r"^X has 3 features, but KMeans is expecting 2"):
        KMeans(1).fit(np.ones((3, 2))).predict(np.ones((3, 3)))


def exact_labels(X, centers):
    """Return the first of the nearest centers, by distances summed in float64."""
    return squared_distances(X, centers).argmin(1)


def lloyd(X, centers, n_iter):
    """Follow the definition, without a shortcut."""
    X = X.astype(np.float64)
    for _ in range(n_iter):
        labels = exact_labels(X, centers)
        means = np.array([X[labels == j].mean(0) for j in range(len(centers))])
        centers = means.astype(np.float32)
    return centers, exact_labels(X, centers)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.uint8])
@pytest.mark.parametrize(("size", "k"), [(3, 7), (9, 5), (40, 37), (130, 40), (700, 3)])
def test_is_lloyds_iteration(dtype, size, k):
    """Bounds and float products change nothing."""
    X = np.clip(blobs(500, size, k, spread=3) * 9 + 120, 0, 255).astype(dtype)
    first = X[:k].astype(np.float32)
    model = KMeans(k, init=first, max_iter=9, tol=0).fit(X)
    centers, labels = lloyd(X, first, model.n_iter_)
    np.testing.assert_allclose(model.cluster_centers_, centers, rtol=1e-5, atol=1e-4)
    assert (model.labels_ != labels).mean() < 2e-3
    np.testing.assert_array_equal(exact_labels(X, model.cluster_centers_), model.labels_)


def test_values_far_from_zero():
    X = blobs(3000, 20, 6, spread=0.3).astype(np.float64)
    near = KMeans(6, init=X[:6]).fit(X)
    far = KMeans(6, init=X[:6] + 1e6).fit(X + 1e6)
    np.testing.assert_array_equal(near.labels_, far.labels_)
    assert far.inertia_ == pytest.approx(near.inertia_, rel=1e-6)


def test_weights_are_repetitions():
    X = blobs(600, 12, 4, spread=2)
    weights = np.random.default_rng(0).integers(0, 4, 600)
    weighted = KMeans(4, init=X[:4]).fit(X, sample_weight=weights)
    repeated = KMeans(4, init=X[:4]).fit(np.repeat(X, weights, axis=0))
    np.testing.assert_array_equal(weighted.cluster_centers_, repeated.cluster_centers_)
    assert weighted.inertia_ == pytest.approx(repeated.inertia_)
    assert weighted.score(X, sample_weight=weights) == pytest.approx(-weighted.inertia_)


def test_spherical_clusters_are_of_directions():
    X = blobs(900, 16, 5, spread=1)
    lengths = np.random.default_rng(0).uniform(0.1, 9, (900, 1)).astype(np.float32)
    one = KMeans(5, spherical=True, init=X[:5]).fit(X)
    other = KMeans(5, spherical=True, init=X[:5]).fit(X * lengths)
    assert (one.labels_ == other.labels_).mean() > 0.995
    np.testing.assert_allclose(np.linalg.norm(one.cluster_centers_, axis=1), 1, rtol=1e-6)
    cosines = X @ one.cluster_centers_.T
    assert (cosines.argmax(1) == one.labels_).mean() > 0.999


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.uint8])
def test_transform_and_score(dtype):
    X = np.arange(60).reshape(20, 3).astype(dtype)
    model = KMeans(3).fit(X)
    distances = model.transform(X)
    assert distances.dtype == (np.float64 if dtype == np.float64 else np.float32)
    expected = np.sqrt(squared_distances(X, model.cluster_centers_))
    np.testing.assert_allclose(distances, expected, rtol=1e-6)
    np.testing.assert_array_equal(distances, KMeans(3).fit_transform(X))
    assert model.score(X) == pytest.approx(-model.inertia_)


def test_more_starts_are_no_worse():
    X = blobs(2000, 5, 12, spread=0.5)
    assert KMeans(12, n_init=5).fit(X).inertia_ <= KMeans(12).fit(X).inertia_


def test_mini_batches():
    X = blobs(20000, 8, 10, spread=0.5)
    exact = KMeans(10, n_init=3).fit(X)
    first = exact.cluster_centers_ + 0.3
    batches = KMeans(10, init=first, batch_size=512).fit(X)
    assert batches.inertia_ < 1.1 * exact.inertia_
    streamed = KMeans(10, init=first)
    for i in range(0, len(X), 1000):
        streamed.partial_fit(X[i : i + 1000])
    assert -streamed.score(X) < 1.1 * exact.inertia_
    assert streamed.n_iter_ == 20


def test_seeds_may_be_called_for():
    X = blobs(300, 4, 3)
    model = KMeans(3, init=lambda X, k, random_state: X[:k]).fit(X)
    np.testing.assert_array_equal(model.labels_, KMeans(3, init=X[:3]).fit(X).labels_)

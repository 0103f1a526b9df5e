import imgmine
import numpy as np
import pytest
import sklearn.metrics
from hypothesis import given
from hypothesis import strategies as st
from imgmine.metrics import silhouette_samples, silhouette_score

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

METRICS = {"euclidean": "euclidean", "l1": "manhattan", "cosine": "cosine"}


@given(
    st.integers(3, 400), st.sampled_from([1, 3, 16, 40]), st.integers(2, 90),
    st.sampled_from([np.uint8, np.float32, np.float64]), st.sampled_from(sorted(METRICS)),
    st.integers(0, 99),
)  # fmt: skip
def test_equals_scikit_learns(n, size, n_labels, dtype, metric, seed):
    rng = np.random.default_rng(seed)
    X = rng.normal(100, 30, (n, size)).clip(1, 255).astype(dtype)
    labels = rng.integers(0, n_labels, n)
    labels[:3] = 0, 1, 1
    expected = sklearn.metrics.silhouette_samples(
        X.astype(np.float64), labels, metric=METRICS[metric]
    )
    actual = silhouette_samples(X, labels, metric=metric)
    # Theirs of one feature or of cosines have the rounding of a difference of large products.
    close = 1e-6 if size == 1 or metric == "cosine" or dtype == np.uint8 else 1e-12
    np.testing.assert_allclose(actual, expected, rtol=0, atol=close)
    assert silhouette_score(X, labels, metric=metric) == pytest.approx(actual.mean(), abs=1e-15)


def test_against_its_definition():
    rng = np.random.default_rng(0)
    X, labels = rng.normal(size=(60, 5)), rng.integers(0, 4, 60)
    distances = np.sqrt(((X[:, None] - X) ** 2).sum(2))
    for i, value in enumerate(silhouette_samples(X, labels)):
        means = [distances[i, (labels == c) & (np.arange(60) != i)].mean() for c in range(4)]
        own = means.pop(labels[i])
        assert value == pytest.approx((min(means) - own) / max(own, min(means)), abs=1e-12)


def test_the_same_with_any_number_of_threads():
    rng = np.random.default_rng(0)
    X, labels = rng.normal(size=(1500, 20)), rng.integers(0, 7, 1500)
    before, results = imgmine.num_threads(), []
    for threads in (1, 2, 3):
        imgmine.set_num_threads(threads)
        results.append(silhouette_samples(X, labels))
    imgmine.set_num_threads(before)
    np.testing.assert_array_equal(results[1], results[0])
    np.testing.assert_array_equal(results[2], results[0])


def test_small_cases():
    assert silhouette_samples(np.ones((5, 2)), [0, 0, 1, 1, 1]).tolist() == [0] * 5
    assert silhouette_samples([[0.0], [1], [5]], ["a", "a", "b"])[2] == 0
    scaled = silhouette_score([[0], [1e200], [9e200]], [0, 0, 1])
    assert scaled == pytest.approx(silhouette_score([[0], [1], [9]], [0, 0, 1]))


def test_of_some_samples():
    rng = np.random.default_rng(0)
    X, labels = rng.normal(size=(900, 3)), rng.integers(0, 3, 900)
    some = silhouette_score(X, labels, sample_size=300)
    assert some == silhouette_score(X, labels, sample_size=300, random_state=0)
    assert some != silhouette_score(X, labels, sample_size=300, random_state=1)
    assert abs(some - silhouette_score(X, labels)) < 0.02


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([[1.0], [2]], [0, 0]), "^labels must name 2 to n_samples - 1 clusters, got 1 for 2"),
        (([[1.0], [2]], [0, 1]), "^labels must name 2 to n_samples - 1 clusters, got 2 for 2"),
        (([[1.0], [2]], [0, 1, 1]), "^labels must be one for each of 2, got 3"),
        (([[np.nan], [2], [3]], [0, 1, 1]), "^X must be finite"),
        (([1.0, 2, 3], [0, 1, 1]), "^X must have shape"),
        ((np.ones((0, 2)), []), "^labels must not be empty"),
    ],
)
def test_refuses_wrong_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        silhouette_score(*arguments)
    with pytest.raises(ValueError, match=r"^metric must be"):
        silhouette_score([[1.0], [2], [3]], [0, 1, 1], metric="l3")
    with pytest.raises(ValueError, match=r"^sample_size must be at least 1"):
        silhouette_score([[1.0], [2], [3]], [0, 1, 1], sample_size=0)

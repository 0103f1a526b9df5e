import imgmine
import numpy as np
import pytest
import sklearn.decomposition
from hypothesis import given
from hypothesis import strategies as st
from imgmine.cluster import PCA

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


def samples(n, size, seed=0):
    rng = np.random.default_rng(seed)
    return (rng.normal(size=(n, size)) @ rng.normal(size=(size, size)) + 5).astype(np.float32)


@given(st.integers(1, 70), st.integers(1, 40), st.data())
def test_matches_eigenvectors(n, size, data):
    X = samples(n, size, data.draw(st.integers(0, 99)))
    count = data.draw(st.integers(1, size))
    model = PCA(count).fit(X)
    centered = X.astype(np.float64) - X.mean(0, np.float64)
    variances = np.linalg.eigvalsh(centered.T @ centered / max(n - 1, 1))[::-1]
    scale = max(variances.max(), 1e-12)
    np.testing.assert_allclose(model.explained_variance_, variances[:count], atol=1e-5 * scale)
    np.testing.assert_allclose(model.components_ @ model.components_.T, np.eye(count), atol=1e-5)
    expected = (X - model.mean_).astype(np.float64) @ model.components_.T.astype(np.float64)
    np.testing.assert_allclose(model.transform(X), expected, atol=1e-5 * np.abs(X).max() * size)
    largest = np.abs(model.components_).argmax(1)
    assert (model.components_[np.arange(count), largest] > 0).all()


def test_is_scikit_learns_but_for_signs():
    X = samples(5000, 60)
    ours = PCA(20).fit(X)
    theirs = sklearn.decomposition.PCA(20, svd_solver="full").fit(X.astype(np.float64))
    np.testing.assert_allclose(
        np.abs(ours.transform(X)), np.abs(theirs.transform(X)), rtol=1e-3, atol=2e-3
    )
    np.testing.assert_allclose(
        ours.explained_variance_ratio_, theirs.explained_variance_ratio_, rtol=1e-5
    )


def test_the_same_with_any_number_of_threads():
    X = samples(9000, 37)
    before = imgmine.num_threads()
    results = []
    for threads in (1, 2, 3):
        imgmine.set_num_threads(threads)
        model = PCA(30).fit(X)
        results.append((model.components_.tobytes(), model.transform(X).tobytes()))
    imgmine.set_num_threads(before)
    assert len(set(results)) == 1


def test_constant_samples():
    model = PCA().fit(np.full((9, 3), 7))
    assert model.components_.shape == (3, 3)
    assert not model.explained_variance_.any()
    assert not model.explained_variance_ratio_.any()
    assert not model.transform(np.full((2, 3), 7)).any()


def test_refuses():
    for count in (0, 4, -1):
        with pytest.raises(ValueError, match=r"^n_components must be from 1 to the number of feat"):
            PCA(count).fit(np.ones((5, 3)))
    with pytest.raises(ValueError, match=r"^X has 0 sample"):
        PCA().fit(np.ones((0, 3)))
    with pytest.raises(imgmine.NotFittedError):
        PCA().transform(np.ones((5, 3)))
    with pytest.raises(ValueError, match=r"^X has 2 features"):
        PCA().fit(np.ones((5, 3))).transform(np.ones((5, 2)))

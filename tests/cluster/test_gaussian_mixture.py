import imgmine
import numpy as np
import pytest
import sklearn.mixture
from hypothesis import given
from hypothesis import strategies as st
from imgmine.cluster import GaussianMixture
from scipy.special import logsumexp

pytestmark = [
    pytest.mark.usefixtures("cpu_level", "n_threads"),
    pytest.mark.filterwarnings("ignore::imgmine.ConvergenceWarning"),
]


def samples(n, size, k, seed=0):
    rng = np.random.default_rng(seed)
    of = rng.integers(0, k, n)
    spread = rng.uniform(0.2, 1, (k, size))
    return (rng.normal(0, 2, (k, size))[of] + rng.normal(size=(n, size)) * spread[of]).astype(
        np.float32
    )


def log_densities(X, model):
    away = (X[:, None].astype(np.float64) - model.means_) ** 2 / model.covariances_
    constant = np.log(model.weights_) - 0.5 * np.log(2 * np.pi * model.covariances_).sum(1)
    return constant - 0.5 * away.sum(2)


@given(st.integers(1, 60), st.integers(1, 33), st.integers(1, 20), st.integers(0, 9))
def test_posteriors_match_reference(n, size, k, seed):
    X = samples(max(n, k), size, 3, seed)
    model = GaussianMixture(k, max_iter=3, random_state=seed).fit(X)
    logs = log_densities(X, model)
    expected = np.exp(logs - logsumexp(logs, axis=1, keepdims=True))
    np.testing.assert_allclose(model.predict_proba(X), expected, atol=2e-3)
    assert model.weights_.sum() == pytest.approx(1)
    assert (model.covariances_ > 0).all()


def test_a_step_is_what_it_should_be():
    """Two fits, one of them a step longer."""
    X = samples(4000, 6, 4)
    before = GaussianMixture(5, max_iter=3, tol=0).fit(X)
    after = GaussianMixture(5, max_iter=4, tol=0).fit(X)
    logs = log_densities(X, before)
    assert after.lower_bound_ == pytest.approx(logsumexp(logs, axis=1).mean(), abs=1e-4)
    shares = np.exp(logs - logsumexp(logs, axis=1, keepdims=True))
    means = shares.T @ X / shares.sum(0)[:, None]
    variances = shares.T @ X.astype(np.float64) ** 2 / shares.sum(0)[:, None] - means**2
    np.testing.assert_allclose(after.weights_, shares.mean(0), rtol=1e-3)
    np.testing.assert_allclose(after.means_, means, atol=2e-3)
    np.testing.assert_allclose(after.covariances_, variances, rtol=5e-3)


def test_fits_as_well_as_scikit_learns():
    X = samples(2000, 8, 6)
    ours = GaussianMixture(6, tol=1e-5, max_iter=200).fit(X)
    theirs = sklearn.mixture.GaussianMixture(
        6, covariance_type="diag", tol=1e-5, max_iter=200, random_state=0
    ).fit(X)
    assert ours.lower_bound_ > theirs.score(X) - 0.05


def test_likelihood_never_falls():
    X = samples(3000, 10, 9)
    bounds = [GaussianMixture(8, max_iter=n, tol=0).fit(X).lower_bound_ for n in (1, 2, 4, 8, 16)]
    assert (np.diff(bounds) > -1e-4).all()


def test_the_same_with_any_number_of_threads():
    X = samples(9000, 21, 5)
    before = imgmine.num_threads()
    results = []
    for threads in (1, 2, 3):
        imgmine.set_num_threads(threads)
        model = GaussianMixture(7, max_iter=5, random_state=3).fit(X)
        results.append((model.means_.tobytes(), model.covariances_.tobytes(), model.lower_bound_))
    imgmine.set_num_threads(before)
    assert len(set(results)) == 1


@pytest.mark.parametrize("X", [np.full((9, 2), 5), np.repeat([[0, 0], [9, 0]], 5, axis=0)])
def test_features_that_do_not_vary(X):
    model = GaussianMixture(2).fit(X)
    assert np.isfinite(model.means_).all()
    assert (model.covariances_ > 0).all()
    assert np.isfinite(model.predict_proba(X)).all()


def test_far_from_zero():
    X = samples(2000, 3, 2) + np.float32(1000)
    model = GaussianMixture(2).fit(X)
    logs = log_densities(X, model)
    assert (model.predict(X) == logs.argmax(1)).mean() > 0.99


def test_warns_unless_it_converged():
    with pytest.warns(imgmine.ConvergenceWarning, match=r"^the mixture was still changing after 1"):
        GaussianMixture(3, max_iter=1).fit(samples(100, 2, 3))


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"n_components": 0}, "^n_components must be from 1 to the number of rows of X, 4, got 0"),
        ({"n_components": 5}, "^n_components must be from 1"),
        ({"max_iter": 0}, "^max_iter must be at least 1, got 0"),
        ({"tol": np.inf}, "^tol must be finite and not negative"),
        ({"variance_floor": 0}, "^variance_floor must be finite and positive"),
        ({"random_state": -1}, "^random_state must not be negative"),
    ],
)
def test_refuses_wrong_parameters(parameters, message):
    with pytest.raises(ValueError, match=message):
        GaussianMixture(**parameters).fit(np.ones((4, 2), np.float32))


def test_refuses_to_predict_unfitted():
    with pytest.raises(imgmine.NotFittedError):
        GaussianMixture().predict(np.ones((3, 2)))

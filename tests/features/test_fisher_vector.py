import numpy as np
import pytest
import skimage.feature
import sklearn.mixture
from hypothesis import given
from hypothesis import strategies as st
from imgmine.features import fisher_vector
from scipy.special import softmax

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


def mixture(rng, size, k):
    weights = rng.dirichlet(np.full(k, 5.0))
    return weights, rng.normal(size=(k, size)), rng.uniform(0.3, 2, (k, size))


def reference(local, weights, means, variances, power, normalize):
    away = (local[:, None] - means) / np.sqrt(variances)
    logs = np.log(weights) - 0.5 * np.log(variances).sum(1) - 0.5 * (away**2).sum(2)
    shares = softmax(logs, axis=1)[..., None]
    n = max(len(local), 1)
    first = (shares * away).sum(0) / (n * np.sqrt(weights)[:, None])
    second = (shares * (away**2 - 1)).sum(0) / (n * np.sqrt(2 * weights)[:, None])
    vector = np.concatenate([first.ravel(), second.ravel()])
    vector = np.sign(vector) * np.abs(vector) ** power
    length = np.linalg.norm(vector)
    return vector / length if normalize and length > 0 else vector


def left_out(local, weights, means, variances):
    """Bound what posteriors below 1e-4 can come to, and what rounding does."""
    away = np.abs(local[:, None] - means) / np.sqrt(variances)
    first = away.sum(0) / (max(len(local), 1) * np.sqrt(weights)[:, None])
    second = np.abs(away**2 - 1).sum(0) / (max(len(local), 1) * np.sqrt(2 * weights)[:, None])
    return 1e-4 * np.concatenate([first.ravel(), second.ravel()]) + 1e-6


@given(st.integers(0, 90), st.integers(1, 40), st.integers(1, 40), st.integers(0, 99))
def test_matches_reference(n, size, k, seed):
    rng = np.random.default_rng(seed)
    local = rng.normal(size=(n, size)).astype(np.float32)
    model = mixture(rng, size, k)
    actual = fisher_vector(local, *model, power=1, normalize=None)
    expected = reference(local, *model, 1, None)
    assert actual.dtype == np.float32
    assert (np.abs(actual - expected) <= left_out(local, *model) + 1e-5 * np.abs(expected)).all()


@pytest.mark.parametrize("power", [0.5, 1])
def test_length_is_1(power):
    rng = np.random.default_rng(5)
    local = rng.normal(size=(300, 9)).astype(np.float32)
    model = mixture(rng, 9, 4)
    np.testing.assert_allclose(
        fisher_vector(local, *model, power=power), reference(local, *model, power, "l2"), atol=3e-3
    )


def test_power_is_a_signed_root():
    rng = np.random.default_rng(3)
    local = rng.normal(size=(3000, 17)).astype(np.float32)
    model = mixture(rng, 17, 5)
    plain = fisher_vector(local, *model, power=1, normalize=None).astype(np.float64)
    rooted = fisher_vector(local, *model, normalize=None)
    np.testing.assert_allclose(rooted, np.sign(plain) * np.sqrt(np.abs(plain)), rtol=1e-5)
    assert np.linalg.norm(fisher_vector(local, *model)) == pytest.approx(1)


def test_is_scikit_images():
    rng = np.random.default_rng(0)
    local = rng.normal(size=(500, 12)).astype(np.float32)
    model = sklearn.mixture.GaussianMixture(4, covariance_type="diag", random_state=0).fit(local)
    theirs = skimage.feature.fisher_vector(local, model, improved=False)
    ours = fisher_vector(
        local, model.weights_, model.means_, model.covariances_, power=1, normalize=None
    )
    # Its gradients by the weights come first, and those by the deviations have the other sign.
    theirs = theirs[4:] * np.repeat([1, -1], 4 * 12)
    np.testing.assert_allclose(ours, theirs, atol=5e-3 * np.abs(ours).max())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0.5, 0.4], [[1], [2]], [[1], [1]]), "^weights must be positive and sum to 1"),
        (([1.0, 0.0], [[1], [2]], [[1], [1]]), "^weights must be positive and sum to 1"),
        (([0.5, 0.5], [[1], [2]], [[1], [0]]), "^variances must be positive"),
        (([1.0], [[1], [2]], [[1], [1]]), "^weights, means and variances must have shapes"),
        (([0.5, 0.5], [[1], [2]], [[1, 1], [1, 1]]), "^weights, means and variances must have sh"),
        (([1.0], [[np.nan]], [[1]]), "^means must be finite"),
        (([1.0], [[1, 1]], [[1, 1]]), "^descriptors must have 2 values"),
    ],
)
def test_refuses_wrong_mixtures(arguments, message):
    with pytest.raises(ValueError, match=message):
        fisher_vector(np.ones((3, 1), np.float32), *arguments)

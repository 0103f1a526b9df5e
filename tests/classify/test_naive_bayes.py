import imgmine
import numpy as np
import pytest
import sklearn.naive_bayes
from hypothesis import given
from hypothesis import strategies as st
from imgmine.classify import GaussianNB

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

DTYPES = ("uint8", "float32", "float64")


def problem(n, d, k, dtype, seed=0):
    """Return samples of k classes, each of which occurs, and their codes."""
    rng = np.random.default_rng(seed)
    codes = rng.permutation(np.arange(n) % k)
    X = rng.normal(rng.uniform(40, 200, (k, d))[codes], rng.uniform(1, 30, (k, d))[codes])
    return (X.round().clip(0, 255) if dtype == "uint8" else X).astype(dtype), codes


def moments(X, codes, weights=None):
    """Return the definition, in float64 by two passes: means and variances of each class."""
    X = X.astype(np.float64)
    weights = np.ones(len(X)) if weights is None else weights
    rows = [(X[codes == c], weights[codes == c]) for c in range(codes.max() + 1)]
    means = np.array([np.average(x, axis=0, weights=w) for x, w in rows])
    variances = [
        np.average((x - mean) ** 2, axis=0, weights=w)
        for (x, w), mean in zip(rows, means, strict=True)
    ]
    return means, np.array(variances)


@given(
    st.integers(1, 5),
    st.integers(0, 60),
    st.integers(1, 70),
    st.sampled_from(DTYPES),
    st.booleans(),
    st.integers(0, 99),
)
def test_matches_the_definition(k, more, d, dtype, weighted, seed):
    X, codes = problem(k + more, d, k, dtype, seed)
    rng = np.random.default_rng(seed)
    weights = rng.uniform(0.1, 3, len(X)) if weighted else None
    model = GaussianNB(var_smoothing=1e-3).fit(X, codes, weights)
    means, variances = moments(X, codes, weights)
    greatest = X.astype(np.float64).var(axis=0).max()
    np.testing.assert_allclose(model.epsilon_, 1e-3 * (greatest or 1), rtol=1e-11)
    np.testing.assert_allclose(model.theta_, means, rtol=1e-12)
    np.testing.assert_allclose(model.var_, variances + model.epsilon_, rtol=1e-11)
    counts = np.bincount(codes, weights)
    np.testing.assert_allclose(model.class_prior_, counts / counts.sum())
    distances = (X[:, np.newaxis].astype(np.float64) - means) ** 2 / model.var_
    expected = np.log(model.class_prior_) - 0.5 * (distances + np.log(2 * np.pi * model.var_)).sum(
        axis=2
    )
    np.testing.assert_allclose(model.predict_joint_log_proba(X), expected, rtol=1e-9, atol=1e-9)
    assert (model.predict(X) == expected.argmax(axis=1)).mean() > 0.99


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("k", [2, 10, 60])
def test_is_scikit_learns(k, weighted):
    X, codes = problem(3000, 37, k, "float64")
    weights = np.random.default_rng(1).uniform(0, 2, len(X)) if weighted else None
    ours = GaussianNB().fit(X, codes, weights)
    theirs = sklearn.naive_bayes.GaussianNB().fit(X, codes, weights)
    for name in ("classes_", "class_count_", "class_prior_", "theta_", "var_", "epsilon_"):
        np.testing.assert_allclose(getattr(ours, name), getattr(theirs, name), rtol=1e-10)
    np.testing.assert_array_equal(ours.predict(X), theirs.predict(X))
    for method in ("predict_joint_log_proba", "predict_log_proba", "predict_proba"):
        np.testing.assert_allclose(
            getattr(ours, method)(X), getattr(theirs, method)(X), rtol=1e-9, atol=1e-12
        )
    assert ours.score(X, codes) == theirs.score(X, codes)


@pytest.mark.parametrize("dtype", DTYPES)
def test_partial_fits_come_to_the_same(dtype):
    X, codes = problem(900, 20, 3, dtype)
    labels = np.array(["a", "b", "c"])[codes]
    ours = GaussianNB(var_smoothing=0)
    theirs = sklearn.naive_bayes.GaussianNB(var_smoothing=0)
    for rows in (slice(0, 500), slice(500, 503), slice(503, 900)):
        ours.partial_fit(X[rows], labels[rows], classes=["c", "a", "b"])
        theirs.partial_fit(X[rows].astype("f8"), labels[rows], classes=["a", "b", "c"])
    whole = GaussianNB(var_smoothing=0).fit(X, labels)
    np.testing.assert_allclose(ours.var_, whole.var_, rtol=1e-12)
    np.testing.assert_allclose(ours.theta_, whole.theta_, rtol=1e-12)
    np.testing.assert_allclose(ours.var_, theirs.var_, rtol=1e-12)
    np.testing.assert_array_equal(ours.class_count_, whole.class_count_)
    assert ours.fit(X[:, :4], codes).n_features_in_ == 4


def test_smoothing_is_that_of_the_last_part():
    X, codes = problem(600, 5, 2, "float64")
    parts = GaussianNB(var_smoothing=0.1).partial_fit(X[:300], codes[:300], [0, 1])
    parts.partial_fit(X[300:], codes[300:])
    np.testing.assert_allclose(parts.epsilon_, 0.1 * X[300:].var(axis=0).max())
    np.testing.assert_allclose(parts.var_ - parts.epsilon_, moments(X, codes)[1], rtol=1e-9)


def test_classes_that_have_not_come_yet_are_never_predicted():
    X, codes = problem(50, 3, 2, "float32")
    model = GaussianNB().partial_fit(X, codes, classes=[0, 1, 2])
    assert set(model.predict(X)) == {0, 1}
    assert not model.predict_proba(X)[:, 2].any()
    assert model.class_prior_[2] == 0
    model.partial_fit(X + 900, np.full(50, 2))
    assert set(model.predict(X + 900)) == {2}


def test_far_from_the_origin():
    """One pass is as exact as two: classes at 0 and 1e8 with variances of 1."""
    rng = np.random.default_rng(0)
    codes = np.arange(4000) % 2
    X = rng.normal(size=(4000, 5)) + 1e8 * codes[:, np.newaxis]
    X[:2] += 100  # the first of each class is far out
    model = GaussianNB(var_smoothing=0).fit(X, codes)
    exact = np.array([X[codes == c].astype(np.longdouble).var(axis=0) for c in (0, 1)])
    np.testing.assert_allclose(model.var_, exact.astype(float), rtol=1e-11)


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_same_with_any_number_of_threads(dtype):
    X, codes = problem(8000, 150, 3, dtype)
    before = imgmine.num_threads()
    results = set()
    for threads in (1, 2, 3):
        imgmine.set_num_threads(threads)
        model = GaussianNB().fit(X, codes)
        results.add(
            (model.theta_.tobytes(), model.var_.tobytes(), model.predict_proba(X).tobytes())
        )
    imgmine.set_num_threads(before)
    assert len(results) == 1


def test_rows_may_lie_in_any_way():
    X, codes = problem(60, 9, 3, "float32")
    wide = np.zeros((60, 20), np.float32)
    wide[:, 3:12] = X
    expected = GaussianNB().fit(X, codes).predict_joint_log_proba(X)
    for layout in (wide[:, 3:12], np.asfortranarray(X), X[::-1].copy()[::-1]):
        model = GaussianNB().fit(layout, codes)
        np.testing.assert_array_equal(model.predict_joint_log_proba(layout), expected)


def test_one_sample_one_class_and_constant_features():
    model = GaussianNB().fit([[1, 2]], ["only"])
    assert model.predict([[5, 6], [1, 2]]).tolist() == ["only", "only"]
    assert model.predict_proba([[1, 2]]).tolist() == [[1]]
    model = GaussianNB().fit([[1, 2], [1, 2]], ["a", "b"])
    assert model.predict_proba([[1, 2]]).tolist() == [[0.5, 0.5]]
    assert model.predict(np.zeros((0, 2))).shape == (0,)


def test_priors():
    X, codes = problem(40, 2, 2, "float64")
    X[:] = 1.0 * codes[:, np.newaxis] + np.random.default_rng(0).normal(size=X.shape)
    model = GaussianNB(priors=[0.25, 0.75]).fit(X, codes)
    theirs = sklearn.naive_bayes.GaussianNB(priors=[0.25, 0.75]).fit(X, codes)
    np.testing.assert_allclose(model.predict_proba(X), theirs.predict_proba(X), rtol=1e-10)


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ({"var_smoothing": -1}, ValueError, "^var_smoothing must be finite and not negative"),
        ({"var_smoothing": np.nan}, ValueError, "^var_smoothing must be finite and not negative"),
        ({"var_smoothing": "a"}, TypeError, "^var_smoothing must be a number"),
        ({"var_smoothing": 0}, ValueError, "^var_smoothing must be positive where a feature does"),
        ({"priors": [1]}, ValueError, r"^priors must have shape \(2,\), got \(1,\)"),
        ({"priors": [0.5, 0.6]}, ValueError, "^priors must be probabilities that sum to 1"),
        ({"priors": [-0.5, 1.5]}, ValueError, "^priors must be probabilities that sum to 1"),
        ({"priors": ["a", "b"]}, TypeError, "^priors must hold numbers"),
    ],
)
def test_refuses_parameters(parameters, error, message):
    with pytest.raises(error, match=message):
        GaussianNB(**parameters).fit([[0, 1], [0, 2], [3, 3]], [0, 0, 1])


def test_refuses():
    X = np.ones((3, 2))
    with pytest.raises(ValueError, match=r"^sample_weight must have shape \(3,\)"):
        GaussianNB().fit(X, [0, 1, 1], [1, 2])
    with pytest.raises(ValueError, match=r"^X must be finite"):
        GaussianNB().fit(X * np.nan, [0, 1, 1])
    with pytest.raises(ValueError, match=r"^X has 0 sample\(s\)"):
        GaussianNB().fit(X[:0], [])
    with pytest.raises(ValueError, match=r"^y has a label that is not among classes: .*7"):
        GaussianNB().partial_fit(X, [0, 7, 1], classes=[0, 1])
    with pytest.raises(ValueError, match=r"^y has a label that is not among classes: .*'z'"):
        GaussianNB().fit(X, list("aab")).partial_fit(X, list("abz"))
    with pytest.raises(ValueError, match=r"^classes must be those of the first call, \[0, 1\], "):
        GaussianNB().fit(X, [0, 1, 1]).partial_fit(X, [0, 1, 1], classes=[0, 2])
    with pytest.raises(ValueError, match=r"^classes must be passed on the first call"):
        GaussianNB().partial_fit(X, [0, 1, 1])
    with pytest.raises(imgmine.NotFittedError):
        GaussianNB().predict_proba(X)

import imgmine
import numpy as np
import pytest
import scipy.sparse
import sklearn.naive_bayes
from hypothesis import given
from hypothesis import strategies as st
from imgmine.classify import BernoulliNB, MultinomialNB

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

DTYPES = ("uint8", "float32", "float64")
ATTRIBUTES = ("class_count_", "class_log_prior_", "feature_count_", "feature_log_prob_")


def counts(n, d, k, dtype, seed=0):
    """Return counts of k classes, most of them 0, and their codes."""
    rng = np.random.default_rng(seed)
    codes = rng.permutation(np.arange(n) % k)
    rates = rng.gamma(0.3, 3, (k, d))
    X = rng.poisson(rates[codes]).clip(0, 255)
    return (X if dtype == "uint8" else X * 0.25).astype(dtype), codes


def check_equal(ours, theirs, X, rtol=1e-12):
    for name in ATTRIBUTES:
        np.testing.assert_allclose(getattr(ours, name), getattr(theirs, name), rtol, atol=1e-12)
    check_predictions(ours, theirs, X)


def check_predictions(ours, theirs, X):
    exact = X.astype(np.float64)
    for method in ("predict_joint_log_proba", "predict_log_proba", "predict_proba"):
        np.testing.assert_allclose(
            getattr(ours, method)(X), getattr(theirs, method)(exact), rtol=1e-9, atol=1e-9
        )
    joint = np.sort(theirs.predict_joint_log_proba(exact), axis=1)
    clear = joint[:, -1] - joint[:, -2] > 1e-6 if joint.shape[1] > 1 else np.ones(len(joint), bool)
    np.testing.assert_array_equal(ours.predict(X)[clear], theirs.predict(exact)[clear])


@given(
    st.sampled_from(["MultinomialNB", "BernoulliNB"]),
    st.integers(1, 5),
    st.integers(0, 60),
    st.integers(1, 150),
    st.sampled_from(DTYPES),
    st.data(),
)
def test_is_scikit_learns(name, k, more, d, dtype, data):
    X, codes = counts(k + more, d, k, dtype, data.draw(st.integers(0, 99)))
    parameters = {"fit_prior": data.draw(st.booleans())}
    alphas = [1.0, 0.5, 1e-3] + [np.linspace(0.1, 2, d)] * (name == "MultinomialNB")
    parameters["alpha"] = data.draw(st.sampled_from(alphas), label="alpha")
    if data.draw(st.booleans()):
        parameters["class_prior"] = np.full(k, 1 / k)
    if name == "BernoulliNB":
        parameters["binarize"] = data.draw(st.sampled_from([0.0, 1, 0.3]), label="binarize")
    weights = data.draw(st.sampled_from([None, np.linspace(0.1, 2, len(X))]), label="weights")
    ours = getattr(imgmine.classify, name)(**parameters).fit(X, codes, weights)
    theirs = getattr(sklearn.naive_bayes, name)(**parameters)
    theirs.fit(X.astype(np.float64), codes, weights)
    check_equal(ours, theirs, X)


def test_bernoulli_takes_thresholds_below_zero():
    X = np.array([[-2, 0], [-0.5, -1]])
    assert BernoulliNB(binarize=-1).fit(X, [0, 1]).feature_count_.tolist() == [[0, 1], [1, 0]]


def test_bernoulli_smooths_each_feature():
    """As defined: what is added to the ones of a feature is added to its zeros."""
    X, codes = counts(60, 5, 3, "uint8")
    alpha = np.linspace(0.1, 2, 5)
    ones = np.array([(X[codes == c] > 0).sum(axis=0) for c in range(3)])
    expected = (ones + alpha) / (20 + 2 * alpha)
    model = BernoulliNB(alpha).fit(X, codes)
    np.testing.assert_allclose(np.exp(model.feature_log_prob_), expected, rtol=1e-12)


@pytest.mark.parametrize("make", [scipy.sparse.csr_matrix, scipy.sparse.csr_array, "coo", "csc"])
@pytest.mark.parametrize("model", [MultinomialNB(), BernoulliNB(), BernoulliNB(binarize=0.3)])
@pytest.mark.parametrize("dtype", DTYPES)
def test_sparse_rows_are_dense_ones(make, model, dtype):
    X, codes = counts(200, 90, 4, dtype)
    sparse = getattr(scipy.sparse.csr_array(X), f"to{make}")() if type(make) is str else make(X)
    weights = np.linspace(0, 2, len(X))
    dense = type(model)(**model.get_params()).fit(X, codes, weights)
    model.fit(sparse, codes, weights)
    for name in ATTRIBUTES:
        np.testing.assert_allclose(getattr(model, name), getattr(dense, name), 1e-12)
    np.testing.assert_allclose(
        model.predict_joint_log_proba(sparse), dense.predict_joint_log_proba(X), 1e-12
    )
    np.testing.assert_array_equal(model.predict(sparse), model.predict(X))


def test_entries_of_one_place_are_summed():
    twice = scipy.sparse.csr_array(([0.2, 0.2, 1.0], [0, 0, 1], [0, 2, 3]), shape=(2, 2))
    model = BernoulliNB(binarize=0.3).fit(twice, [0, 1])
    assert model.feature_count_.tolist() == [[1, 0], [0, 1]]
    assert twice.nnz == 3


def test_bernoulli_takes_ones_and_zeros_as_they_are():
    X, codes = counts(60, 30, 3, "float32")
    ones = (X > 0).astype(np.float32)
    model = BernoulliNB(binarize=None).fit(ones, codes)
    same = BernoulliNB().fit(X, codes)
    np.testing.assert_array_equal(
        model.predict_joint_log_proba(ones), same.predict_joint_log_proba(X)
    )


@pytest.mark.parametrize("name", ["MultinomialNB", "BernoulliNB"])
def test_partial_fits_come_to_the_same(name):
    X, codes = counts(500, 40, 3, "uint8")
    labels = np.array(["a", "b", "c"])[codes]
    whole = getattr(imgmine.classify, name)().fit(X, labels)
    parts = getattr(imgmine.classify, name)()
    parts.partial_fit(X[:1], labels[:1], classes=["a", "b", "c"])
    assert (parts.predict(X) == labels[0]).all()
    parts.partial_fit(X[1:300], labels[1:300])
    parts.partial_fit(scipy.sparse.csr_array(X[300:]), labels[300:])
    for attribute in ATTRIBUTES:
        np.testing.assert_array_equal(getattr(parts, attribute), getattr(whole, attribute))


@pytest.mark.parametrize("model", [MultinomialNB(), BernoulliNB(binarize=1)])
def test_the_same_with_any_number_of_threads(model):
    X, codes = counts(8000, 150, 3, "float32")
    before = imgmine.num_threads()
    results = set()
    for threads in (1, 2, 3):
        imgmine.set_num_threads(threads)
        for rows in (X, scipy.sparse.csr_array(X)):
            model.fit(rows, codes)
            results.add((type(rows), model.predict_proba(rows).tobytes()))
    imgmine.set_num_threads(before)
    assert len(results) == 2


@pytest.mark.parametrize(
    ("model", "X", "error", "message"),
    [
        (MultinomialNB(), [[-1, 1], [1, 1]], ValueError, "^X must not be negative"),
        (MultinomialNB(0), [[1, 1], [1, 1]], ValueError, "^alpha must be finite and positive"),
        (MultinomialNB(np.nan), [[1, 1], [1, 1]], ValueError, "^alpha must be finite and pos"),
        (MultinomialNB([1]), [[1, 1], [1, 1]], ValueError, "^alpha must be a number or have sha"),
        (MultinomialNB("a"), [[1, 1], [1, 1]], TypeError, "^alpha must be a number"),
        (MultinomialNB(fit_prior=1), [[1, 1], [1, 1]], TypeError, "^fit_prior must be True or"),
        (MultinomialNB(class_prior=[1]), [[1, 1], [1, 1]], ValueError, "^class_prior must have"),
        (BernoulliNB(binarize="a"), [[1, 1], [1, 1]], TypeError, "^binarize must be a number"),
        (BernoulliNB(binarize=np.nan), [[1, 1], [1, 1]], ValueError, "^binarize must be a number"),
        (BernoulliNB(), [[np.nan, 1], [1, 1]], ValueError, "^X must be finite"),
        (BernoulliNB(), np.zeros((2, 0)), ValueError, "^X has 0 feature"),
        (BernoulliNB(), scipy.sparse.csr_array((2, 0)), ValueError, "^X has 0 feature"),
    ],
)
def test_refuses(model, X, error, message):
    with pytest.raises(error, match=message):
        model.fit(X, [0, 1])


@pytest.mark.parametrize("value", [np.nan, np.inf, 1j])
def test_refuses_wrong_sparse_values(value):
    with pytest.raises(ValueError, match="X must"):
        MultinomialNB().fit(scipy.sparse.csr_array([[value, 0], [0, 1]]), [0, 1])


def test_refuses_what_does_not_fit():
    X = scipy.sparse.csr_array(np.eye(3))
    with pytest.raises(ValueError, match=r"^binarize must not be negative for a sparse X"):
        BernoulliNB(binarize=-1).fit(X, [0, 1, 2])
    model = MultinomialNB().fit(X, [0, 1, 2])
    with pytest.raises(ValueError, match=r"^X has 2 features, but MultinomialNB is expecting 3"):
        model.predict(X[:, :2])
    with pytest.raises(imgmine.NotFittedError):
        MultinomialNB().predict(X)

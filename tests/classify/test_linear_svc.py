import warnings

import imgmine
import numpy as np
import pytest
import sklearn.svm
from hypothesis import given
from hypothesis import strategies as st
from imgmine.classify import LinearSVC

from ..strategies import LAYOUTS

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

TIGHT = {"tol": 1e-10, "max_iter": 100_000}
losses = st.sampled_from(["hinge", "squared_hinge"])
seeds = st.integers(0, 2**32)


def problem(seed, n_classes=2, n=30, n_features=5):
    """Draw noisy samples of which no class is missing."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, n_features))
    scores = X @ rng.normal(size=(n_features, n_classes)) + rng.normal(size=(n, n_classes))
    y = scores.argmax(axis=1)
    y[:n_classes] = np.arange(n_classes)
    return X, y


def objective(model, line, X, signs, costs):
    """Return the primal objective of one machine, in float64."""
    w, b = model.coef_[line], model.intercept_[line]
    margins = np.maximum(0, 1 - signs * (X @ w + b))
    penalty = w @ w + (b / model.intercept_scaling) ** 2
    return penalty / 2 + costs @ (margins**2 if model.loss == "squared_hinge" else margins)


def liblinear(model, X, y, sample_weight=None):
    """Fit scikit-learn's machine with the same parameters."""
    names = ("C", "loss", "class_weight", "fit_intercept", "intercept_scaling")
    parameters = {name: getattr(model, name) for name in names}
    peer = sklearn.svm.LinearSVC(**parameters, dual=True, tol=1e-8, max_iter=1_000_000)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer.fit(X, y, sample_weight=sample_weight)
    peer.intercept_ = np.broadcast_to(peer.intercept_, len(peer.coef_))
    return peer


def class_factors(class_weight, y, weights):
    """Return what each class's cost is multiplied by."""
    counts = np.bincount(y, weights)
    if class_weight == "balanced":
        return counts.sum() / (len(counts) * counts)
    return np.array([(class_weight or {}).get(c, 1.0) for c in range(len(counts))])


def check_against_liblinear(model, X, y, sample_weight=None):
    model.fit(X, y, sample_weight)
    peer = liblinear(model, X, y, sample_weight)
    assert model.coef_.shape == peer.coef_.shape
    weights = np.ones(len(y)) if sample_weight is None else sample_weight
    factors = class_factors(model.class_weight, y, weights)
    for line in range(len(model.coef_)):
        positive = line if len(factors) > 2 else 1
        others = 1 if len(factors) > 2 else factors[0]
        costs = model.C * weights * np.where(y == positive, factors[positive], others)
        signs = np.where(y == positive, 1, -1)
        ours, theirs = (objective(m, line, X, signs, costs) for m in (model, peer))
        assert ours == pytest.approx(theirs, rel=1e-4)
    np.testing.assert_allclose(model.coef_, peer.coef_, rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(model.intercept_, peer.intercept_, rtol=1e-3, atol=1e-3)


@given(seeds, losses, st.sampled_from([0.01, 0.3, 1, 10]), st.integers(2, 4))
def test_matches_liblinear(seed, loss, C, n_classes):
    check_against_liblinear(LinearSVC(C, loss=loss, **TIGHT), *problem(seed, n_classes))


# Descent creeps where the intercept's feature is large; the comparison says whether it got there.
@pytest.mark.filterwarnings("ignore::imgmine.ConvergenceWarning")
@given(
    seeds,
    losses,
    st.sampled_from(["balanced", {0: 3.0}, {1: 0.2, 0: 2}]),
    st.integers(2, 3),
    st.sampled_from([(True, 1.0), (True, 10.0), (True, 0.3), (False, 1.0)]),
)
def test_weights_and_intercepts_match_liblinear(seed, loss, class_weight, n_classes, intercept):
    X, y = problem(seed, n_classes)
    model = LinearSVC(
        loss=loss,
        class_weight=class_weight,
        fit_intercept=intercept[0],
        intercept_scaling=intercept[1],
        **TIGHT,
    )
    sample_weight = np.random.default_rng(seed).choice([0, 0.5, 1, 3], len(y))
    sample_weight[:n_classes] = 1
    check_against_liblinear(model, X + 0.5, y, sample_weight)
    if not intercept[0]:
        assert not model.intercept_.any()


@pytest.mark.filterwarnings("ignore::imgmine.ConvergenceWarning")
@given(seeds, losses, st.integers(2, 3))
def test_dtypes_and_layouts_agree(seed, loss, n_classes):
    """The same numbers in any type, lying anyhow: the same bits."""
    X, y = problem(seed, n_classes)
    X = np.clip(X * 40 + 100, 0, 255).astype(np.uint8)
    model = LinearSVC(1e-3, loss=loss, max_iter=100)
    expected = model.fit(X, y).coef_
    scores = model.decision_function(X)
    for other in (X.astype("f4"), X.astype("f8"), X.astype(">f8"), X.astype("i8"), X.tolist()):
        np.testing.assert_array_equal(model.fit(other, y).coef_, expected)
        np.testing.assert_allclose(model.decision_function(other), scores, rtol=1e-5, atol=1e-5)
    for name in LAYOUTS.keys() - {"one row, many times", "one pixel, many times"}:
        other = LAYOUTS[name](X.astype("f4"))
        np.testing.assert_array_equal(model.fit(other, y).coef_, expected)
        np.testing.assert_array_equal(model.decision_function(other), scores)


@pytest.mark.parametrize("n_features", [1, 15, 16, 17, 31, 32, 33, 48, 65])
@pytest.mark.parametrize("dtype", ["u1", "f4", "f8"])
def test_decision_is_the_line(n_features, dtype):
    X, y = problem(0, 3, n_features=65)
    X = (np.abs(X[:, :n_features]) * 50).astype(dtype)
    model = LinearSVC(1e-4).fit(X, y)
    exact = X.astype(np.float64)
    expected = exact @ model.coef_.T + model.intercept_
    scores = model.decision_function(X)
    terms = np.abs(exact) @ np.abs(model.coef_.T) + np.abs(model.intercept_)
    rounding = 1e-15 if dtype == "f8" else 1e-6
    assert (np.abs(scores - expected) <= 2 * rounding * terms).all()
    np.testing.assert_array_equal(model.predict(X), scores.argmax(axis=1))
    assert model.score(X, y) == np.mean(model.predict(X) == y)


def test_decision_beyond_single_precision():
    X = np.array([[2e38, 2e38], [-2e38, -2e38]], "f4")
    model = LinearSVC().fit(X / 2e38, [0, 1])
    model.coef_ = np.array([[2.0, 2.0]])
    expected = model.intercept_ + np.array([8e38, -8e38])
    np.testing.assert_allclose(model.decision_function(X), expected, rtol=1e-6)
    for value in (np.nan, np.inf):
        X[1, 1] = value
        with pytest.raises(ValueError, match=r"^X must be finite"):
            model.decision_function(X)


def test_threads_share_the_rows():
    X, y = problem(1, 4, n=3000, n_features=40)
    model = LinearSVC(0.01, tol=1e-3).fit(X, y)
    expected = X @ model.coef_.T + model.intercept_
    np.testing.assert_allclose(model.decision_function(X), expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize(
    "labels",
    [["cat", "dog"], [False, True], [-1, 1], [7, 3], [5.0, 2.0], ["b", "a", "c"], [2, 0, 1]],
    ids=str,
)
def test_labels_of_any_kind(labels):
    X, codes = problem(2, len(labels))
    X += 10 * np.eye(len(labels), 5)[codes]
    y = np.array(labels)[codes]
    model = LinearSVC().fit(X, y)
    np.testing.assert_array_equal(model.classes_, sorted(labels))
    predicted = model.predict(X)
    assert predicted.dtype == y.dtype
    np.testing.assert_array_equal(predicted, y)
    assert model.score(X, y.tolist()) == 1


@pytest.mark.filterwarnings("ignore::imgmine.ConvergenceWarning")
@given(seeds, losses)
def test_separable_classes_are_separated(seed, loss):
    X, y = problem(seed, 3)
    X += 20 * np.eye(3, 5)[y]
    assert LinearSVC(100, loss=loss).fit(X, y).score(X, y) == 1


@given(seeds, losses, st.sampled_from([None, "balanced"]))
def test_a_weight_of_two_is_a_sample_twice(seed, loss, class_weight):
    X, y = problem(seed)
    times = np.random.default_rng(seed).integers(1, 4, len(y))
    model = LinearSVC(loss=loss, class_weight=class_weight, **TIGHT)
    weighted = sklearn.base.clone(model).fit(X, y, times)
    repeated = sklearn.base.clone(model).fit(X.repeat(times, 0), y.repeat(times))
    np.testing.assert_allclose(weighted.coef_, repeated.coef_, rtol=1e-3, atol=1e-4)


@given(seeds, losses)
def test_the_seed_matters_by_less_than_the_tolerance(seed, loss):
    X, y = problem(seed % 100)
    models = [LinearSVC(loss=loss, random_state=s, **TIGHT).fit(X, y) for s in (0, seed % 2**31)]
    np.testing.assert_allclose(models[0].coef_, models[1].coef_, rtol=1e-4, atol=1e-5)
    default = LinearSVC(loss=loss, **TIGHT).fit(X, y)
    np.testing.assert_array_equal(models[0].coef_, default.coef_)


@pytest.mark.parametrize("loss", ["hinge", "squared_hinge"])
def test_degenerate_samples(loss):
    model = LinearSVC(loss=loss, **TIGHT)
    two = model.fit([[1.0, 5.0], [-1.0, 5.0]], [1, 0])
    assert two.predict([[3, 5], [-3, 5]]).tolist() == [1, 0]
    X, y = problem(3)
    X[:, 2] = 0
    X[5:9] = 0
    model.fit(X, y)
    assert model.coef_[0, 2] == 0
    check_against_liblinear(model, X, y)
    with_constant = np.hstack([X, np.full((len(X), 1), 4.0)])
    check_against_liblinear(LinearSVC(loss=loss, fit_intercept=False, **TIGHT), with_constant, y)
    nothing = LinearSVC(loss=loss, fit_intercept=False).fit(np.zeros((4, 3)), [0, 1, 0, 1])
    assert not nothing.coef_.any()


def test_stopping_early_warns():
    X, y = problem(4, n=100)
    with pytest.warns(imgmine.ConvergenceWarning, match="^LinearSVC stopped after 1 passes"):
        model = LinearSVC(100, max_iter=1).fit(X, y)
    assert model.n_iter_ == 1
    assert np.isfinite(model.coef_).all()

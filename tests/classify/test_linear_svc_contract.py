"""What a scikit-learn estimator owes: parameters, attributes, errors."""

import pickle

import imgmine
import numpy as np
import pytest
import scipy.sparse
import sklearn.base
from imgmine.classify import LinearSVC

from ..estimator_checks import every_check

X = np.array([[0, 1], [1, 0], [3, 4], [4, 3]], np.float32)
y = np.array([0, 0, 1, 1])

# As scikit-learn's own LinearSVC, which is marked so, too: a solution within tol is not unique.
EXPECTED_FAILURES = {
    "check_sample_weight_equivalence_on_dense_data": "equal within tol only",
    "check_sample_weight_equivalence_on_sparse_data": "equal within tol only",
}


@every_check(LinearSVC(), expected_failures=EXPECTED_FAILURES)
def test_keeps_to_scikit_learns_contract(estimator, check):
    check(estimator)


def test_fits_into_scikit_learns_tools():
    calibration = pytest.importorskip("sklearn.calibration")
    selection = pytest.importorskip("sklearn.model_selection")
    pipeline = pytest.importorskip("sklearn.pipeline")
    preprocessing = pytest.importorskip("sklearn.preprocessing")
    pandas = pytest.importorskip("pandas")
    many, labels = pandas.DataFrame(np.tile(X, (10, 1)), columns=["a", "b"]), np.tile(y, 10)
    steps = pipeline.make_pipeline(preprocessing.StandardScaler(), LinearSVC())
    grid = selection.GridSearchCV(steps, {"linearsvc__C": [0.1, 1]}, cv=2)
    assert grid.fit(many, labels).score(many, labels) == 1
    assert selection.cross_val_score(LinearSVC(), many, labels, cv=2).tolist() == [1, 1]
    calibrated = calibration.CalibratedClassifierCV(LinearSVC(), cv=2).fit(many, labels)
    assert calibrated.score(many, labels) == 1
    assert LinearSVC().fit(many, labels).feature_names_in_.tolist() == ["a", "b"]


def test_parameters_go_in_and_out():
    model = LinearSVC(2, loss="hinge")
    parameters = model.get_params()
    assert parameters["C"] == 2
    assert parameters["loss"] == "hinge"
    assert LinearSVC(**parameters).get_params() == parameters
    assert model.set_params(C=3, tol=1e-3) is model
    assert (model.C, model.tol) == (3, 1e-3)
    with pytest.raises(ValueError, match=r"^'penalty' is no parameter of LinearSVC"):
        model.set_params(penalty="l1")
    assert repr(model) == "LinearSVC(C=3, loss='hinge', tol=0.001)"
    assert sklearn.base.clone(model).get_params() == model.get_params()
    assert sklearn.base.is_classifier(model)


def test_fitted_models_can_be_copied_and_fitted_again():
    model = LinearSVC().fit(X, y)
    twin = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(twin.decision_function(X), model.decision_function(X))
    model.fit(X[:, :1], ["b", "b", "a", "a"])
    assert model.n_features_in_ == 1
    assert model.predict([[4], [0]]).tolist() == ["a", "b"]


@pytest.mark.parametrize("method", ["predict", "decision_function"])
def test_not_fitted(method):
    with pytest.raises(imgmine.NotFittedError, match=r"^this LinearSVC is not fitted yet"):
        getattr(LinearSVC(), method)(X)
    with pytest.raises(imgmine.NotFittedError):
        LinearSVC().score(X, y)


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ({"C": 0}, ValueError, "^C must be finite and positive, got 0"),
        ({"C": -1}, ValueError, "^C must be finite and positive"),
        ({"C": np.nan}, ValueError, "^C must be finite and positive"),
        ({"C": np.inf}, ValueError, "^C must be finite and positive"),
        ({"C": "1"}, TypeError, "^C must be a number, got str"),
        ({"C": None}, TypeError, "^C must be a number"),
        ({"loss": "log"}, ValueError, "^loss must be 'hinge' or 'squared_hinge', got 'log'"),
        ({"loss": None}, TypeError, "^loss must be a string"),
        ({"tol": 0}, ValueError, "^tol must be finite and positive"),
        ({"tol": np.nan}, ValueError, "^tol must be finite and positive"),
        ({"tol": "x"}, TypeError, "^tol must be a number"),
        ({"max_iter": 0}, ValueError, "^max_iter must be positive"),
        ({"max_iter": 1.5}, TypeError, "^max_iter must be a whole number"),
        ({"max_iter": 10**12}, ValueError, "^max_iter must be below"),
        ({"class_weight": "even"}, ValueError, "^class_weight must be 'balanced', a dict or None"),
        ({"class_weight": 3}, ValueError, "^class_weight must be 'balanced', a dict or None"),
        ({"class_weight": {5: 1}}, ValueError, "^class_weight names labels that y does not have"),
        ({"class_weight": {0: -1}}, ValueError, "^class_weight must be finite and not negative"),
        ({"class_weight": {0: np.nan}}, ValueError, "^class_weight must be finite"),
        ({"class_weight": {0: "a"}}, TypeError, "^class_weight must be a number"),
        ({"fit_intercept": "no"}, TypeError, "^fit_intercept must be True or False"),
        ({"intercept_scaling": 0}, ValueError, "^intercept_scaling must be finite and positive"),
        ({"intercept_scaling": "a"}, TypeError, "^intercept_scaling must be a number"),
        ({"dual": "yes"}, ValueError, "^dual must be 'auto', True or False, got 'yes'"),
        ({"dual": None}, TypeError, "^dual must be True or False"),
        (
            {"dual": False, "loss": "hinge"},
            ValueError,
            "^loss must be 'squared_hinge' where dual is False",
        ),
        (
            {"dual": False, "multi_class": "crammer_singer"},
            ValueError,
            "^dual must not be False where multi_class is 'crammer_singer'",
        ),
        ({"multi_class": "one"}, ValueError, "^multi_class must be 'ovr' or 'crammer_singer'"),
        ({"scale": 0}, ValueError, "^scale must be finite and positive, got 0"),
        ({"probability": 1}, TypeError, "^probability must be True or False"),
        ({"warm_start": "a"}, TypeError, "^warm_start must be True or False"),
        ({"random_state": -1}, ValueError, "^random_state must not be negative"),
        ({"random_state": "a"}, TypeError, "^random_state must be a whole number"),
    ],
)
def test_refuses_parameters_out_of_range(parameters, error, message):
    """When it is fitted: the constructor only stores."""
    model = LinearSVC(**parameters)
    with pytest.raises(error, match=message):
        model.fit(X, y)


@pytest.mark.parametrize(
    ("samples", "labels", "error", "message"),
    [
        (X, [1, 1, 1, 1], ValueError, r"^y must have at least two classes, got \[1\]"),
        (X[:0], [], ValueError, r"^X has 0 sample\(s\)"),
        (X, [0, 1], ValueError, r"^y must have shape \(4,\) as X has rows, got \(2,\)"),
        (X, [[0, 1], [1, 0]] * 2, ValueError, r"^y must have shape \(4,\)"),
        (X, None, ValueError, "^fit requires y to be passed"),
        (X, [0, 1, np.nan, 1], ValueError, "^y must be finite"),
        (X, [0, 1, 0.5, 1], ValueError, "^y must hold labels, got continuous values like 0.5"),
        (X, [0, 1, None, "a"], TypeError, "^y must hold labels that can be sorted"),
        (X, [0, 1, [2], 1], ValueError, "^y must be an array"),
        (X[0], y, ValueError, r"^X must have shape \(n_samples, n_features\), got \(2,\)"),
        (X[np.newaxis], y, ValueError, r"^X must have shape \(n_samples, n_features\)"),
        (np.where(X == 3, np.nan, X), y, ValueError, "^X must be finite, got NaN or infinity"),
        (np.where(X == 3, np.inf, X).astype("f4"), y, ValueError, "^X must be finite"),
        (X.astype(str), y, TypeError, "^X must hold numbers"),
        (X * 1j, y, ValueError, "^X must hold real numbers, got complex"),
        (None, y, TypeError, "^X must hold numbers"),
        ([[1, 2], [3]], [0, 1], ValueError, "^X must be an array"),
        (
            scipy.sparse.csr_matrix(X + np.inf),
            y,
            ValueError,
            "^X must be finite, got NaN or infinity",
        ),
    ],
)
def test_refuses_wrong_samples(samples, labels, error, message):
    with pytest.raises(error, match=message):
        LinearSVC().fit(samples, labels)


@pytest.mark.parametrize(
    ("weights", "error", "message"),
    [
        ([1, 1], ValueError, r"^sample_weight must have shape \(4,\), got \(2,\)"),
        (1.0, ValueError, r"^sample_weight must have shape \(4,\), got"),
        ([1, 1, 1, -1], ValueError, "^sample_weight must be finite and not negative"),
        ([1, 1, 1, np.nan], ValueError, "^sample_weight must be finite and not negative"),
        ([0, 0, 0, 0], ValueError, "^sample_weight must not be zero everywhere"),
        (["a"] * 4, TypeError, "^sample_weight must hold numbers"),
    ],
)
def test_refuses_wrong_weights(weights, error, message):
    with pytest.raises(error, match=message):
        LinearSVC().fit(X, y, weights)


def test_refuses_other_features_than_it_learned():
    with pytest.raises(ValueError, match=r"^X has 3 features, but LinearSVC is expecting 2"):
        LinearSVC().fit(X, y).predict(np.zeros((1, 3), np.float32))

import imgmine as im
import numpy as np
import pytest
from imgmine import ImageClassifier
from imgmine.classify import (
    LinearSVC,
    StratifiedKFold,
    cross_val_predict,
    cross_val_score,
)

RNG = np.random.default_rng(0)
Y = np.arange(90) % 3
X = (RNG.normal(size=(90, 5)) + 0.8 * np.eye(3, 5)[Y]).astype(np.float32)
NAMES = np.array(["bus", "car", "van"])[Y]


class NearestMean:
    """The smallest classifier there is."""

    def fit(self, x, y):
        self.names = np.unique(y)
        self.means = np.array([x[y == name].mean(axis=0) for name in self.names])
        return self

    def predict(self, x):
        return self.names[((x[:, None] - self.means) ** 2).sum(axis=2).argmin(axis=1)]


def test_is_what_a_loop_gives():
    expected = [
        LinearSVC(C=0.1).fit(X[train], NAMES[train]).score(X[test], NAMES[test])
        for train, test in StratifiedKFold(4).split(X, NAMES)
    ]
    model = LinearSVC(C=0.1)
    assert cross_val_score(model, X, NAMES, cv=4).tolist() == expected
    assert not hasattr(model, "coef_")


@pytest.mark.parametrize("scoring", [None, "accuracy", "f1_macro", "recall_weighted"])
@pytest.mark.parametrize("method", ["predict", "decision_function"])
def test_scikit_learn_agrees(scoring, method):
    selection = pytest.importorskip("sklearn.model_selection")
    theirs = selection.cross_val_score(LinearSVC(), X, NAMES, scoring=scoring)
    np.testing.assert_allclose(cross_val_score(LinearSVC(), X, NAMES, scoring=scoring), theirs)
    expected = selection.cross_val_predict(LinearSVC(), X, NAMES, method=method)
    np.testing.assert_array_equal(cross_val_predict(LinearSVC(), X, NAMES, method=method), expected)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("roc_auc_ovr", "roc_auc_ovr"), ("roc_auc_ovo", "roc_auc_ovo"), ("balanced_accuracy",) * 2],
)
def test_estimators_of_scikit_learn(ours, theirs):
    selection = pytest.importorskip("sklearn.model_selection")
    model = pytest.importorskip("sklearn.linear_model").LogisticRegression()

    def by_probability(estimator, x, y):
        options = {"labels": estimator.classes_, "multi_class": ours[-3:]}
        return im.metrics.roc_auc_score(y, estimator.predict_proba(x), **options)

    expected = selection.cross_val_score(model, X, NAMES, scoring=theirs)
    scoring = by_probability if ours.startswith("roc") else ours
    np.testing.assert_allclose(cross_val_score(model, X, NAMES, scoring=scoring), expected)
    assert (cross_val_score(model, X, NAMES, scoring=ours) > 0.5).all()
    assert (cross_val_score(model, X, NAMES, scoring="average_precision") > 0.4).all()


def test_anything_with_fit_and_predict():
    scores = cross_val_score(NearestMean(), X, NAMES)
    assert scores.shape == (5,)
    right = cross_val_predict(NearestMean(), X, NAMES) == NAMES
    assert scores.mean() == pytest.approx(right.mean())
    with pytest.raises(TypeError, match="decision_function or predict_proba"):
        cross_val_score(NearestMean(), X, NAMES, scoring="roc_auc_ovr")


def test_pictures():
    images = [np.full((8, 8, 3), 10 * i, np.uint8) for i in range(20)]
    labels = ["dark"] * 10 + ["light"] * 10
    scores = cross_val_score(ImageClassifier("histogram"), images, labels, cv=2)
    assert scores.shape == (2,)
    assert len(cross_val_predict(ImageClassifier("histogram"), images, labels, cv=2)) == 20


def test_given_rows():
    rows = [(np.arange(60), np.arange(60, 90)), (np.arange(90) >= 30, np.arange(90) < 30)]
    scores = cross_val_score(LinearSVC(), X, NAMES, cv=iter(rows))
    expected = LinearSVC().fit(X[30:], NAMES[30:]).score(X[:30], NAMES[:30])
    assert scores[1] == expected
    with pytest.raises(ValueError, match="exactly one test part"):
        cross_val_predict(LinearSVC(), X, NAMES, cv=rows)
    by_class = [(code != Y, code == Y) for code in range(3)]
    with pytest.raises(ValueError, match="all 3 classes to every training part"):
        cross_val_predict(LinearSVC(), X, Y, cv=by_class, method="decision_function")


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"cv": 1}, ValueError, "n_splits must be at least 2"),
        ({"cv": True}, TypeError, "cv must be a number of folds"),
        ({"cv": "5"}, TypeError, "cv must be a number of folds"),
        ({"cv": 2.5}, TypeError, "cv must be a number of folds"),
        ({"cv": []}, ValueError, "at least one pair of rows"),
        ({"cv": [([0], [])]}, ValueError, "pairs of whole numbers"),
        ({"cv": [([0], [0.5])]}, ValueError, "pairs of whole numbers"),
        ({"cv": [([0, 1], [90])]}, ValueError, "rows from 0 to 89"),
        ({"cv": 31}, ValueError, "at least n_splits = 31 times"),
        ({"scoring": "speed"}, ValueError, "scoring must be one of accuracy, .*got 'speed'"),
        ({"scoring": 3}, TypeError, "scoring must be a name"),
        ({"y": NAMES[:-1]}, ValueError, "one label for each of 90 samples, got 89"),
        ({"estimator": 3}, TypeError, "estimator must have fit, int has not"),
    ],
)
def test_wrong_arguments(options, error, message):
    arguments = {"estimator": LinearSVC(), "X": X, "y": NAMES, **options}
    with pytest.raises(error, match=message):
        cross_val_score(**arguments)


def test_a_method_that_is_not_there():
    with pytest.raises(TypeError, match="estimator must have predict_proba, NearestMean has not"):
        cross_val_predict(NearestMean(), X, Y, method="predict_proba")

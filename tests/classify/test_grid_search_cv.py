from copy import copy

import imgmine as im
import numpy as np
import pytest
from imgmine import NotFittedError
from imgmine.classify import GridSearchCV, LinearSVC, StratifiedKFold, cross_val_score

RNG = np.random.default_rng(1)
Y = np.arange(120) % 2
X = RNG.normal(size=(120, 20)).astype(np.float32)
X[:, 0] += Y
SVC = LinearSVC(max_iter=100_000)
GRID = {"C": [10, 0.001, 0.1], "loss": ["hinge", "squared_hinge"]}


def test_scores_are_those_of_cross_validation():
    search = GridSearchCV(SVC, GRID).fit(X, Y)
    results = search.cv_results_
    assert results["params"][1] == {"C": 10, "loss": "squared_hinge"}
    for params, scores in zip(results["params"], results["split_test_scores"], strict=True):
        np.testing.assert_allclose(scores, cross_val_score(copy(SVC).set_params(**params), X, Y))
    best = results["mean_test_score"].argmax()
    assert (search.best_index_, search.best_params_) == (best, results["params"][best])
    assert search.best_score_ == results["mean_test_score"].max()
    assert results["rank_test_score"][best] == 1
    expected = copy(SVC).set_params(**search.best_params_).fit(X, Y)
    np.testing.assert_array_equal(search.best_estimator_.coef_, expected.coef_)
    np.testing.assert_array_equal(search.predict(X), expected.predict(X))
    np.testing.assert_array_equal(search.decision_function(X), expected.decision_function(X))
    assert search.score(X, Y) == expected.score(X, Y)
    assert search.classes_.tolist() == [0, 1]
    assert (search.n_features_in_, search.n_splits_) == (20, 5)


def test_scikit_learn_agrees():
    selection = pytest.importorskip("sklearn.model_selection")
    options = {"cv": StratifiedKFold(4), "scoring": "f1_macro"}
    ours = GridSearchCV(SVC, GRID, **options).fit(X, Y)
    theirs = selection.GridSearchCV(SVC, GRID, **options).fit(X, Y)
    for params, mean, rank in zip(
        *(theirs.cv_results_[key] for key in ("params", "mean_test_score", "rank_test_score")),
        strict=True,
    ):
        place = ours.cv_results_["params"].index(params)
        assert ours.cv_results_["mean_test_score"][place] == pytest.approx(mean)
        assert ours.cv_results_["rank_test_score"][place] == rank
    assert ours.best_score_ == pytest.approx(theirs.best_score_)


def test_inside_another_cross_validation():
    search = GridSearchCV(LinearSVC(), {"C": [0.01, 1]}, cv=3)
    scores = cross_val_score(search, X, Y, cv=3)
    assert scores.shape == (3,)
    assert not hasattr(search, "best_params_")


def test_inside_scikit_learn():
    selection = pytest.importorskip("sklearn.model_selection")
    search = GridSearchCV(LinearSVC(), {"C": [0.01, 1]}, cv=3)
    ours, theirs = (f(search, X, Y, cv=3) for f in (cross_val_score, selection.cross_val_score))
    np.testing.assert_array_equal(ours, theirs)


def test_an_estimator_of_scikit_learn():
    model = pytest.importorskip("sklearn.linear_model").LogisticRegression()
    search = GridSearchCV(model, {"C": [0.01, 1]}).fit(X, Y)
    assert search.predict_proba(X).shape == (120, 2)
    assert not hasattr(GridSearchCV(LinearSVC(), GRID), "predict_proba")
    assert hasattr(GridSearchCV(LinearSVC(), GRID), "decision_function")


class Path(LinearSVC):
    """Writes down what it is asked to fit."""

    calls: list = []  # noqa: RUF012

    def __init__(self, C=1.0, *, tol=1e-4, warm_start=False):
        super().__init__(C, tol=tol)
        self.warm_start = warm_start

    def fit(self, X, y):
        self.calls.append((id(self), self.C, self.tol, self.warm_start))
        return super().fit(X, y)


def test_path_goes_from_small_costs_to_large_ones_in_one_estimator(monkeypatch):
    monkeypatch.setattr(Path, "calls", [])
    search = GridSearchCV(Path(), {"C": [1, 0.01, 0.1], "tol": [1e-3, 1e-4]}, cv=2).fit(X, Y)
    costs = [(cost, tol) for _, cost, tol, _ in Path.calls]
    path = [(C, tol) for tol in (1e-3, 1e-4) for C in (0.01, 0.1, 1)]
    assert costs[:-1] == 2 * path
    for start in range(0, 12, 3):
        assert len({identity for identity, *_ in Path.calls[start : start + 3]}) == 1
    assert all(warm for *_, warm in Path.calls[:-1])
    assert Path.calls[-1][-1] is False
    assert search.best_estimator_.warm_start is False


def test_of_equal_scores_the_first_in_the_grid_wins():
    search = GridSearchCV(SVC, {"C": [3.0, 1.0, 2.0]}, scoring=lambda *_: 0.5).fit(X, Y)
    assert search.best_params_ == {"C": 3.0}
    assert search.cv_results_["rank_test_score"].tolist() == [1, 1, 1]


def test_several_grids():
    search = GridSearchCV(SVC, [{"C": [1]}, {"loss": ["hinge"]}]).fit(X, Y)
    assert search.cv_results_["params"] == [{"C": 1}, {"loss": "hinge"}]


def test_without_refit():
    search = GridSearchCV(LinearSVC(), {"C": [0.1, 1]}, refit=False).fit(X, Y)
    assert search.best_params_["C"] in (0.1, 1)
    with pytest.raises(NotFittedError):
        search.predict(X)
    assert not hasattr(search, "classes_")


def test_chooses_for_a_classifier_of_pictures(tmp_path):
    images = [np.full((8, 8, 3), 10 * i, np.uint8) for i in range(20)]
    labels = ["dark"] * 10 + ["light"] * 10
    model = GridSearchCV(LinearSVC(), {"C": [0.1, 1]}, cv=2)
    classifier = im.ImageClassifier("histogram", model).fit(images, labels)
    assert classifier.predict(images[:1]).tolist() == ["dark"]
    classifier.save(tmp_path / "model")
    again = im.ImageClassifier.load(tmp_path / "model")
    assert again.model_.get_params() == classifier.model_.best_estimator_.get_params()
    assert again.predict(images).tolist() == classifier.predict(images).tolist()


@pytest.mark.parametrize(
    ("grid", "error", "message"),
    [
        ({}, None, None),
        ([], ValueError, "at least one combination"),
        ({"C": []}, ValueError, "a value for C, got none"),
        ({"C": 3}, TypeError, "a sequence of values for C, got 3"),
        ({"loss": "hinge"}, TypeError, "a sequence of values for loss, got 'hinge'"),
        ([3], TypeError, "must hold dictionaries, got int"),
        ({"D": [1]}, ValueError, "'D' is no parameter of LinearSVC"),
        ({"C": [-1]}, ValueError, "C must be finite and positive"),
    ],
)
def test_grids(grid, error, message):
    search = GridSearchCV(LinearSVC(), grid)
    if error is None:
        assert search.fit(X, Y).best_params_ == {}
        return
    with pytest.raises(error, match=message):
        search.fit(X, Y)

"""What scikit-learn's estimators owe; its checks say what that is."""

import subprocess
import sys

import numpy as np
import pytest
from imgmine.classify import BernoulliNB, GaussianNB, KNeighborsClassifier, MultinomialNB

from ..estimator_checks import every_check

MODELS = [GaussianNB(), MultinomialNB(), BernoulliNB(), KNeighborsClassifier(3)]
X = np.array([[0, 3], [0, 2], [3, 0], [4, 0]], np.float32)
y = np.array([0, 0, 1, 1])


@every_check(*MODELS)
def test_keeps_to_scikit_learns_contract(estimator, check):
    check(estimator)


@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_fits_into_scikit_learns_tools(model):
    calibration = pytest.importorskip("sklearn.calibration")
    selection = pytest.importorskip("sklearn.model_selection")
    pipeline = pytest.importorskip("sklearn.pipeline")
    preprocessing = pytest.importorskip("sklearn.preprocessing")
    many, labels = np.tile(X, (10, 1)), np.tile(y, 10)
    steps = pipeline.make_pipeline(preprocessing.MinMaxScaler(), model)
    name = f"{type(model).__name__.lower()}__" + next(iter(model.get_params()))
    grid = selection.GridSearchCV(steps, {name: [model.get_params()[name.split("__")[1]]]}, cv=2)
    assert grid.fit(many, labels).score(many, labels) == 1
    assert selection.cross_val_score(model, many, labels, cv=2).tolist() == [1, 1]
    assert (
        calibration.CalibratedClassifierCV(model, cv=2).fit(many, labels).score(many, labels) == 1
    )


@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_takes_data_frames(model):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(X, columns=["a", "b"])
    model.fit(frame, pandas.Series(["x", "x", "y", "y"]))
    assert model.feature_names_in_.tolist() == ["a", "b"]
    assert model.predict(frame).tolist() == ["x", "x", "y", "y"]
    with pytest.warns(UserWarning, match="^X does not have valid feature names"):
        model.predict(X)
    with pytest.raises(ValueError, match="same order as they were in fit"):
        model.predict(frame[["b", "a"]])
    model.fit(X, y)
    assert not hasattr(model, "feature_names_in_")
    with pytest.warns(UserWarning, match="^X has feature names, but"):
        model.predict(frame)


def test_scikit_learn_is_not_imported():
    """Nor SciPy: errors are raised without them, too."""
    code = """if True:
        import sys
        import imgmine as im
        for model in (im.classify.GaussianNB(), im.classify.KNeighborsClassifier(1)):
            try:
                model.predict([[1]])
            except im.NotFittedError as error:
                assert type(error) is im.NotFittedError
            model.fit([[1], [2]], [1, 2]).predict([[1]])
        assert not {"sklearn", "scipy"} & {name.split(".")[0] for name in sys.modules}
    """
    subprocess.run([sys.executable, "-c", code], check=True)

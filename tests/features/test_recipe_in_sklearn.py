"""A recipe is a scikit-learn transformer, though nothing of scikit-learn is imported."""

import numpy as np
import pytest
from imgmine.classify import LinearSVC
from imgmine.features import Recipe

from ..strategies import large

sklearn = pytest.importorskip("sklearn")


def dark_and_light():
    stack = large((30, 8, 9, 3)) // 2
    labels = np.arange(30) % 2
    stack[labels == 1] += 100
    return stack, np.array(["dark", "light"])[labels]


@pytest.mark.parametrize("name", ["histogram", "color"])
def test_clone_is_equal(name):
    recipe = Recipe.named(name)
    twin = sklearn.base.clone(recipe)
    assert twin == recipe
    assert twin.get_params() == recipe.get_params()


def test_in_a_pipeline():
    pictures, labels = dark_and_light()
    model = sklearn.pipeline.make_pipeline(Recipe.named("histogram"), LinearSVC())
    assert model.fit(pictures, labels).score(pictures, labels) == 1
    assert sklearn.base.clone(model).set_params(linearsvc__C=2).fit(pictures, labels)
    scores = sklearn.model_selection.cross_val_score(model, pictures, labels, cv=3)
    assert (scores == 1).all()


def test_fit_learns_nothing():
    recipe = Recipe.named("histogram")
    assert recipe.fit([1, 2], [3]) is recipe

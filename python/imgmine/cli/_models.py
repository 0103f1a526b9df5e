"""The models that ``imgmine train`` offers, by the names they have there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import classify
from ..classify import GridSearchCV, LinearSVC

if TYPE_CHECKING:
    import argparse

_CLASSES = {
    "linear-svc": "LinearSVC",
    "gaussian-nb": "GaussianNB",
    "multinomial-nb": "MultinomialNB",
    "bernoulli-nb": "BernoulliNB",
    "k-neighbors": "KNeighborsClassifier",
}
MODELS = {name: cls for name, cls in _CLASSES.items() if hasattr(classify, cls)}
DEFAULT_MODEL = "linear-svc"
CHOICE_FOLDS = 5


def make_model(options: argparse.Namespace) -> Any:
    """Return the estimator that the options ask for, which has learned nothing yet."""
    if options.model != DEFAULT_MODEL:
        return getattr(classify, MODELS[options.model])()
    model = LinearSVC(options.C[0], random_state=options.seed)
    if len(options.C) == 1:
        return model
    return GridSearchCV(model, {"C": sorted(set(options.C))}, cv=CHOICE_FOLDS)


def chosen_cost(model: Any) -> float | None:
    """Return C of a fitted model that has one."""
    best = getattr(model, "best_estimator_", model)
    return float(best.C) if hasattr(best, "C") else None

"""A `RegionClassifier` as a file: a container with a recipe, if there is one, and the model."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .. import _core
from .._validate import FLOAT64
from ..classify._model_state import State, model_from, state_of
from ..features import _container_file
from ..features._container_file import entries_in, recipe_in, require, section_of

if TYPE_CHECKING:
    import os

    from .._estimator import Estimator
    from .._validate import Array
    from ..features import Recipe

FORMAT = 1  # of the entries and sections below, and of what region_features counts
_KIND = "region-classifier"
_ENTRIES = {"format", "type", "params", "numbers", "classes", "n_segments", "created_with"}


class Parts(NamedTuple):
    """What makes a classifier of regions."""

    recipe: Recipe | None
    n_segments: int
    mean: Array
    scale: Array
    model: Estimator


def write(path: str | os.PathLike[str], classifier: Any) -> None:
    """Write a fitted classifier; a reader never finds half of it."""
    state = state_of(classifier.model_)
    entries = {
        "format": FORMAT,
        "type": state.type,
        "params": state.params,
        "numbers": state.numbers,
        "classes": classifier.classes_.tolist(),
        "n_segments": int(classifier.n_segments),
        "created_with": _core.version,
    }
    sections = {
        "model": section_of(json.dumps(entries)),
        "feature_mean": classifier.mean_,
        "feature_scale": classifier.scale_,
        **state.arrays,
    }
    if classifier.recipe_ is not None:
        sections["recipe"] = section_of(classifier.recipe_.to_json())
    _container_file.write(path, _KIND, sections)


def read(path: str | os.PathLike[str], n_own: int) -> Parts:
    """Read what `write` wrote, with `n_own` numbers besides the recipe's."""
    return _container_file.read(
        path, _KIND, "region classifier", lambda sections: _unpack(sections, n_own)
    )


def _unpack(sections: dict[str, Array], n_own: int) -> Parts:
    require(sections.keys() >= {"model", "feature_mean", "feature_scale"}, "no model")
    entries = entries_in(sections.pop("model"), FORMAT, _ENTRIES)
    recipe = recipe_in(sections.pop("recipe")) if "recipe" in sections else None
    n_features = n_own + (0 if recipe is None else recipe.size)
    mean, scale = sections.pop("feature_mean"), sections.pop("feature_scale")
    for array in (mean, scale):
        sound = array.shape == (n_features,) and array.dtype == FLOAT64
        require(sound and bool(np.isfinite(array).all()), "no proper features")
    require(bool((scale > 0).all()), "a scale that is not above 0")
    for name in ("params", "numbers"):
        require(isinstance(entries[name], dict), f"no {name}")
    n_segments = entries["n_segments"]
    require(type(n_segments) is int and 0 < n_segments < 2**31, "no proper n_segments")
    state = State(entries["type"], entries["params"], entries["numbers"], sections)
    model = model_from(state, _classes_of(entries["classes"]), 2 * n_features)
    return Parts(recipe, n_segments, np.array(mean), np.array(scale), model)


def _classes_of(labels: Any) -> Array:
    require(isinstance(labels, list) and len(labels) >= 2, "no classes")
    require(all(type(x) is int and 0 < x < 2**31 for x in labels), "no proper classes")
    classes: Array = np.array(labels, np.int64)
    require(bool((classes[1:] > classes[:-1]).all()), "classes that are not sorted")
    return classes

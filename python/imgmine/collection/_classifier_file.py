"""An `ImageClassifier` as a file: one container with the recipe, the classes and the model."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _core
from ..classify._model_state import State, model_from, state_of
from ..features import _container_file
from ..features._container_file import entries_in, recipe_in, require, section_of
from ._pictures import as_label

if TYPE_CHECKING:
    import os

    from .._estimator import Estimator
    from .._validate import Array
    from ..features import Recipe

FORMAT = 1  # of the entries and sections below
_KIND = "classifier"
_ENTRIES = {"format", "type", "params", "numbers", "classes", "created_with"}
_TEXTS = {"recipe", "model"}  # all other sections are arrays of the model


def write(path: str | os.PathLike[str], recipe: Recipe, model: Any) -> None:
    """Write a fitted model and the recipe of its vectors; a reader never finds half of it."""
    state = state_of(model)
    entries = {
        "format": FORMAT,
        "type": state.type,
        "params": state.params,
        "numbers": state.numbers,
        "classes": [as_label(label) for label in model.classes_.tolist()],
        "created_with": _core.version,
    }
    sections = {
        "recipe": section_of(recipe.to_json()),
        "model": section_of(json.dumps(entries)),
        **state.arrays,
    }
    _container_file.write(path, _KIND, sections)


def read(path: str | os.PathLike[str]) -> tuple[Recipe, Estimator]:
    """Read what `write` wrote; anything else is a `FormatError`."""
    return _container_file.read(path, _KIND, "classifier", _unpack)


def _unpack(sections: dict[str, Array]) -> tuple[Recipe, Estimator]:
    require(sections.keys() >= _TEXTS, "no recipe or no model")
    entries = entries_in(sections.pop("model"), FORMAT, _ENTRIES)
    recipe = recipe_in(sections.pop("recipe"))
    for name in ("params", "numbers"):
        require(isinstance(entries[name], dict), f"no {name}")
    classes = _classes_of(entries["classes"])
    state = State(entries["type"], entries["params"], entries["numbers"], sections)
    return recipe, model_from(state, classes, recipe.size)


def _classes_of(labels: Any) -> Array:
    require(isinstance(labels, list) and len(labels) >= 1, "no classes")
    kind = type(labels[0])
    require(kind in (str, int) and all(type(x) is kind for x in labels), "no proper classes")
    classes: Array = np.array(labels, np.int64 if kind is int else np.str_)
    require(bool((classes[1:] > classes[:-1]).all()), "classes that are not sorted")
    return classes

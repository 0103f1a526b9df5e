"""An `ImageClassifier` as a file: one container with the recipe, the model and its weights."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _core
from .._errors import FormatError
from .._files import replace_file
from ..classify import LinearSVC
from ..features import Recipe
from ._pictures import as_label

if TYPE_CHECKING:
    import os

    from .._validate import Array

_KIND = "classifier"
_MAGIC = b"\x89IMGMINE"  # of every container
_ENTRIES = {"type", "params", "classes", "n_iter", "created_with"}


def write(path: str | os.PathLike[str], recipe: Recipe, model: Any) -> None:
    """Write a fitted model and the recipe of its vectors; a reader never finds half of it."""
    if type(model) is not LinearSVC:
        raise TypeError(f"model must be a LinearSVC to be saved, got {type(model).__name__}")
    entries = {
        "type": "LinearSVC",
        "params": _plain_params(model),
        "classes": [as_label(label) for label in model.classes_.tolist()],
        "n_iter": model.n_iter_,
        "created_with": _core.version,
    }
    sections = {
        "recipe": _as_array(recipe.to_json()),
        "model": _as_array(json.dumps(entries)),
        "coef": np.ascontiguousarray(model.coef_, np.float64),
        "intercept": np.ascontiguousarray(model.intercept_, np.float64),
    }
    replace_file(path, _core.container.make(_KIND, sections), sync=True)


def read(path: str | os.PathLike[str]) -> tuple[Recipe, LinearSVC]:
    """Read what `write` wrote; anything else is a `FormatError`."""
    with Path(path).open("rb") as file:
        data = file.read(len(_MAGIC))
        if data == _MAGIC:  # spares reading gigabytes of something else
            data += file.read()
    try:
        return _unpack(_core.container.parse(data, _KIND))
    except (FormatError, KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
        raise FormatError(f"{str(path)!r} is damaged or no classifier: {error}") from error


def _unpack(sections: dict[str, Array]) -> tuple[Recipe, LinearSVC]:
    _require(sections.keys() == {"recipe", "model", "coef", "intercept"}, "other sections")
    recipe = Recipe.from_json(_text_in(sections["recipe"]))
    entries = json.loads(_text_in(sections["model"]))
    _require(isinstance(entries, dict) and entries.keys() == _ENTRIES, "other entries")
    _require(entries["type"] == "LinearSVC", f"a model of type {entries['type']!r}")
    model = LinearSVC(**_params_of(entries["params"]))
    classes = _classes_of(entries["classes"])
    _require(type(entries["n_iter"]) is int and entries["n_iter"] >= 0, "no proper n_iter")
    n_lines = 1 if len(classes) == 2 else len(classes)
    coef = _weights(sections["coef"], (n_lines, recipe.size), "coef")
    model.classes_, model.coef_, model.n_iter_ = classes, coef, entries["n_iter"]
    model.intercept_ = _weights(sections["intercept"], (n_lines,), "intercept")
    model.n_features_in_ = recipe.size
    return recipe, model


def _require(ok: bool, what: str) -> None:
    if not ok:
        raise FormatError(f"it has {what}")


def _as_array(text: str) -> Array:
    return np.frombuffer(text.encode(), np.uint8)


def _text_in(section: Array) -> str:
    _require(section.dtype == np.uint8 and section.ndim == 1, "a text that is none")
    return section.tobytes().decode()


def _weights(section: Array, shape: tuple[int, ...], name: str) -> Array:
    _require(section.dtype == np.float64 and section.shape == shape, f"no {name} of shape {shape}")
    _require(bool(np.isfinite(section).all()), f"a {name} that is not finite")
    return np.array(section)


def _classes_of(labels: Any) -> Array:
    _require(isinstance(labels, list) and len(labels) >= 2, "fewer than two classes")
    kind = type(labels[0])
    _require(kind in (str, int) and all(type(x) is kind for x in labels), "no proper classes")
    classes: Array = np.array(labels, np.int64 if kind is int else np.str_)
    _require(bool((classes[1:] > classes[:-1]).all()), "classes that are not sorted")
    return classes


def _plain_params(model: LinearSVC) -> dict[str, Any]:
    """Return the parameters as JSON can hold them; there, keys are only texts."""
    params = model.get_params()
    weights = params["class_weight"]
    if isinstance(weights, Mapping):
        pairs = [[as_label(label), float(weight)] for label, weight in weights.items()]
        params["class_weight"] = pairs
    return {
        name: value.item() if isinstance(value, np.generic) else value
        for name, value in params.items()
    }


def _params_of(params: Any) -> dict[str, Any]:
    names = LinearSVC().get_params().keys()
    _require(isinstance(params, dict) and params.keys() == names, "other parameters")
    weights = params["class_weight"]
    _require(weights is None or isinstance(weights, (str, list)), "no proper class_weight")
    if isinstance(weights, list):
        weights = {label: float(weight) for label, weight in weights}
    return {**params, "class_weight": weights}

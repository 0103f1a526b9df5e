"""An `ImageClassifier` as a file: one container with the recipe, the classes and the model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _core
from .._errors import FormatError
from .._files import replace_file
from ..classify._model_state import State, model_from, state_of
from ..features import Recipe
from ._pictures import as_label

if TYPE_CHECKING:
    import os

    from .._estimator import Estimator
    from .._validate import Array

FORMAT = 1  # of the entries and sections below
_KIND = "classifier"
_MAGIC = b"\x89IMGMINE"  # of every container
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
        "recipe": _as_array(recipe.to_json()),
        "model": _as_array(json.dumps(entries)),
        **state.arrays,
    }
    replace_file(path, _core.container.make(_KIND, sections), sync=True)


def read(path: str | os.PathLike[str]) -> tuple[Recipe, Estimator]:
    """Read what `write` wrote; anything else is a `FormatError`."""
    with Path(path).open("rb") as file:
        data = file.read(len(_MAGIC))
        if data == _MAGIC:  # spares reading gigabytes of something else
            data += file.read()
    try:
        return _unpack(_core.container.parse(data, _KIND))
    except _NewerError as error:
        raise FormatError(f"{str(path)!r} {error}") from error
    except (
        FormatError,
        AttributeError,
        KeyError,
        TypeError,
        ValueError,
        OverflowError,
        RecursionError,
    ) as error:
        raise FormatError(f"{str(path)!r} is damaged or no classifier: {error}") from error


class _NewerError(FormatError):
    """A sound file of a format that only later versions of the library know."""


def _unpack(sections: dict[str, Array]) -> tuple[Recipe, Estimator]:
    _require(sections.keys() >= _TEXTS, "no recipe or no model")
    entries = json.loads(_text_in(sections.pop("model")))
    _require(isinstance(entries, dict) and type(entries.get("format")) is int, "no format")
    if entries["format"] > FORMAT:
        raise _NewerError(
            f"is of format {entries['format']}, written by imgmine "
            f"{str(entries.get('created_with'))[:40]!r}; this version, {_core.version}, reads "
            f"formats up to {FORMAT}: update imgmine"
        )
    _require(entries["format"] == FORMAT and entries.keys() == _ENTRIES, "other entries")
    recipe = Recipe.from_json(_text_in(sections.pop("recipe")))
    _require(recipe.is_fitted, "a recipe that has not learned")
    for name in ("params", "numbers"):
        _require(isinstance(entries[name], dict), f"no {name}")
    classes = _classes_of(entries["classes"])
    state = State(entries["type"], entries["params"], entries["numbers"], sections)
    return recipe, model_from(state, classes, recipe.size)


def _require(ok: bool, what: str) -> None:
    if not ok:
        raise FormatError(f"it has {what}")


def _as_array(text: str) -> Array:
    return np.frombuffer(text.encode(), np.uint8)


def _text_in(section: Array) -> str:
    _require(section.dtype == np.uint8 and section.ndim == 1, "a text that is none")
    return section.tobytes().decode()


def _classes_of(labels: Any) -> Array:
    _require(isinstance(labels, list) and len(labels) >= 1, "no classes")
    kind = type(labels[0])
    _require(kind in (str, int) and all(type(x) is kind for x in labels), "no proper classes")
    classes: Array = np.array(labels, np.int64 if kind is int else np.str_)
    _require(bool((classes[1:] > classes[:-1]).all()), "classes that are not sorted")
    return classes

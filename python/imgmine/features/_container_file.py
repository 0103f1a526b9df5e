"""What files with a recipe share: a container with a recipe and entries that say the rest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from .. import _core
from .._errors import FormatError
from .._files import replace_file
from ._recipe import Recipe

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from .._validate import Array

T = TypeVar("T")

_MAGIC = b"\x89IMGMINE"  # of every container
_WRONG = AttributeError, KeyError, TypeError, ValueError, OverflowError, RecursionError


class _NewerError(FormatError):
    """A sound file of a format that only later versions of the library know."""


def write(path: str | os.PathLike[str], kind: str, sections: dict[str, Array]) -> None:
    """Write a container; a reader never finds half of it."""
    replace_file(path, _core.container.make(kind, sections), sync=True)


def read(
    path: str | os.PathLike[str], kind: str, what: str, unpack: Callable[[dict[str, Array]], T]
) -> T:
    """Return what `unpack` makes of a container's sections; anything wrong is a `FormatError`."""
    with Path(path).open("rb") as file:
        data = file.read(len(_MAGIC))
        if data == _MAGIC:  # spares reading gigabytes of something else
            data += file.read()
    try:
        return unpack(_core.container.parse(data, kind))
    except _NewerError as error:
        raise FormatError(f"{str(path)!r} {error}") from error
    except _WRONG as error:
        raise FormatError(f"{str(path)!r} is damaged or no {what}: {error}") from error


def require(ok: bool, what: str) -> None:
    """Refuse a file that has `what`."""
    if not ok:
        raise FormatError(f"it has {what}")


def section_of(text: str) -> Array:
    """Return a text as a section."""
    return np.frombuffer(text.encode(), np.uint8)


def text_in(section: Array) -> str:
    """Return the text of a section."""
    require(section.dtype == np.uint8 and section.ndim == 1, "a text that is none")
    return section.tobytes().decode()


def entries_in(section: Array, wanted_format: int, names: set[str]) -> dict[str, Any]:
    """Return a section's JSON object, which must be of this format and have these names."""
    entries = json.loads(text_in(section))
    require(isinstance(entries, dict) and type(entries.get("format")) is int, "no format")
    if entries["format"] > wanted_format:
        raise _NewerError(
            f"is of format {entries['format']}, written by imgmine "
            f"{str(entries.get('created_with'))[:40]!r}; this version, {_core.version}, reads "
            f"formats up to {wanted_format}: update imgmine"
        )
    require(entries["format"] == wanted_format and entries.keys() == names, "other entries")
    return dict(entries)


def recipe_in(section: Array) -> Recipe:
    """Return the recipe of a section."""
    recipe = Recipe.from_json(text_in(section))
    require(recipe.is_fitted, "a recipe that has not learned")
    return recipe

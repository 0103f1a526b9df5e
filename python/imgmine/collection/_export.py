"""A catalogue as one file that is only read: a container with vectors, ids, paths and labels."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _core
from .._errors import FormatError
from .._files import replace_file
from ..features import Recipe
from ._details import as_metadata, as_tags
from ._opening import About, check_metric
from ._pictures import as_label
from ._snapshot import Snapshot

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from .._validate import Array

FORMAT = 1  # of the entries and sections below
_KIND = "catalogue"
_MAGIC = b"\x89IMGMINE"  # of every container
_ENTRIES = {"format", "metric", "paths", "labels", "tags", "metadata", "created_with"}
_WRONG = AttributeError, KeyError, TypeError, ValueError, OverflowError, RecursionError


def write(path: str | os.PathLike[str], about: About, snapshot: Snapshot) -> None:
    """Write all that searching needs; a reader never finds half of it."""
    entries = {
        "format": FORMAT,
        "metric": about.metric,
        "paths": snapshot.paths,
        "labels": snapshot.labels,
        "tags": snapshot.tags,
        "metadata": snapshot.metadata,
        "created_with": _core.version,
    }
    sections = {
        "recipe": np.frombuffer(about.recipe.to_json().encode(), np.uint8),
        "entries": np.frombuffer(json.dumps(entries).encode(), np.uint8),
        "ids": snapshot.ids,
        "vectors": snapshot.vectors,
    }
    replace_file(path, _core.container.make(_KIND, sections), sync=True)


def read(path: Path) -> tuple[About, Snapshot]:
    """Read what `write` wrote; anything else is a `FormatError`."""
    with path.open("rb") as file:
        data = file.read(len(_MAGIC))
        if data == _MAGIC:  # spares reading gigabytes of something else
            data += file.read()
    try:
        return _unpack(_core.container.parse(data, _KIND))
    except _NewerError as error:
        raise FormatError(f"{str(path)!r} {error}") from error
    except _WRONG as error:
        raise FormatError(f"{str(path)!r} is damaged or no catalogue: {error}") from error


class _NewerError(FormatError):
    """A sound file of a format that only later versions of the library know."""


def _unpack(sections: dict[str, Array]) -> tuple[About, Snapshot]:
    _require(sections.keys() == {"recipe", "entries", "ids", "vectors"}, "other sections")
    entries = json.loads(_text_in(sections["entries"]))
    _require(isinstance(entries, dict) and type(entries.get("format")) is int, "no format")
    if entries["format"] > FORMAT:
        raise _NewerError(
            f"is of format {entries['format']}, written by imgmine "
            f"{str(entries.get('created_with'))[:40]!r}; this version, {_core.version}, reads "
            f"formats up to {FORMAT}: update imgmine"
        )
    _require(entries["format"] == FORMAT and entries.keys() == _ENTRIES, "other entries")
    recipe = Recipe.from_json(_text_in(sections["recipe"]))
    _require(recipe.is_fitted, "a recipe that has not learned")
    _require(isinstance(entries["metric"], str), "no metric")
    check_metric(entries["metric"])
    return About(recipe, entries["metric"], False), _pictures(sections, entries, recipe.size)


def _pictures(sections: dict[str, Array], entries: dict[str, Any], size: int) -> Snapshot:
    ids, vectors = sections["ids"], sections["vectors"]
    _require(ids.dtype == np.int64 and ids.ndim == 1, "no proper ids")
    _require(bool((ids[1:] > ids[:-1]).all()), "ids that do not rise")
    shape = (len(ids), size)
    _require(vectors.dtype == np.float32 and vectors.shape == shape, "no proper vectors")
    lists = [entries[name] for name in ("paths", "labels", "tags", "metadata")]
    for found in lists:
        _require(isinstance(found, list) and len(found) == len(ids), "lists that differ in length")
    paths, labels, tags, metadata = lists
    _require(all(type(path) is str for path in paths), "paths that are no texts")
    for array in (ids, vectors):
        array.flags.writeable = False
    return Snapshot(
        0,
        ids,
        paths,
        [as_label(label) for label in labels],
        vectors,
        [{k: v for k, v in as_metadata(found).items() if v is not None} for found in metadata],
        [as_tags(found) for found in tags],
    )


def _require(ok: bool, what: str) -> None:
    if not ok:
        raise FormatError(f"it has {what}")


def _text_in(section: Array) -> str:
    _require(section.dtype == np.uint8 and section.ndim == 1, "a text that is none")
    return section.tobytes().decode()

"""A catalogue as one file that is only read: a container with vectors, ids, paths and labels."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _core
from ..features import _container_file
from ..features._container_file import entries_in, recipe_in, require, section_of
from ._about import DEFAULT, About, Way, check_metric
from ._details import as_metadata, as_tags
from ._pictures import as_label
from ._snapshot import Snapshot

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from .._validate import Array

FORMAT = 1  # of the entries and sections below
_KIND = "catalogue"
_ENTRIES = {"format", "metric", "paths", "labels", "tags", "metadata", "created_with"}


def write(path: str | os.PathLike[str], way: Way, snapshot: Snapshot) -> None:
    """Write all that searching needs; a reader never finds half of it."""
    entries = {
        "format": FORMAT,
        "metric": way.metric,
        "paths": snapshot.paths,
        "labels": snapshot.labels,
        "tags": snapshot.tags,
        "metadata": snapshot.metadata,
        "created_with": _core.version,
    }
    sections = {
        "recipe": section_of(way.recipe.to_json()),
        "entries": section_of(json.dumps(entries)),
        "ids": snapshot.ids,
        "vectors": snapshot.vectors,
    }
    _container_file.write(path, _KIND, sections)


def read(path: Path) -> tuple[About, Snapshot]:
    """Read what `write` wrote; anything else is a `FormatError`."""
    return _container_file.read(path, _KIND, "catalogue", _unpack)


def _unpack(sections: dict[str, Array]) -> tuple[About, Snapshot]:
    require(sections.keys() == {"recipe", "entries", "ids", "vectors"}, "other sections")
    entries = entries_in(sections["entries"], FORMAT, _ENTRIES)
    recipe = recipe_in(sections["recipe"])
    require(isinstance(entries["metric"], str), "no metric")
    check_metric(entries["metric"])
    way = Way(DEFAULT, recipe, entries["metric"])
    return About((way,), False), _pictures(sections, entries, recipe.size)


def _pictures(sections: dict[str, Array], entries: dict[str, Any], size: int) -> Snapshot:
    ids, vectors = sections["ids"], sections["vectors"]
    require(ids.dtype == np.int64 and ids.ndim == 1, "no proper ids")
    require(bool((ids[1:] > ids[:-1]).all()), "ids that do not rise")
    shape = (len(ids), size)
    require(vectors.dtype == np.float32 and vectors.shape == shape, "no proper vectors")
    lists = [entries[name] for name in ("paths", "labels", "tags", "metadata")]
    for found in lists:
        require(isinstance(found, list) and len(found) == len(ids), "lists that differ in length")
    paths, labels, tags, metadata = lists
    require(all(type(path) is str for path in paths), "paths that are no texts")
    for array in (ids, vectors):
        array.flags.writeable = False
    return Snapshot.of(
        ids,
        paths,
        [as_label(label) for label in labels],
        vectors,
        [{k: v for k, v in as_metadata(found).items() if v is not None} for found in metadata],
        [as_tags(found) for found in tags],
    )

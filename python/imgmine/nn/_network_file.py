"""A network as a safetensors file: weights by name, and the layers as JSON among its texts."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np

from .. import _core
from .._errors import FormatError
from . import _graph, _safetensors

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from .._validate import Array
    from ._graph import Graph

T = TypeVar("T")

FORMAT = 1
_ARCHITECTURE, _CHECKSUM = "imgmine.network", "imgmine.crc32"
_ENTRIES = {"format", "created_with", "graph", "precision", "classes"}
_WRONG = AttributeError, IndexError, KeyError, TypeError, ValueError, OverflowError, RecursionError


class Stored(NamedTuple):
    """What a file holds of a network."""

    graph: Graph
    precision: str
    classes: Array | None
    arrays: dict[str, Array]


def write(path: str | os.PathLike[str], stored: Stored) -> None:
    """Write a network; a reader never finds half of it."""
    entries = {
        "format": FORMAT,
        "created_with": _core.version,
        "graph": _graph.to_json(stored.graph),
        "precision": stored.precision,
        "classes": None if stored.classes is None else plain_classes(stored.classes),
    }
    text = json.dumps(entries, separators=(",", ":"), ensure_ascii=False)
    checksum = zlib.crc32(text.encode())
    for array in stored.arrays.values():
        checksum = zlib.crc32(_safetensors.data_of(array), checksum)
    metadata = {_ARCHITECTURE: text, _CHECKSUM: f"{checksum:08x}"}
    _safetensors.write(path, stored.arrays, metadata)


def read(path: str | os.PathLike[str], make: Callable[[Stored], T]) -> T:
    """Return what `make` makes of a file that `write` wrote; anything else is a `FormatError`."""
    arrays, metadata, data = _safetensors.read(path)
    if _ARCHITECTURE not in metadata:
        raise FormatError(
            f"{str(path)!r} has weights but no network of imgmine's: build the network and call "
            "its load_weights"
        )
    text = metadata[_ARCHITECTURE]
    try:
        if metadata.get(_CHECKSUM) != f"{zlib.crc32(data, zlib.crc32(text.encode())):08x}":
            raise FormatError("its checksum is wrong")
        return make(_unpack(json.loads(text), arrays))
    except _WRONG as error:
        raise FormatError(f"{str(path)!r} is damaged or no network: {error}") from error


def _unpack(entries: Any, arrays: dict[str, Array]) -> Stored:
    if not isinstance(entries, dict) or type(entries.get("format")) is not int:
        raise FormatError("it has no format")
    if entries["format"] > FORMAT:
        raise FormatError(
            f"it is of format {entries['format']}, written by imgmine "
            f"{str(entries.get('created_with'))[:40]!r}; this version, {_core.version}, reads "
            f"formats up to {FORMAT}: update imgmine"
        )
    if entries["format"] != FORMAT or entries.keys() != _ENTRIES:
        raise FormatError("it has other entries")
    if entries["precision"] not in ("float32", "bfloat16"):
        raise FormatError("it has no proper precision")
    classes = classes_from(entries["classes"])
    return Stored(_graph.from_json(entries["graph"]), entries["precision"], classes, arrays)


def plain_classes(classes: Array) -> list[str | int | float | bool]:
    """Return labels as JSON holds them; refuse those that it cannot."""
    labels = classes.tolist()
    for label in labels:
        if not isinstance(label, (str, int, float, bool)):
            raise TypeError(
                f"a file holds labels that are str, int, float or bool, got {label!r}, a "
                f"{type(label).__name__}"
            )
    return list(labels)


def classes_from(labels: Any) -> Array | None:
    """Return the array that `plain_classes` took labels from."""
    if labels is None:
        return None
    if not isinstance(labels, list) or not labels:
        raise FormatError("it has no proper classes")
    kinds = {type(label) for label in labels}
    if not kinds <= {str, int, float, bool} or len(set(labels)) < len(labels):
        raise FormatError("it has no proper classes")
    if len(kinds) == 1:
        return np.array(labels)
    made = np.empty(len(labels), object)
    made[:] = labels
    return made

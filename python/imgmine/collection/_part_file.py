"""Files of vectors beside a catalogue's database: derived from it, and mapped into memory.

The database lists those that count, each with the range of revisions whose rows it holds: the list
is a chain from the first write to a recent one. What is not listed is a leftover. A file that is
gone or damaged ends the chain before it: the rows behind are read from the database.
"""

from __future__ import annotations

import json
import re
import secrets
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

import numpy as np

from .._errors import FormatError
from .._files import create_file_by_parts
from ..search._index_file import parts_of, read_file
from ..search._vector_index import VectorIndex
from ._sources import Flat, Graph

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from .._validate import Array
    from ._sources import Source

_KIND = "catalogue-vectors"
_NAME = re.compile(r"vectors-[0-9a-f]{16}\.imgmine")
_HEAD = 4096  # bytes, the checksums of all others among them
_MOST = 1000  # files in a list


class Entry(NamedTuple):
    """What a catalogue's database says of a file."""

    name: str
    last: int  # the revision of the latest rows in it; the file before it ends where it begins
    n: int  # rows
    size: int  # bytes
    crc: int  # of the first ones, where the checksums of all others stand


class Part(NamedTuple):
    """A file that is open."""

    entry: Entry
    source: Source
    gone: Array  # ids in earlier files of pictures that are in none of these any more


def listed(listing: str) -> list[Entry]:
    """Return the entries of a list as it is stored; none if it is damaged."""
    try:
        entries = [Entry(*item) for item in json.loads(listing)] if listing else []
    except (TypeError, ValueError, RecursionError):
        return []
    kinds = [type(field) for entry in entries for field in entry]
    sound = (
        len(entries) <= _MOST
        and kinds == [str, int, int, int, int] * len(entries)
        and all(_NAME.fullmatch(entry.name) for entry in entries)
    )
    return entries if sound else []


def as_listing(entries: Sequence[Entry]) -> str:
    """Return entries as they are stored."""
    return json.dumps(entries)


def write(folder: Path, ids: Array, gone: Array, vectors: Array | VectorIndex, last: int) -> Entry:
    """Write a file of vectors, or of a graph over them; it only counts once it is listed."""
    arrays = {"ids": ids, "gone": gone}
    if isinstance(vectors, VectorIndex):
        arrays.update(vectors._arrays())
    else:
        arrays["vectors"] = vectors
    path = folder / f"vectors-{secrets.token_hex(8)}.imgmine"
    create_file_by_parts(path, parts_of(arrays, _KIND))
    return Entry(path.name, last, len(ids), path.stat().st_size, _crc_of(path))


def opened(folder: Path, entry: Entry, dim: int, metric: str, *, verify: bool = False) -> Part:
    """Map a file; with `verify`, read and check all of it.

    Raises
    ------
    FormatError, OSError
        If it is not what was written, or not there.
    """
    path = folder / entry.name
    if (path.stat().st_size, _crc_of(path)) != (entry.size, entry.crc):
        raise FormatError(f"{entry.name} is another file than the catalogue's")
    arrays = read_file(path, mapped=True, verify=verify, kind=_KIND)
    try:
        ids, gone = arrays["ids"], arrays["gone"]
        rising = ids.dtype == gone.dtype == np.int64 and ids.shape == (entry.n,)
        if not rising or gone.ndim != 1 or (ids[1:] <= ids[:-1]).any():
            raise FormatError(f"the ids in {entry.name} are damaged")
        return Part(entry, _source_of(arrays, dim, metric), gone)
    except (KeyError, TypeError, ValueError) as error:
        raise FormatError(f"{entry.name} is damaged: {error}") from error


def chain(
    folder: Path, listing: str, dim: int, metric: str, known: Iterable[Part] = ()
) -> list[Part]:
    """Open the files of a list up to the first that cannot be opened; `known` ones are open."""
    at_hand = {part.entry: part for part in known}
    parts: list[Part] = []
    for entry in listed(listing):
        if parts and entry.last <= parts[-1].entry.last:
            break
        try:
            parts.append(at_hand.get(entry) or opened(folder, entry, dim, metric))
        except (OSError, ValueError):
            break
    return parts


def files_in(folder: Path) -> list[Path]:
    """Return all files of vectors in a folder, listed or not."""
    return sorted(path for path in folder.glob("vectors-*") if _NAME.fullmatch(path.name))


def _source_of(arrays: dict[str, Array], dim: int, metric: str) -> Source:
    ids = arrays["ids"]
    if "settings" not in arrays:
        vectors = arrays["vectors"]
        if vectors.dtype != np.float32 or vectors.shape != (len(ids), dim):
            raise FormatError("vectors of another kind")
        return Flat(ids, vectors)
    index = VectorIndex._of_arrays(arrays)
    settings: dict[str, Any] = index._settings
    held = sum(len(part) for part in index._state.parts)
    if (settings["dim"], settings["metric"], held) != (dim, metric, len(ids)):
        raise FormatError("a graph of other vectors")
    return Graph(ids, index)


def _crc_of(path: Path) -> int:
    with path.open("rb") as file:
        return crc32(file.read(_HEAD))

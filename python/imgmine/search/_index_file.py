"""A vector index as a file: the container's header, and arrays that can be mapped."""

from __future__ import annotations

import json
import mmap
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _core
from .._errors import FormatError
from .._files import replace_file_by_parts
from ._arguments import METRICS, STORAGES
from ._parts import Segment, Tail, aligned_memory
from ._state import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._validate import Array

KIND = "vector-index"
_ALIGNMENT = 64


def arrays_of(state: State, settings: dict[str, Any]) -> dict[str, Array]:
    """Return what a file holds, by name."""
    facts = {**settings, "n_segments": len(state.segments)}
    arrays = {"settings": np.frombuffer(json.dumps(facts).encode(), np.uint8)}
    for i, segment in enumerate(state.segments):
        arrays.update({f"{i}.{name}": array for name, array in segment.arrays.items()})
        live = state.live[i]
        if live is not None:
            arrays[f"{i}.live"] = live.view(np.uint8)
    ids, vectors = state.live_vectors(len(state.segments))
    return {**arrays, "tail.ids": ids, "tail.vectors": vectors}


def write_file(path: str | os.PathLike[str], arrays: dict[str, Array]) -> None:
    """Write the file whole or not at all, without a copy of it in memory."""
    replace_file_by_parts(path, parts_of(arrays), sync=True)


def parts_of(arrays: dict[str, Array], kind: str = KIND) -> Iterator[bytes | memoryview]:
    """Yield the bytes of a file of these arrays, piece by piece."""
    head = _core.container.head(kind, arrays)
    yield head
    place = len(head)
    for array in arrays.values():
        gap = -place % _ALIGNMENT
        data = np.ascontiguousarray(array).reshape(-1).view(np.uint8).data
        yield b"\0" * gap
        yield data
        place += gap + len(data)


def read_file(
    path: str | os.PathLike[str], *, mapped: bool, verify: bool, kind: str = KIND
) -> dict[str, Array]:
    """Return the arrays of a file, in memory or mapped."""
    with Path(path).open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if not mapped or size == 0:
            memory = aligned_memory(size).data
            n_read = file.readinto(memory)
            return _core.container.parse(memory[:n_read].toreadonly(), kind)
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return _core.container.parse(data, kind, verify)


def settings_of(arrays: dict[str, Array]) -> dict[str, Any]:
    """Return the settings that a file holds, once they are what they must be."""
    try:
        facts = json.loads(arrays["settings"].tobytes())
        ok = (
            facts["metric"] in METRICS
            and facts["storage"] in STORAGES
            and all(
                type(facts[name]) is int and least <= facts[name] <= most
                for name, least, most in (
                    ("dim", 1, 65536),
                    ("M", 2, 512),
                    ("ef_construction", 1, 2**31 - 1),
                    ("ef", 1, 2**31 - 1),
                    ("max_tail", 1, 2**31 - 1),
                    ("next_id", 0, 2**63),
                    ("n_segments", 0, 65536),
                )
            )
            and type(facts["deterministic"]) is bool
        )
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise FormatError(f"an index's settings are damaged: {error}") from error
    if not ok:
        raise FormatError("an index's settings are damaged")
    return dict(facts)


def state_of(arrays: dict[str, Array], facts: dict[str, Any]) -> State:
    """Return the state that a file holds."""
    try:
        return _state_of(arrays, facts)
    except (KeyError, TypeError, IndexError, RuntimeError) as error:
        raise FormatError(f"an index's arrays do not fit it: {error}") from error


def _state_of(arrays: dict[str, Array], facts: dict[str, Any]) -> State:
    names = ("links", "codes", "offsets", "scale", "vectors", "entries", "ids")
    segments, live = [], []
    for i in range(facts["n_segments"]):
        mine = {name: arrays[f"{i}.{name}"] for name in names if f"{i}.{name}" in arrays}
        segments.append(Segment(mine))
        bits = arrays.get(f"{i}.live")
        if bits is not None and (bits.dtype != np.uint8 or bits.shape != (len(segments[-1]),)):
            raise FormatError("an index's bits do not fit it")
        live.append(None if bits is None else bits != 0)
    ids, vectors = arrays["tail.ids"], arrays["tail.vectors"]
    n = len(ids)
    if (
        ids.dtype != np.int64
        or ids.shape != (n,)
        or vectors.dtype != np.float32
        or (vectors.shape != (n, facts["dim"]))
    ):
        raise FormatError("an index's tail does not fit it")
    order = np.argsort(ids, kind="stable").astype(np.int32)
    return State(facts["metric"], tuple(segments), Tail(vectors, ids, n, order), [*live, None])

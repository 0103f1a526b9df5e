"""A training in its course as a file: weights, an optimizer's state, and how far it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .. import _core
from .._errors import FormatError
from .._files import replace_file

if TYPE_CHECKING:
    import os

    from .._validate import Array

FORMAT = 1
_KIND, _MAGIC = "training", b"\x89IMGMINE"
_ENTRIES = {"format", "created_with", "settings", "step", "sums", "seconds", "epochs", "stopped"}
_WRONG = AttributeError, IndexError, KeyError, TypeError, ValueError, OverflowError, RecursionError


class Progressed(NamedTuple):
    """How far a training is."""

    settings: dict[str, Any]  # those that a training that goes on must share
    step: int
    sums: list[float]  # of the epoch that has begun: loss, right ones, samples
    seconds: float  # of that epoch
    epochs: list[dict[str, float]]  # the history
    stopped: str | None
    arrays: dict[str, Array]


def write(path: str | os.PathLike[str], state: Progressed) -> None:
    """Write a training down; a reader never finds half of it."""
    entries = {**state._asdict(), "format": FORMAT, "created_with": _core.version}
    del entries["arrays"]
    about = np.frombuffer(json.dumps(entries).encode(), np.uint8)
    replace_file(path, _core.container.make(_KIND, {"about": about, **state.arrays}), sync=True)


def read(path: str | os.PathLike[str]) -> Progressed:
    """Read what `write` wrote; anything else is a `FormatError`."""
    with Path(path).open("rb") as file:
        data = file.read(len(_MAGIC))
        if data == _MAGIC:
            data += file.read()
    try:
        return _unpack(_core.container.parse(data, _KIND))
    except _WRONG as error:
        raise FormatError(f"{str(path)!r} is damaged or no checkpoint: {error}") from error


def _unpack(arrays: dict[str, Array]) -> Progressed:
    entries = json.loads(arrays.pop("about").tobytes().decode())
    _require(isinstance(entries, dict) and type(entries.get("format")) is int, "format")
    if entries["format"] > FORMAT:
        raise FormatError(
            f"it is of format {entries['format']}, written by imgmine "
            f"{str(entries.get('created_with'))[:40]!r}; this version, {_core.version}, reads "
            f"formats up to {FORMAT}: update imgmine"
        )
    _require(entries["format"] == FORMAT and entries.keys() == _ENTRIES, "entries")
    del entries["format"], entries["created_with"]
    state = Progressed(**entries, arrays=arrays)
    _require(isinstance(state.settings, dict), "settings")
    _require(type(state.step) is int and state.step >= 0, "step")
    _require(_numbers(state.sums) and len(state.sums) == 3, "sums")
    _require(_numbers([state.seconds]), "seconds")
    _require(state.stopped is None or isinstance(state.stopped, str), "end")
    _require(isinstance(state.epochs, list), "history")
    for epoch in state.epochs:
        _require(isinstance(epoch, dict) and _numbers(list(epoch.values())), "history")
    return state


def plain(settings: dict[str, Any]) -> Any:
    """Return settings as they come back from a file."""
    return json.loads(json.dumps(settings))


def require_step(state: Progressed, steps_per_epoch: int) -> None:
    """Refuse a state whose step is not in the epoch that its history leads to."""
    is_so = state.stopped is not None or state.step // steps_per_epoch == len(state.epochs)
    _require(is_so, "step")


def array_in(state: Progressed, name: str, size: int) -> Array:
    """Return an array of so many float32 numbers."""
    array = state.arrays.get(name)
    if array is None or array.dtype != np.float32 or array.shape != (size,):
        raise FormatError(f"the checkpoint has no {name} of {size} numbers")
    return array


def _numbers(values: Any) -> bool:
    return isinstance(values, list) and all(type(value) in (int, float) for value in values)


def _require(ok: bool, what: str) -> None:
    if not ok:
        raise FormatError(f"the checkpoint has no proper {what}")

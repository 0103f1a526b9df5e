"""Giving pictures of a catalogue a label, tags and metadata."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from . import _catalog, _details
from ._items import name_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from ._catalog import Label
    from ._details import Metadata, Tags


class Notes(NamedTuple):
    """What pictures get; None leaves what they have."""

    label: Label
    tags: Tags | None
    metadata: dict[str, Any] | None


def annotate(connection: sqlite3.Connection, items: Sequence[Any], notes: Notes) -> int:
    """Write notes down for each of `items`; return how many pictures were changed."""
    names = dict.fromkeys(name_of(connection, item) for item in items)
    revision = _catalog.next_revision(connection)
    n_changed = 0
    for name in names:
        row = None if name is None else _catalog.numbers_of(connection, name)
        if name is None or row is None:
            continue
        image_id, mtime_ns, label = row
        label = label if notes.label is None else notes.label
        _catalog.relabel(connection, name, name, mtime_ns, label, revision)
        if notes.tags is not None or notes.metadata is not None:
            metadata, tags = _details.details_of(connection, image_id)
            metadata = _merged(metadata, notes.metadata or {})
            tags = tags if notes.tags is None else notes.tags
            _details.put_details(connection, image_id, metadata, tags)
        n_changed += 1
    return n_changed


def _merged(old: Metadata, new: dict[str, Any]) -> Metadata:
    return {key: value for key, value in {**old, **new}.items() if value is not None}

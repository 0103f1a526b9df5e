"""From what callers hand over to pictures of a catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._validate import is_path
from . import _catalog
from ._pictures import absolute
from ._results import Hit

if TYPE_CHECKING:
    import sqlite3

    from ._snapshot import Snapshot


def as_items(items: Any) -> list[Any]:
    """Return one or several paths, names, ids or hits as a list."""
    single = is_path(items) or isinstance(items, (int, np.integer, Hit))
    return [items] if single else list(items)


def name_of(connection: sqlite3.Connection, item: Any) -> str | None:
    """Return the name under which a catalogue keeps `item`."""
    if isinstance(item, Hit):
        return item.path
    if isinstance(item, (int, np.integer)):
        return _catalog.path_of(connection, int(item))
    if isinstance(item, str) and _catalog.known(connection, item):
        return item
    return absolute(item)


def rows_of(snapshot: Snapshot, items: Any) -> list[int]:
    """Return the row of each of `items`; a KeyError names what is not there."""
    places = {path: row for row, path in enumerate(snapshot.paths)}
    rows = []
    for item in as_items(items):
        if isinstance(item, (int, np.integer, Hit)):
            image_id = item.id if isinstance(item, Hit) else int(item)
            row = int(np.searchsorted(snapshot.ids, image_id))
            found = row < len(snapshot.ids) and snapshot.ids[row] == image_id
        else:
            row = places.get(item, -1) if isinstance(item, str) else -1
            row = places.get(absolute(item), -1) if row < 0 else row
            found = row >= 0
        if not found:
            raise KeyError(f"the catalogue has no picture {item!r}")
        rows.append(row)
    return rows

"""Which files of vectors a catalogue should have next.

New rows are only in the database at first; readers read them one by one. When there are many, they
go to a file that is compared one by one, and when those are many, to a graph. A file absorbs those
before it that are no longer than it, so that there are few, and each row is written few times.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..search._graph_builder import is_available
from . import _catalog, _columns, _part_file
from ._snapshot import dead_ids, without_missing
from ._sources import can_be_graph, places_of, union

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from .._validate import Array
    from ._part_file import Entry, Part
    from ._place import Place

FEW = 2048  # new rows that need no file
SMALL = 20_000  # rows that need no graph
_SHARE = 0.1  # of all rows, that may be in no graph
_MOST_DEAD = 0.25  # of a graph's rows; beyond it, it is made anew


class Plan(NamedTuple):
    """What to write."""

    revision: int
    listing: str
    kept: list[Entry]  # the files that stay, before the new one
    gone: Array  # ids in these that no longer count
    ids: Array  # the rows of the new one
    graph: bool


def plan_of_all(connection: sqlite3.Connection, place: Place) -> Plan:
    """Plan one file of everything."""
    graph = _catalog.count(connection) >= SMALL and _knows_graphs(place)
    return _plan_after(connection, *_catalog.state_of(connection, place.listing), [], graph=graph)


def plan(
    connection: sqlite3.Connection, place: Place, *, graphs: bool, absorb: bool = True
) -> Plan | None:
    """Plan what is due, None if nothing is; if `absorb` is False, all files stay."""
    revision, listing = _catalog.state_of(connection, place.listing)
    parts = place.chain(listing)
    is_whole = len(parts) == len(_part_file.listed(listing))
    filed = parts[-1].entry.last if parts else 0
    if revision == filed and is_whole and not graphs:
        return None
    new = _columns.ids_since(connection, filed or None)
    dead = dead_ids(parts, new)
    n_alive = len(new) + sum(_alive(parts, dead))
    n_removed = n_alive - _catalog.count(connection) if revision > filed else 0
    if n_removed >= FEW:
        dead = without_missing(parts, dead, _columns.ids_since(connection, None))
    alive = _alive(parts, dead)
    graphs = graphs and _knows_graphs(place)
    keep = _kept_for_graph(parts, alive, len(new)) if graphs else None
    is_graph = keep is not None
    if keep is None:
        if len(new) + n_removed < FEW and is_whole:
            return None
        keep = _kept_for_flat(parts, alive, len(new)) if absorb else len(parts)
    return _plan_after(connection, revision, listing, parts[:keep], graph=is_graph)


def _plan_after(
    connection: sqlite3.Connection,
    revision: int,
    listing: str,
    kept: Sequence[Part],
    *,
    graph: bool,
) -> Plan:
    """Plan a file of all rows that come after some files."""
    ids = _columns.ids_since(connection, kept[-1].entry.last if kept else None)
    # Not what was dead before: it may have been in a file that does not stay, beside a newer one.
    dead = dead_ids(kept, ids)
    if len(ids) + sum(_alive(kept, dead)) != _catalog.count(connection):
        dead = without_missing(kept, dead, _columns.ids_since(connection, None))
    entries = [part.entry for part in kept]
    return Plan(revision, listing, entries, _gone(kept, dead), ids, graph)


def _kept_for_graph(parts: Sequence[Part], alive: Sequence[int], n_new: int) -> int | None:
    """Return how many files stay before a new graph; None if none is due."""
    keep = len(parts)
    while keep and parts[keep - 1].source.exact:
        keep -= 1
    size = n_new + sum(alive[keep:])
    bad = [
        i
        for i, part in enumerate(parts[:keep])
        if len(part.source.ids) - alive[i] > _MOST_DEAD * len(part.source.ids)
    ]
    if size < max(SMALL, _SHARE * (n_new + sum(alive))) and not bad:
        return None
    keep = min([keep, *bad])
    size = n_new + sum(alive[keep:])
    while keep and alive[keep - 1] <= size:
        keep -= 1
        size += alive[keep]
    return keep if size >= SMALL else None


def _kept_for_flat(parts: Sequence[Part], alive: Sequence[int], size: int) -> int:
    keep = len(parts)
    while keep and parts[keep - 1].source.exact and alive[keep - 1] <= max(size, SMALL):
        keep -= 1
        size += alive[keep]
    return keep


def _alive(parts: Sequence[Part], dead: Sequence[Array]) -> list[int]:
    return [len(part.source.ids) - len(ids) for part, ids in zip(parts, dead, strict=True)]


def _gone(parts: Sequence[Part], dead: Sequence[Array]) -> Array:
    """Return the ids that are alive in none of some files, dead in one."""
    ids = union(np.empty(0, np.int64), *dead)
    for part, gone in zip(parts, dead, strict=True):
        is_alive = places_of(part.source.ids, ids)[1] & ~places_of(gone, ids)[1]
        ids = ids[~is_alive]
    return ids


def _knows_graphs(place: Place) -> bool:
    return can_be_graph(place.metric) and is_available()

"""Conditions that pictures must meet to be found."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ._details import NO_METADATA, as_metadata, as_tags
from ._pictures import as_label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .._validate import Array
    from ._details import Metadata
    from ._snapshot import Snapshot

_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


def rows_that_meet(
    snapshot: Snapshot, label: Any = None, tags: Any = None, where: Any = None
) -> Array | None:
    """Return the rows of pictures that meet all conditions, None if there are no conditions."""
    wanted = as_label(label)
    if wanted is None and tags is None and where is None:
        return None
    rows: Iterable[int] = range(len(snapshot))
    if wanted is not None:
        labels = snapshot.labels
        rows = [row for row in rows if labels[row] == wanted]
    if tags is not None:
        names, tags_of = set(as_tags(tags)), snapshot.tags
        rows = [row for row in rows if names.issubset(tags_of[row])]
    if where is not None:
        meets, metadata = condition(where), snapshot.metadata
        # Most pictures have none, and share one empty dict.
        without = meets(NO_METADATA)
        rows = [
            row
            for row in rows
            if (without if metadata[row] is NO_METADATA else meets(metadata[row]))
        ]
    return np.array(rows, np.int64)


def columns_for(label: Any, tags: Any, where: Any) -> list[str]:
    """Return what a snapshot must have loaded for `rows_that_meet`."""
    needs = ["details"] if tags is not None or where is not None else []
    return needs if label is None else ["names", *needs]


def condition(where: Any) -> Callable[[Metadata], bool]:
    """Return what tells whether metadata meet conditions; see `Searching.search`."""
    if not isinstance(where, Mapping):
        raise TypeError(f"where must be a dict, got {type(where).__name__}")
    tests = {key: _test(key, wanted) for key, wanted in where.items()}
    return lambda found: all(test(found.get(key)) for key, test in tests.items())


def _test(key: Any, wanted: Any) -> Callable[[Any], bool]:
    if isinstance(wanted, Mapping):
        bounds = [(_operator(key, sign), _value(key, value)) for sign, value in wanted.items()]
        return lambda found: all(_compare(sign, found, value) for sign, value in bounds)
    if isinstance(wanted, (list, tuple, set, frozenset)):
        values = [_value(key, value) for value in wanted]
        return lambda found: any(_equal(found, value) for value in values)
    value = _value(key, wanted)
    return lambda found: _equal(found, value)


def _value(key: Any, value: Any) -> Any:
    return as_metadata({key: value})[key]


def _operator(key: Any, sign: Any) -> Callable[[Any, Any], Any]:
    if sign not in _OPERATORS:
        raise ValueError(f"where[{key!r}] must compare by {', '.join(_OPERATORS)}, got {sign!r}")
    return _OPERATORS[sign]


def _kind(value: Any) -> type:
    return float if isinstance(value, (int, float)) and not isinstance(value, bool) else type(value)


def _equal(found: Any, value: Any) -> bool:
    return _kind(found) is _kind(value) and bool(found == value)


def _compare(sign: Callable[[Any, Any], Any], found: Any, value: Any) -> bool:
    """Compare texts with texts and numbers with numbers; others, and what is missing, differ."""
    if sign in (operator.eq, operator.ne):
        return _equal(found, value) is (sign is operator.eq)
    return found is not None and _kind(found) is _kind(value) and bool(sign(found, value))

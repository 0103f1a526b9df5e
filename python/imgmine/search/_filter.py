from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._arguments import bits_of

if TYPE_CHECKING:
    from .._validate import Array
    from ._state import State


class Filter:
    """What a search may find, made ready once for many searches: see `VectorIndex.filter`."""

    def __init__(self, state: State, allowed: Array) -> None:
        self._allowed = allowed
        self._ready = (state, bits_of(state, allowed))

    def bits(self, state: State) -> list[Array]:
        """Return which rows of each part pass; anew where the index has changed since."""
        ready = self._ready
        if ready[0] is not state:
            self._ready = ready = (state, bits_of(state, self._allowed))
        return ready[1]


def bits_of_each(state: State, filters: Any, n_queries: int) -> list[list[Array] | None]:
    """Return which rows of each part pass the filter of each query."""
    if len(filters) != n_queries:
        raise ValueError(
            f"allowed must have one filter per query, got {len(filters)} for {n_queries}"
        )
    return [
        one if one is None else one.bits(state) if isinstance(one, Filter) else bits_of(state, one)
        for one in filters
    ]

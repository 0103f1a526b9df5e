from __future__ import annotations

from typing import TYPE_CHECKING

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

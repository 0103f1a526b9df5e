"""A catalogue seen by another of its recipes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._searching import Searching
from ._snapshot import ALL

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._validate import Array
    from ._about import Way
    from ._results import Hit
    from ._snapshot import Snapshot


class RecipeView(Searching):
    """The pictures of an `ImageIndex`, searched by one of its recipes; `ImageIndex.using` makes it.

    It does all that the index does without changing it: `search`, `session`, `evaluate`, `export`
    and so on. It sees what is committed to the index, and ends with it.

    Examples
    --------
    >>> import tempfile
    >>> import imgmine as im
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with im.ImageIndex.open(folder, {"colors": "color", "forms": "shape"}) as index:
    ...         print(index.using("forms"))
    <RecipeView 'forms' of 0 pictures>
    """

    def __init__(
        self,
        way: Way,
        current: Callable[..., Snapshot],
        find: Callable[..., list[list[Hit]]],
    ) -> None:
        self._way = way
        self._current_of = current
        self._find_hits = find

    def __len__(self) -> int:
        """Return the number of pictures."""
        return len(self.ids)

    def __repr__(self) -> str:
        return f"<RecipeView {self._way.name!r} of {len(self)} pictures>"

    def _current(self, *names: str) -> Snapshot:
        return self._current_of(*(names or ALL))

    def _hits(
        self, vectors: Array, k: int, conditions: tuple[Any, Any, Any], *, exact: bool
    ) -> list[list[Hit]]:
        return self._find_hits(vectors, k, conditions, exact=exact)

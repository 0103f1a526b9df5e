from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy.typing as npt

_Array: TypeAlias = npt.NDArray[Any]

class HashIndex:
    def __init__(self, bits: int) -> None: ...
    def add(self, hashes: _Array, ids: _Array | None) -> _Array: ...
    def remove(self, ids: _Array) -> None: ...
    def search(self, queries: _Array, k: int) -> tuple[_Array, _Array, _Array]: ...
    def radius(self, queries: _Array, most: int) -> tuple[_Array, _Array, _Array]: ...
    def contents(self) -> tuple[_Array, _Array]: ...
    def size(self) -> int: ...

class Segment:
    def __init__(
        self,
        links: _Array,
        codes: _Array,
        offsets: _Array,
        scale: float,
        vectors: _Array | None,
        entries: _Array,
        ids: _Array,
    ) -> None: ...
    def decode(self, rows: _Array) -> _Array: ...

class Snapshot:
    def __init__(
        self,
        metric: str,
        segments: list[Segment],
        tail: _Array,
        n_tail: int,
        tail_ids: _Array,
        live: list[_Array | None],
    ) -> None: ...
    def search(
        self, queries: _Array, k: int, ef: int, exact: bool, allowed: list[_Array] | None
    ) -> tuple[_Array, _Array, _Array]: ...
    def search_each(
        self, queries: _Array, k: int, ef: int, exact: bool, allowed: list[list[_Array] | None]
    ) -> tuple[_Array, _Array, _Array]: ...
    def range_search(
        self, queries: _Array, radius: float, allowed: list[_Array] | None
    ) -> tuple[_Array, _Array, _Array]: ...

def prepare(vectors: _Array, metric: str) -> _Array: ...
def order_graph(links: _Array, starts: Sequence[int] | _Array) -> tuple[_Array, _Array]: ...
def refine_links(
    links: _Array, codes: _Array, entries: _Array, between: Callable[[], None]
) -> _Array: ...

"""Links of a graph, chosen anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from ._graph_builder import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._validate import Array


def refine_links(
    links: Array, codes: Array, entries: Array, is_stopped: Callable[[], bool] | None = None
) -> Array:
    """Choose each row's links anew, by the codes' Euclidean distance: fewer steps then lead far.

    `links` is int32 (n, degree), `codes` uint8 (n, a multiple of 32), `entries` int32: where
    searches begin. Where `is_stopped` says so, at the latest after some thousand rows, `Stopped` is
    raised.
    """

    def between() -> None:
        if is_stopped is not None and is_stopped():
            raise Stopped

    return _core.search.refine_links(links, codes, entries, between)

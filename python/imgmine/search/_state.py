"""What a vector index holds at one moment: it never changes, so that threads may search it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from .. import _core

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._validate import Array
    from ._parts import Segment, Tail


class State:
    """Segments, the tail behind them, and which rows of each are alive (None: all)."""

    def __init__(
        self, metric: str, segments: tuple[Segment, ...], tail: Tail, live: Sequence[Array | None]
    ) -> None:
        self.metric = metric
        self.segments = segments
        self.tail = tail
        self.live = tuple(live)
        vectors, ids = tail.buffers
        self.snapshot = _core.search.Snapshot(
            metric,
            [segment.core for segment in segments],
            vectors,
            len(tail),
            ids,
            [None if bits is None else pack(bits) for bits in live],
        )

    @property
    def parts(self) -> tuple[Segment | Tail, ...]:
        return (*self.segments, self.tail)

    @cached_property
    def n_live(self) -> int:
        return sum(self.counts)

    def live_rows(self, part: int) -> Array:
        bits = self.live[part]
        return np.arange(len(self.parts[part])) if bits is None else np.flatnonzero(bits)

    @cached_property
    def counts(self) -> list[int]:
        """How many rows of each part are alive."""
        return [
            len(part) if bits is None else int(bits.sum())
            for part, bits in zip(self.parts, self.live, strict=True)
        ]

    def first_to_merge(self) -> int:
        """Return from which segment on all become one with the tail.

        Each is to have more that is alive than all behind it, and more than what is dead in it.
        """
        counts, first = self.counts, len(self.segments)
        n = counts[first]
        while first and counts[first - 1] <= n:
            first -= 1
            n += counts[first]
        dying = (i for i in range(first) if 2 * counts[i] < len(self.segments[i]))
        return next(dying, first)

    @cached_property
    def ids(self) -> Array:
        """All ids, rising."""
        parts = [part.ids[self.live_rows(i)] for i, part in enumerate(self.parts)]
        rising: Array = np.sort(np.concatenate(parts))
        return rising

    def locate(self, ids: Array) -> tuple[Array, Array]:
        """Return the part and the row of each id; part -1 where there is none."""
        where = np.full(len(ids), -1, np.int64)
        rows = np.zeros(len(ids), np.int64)
        for i, part in enumerate(self.parts):
            found = part.rows_of(ids)
            bits = self.live[i]
            here = found >= 0
            if bits is not None:
                here &= bits[found.clip(min=0)] if len(bits) else False
            where[here], rows[here] = i, found[here]
        return where, rows

    def without(self, where: Array, rows: Array) -> State:
        """Return the state in which these rows are dead."""
        live = list(self.live)
        for i in np.unique(where).tolist():
            old = live[i]
            bits = np.ones(len(self.parts[i]), bool) if old is None else old.copy()
            bits[rows[where == i]] = False
            live[i] = bits
        tail = self.tail.without(rows[where == len(self.segments)])
        return State(self.metric, self.segments, tail, live)

    def with_tail(self, vectors: Array, ids: Array) -> State:
        """Return the state in which these are added to the tail."""
        tail = self.tail.appended(vectors, ids)
        bits = self.live[-1]
        if bits is not None:
            bits = np.concatenate([bits, np.ones(len(ids), bool)])
        return State(self.metric, self.segments, tail, [*self.live[:-1], bits])

    def vectors(self, where: Array, rows: Array) -> Array:
        out = np.empty((len(where), self.tail.buffers[0].shape[1]), np.float32)
        for i in np.unique(where).tolist():
            here = where == i
            out[here] = self.parts[i].vectors(rows[here])
        return out

    def live_vectors(self, part: int) -> tuple[Array, Array]:
        """Return the ids and vectors of what is alive in a part."""
        rows = self.live_rows(part)
        return self.parts[part].ids[rows], self.parts[part].vectors(rows)

    @cached_property
    def _ranks(self) -> list[Array]:
        last = max(self.n_live - 1, 0)
        return [np.searchsorted(self.ids, part.ids).clip(max=last) for part in self.parts]

    def bits_of_mask(self, mask: Array) -> list[Array]:
        """Return which rows of each part pass a mask over `ids`."""
        if self.n_live == 0:
            return [pack(np.zeros(len(part), bool)) for part in self.parts]
        passing = [mask[ranks] for ranks in self._ranks]
        return [
            pack(bits if live is None else bits & live)
            for bits, live in zip(passing, self.live, strict=True)
        ]

    def bits_of_ids(self, ids: Array) -> list[Array]:
        where, rows = self.locate(ids)
        bits = [np.zeros(len(part), bool) for part in self.parts]
        for i, one in enumerate(bits):
            one[rows[where == i]] = True
        return [pack(one) for one in bits]


def pack(bits: Array) -> Array:
    return np.packbits(bits, bitorder="little")

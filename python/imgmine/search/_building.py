"""Making one segment of parts of an index, while it may be searched and changed."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np

from ._parts import Tail
from ._state import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._validate import Array
    from ._parts import Segment


class Merge:
    """The tail of a state and its last segments, or all, that become one.

    See `State.first_to_merge`: there are few segments, and a vector is built into a graph a number
    of times that grows as the logarithm of the index.
    """

    def __init__(self, state: State, *, whole: bool) -> None:
        self._state = state
        self._first = 0 if whole else state.first_to_merge()

    @property
    def largest(self) -> Segment | None:
        """The segment that most of the vectors come from, if there is one."""
        merged = range(self._first, len(self._state.segments))
        largest = max(merged, key=self._state.counts.__getitem__, default=None)
        return None if largest is None else self._state.segments[largest]

    @property
    def is_done(self) -> bool:
        """Whether it is about one segment that has lost nothing."""
        state = self._state
        n_merged = len(state.segments) - self._first
        return n_merged == 1 and state.live[-2] is None and len(state.tail) == 0

    def vectors(self) -> tuple[Array, Array]:
        """Return ids and vectors of what is alive in those parts."""
        parts = range(self._first, len(self._state.parts))
        ids, vectors = zip(*map(self._state.live_vectors, parts), strict=True)
        return np.concatenate(ids), np.concatenate(vectors)

    def put_in(self, now: State, segment: Segment | None) -> State:
        """Return the state `now` with the segment in the place of the parts.

        Since the merge began, `now` may have lost rows and got new ones at the end of its tail, and
        nothing else.
        """
        segments, live = list(now.segments[: self._first]), list(now.live[: self._first])
        if segment is not None:
            segments.append(segment)
            live.append(_without(segment, self._lost(now)))
        rows = now.live_rows(len(now.segments))
        rows = rows[rows >= len(self._state.tail)]
        empty = Tail.empty(now.tail.buffers[0].shape[1])
        tail = empty.appended(now.tail.vectors(rows), now.tail.ids[rows])
        return State(now.metric, tuple(segments), tail, [*live, None])

    def _lost(self, now: State) -> Array:
        """Return the ids of rows that were alive when the merge began."""
        lost = [np.empty(0, np.int64)]
        for i in range(self._first, len(self._state.parts)):
            rows = self._state.live_rows(i)
            bits = now.live[i]
            if bits is not None:
                lost.append(self._state.parts[i].ids[rows[~bits[rows]]])
        return np.concatenate(lost)


def _without(segment: Segment, ids: Array) -> Array | None:
    if len(ids) == 0:
        return None
    bits = np.ones(len(segment), bool)
    bits[segment.rows_of(ids)] = False
    return bits


class Builder:
    """One merge at a time in a thread of its own, and what went wrong in it."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._error: BaseException | None = None

    @property
    def is_busy(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def start(self, work: Callable[[], None]) -> None:
        def run() -> None:
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - raised by the next wait()
                self._error = error

        self._thread = threading.Thread(target=run, name="imgmine graph")
        self._thread.start()

    def wait(self) -> None:
        """Wait for the thread, and raise what it has raised."""
        if self._thread is not None:
            self._thread.join()
        error, self._error = self._error, None
        if error is not None:
            raise error

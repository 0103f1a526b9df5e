"""One function over many pictures, on several threads, in order."""

from __future__ import annotations

import _thread
from collections import deque
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from .. import _core

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

T = TypeVar("T")


def map_ordered(
    function: Callable[[Any], T], items: Iterable[Any], n_jobs: int
) -> Generator[T | Exception, None, None]:
    """Yield ``function(item)`` of each item, or the exception it raised, in the items' order.

    Each of the `n_jobs` threads keeps the core to itself: parallel over pictures first. Only a
    few results wait at any time, and leaving the loop (Ctrl-C too) starts no further work.
    """

    def attempt(item: Any) -> T | Exception:
        try:
            return function(item)
        except Exception as error:  # noqa: BLE001 - handed to the caller, who decides
            return error

    if n_jobs == 1:
        for item in items:
            before = _core.local_num_threads()
            _core.set_local_num_threads(1)
            try:
                result = attempt(item)
            finally:
                _core.set_local_num_threads(before)
            yield result
        return

    workers = _Workers(attempt)
    waiting: deque[SimpleQueue[T | Exception]] = deque()
    try:
        for item in items:
            if workers.n_started < n_jobs:
                workers.start()
            waiting.append(workers.submit(item))
            if len(waiting) >= 8 * n_jobs:
                yield waiting.popleft().get()
        while waiting:
            yield waiting.popleft().get()
    finally:
        workers.stop()


class _Workers:
    """Threads that take items in turn.

    The thread that submits waits in queues that are written in C, not in `concurrent.futures` or
    `threading`: a Ctrl-C between two lines of theirs may leave a lock taken for which a worker,
    and then everybody, waits forever.
    """

    def __init__(self, attempt: Callable[[Any], Any]) -> None:
        self.n_started = 0
        self._attempt = attempt
        self._tasks: SimpleQueue[tuple[Any, SimpleQueue[Any]] | None] = SimpleQueue()
        self._stopping = False
        self._ended: deque[None] = deque()
        self._end_of_one: SimpleQueue[None] = SimpleQueue()

    def start(self) -> None:
        """Start one more thread."""
        _thread.start_new_thread(self._work, ())
        self.n_started += 1

    def submit(self, item: Any) -> SimpleQueue[Any]:
        """Hand an item to the next free thread; the queue will hold the result."""
        result: SimpleQueue[Any] = SimpleQueue()
        self._tasks.put((item, result))
        return result

    def stop(self) -> None:
        """Wait until each thread has finished the item it is at; the others are dropped."""
        self._stopping = True
        while len(self._ended) < self.n_started:
            self._tasks.put(None)
            try:
                self._end_of_one.get(timeout=0.01)
            except Empty:
                continue

    def _work(self) -> None:
        _core.set_local_num_threads(1)
        while (task := self._tasks.get()) is not None and not self._stopping:
            item, result = task
            result.put(self._attempt(item))
        self._ended.append(None)
        self._end_of_one.put(None)

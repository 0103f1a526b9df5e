"""One function over many pictures, on several threads, in order."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, TypeVar

from .. import _core

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future

T = TypeVar("T")


def map_ordered(
    function: Callable[[Any], T], items: Iterable[Any], n_jobs: int
) -> Iterator[T | Exception]:
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

    from concurrent.futures import ThreadPoolExecutor  # brings logging: late

    executor = ThreadPoolExecutor(n_jobs, initializer=_core.set_local_num_threads, initargs=(1,))
    waiting: deque[Future[T | Exception]] = deque()
    try:
        for item in items:
            waiting.append(executor.submit(attempt, item))
            if len(waiting) >= 8 * n_jobs:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        executor.shutdown(wait=True, cancel_futures=True)

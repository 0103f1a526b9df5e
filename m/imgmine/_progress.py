"""Telling how far a long call is: a bar on a terminal, or a function of the caller's."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

Progress = bool | Callable[[int, int], object]


def _draw(done: int, total: int, started: float) -> None:
    width = 30
    filled = width * done // max(total, 1)
    rate = done / max(time.monotonic() - started, 1e-9)
    bar = "#" * filled + "." * (width - filled)
    sys.stderr.write(f"\r[{bar}] {done}/{total}  {rate:.0f}/s ")
    if done >= total:
        sys.stderr.write("\n")
    sys.stderr.flush()


def reporter(progress: Progress) -> Callable[[int, int], object]:
    """Return a function ``(done, total)`` that does what `progress` asks for.

    True draws a bar on standard error, at most ten times a second; False does nothing; a callable
    is called as it is.
    """
    if callable(progress):
        return progress
    if not progress:
        return lambda done, total: None
    started = time.monotonic()
    last = [0.0]

    def draw(done: int, total: int) -> None:
        now = time.monotonic()
        if done >= total or now - last[0] >= 0.1:
            last[0] = now
            _draw(done, total, started)

    return draw

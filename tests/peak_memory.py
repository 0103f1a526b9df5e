"""How much memory a call takes over what it was given and what it gives back (glibc on Linux)."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

STATUS = Path("/proc/self/status")
CLEAR = Path("/proc/self/clear_refs")


def status(key: str) -> int:
    """Return a figure of the process, in bytes."""
    (line,) = (line for line in STATUS.read_text().splitlines() if line.startswith(key + ":"))
    return int(line.split()[1]) * 1024


def size_of(result: Any) -> int:
    parts = result if isinstance(result, tuple) else (result,)
    return sum(part.nbytes for part in parts if isinstance(part, np.ndarray) and part.base is None)


def workspace(call: Callable[[], Any]) -> int:
    """Return the most memory that was resident during `call()`, less what it returned.

    Writing 5 to clear_refs sets the high-water mark back (Linux, proc(5)).
    """
    call()  # what is loaded, built or kept once is not workspace
    # What was freed may still be resident, to be used again: it would hide as much.
    ctypes.CDLL(None).malloc_trim(0)
    before = status("VmRSS")
    CLEAR.write_text("5")
    result = call()
    return status("VmHWM") - before - size_of(result)

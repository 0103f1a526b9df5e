"""What to call pictures where people read it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any


def printable(name: object) -> str:
    """Return a file's name, or a label, so that it can be written as UTF-8 whatever it is."""
    return str(name).encode("utf-8", "backslashreplace").decode()


def query_name(query: Any) -> str:
    """Return what to call a query: its file's name, if it has one."""
    return printable(Path(query).name) if isinstance(query, (str, os.PathLike)) else "query"

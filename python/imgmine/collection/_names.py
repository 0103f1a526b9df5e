"""What to call pictures where people read it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any


def printable(name: object) -> str:
    """Return a file's name, or a label, so that it can be written as UTF-8 whatever it is."""
    return str(name).encode("utf-8", "backslashreplace").decode()


class TextQuery(str):
    """A text that was searched for, where else a picture's path would be."""

    __slots__ = ()


def query_name(query: Any) -> str:
    """Return what to call a query: the text, or its file's name, if it has one."""
    if isinstance(query, TextQuery):
        return printable(query)
    return printable(Path(query).name) if isinstance(query, (str, os.PathLike)) else "query"


def reason(error: Exception, path: str) -> str:
    """Say why a picture could not be read, without its path, which stands beside that."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error).removeprefix(f"{path}: ") or type(error).__name__

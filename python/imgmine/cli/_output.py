"""How results and complaints are printed."""

from __future__ import annotations

import json
import math
import os
import sys
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST_FAILURES = 10


# File names may hold any character: none of them may steer the terminal.
_CONTROLS = {
    code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160)) if chr(code) not in "\t\n"
}


def say(text: str, *, end: str = "\n", file: TextIO | None = None) -> None:
    """Print text to standard output or to `file`, control characters written out."""
    (file or sys.stdout).write(text.translate(_CONTROLS) + end)


def print_json(document: Any) -> None:
    """Print one JSON document, in ASCII, so that no terminal or locale matters."""
    text = json.dumps(plain(document), indent=2, allow_nan=False)
    sys.stdout.write(f"{text}\n")


def plain(value: Any) -> Any:
    """Return what JSON can hold: NumPy's values as Python's, paths as text, NaN as null."""
    if isinstance(value, dict):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if hasattr(value, "tolist"):  # NumPy's arrays and scalars
        return plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return os.fspath(value) if isinstance(value, os.PathLike) else value


def table(rows: Sequence[Sequence[str]]) -> str:
    """Lay out rows of texts in columns: the first to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for first, *others in rows:
        cells = [first.ljust(widths[0])]
        cells += [text.rjust(width) for text, width in zip(others, widths[1:], strict=True)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def plural(count: int, noun: str) -> str:
    """Return ``1 picture``, ``2 pictures``, ``1,000 pictures``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def report_failures(failures: Sequence[tuple[str, str]]) -> None:
    """List pictures that could not be read, as (path, reason), on standard error."""
    if not failures:
        return
    lines = [f"{plural(len(failures), 'picture')} could not be read:"]
    lines += [f"  {one_line(path, reason)}" for path, reason in failures[:_MOST_FAILURES]]
    if len(failures) > _MOST_FAILURES:
        lines.append(f"  and {len(failures) - _MOST_FAILURES:,} more")
    say("\n".join(lines), file=sys.stderr)


def failures_json(failures: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    """Return the same for a JSON document."""
    return [{"path": path, "reason": reason} for path, reason in failures]


def one_line(path: str, reason: str) -> str:
    """Return ``path: reason`` in one line that names the path once."""
    text = " ".join(reason.split())
    return text if text.startswith(path) else f"{path}: {text}"

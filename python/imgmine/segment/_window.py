"""Windows around pixels."""

from __future__ import annotations

from .._validate import as_int


def as_window(size: int | tuple[int, int]) -> tuple[int, int]:
    """Return the height and width of a window."""
    sides = tuple(size) if isinstance(size, (tuple, list)) else (size, size)
    if len(sides) != 2:
        raise ValueError(f"size must be one whole number or two, got {len(sides)}")
    return as_int(sides[0], "size"), as_int(sides[1], "size")

"""What the options of `Embedder` may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .._validate import as_float, as_int

if TYPE_CHECKING:
    from collections.abc import Sequence

CHOICES: dict[str, tuple[str | None, ...]] = {
    "fit": ("crop", "stretch"),
    "resample": ("nearest", "box", "bilinear", "bicubic", "lanczos"),
    "channel_order": ("RGB", "BGR"),
    "layout": ("NCHW", "NHWC", None),
    "normalize": ("l2", None),
}

# Recipes may come from strangers: what they ask for has limits.
LONGEST = 4096
MOST_NUMBERS = 65536


def within(value: int, most: int, name: str) -> int:
    """Return a whole number from 1 to `most`."""
    if not 1 <= as_int(value, name) <= most:
        raise ValueError(f"{name} must be from 1 to {most}, got {value!r}")
    return int(value)


def three_numbers(values: Sequence[float], name: str) -> tuple[float, float, float]:
    """Return a number for each of R, G and B."""
    if not isinstance(values, (list, tuple, np.ndarray)) or len(values) != 3:
        raise ValueError(f"{name} must be three numbers, for R, G and B, got {values!r}")
    red, green, blue = (as_float(value, name) for value in values)
    if not np.isfinite((red, green, blue)).all():
        raise ValueError(f"{name} must be finite, got {values!r}")
    return red, green, blue

"""Colors for labels: the same for the same number, far apart for small ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..color import lab2rgb

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .._validate import Array

# Apart in hue and in lightness; none so dark or so light that it is lost in a picture.
_FIRST = (
    "#e6492d", "#2f7fe0", "#37b24d", "#f2b705", "#9b4de0", "#12b5c9", "#ee6fb5", "#8a5a2b",
    "#9ccc2e", "#ff8a3d", "#3b4cc0", "#12806a", "#c2185b", "#b39ddb", "#c9a66b", "#5f7d95",
)  # fmt: skip
_TURN = np.pi * (3 - np.sqrt(5))  # the golden angle: no two of a row of hues come close


def colors_of(numbers: Array) -> Array:
    """Return the colors of numbers from 1 on, of shape (n, 3) and uint8; of 0, black."""
    fixed = [[0, 0, 0], *([int(text[i : i + 2], 16) for i in (1, 3, 5)] for text in _FIRST)]
    place = np.maximum(numbers - len(fixed), 0) % (1 << 24)  # angles of more would be too coarse
    lightness = np.array([62, 48, 76], np.float32)[place % 3]
    chroma = np.array([58, 42], np.float32)[place // 3 % 2]
    angle = place * _TURN
    lab = np.stack([lightness, chroma * np.cos(angle), chroma * np.sin(angle)], -1)
    made = np.rint(lab2rgb(lab[np.newaxis].astype(np.float32))[0]).clip(0, 255).astype(np.uint8)
    known = np.array(fixed, np.uint8)[np.minimum(numbers, len(_FIRST))]
    return np.where((numbers <= len(_FIRST))[:, np.newaxis], known, made)


def as_colors(colors: Mapping[Any, Any] | Sequence[Any]) -> dict[Any, tuple[int, int, int]]:
    """Return given colors by label or name; those of a sequence are of labels 1, 2 ..."""
    pairs = colors.items() if hasattr(colors, "items") else enumerate(colors, 1)
    found = {}
    for key, color in pairs:
        values = np.asarray(color)
        if values.shape != (3,) or values.dtype.kind not in "iu":
            raise ValueError(f"colors must be of three whole numbers each, got {color!r}")
        if values.min() < 0 or values.max() > 255:
            raise ValueError(f"colors must be from 0 to 255, got {color!r}")
        found[key] = (int(values[0]), int(values[1]), int(values[2]))
    return found

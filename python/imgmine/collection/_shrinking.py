"""Pictures made small enough for what they are needed for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..geometry import resize

if TYPE_CHECKING:
    from .._validate import Array


def shrunk(image: Array, longest: int) -> Array:
    """Return a picture with no side longer than `longest`: itself where it has none."""
    height, width = image.shape[:2]
    scale = longest / max(height, width, 1)
    if scale >= 1:
        return image
    return resize(image, (max(1, round(height * scale)), max(1, round(width * scale))), "area")

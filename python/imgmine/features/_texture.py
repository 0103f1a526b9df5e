"""What the texture features ask of their arguments."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .._validate import UINT8, Array, as_float, as_image, as_int, to_array, with_contiguous_rows

if TYPE_CHECKING:
    import numpy.typing as npt

DIRECTIONS = (0.0, math.pi / 4, math.pi / 2, 3 * math.pi / 4)


def as_gray_image(image: npt.ArrayLike) -> Array:
    """Return a uint8 image of shape (H, W); refuse one of several channels."""
    array = as_image(image, (UINT8,))
    if array.ndim != 2:
        raise ValueError(
            f"image must have shape (H, W), got {array.shape}; "
            "imgmine.color.rgb2gray makes gray images of RGB"
        )
    return array


def as_numbers(values: Any, name: str) -> tuple[float, ...]:
    """Return the finite numbers that `values`, one or a sequence of them, stands for."""
    if isinstance(values, np.ndarray):
        values = values.tolist()
    many = values if isinstance(values, Sequence) and not isinstance(values, str) else (values,)
    if not many:
        raise ValueError(f"{name} must hold at least one number")
    numbers = tuple(as_float(value, name) for value in many)
    if not all(math.isfinite(number) for number in numbers):
        raise ValueError(f"{name} must be finite, got {values}")
    return numbers


def as_grid(grid: tuple[int, int]) -> tuple[int, int]:
    """Return the numbers of rows and columns of cells."""
    if not isinstance(grid, Sequence) or len(grid) != 2:
        raise ValueError(f"grid must be (rows, columns), got {grid!r}")
    rows, columns = (as_int(n, "grid") for n in grid)
    if not (1 <= rows <= 64 and 1 <= columns <= 64):
        raise ValueError(f"grid must have 1 to 64 rows and columns, got {grid}")
    return rows, columns


def as_labels(labels: npt.ArrayLike | None, image: Array) -> tuple[Array | None, int]:
    """Return the label image, where there is one, and its largest label."""
    if labels is None:
        return None, 0
    array = to_array(labels, "labels")
    if array.dtype != np.int32:
        raise TypeError(f"labels must be int32, got {array.dtype}")
    if array.shape != image.shape:
        raise ValueError(f"labels must have the image's shape {image.shape}, got {array.shape}")
    if array.size and array.min() < 0:
        raise ValueError(f"labels must not be negative, got {array.min()}")
    return with_contiguous_rows(array), int(array.max()) if array.size else 0


def one_of(mask: Any, labels: Any) -> None:
    """Refuse a mask beside labels."""
    if mask is not None and labels is not None:
        raise ValueError("mask and labels must not both be given: put the mask into the labels")

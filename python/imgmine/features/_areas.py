"""Where pixels are counted: cells of a grid or a pyramid, a mask, or regions of a label image."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .._validate import UINT8, Array, as_image, as_int, with_contiguous_rows

if TYPE_CHECKING:
    import numpy.typing as npt


class Areas(NamedTuple):
    """What the core's counting functions take last, in this order."""

    grid: tuple[int, int]
    mask: Array | None
    labels: Array | None
    n_labels: int


MOST_HELD = 65536  # counts of cells side by side


def as_grid(grid: Sequence[int]) -> tuple[int, int]:
    """Return the numbers of rows and columns."""
    if not isinstance(grid, Sequence) or len(grid) != 2:
        raise ValueError(f"grid must be (rows, columns), got {grid!r}")
    rows, columns = (as_int(n, "grid") for n in grid)
    if not (1 <= rows <= 4096 and 1 <= columns <= 4096):
        raise ValueError(f"grid must be two numbers from 1 to 4096, got {(rows, columns)}")
    return rows, columns


def as_levels(levels: int, grid: tuple[int, int] = (1, 1)) -> int:
    """Return the number of a pyramid's levels, which has no other grid."""
    number = as_int(levels, "levels")
    if not 1 <= number <= 8:
        raise ValueError(f"levels must be between 1 and 8, got {number}")
    if number > 1 and grid != (1, 1):
        raise ValueError("grid and levels must not be given together")
    return number


def n_cells(grid: tuple[int, int], levels: int) -> int:
    """Return how many cells a grid, or a pyramid of more than one level, has."""
    return (4**levels - 1) // 3 if levels > 1 else grid[0] * grid[1]


def are_fused(size: int, grid: tuple[int, int], levels: int) -> bool:
    """Tell whether the counts of a row of cells, `size` each, may be held by a recipe's pass."""
    columns = 2 ** (levels - 1) if levels > 1 else grid[1]
    return columns == 1 or columns * size <= MOST_HELD


def of_image(
    array: npt.ArrayLike, name: str, dtype: type, image: Array, kind: str | None = None
) -> Array:
    """Return `array` if there is a value of `dtype` in it for each pixel of `image`."""
    values = np.asarray(array)
    if values.dtype != np.dtype(dtype):
        raise TypeError(f"{name} must be {kind or np.dtype(dtype)}, got {values.dtype}")
    if values.shape != image.shape[:2]:
        raise ValueError(f"{name} must have shape {image.shape[:2]}, got {values.shape}")
    return with_contiguous_rows(values)


def as_mask(mask: npt.ArrayLike, image: Array) -> Array:
    """Return a mask of `image` as bytes."""
    return of_image(mask, "mask", np.bool_, image).view(np.uint8)


def as_labels(labels: npt.ArrayLike, image: Array) -> tuple[Array, int]:
    """Return a label image of `image`, and how many regions it has."""
    values = of_image(labels, "labels", np.int32, image)
    if values.size and values.min() < 0:
        raise ValueError(f"labels must not be negative, got {values.min()}")
    return values, int(values.max(initial=0))


def as_areas(
    image: Array,
    grid: Sequence[int],
    mask: npt.ArrayLike | None,
    labels: npt.ArrayLike | None,
    levels: int = 1,
) -> Areas:
    """Return what the arguments of these names ask for."""
    cells = as_grid(grid)
    levels = as_levels(levels, cells)
    if labels is None:
        return Areas(cells, None if mask is None else as_mask(mask, image), None, 0)
    if mask is not None:
        raise ValueError("mask and labels must not be given together")
    if cells != (1, 1) or levels != 1:
        raise ValueError("labels must not be given together with grid or levels")
    return Areas(cells, None, *as_labels(labels, image))


def as_rgb(image: npt.ArrayLike) -> Array:
    """Return a uint8 image of shape (H, W, 3), without its fourth channel if there is one."""
    array = as_image(image, (UINT8,))
    if array.ndim != 3 or array.shape[2] not in (3, 4):
        raise ValueError(f"image must have shape (H, W, 3) or (H, W, 4), got {array.shape}")
    return array if array.shape[2] == 3 else with_contiguous_rows(array[..., :3])

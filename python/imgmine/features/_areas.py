"""Where pixels are counted: cells of a grid or a pyramid, a mask, or regions of a label image."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, cast

from .._device_array import DeviceArray
from .._validate import UINT8, Array, as_image, as_int, with_contiguous_rows
from ._masks import as_labels_of, as_mask_of, refuse_both

if TYPE_CHECKING:
    import numpy.typing as npt


class Areas(NamedTuple):
    """What the core's counting functions take last, in this order."""

    grid: tuple[int, int]
    mask: Array | None
    labels: Array | None
    n_labels: int


MOST_HELD = 65536  # counts of cells side by side


def as_grid(grid: Sequence[int], most: int = 4096) -> tuple[int, int]:
    """Return the numbers of rows and columns."""
    if not isinstance(grid, Sequence) or len(grid) != 2:
        raise ValueError(f"grid must be (rows, columns), got {grid!r}")
    rows, columns = (as_int(n, "grid") for n in grid)
    if not (1 <= rows <= most and 1 <= columns <= most):
        raise ValueError(f"grid must be two numbers from 1 to {most}, got {(rows, columns)}")
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
    refuse_both(mask, labels)
    if labels is not None and (cells != (1, 1) or levels != 1):
        raise ValueError("labels must not be given together with grid or levels")
    return Areas(cells, as_mask_of(mask, image), *as_labels_of(labels, image))


def as_rgb(image: npt.ArrayLike, *, gpu: bool = False) -> Array:
    """Return a uint8 image of shape (H, W, 3), without its fourth channel if there is one.

    On a GPU, where images may be batches, the fourth channel stays.
    """
    array: Array | DeviceArray = as_image(image, (UINT8,), gpu=gpu)
    if array.ndim < 3 or array.shape[-1] not in (3, 4):
        raise ValueError(f"image must have shape (H, W, 3) or (H, W, 4), got {array.shape}")
    if array.shape[-1] == 4 and not isinstance(array, DeviceArray):
        return with_contiguous_rows(array[..., :3])
    return cast("Array", array)

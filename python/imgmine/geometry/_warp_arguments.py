"""What all warps ask of their arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .._validate import Array, as_float, as_int, to_array

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt


def as_numbers(values: npt.ArrayLike, name: str) -> Array:
    """Return `values` as an array of float64 if they are numbers."""
    array = to_array(values, name)
    if array.dtype.kind not in "iuf":
        raise TypeError(f"{name} must hold numbers, got {array.dtype}")
    return array.astype(np.float64)


def as_matrix(matrix: npt.ArrayLike, shape: tuple[int, int], name: str) -> list[float]:
    """Return the numbers of `matrix`, row by row, if it has that shape."""
    array = as_numbers(matrix, name)
    if array.shape != shape:
        raise ValueError(f"{name} must have shape {shape}, got {array.shape}")
    return [float(x) for x in array.flat]


def as_vector_of_numbers(values: npt.ArrayLike, name: str) -> list[float]:
    """Return the numbers of a vector; one of shape (1, n) or (n, 1) as OpenCV makes it will do."""
    array = as_numbers(values, name)
    if array.ndim == 0 or array.size != max(array.shape):
        raise ValueError(f"{name} must be a vector, got shape {array.shape}")
    return [float(x) for x in array.flat]


def as_size(size: tuple[int, int] | None, image: Array) -> tuple[int, int]:
    """Return the height and width of a result; those of `image` where `size` is None."""
    if size is None:
        return image.shape[0], image.shape[1]
    if not isinstance(size, (tuple, list, np.ndarray)):
        raise TypeError(f"size must be (height, width), got {type(size).__name__}")
    if len(size) != 2:
        raise ValueError(f"size must be (height, width), got {len(size)} numbers")
    return as_int(size[0], "size"), as_int(size[1], "size")


def as_values(value: float | Sequence[float], name: str = "value") -> list[float]:
    """Return `value`, one number or one per channel, as a list."""
    if isinstance(value, (tuple, list, np.ndarray)) and np.ndim(value) == 1:
        return [as_float(x, name) for x in value]
    return [as_float(value, name)]  # type: ignore[arg-type]

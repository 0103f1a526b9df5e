"""What masks and label images are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .._validate import UINT8, Array, as_whole_numbers, to_array, with_contiguous_rows

if TYPE_CHECKING:
    import numpy.typing as npt

MOST = 2**31 - 1


def as_plane_of(array: Array, name: str) -> Array:
    """Return an array of shape (H, W) whose rows are contiguous."""
    if array.ndim != 2:
        raise ValueError(f"{name} must have shape (H, W), got {array.shape}")
    return with_contiguous_rows(array)


def as_mask(mask: npt.ArrayLike, name: str = "mask") -> Array:
    """Return a mask, bool or uint8, as bytes that are not zero where it holds."""
    array = mask if isinstance(mask, np.ndarray) else to_array(mask, name)
    if array.dtype != np.bool_ and array.dtype != UINT8:
        raise TypeError(
            f"{name} must be bool or uint8, got {array.dtype}; compare to make one: image > t"
        )
    return as_plane_of(array, name).view(UINT8)


def as_label_image(labels: npt.ArrayLike, name: str = "labels") -> Array:
    """Return a label image of whole numbers, or of a mask, as int32; its values must fit."""
    array = as_whole_numbers(labels, name)
    if array.dtype != np.int32 and array.dtype.itemsize >= 4 and array.size:
        worst = array.min() if array.min() < 0 else array.max()
        if not 0 <= worst <= MOST:
            raise ValueError(f"{name} must be from 0 to {MOST}, got {worst}")
    return with_contiguous_rows(array.astype(np.int32, copy=False))

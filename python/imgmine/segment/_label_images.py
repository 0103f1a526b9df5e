"""What the functions of this package ask of label images and masks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .._validate import UINT8, to_array, with_contiguous_rows

if TYPE_CHECKING:
    import numpy.typing as npt

    from .._validate import Array


def as_labels(labels: npt.ArrayLike, name: str) -> Array:
    """Return an integer array of shape (H, W) as int32 with contiguous rows."""
    array = labels if isinstance(labels, np.ndarray) else to_array(labels, name)
    if array.dtype.kind not in "iu":
        raise TypeError(f"{name} must be of an integer dtype, got {array.dtype}")
    if array.ndim != 2:
        raise ValueError(f"{name} must have shape (H, W), got {array.shape}")
    if array.dtype != np.int32:
        if array.size and (array.min() < 0 or array.max() >= 2**31):
            raise ValueError(
                f"{name} must be from 0 to 2147483647, got {array.min()} to {array.max()}"
            )
        array = array.astype(np.int32)
    return with_contiguous_rows(array)


def as_mask(mask: npt.ArrayLike, name: str) -> Array:
    """Return a bool or uint8 array of shape (H, W) as uint8 with contiguous rows."""
    array = mask if isinstance(mask, np.ndarray) else to_array(mask, name)
    if array.dtype not in (UINT8, np.dtype(np.bool_)):
        raise TypeError(f"{name} must be bool or uint8, got {array.dtype}")
    if array.ndim != 2:
        raise ValueError(f"{name} must have shape (H, W), got {array.shape}")
    return with_contiguous_rows(array.view(UINT8))

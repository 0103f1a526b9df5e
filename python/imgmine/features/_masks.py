"""What masks and label images are, for features of regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .._validate import FLOAT32, UINT8, Array, as_image

if TYPE_CHECKING:
    import numpy.typing as npt

BOOL = np.dtype(np.bool_)
INT32 = np.dtype(np.int32)


def as_plane(image: npt.ArrayLike) -> Array:
    """Return a gray image, or a mask as one of zeros and ones, of shape (H, W)."""
    array = as_image(image, (UINT8, FLOAT32, BOOL))
    if array.ndim != 2:
        raise ValueError(f"image must have shape (H, W), got {array.shape}; use rgb2gray")
    return array.view(UINT8) if array.dtype == BOOL else array


def as_mask(mask: npt.ArrayLike, shape: tuple[int, ...] | None = None) -> Array:
    """Return a mask of `shape`, or of any (H, W), as zeros and ones."""
    array = as_image(mask, (BOOL,), "mask")
    if array.ndim != 2 or (shape is not None and array.shape != shape):
        wanted = "(H, W)" if shape is None else f"{shape} as the image has"
        raise ValueError(f"mask must have shape {wanted}, got {array.shape}")
    return array.view(UINT8)


def as_mask_of(mask: npt.ArrayLike | None, image: Array) -> Array | None:
    """Return the mask of an image, where there is one, as zeros and ones."""
    return None if mask is None else as_mask(mask, image.shape[:2])


def as_labels(labels: npt.ArrayLike, shape: tuple[int, ...] | None = None) -> tuple[Array, int]:
    """Return a label image of `shape`, or of any (H, W), and its largest label."""
    array = as_image(labels, (INT32,), "labels")
    if array.ndim != 2 or (shape is not None and array.shape != shape):
        wanted = "(H, W)" if shape is None else f"{shape} as the image has"
        raise ValueError(f"labels must have shape {wanted}, got {array.shape}")
    if array.size and array.min() < 0:
        raise ValueError(f"labels must not be negative, got {array.min()}")
    n = int(array.max(initial=0))
    most = array.size + 65536  # a stray number must not ask for gigabytes
    if n > most:
        raise ValueError(f"labels must be at most {most} in an image of this size, got {n}")
    return array, n


def as_labels_of(labels: npt.ArrayLike | None, image: Array) -> tuple[Array | None, int]:
    """Return the label image of an image, where there is one, and its largest label."""
    return (None, 0) if labels is None else as_labels(labels, image.shape[:2])


def refuse_both(mask: npt.ArrayLike | None, labels: npt.ArrayLike | None) -> None:
    """Raise ValueError where both are given."""
    if mask is not None and labels is not None:
        raise ValueError("mask and labels must not both be given")

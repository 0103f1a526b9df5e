"""What label images are, for whoever draws, names or writes down their regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from .._validate import UINT8, Array, as_image
from ._distance_transform import distance_transform
from ._find_boundaries import find_boundaries
from ._label_image import as_label_image

if TYPE_CHECKING:
    import numpy.typing as npt

INT32 = np.dtype(np.int32)


def as_regions(
    labels: npt.ArrayLike, shape: tuple[int, ...] | None = None, name: str = "labels"
) -> Array:
    """Return a label image of `shape`, or of any (H, W) with pixels, as contiguous int32."""
    array = as_label_image(labels, name)
    if shape is not None and array.shape != shape:
        raise ValueError(f"{name} must have shape {shape} as the image has, got {array.shape}")
    if array.size == 0:
        raise ValueError(f"{name} must have at least one pixel, got shape {array.shape}")
    if array.min() < 0:
        raise ValueError(f"{name} must not be negative, got {array.min()}")
    return np.ascontiguousarray(array)


def as_rgb_image(image: npt.ArrayLike) -> Array:
    """Return a gray, RGB or RGBA image of uint8 as RGB."""
    array = as_image(image, (UINT8,))
    if array.ndim == 3 and array.shape[2] not in (1, 3, 4):
        raise ValueError(f"image must have shape (H, W) or (H, W, 1, 3 or 4), got {array.shape}")
    if array.size == 0:
        raise ValueError(f"image must have at least one pixel, got shape {array.shape}")
    if array.ndim == 2:
        array = array[..., np.newaxis]
    if array.shape[2] == 1:
        array = np.repeat(array, 3, axis=2)
    return np.ascontiguousarray(array[..., :3])


def near_edges(labels: Array, width: int) -> Array:
    """Return which pixels are less than `width` steps from one at an edge of its region."""
    near = find_boundaries(labels)
    for _ in range(width - 1):
        grown = near.copy()
        grown[1:] |= near[:-1]
        grown[:-1] |= near[1:]
        grown[:, 1:] |= near[:, :-1]
        grown[:, :-1] |= near[:, 1:]
        near = grown
    return near


def depth_of(labels: Array) -> Array:
    """Return how far each pixel is from the next one at an edge of its region or of the image."""
    inside = ~find_boundaries(labels)
    inside[[0, -1]] = inside[:, [0, -1]] = False
    return distance_transform(inside)


def compact(labels: Array) -> tuple[Array, Array]:
    """Return the labels that there are, rising, and each pixel's place among them."""
    places, n = _core.segment.relabel(labels)  # 0 stays 0 whether or not it is there
    values = np.zeros(n + 1, INT32)
    values[places] = labels
    return (values, places) if places.min() == 0 else (values[1:], places - INT32.type(1))

"""Pictures as the networks take them, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._validate import FLOAT32, IMAGE_DTYPES, UINT8, Array, names_of, to_array

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

Shape = tuple[int, ...]

_AT_ONCE = 1 << 22  # values of pictures that are float32 at a time


def as_images(images: npt.ArrayLike, like: Shape | None = None, name: str = "images") -> Array:
    """Return pictures as a contiguous array of shape (n, H, W) or (n, H, W, C).

    Each of the shape `like`, if there is one. uint8 is 0 to 255, float32 must be from 0 to 1.
    """
    array = images if isinstance(images, np.ndarray) else to_array(images, name)
    if array.dtype not in IMAGE_DTYPES:
        raise TypeError(
            f"{name} must be {names_of(IMAGE_DTYPES)}, got {array.dtype}; convert it with .astype()"
        )
    if like is not None and array.shape[1:] != like:
        wanted = ", ".join(map(str, ("n", *like)))
        raise ValueError(
            f"{name} must have shape ({wanted}), as the model learned, got {array.shape}; "
            "imgmine.geometry.resize brings images to a size"
        )
    if array.ndim not in (3, 4) or 0 in array.shape[1:]:
        raise ValueError(
            f"{name} must have shape (n, H, W) or (n, H, W, C), with no side of 0, "
            f"got {array.shape}"
        )
    array = np.ascontiguousarray(array)
    for part in parts(len(array), like or array.shape[1:]):
        if array.dtype == FLOAT32 and not ((array[part] >= 0) & (array[part] <= 1)).all():
            raise ValueError(f"{name} of float32 must be from 0 to 1, and not NaN")
    return array


def as_one(image: npt.ArrayLike, like: Shape, name: str) -> Array:
    """Return a picture as an array of one picture."""
    array = image if isinstance(image, np.ndarray) else to_array(image, name)
    if array.shape != like:
        raise ValueError(f"{name} must have shape {like}, as the model learned, got {array.shape}")
    return as_images(array[np.newaxis], like, name)


def parts(n: int, shape: Shape) -> Iterator[slice]:
    """Yield which of n pictures are looked at together."""
    step = max(1, _AT_ONCE // max(int(np.prod(shape)), 1))
    for i in range(0, n, step):
        yield slice(i, i + step)


def to_unit(images: Array, shape: Shape) -> Array:
    """Return pictures as float32 from 0 to 1, each of shape (H, W, C)."""
    unit = images / np.float32(255) if images.dtype == UINT8 else images
    return np.ascontiguousarray(unit).reshape(-1, *shape)


def from_unit(unit: Array, shape: Shape, dtype: np.dtype[Any]) -> Array:
    """Return float32 from 0 to 1 as pictures of a dtype, each of shape (H, W) or (H, W, C)."""
    limited = np.clip(unit, 0, 1)
    if dtype == UINT8:
        limited = np.rint(limited * np.float32(255)).astype(np.uint8)
    return limited.reshape(-1, *shape)

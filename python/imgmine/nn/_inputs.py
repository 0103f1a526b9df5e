"""What a network is given: arrays, one for each input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._validate import FLOAT32, UINT8, Array, to_array

if TYPE_CHECKING:
    from collections.abc import Sequence

Shape = tuple[int, ...]


def as_inputs(x: Any, shapes: Sequence[Shape], name: str = "x") -> list[Array]:
    """Return `x` as contiguous arrays of shape (n, *shape), one for each input."""
    if len(shapes) == 1:
        return [as_input(x, shapes[0], name)]
    if not isinstance(x, (tuple, list)) or len(x) != len(shapes):
        raise ValueError(f"{name} must be a list of {len(shapes)} arrays, one for each input")
    arrays = [
        as_input(each, shape, f"{name}[{i}]")
        for i, (each, shape) in enumerate(zip(x, shapes, strict=True))
    ]
    if len({len(array) for array in arrays}) > 1:
        raise ValueError(f"{name} must hold arrays of one length, got {list(map(len, arrays))}")
    return arrays


def as_input(x: Any, shape: Shape, name: str, *, any_size: bool = False) -> Array:
    """Return samples as a contiguous uint8 or float32 array; gray images may lack their channel.

    With `any_size`, images may be of any height and width.
    """
    array = x if isinstance(x, np.ndarray) else to_array(x, name)
    if array.dtype not in (UINT8, FLOAT32):
        raise TypeError(
            f"{name} must be uint8 or float32, got {array.dtype}; convert it with "
            ".astype(np.float32)"
        )
    if array.ndim == len(shape) and shape[-1:] == (1,):
        array = array[..., np.newaxis]
    got = array.shape[1:]
    fits = got[2:] == shape[2:] and len(got) == 3 if any_size else got == shape
    if array.ndim == 0 or not fits:
        wanted = ("H", "W", *shape[2:]) if any_size else shape
        text = ", ".join(map(str, ("n", *wanted)))
        raise ValueError(f"{name} must have shape ({text}), got {array.shape}")
    return np.ascontiguousarray(array)

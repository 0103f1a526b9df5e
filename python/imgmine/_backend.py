"""The one place that decides where a function runs: where its array lives.

A public function asks `as_image(image, gpu=True)` for its array, which leaves one on a GPU there,
and calls `version_for(array, _core.package.function)` with the arguments that the core takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

from ._device_array import DeviceArray

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._validate import Array

F = TypeVar("F", bound="Callable[..., Any]")


def version_for(array: Array | DeviceArray, function: F) -> F:
    """Return `function`, of the core, or its CUDA version if `array` is on a GPU."""
    if not isinstance(array, DeviceArray):
        return function
    from . import cuda

    return cast("F", cuda.version_of(function))


def require_one_place(
    left: Array | DeviceArray, right: Array | DeviceArray, names: tuple[str, str]
) -> None:
    """Refuse two arrays of which only one is on a GPU, or that are there in two dtypes."""
    if isinstance(left, DeviceArray) is not isinstance(right, DeviceArray):
        raise TypeError(f"{names[0]} and {names[1]} must both be on the GPU, or both on the host")
    if isinstance(left, DeviceArray) and left.dtype != right.dtype:
        raise TypeError(
            f"{names[0]} and {names[1]} must have one dtype on a GPU, got {left.dtype} and "
            f"{right.dtype}"
        )

"""What conversions of colors share: one thread a pixel, every byte read and written once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._job import on_device_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._device_array import DeviceArray

Table = tuple[str, Any]
SPACES = {"rgb": 0, "hsv": 1, "lab": 2}


def seen_in(image: DeviceArray, space: str) -> tuple[DeviceArray, int]:
    """Return pixels, and the number of the space that a kernel has to convert them to.

    That is 0, as they are, where a recipe has converted them for several descriptors.
    """
    if space not in SPACES:
        raise ValueError(f"space must be 'rgb', 'hsv' or 'lab' on a GPU, got {space!r}")
    if space in image.converted:
        return image.converted[space], 0
    return image, SPACES[space]


def converted(
    image: DeviceArray, out: DeviceArray | None, kernels: Mapping[str, Any], *tables: Table
) -> Any:
    """Run the kernel for the image's dtype on its pixels; tables are (name, values)."""
    if image.ndim < 3 or image.shape[-1] != 3:
        channels = 1 if image.ndim == 2 else image.shape[-1]
        raise ValueError(f"image must have 3 channels, got {channels}")
    with on_device_of(image, out) as job:
        target = out or job.empty(image.shape, image.dtype)
        n = image.size // 3
        job.run(
            kernels[str(image.dtype)],
            n,
            job.view(image, (n, 3)),
            job.view(target, (n, 3)),
            *[job.table(name, values) for name, values in tables],
        )
        return job.result(target)

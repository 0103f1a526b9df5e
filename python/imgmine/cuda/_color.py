"""What conversions of colors share: one thread a pixel, every byte read and written once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._job import on_device_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._device_array import DeviceArray

Table = tuple[str, Any]


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

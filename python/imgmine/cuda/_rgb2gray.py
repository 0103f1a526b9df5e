from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numba import cuda, float32, int32

from ._exact import product
from ._job import on_device_of

if TYPE_CHECKING:
    from .._device_array import DeviceArray


@cuda.jit(cache=True)
def gray_of_bytes(rgb, gray):
    """(9798 R + 19235 G + 3735 B + 16384) >> 15; a thread a pixel."""
    i = cuda.grid(1)
    if i < gray.shape[0]:
        total = int32(rgb[i, 0]) * 9798 + int32(rgb[i, 1]) * 19235 + int32(rgb[i, 2]) * 3735
        gray[i] = (total + 16384) >> 15


@cuda.jit(cache=True)
def gray_of_floats(rgb, gray):
    """0.299 R + 0.587 G + 0.114 B; a thread a pixel."""
    i = cuda.grid(1)
    if i < gray.shape[0]:
        red, green = product(float32(0.299), rgb[i, 0]), product(float32(0.587), rgb[i, 1])
        gray[i] = (red + green) + product(float32(0.114), rgb[i, 2])


def rgb2gray(image: DeviceArray, out: DeviceArray | None = None) -> Any:
    """Run `imgmine.color.rgb2gray`: bit-equal."""
    channels = image.shape[-1]
    if channels not in (3, 4):
        raise ValueError(f"image must have 3 or 4 channels, got {channels}")
    with on_device_of(image, out) as job:
        target = out or job.empty(image.shape[:-1], image.dtype)
        n = image.size // channels
        kernel = gray_of_bytes if image.dtype.kind == "u" else gray_of_floats
        job.run(kernel, n, job.view(image, (n, channels)), job.view(target, (n,)))
        return job.result(target)

"""What conversions of colors share: every byte is read and written once.

A thread converts a pixel of floats, or four pixels of bytes as three words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numba import cuda, int32, uint32

from ._job import on_device_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._device_array import DeviceArray

Table = tuple[str, Any]
THREADS = 128
BLOCKS_EACH = 16  # of a multiprocessor: as many as fit
PIXELS_EACH = 4096  # of a block with tables, at least
OPPONENT = 3
SPACES = {"rgb": 0, "hsv": 1, "lab": 2, "opponent": OPPONENT}


@cuda.jit(device=True)
def opponent_of(red, green, blue):
    """Opponent colors, as `imgmine.features.color_histogram` has them."""
    first, second = int32(red - green + 255), int32(red + green - 2 * blue + 510)
    third = uint32(red + green + blue)
    return int32(first >> 1), int32(second >> 2), int32(third // uint32(3))


def seen_in(image: DeviceArray, space: str) -> tuple[DeviceArray, int]:
    """Return pixels, and the number of the space that a kernel has to convert them to.

    That is 0, as they are, where a recipe has converted them for several descriptors.
    """
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
        n, kernel = image.size // 3, kernels[str(image.dtype)]
        there = [job.table(name, values) for name, values in tables]
        if image.dtype.kind == "f":
            job.run(kernel, n, job.view(image, (n, 3)), job.view(target, (n, 3)), *there)
            return job.result(target)
        n_quads = n // 4 if job.has_words(image, target) else 0
        flat = job.view(image, (3 * n,)), job.view(target, (3 * n,))
        blocks = -(-(n - 3 * n_quads) // THREADS)
        if there:  # as copies of the tables in shared memory should serve many pixels
            blocks = min(blocks, -(-n // PIXELS_EACH), BLOCKS_EACH * job.multiprocessors())
        job.launch(kernel, blocks, THREADS, *flat, n_quads, *there)
        return job.result(target)

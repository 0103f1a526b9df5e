from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, float64, int32

from .. import _core
from ._cosines import low_cosines
from ._haar import low_haar
from ._job import THREADS, on_device_of
from ._lanczos_luma import check_sides, lanczos_luma, scratch_bytes
from ._separable import planes_of
from ._views import part_of

if TYPE_CHECKING:
    from .._device_array import DeviceArray
    from ._job import Job


@cuda.jit(device=True)
def is_bright(src, image, bit, size, method, total):
    """Tell whether a pixel is above the mean (0), the pixel left of it (1) or above it (2)."""
    y, x = bit // size, bit % size
    if method == 0:
        return int32(src[image, y, x, 0]) * size * size > total
    if method == 1:
        return src[image, y, x + 1, 0] > src[image, y, x, 0]
    return src[image, y + 1, x, 0] > src[image, y, x, 0]


@cuda.jit(cache=True)
def hash_of_pixels(src, dst, size, method):
    """A block an image, a thread eight bits."""
    sums = cuda.shared.array(THREADS, dtype=int32)
    me, image = cuda.threadIdx.x, cuda.blockIdx.x
    total = int32(0)
    if method == 0:
        for i in range(me, size * size, cuda.blockDim.x):
            total = int32(total + int32(src[image, i // size, i % size, 0]))
        sums[me] = total
        cuda.syncthreads()
        total = int32(0)
        for k in range(cuda.blockDim.x):
            total = int32(total + sums[k])
    for byte in range(me, dst.shape[1], cuda.blockDim.x):
        bits = 0
        for bit in range(8 * byte, min(8 * byte + 8, size * size)):
            if is_bright(src, image, bit, size, method, total):
                bits |= 128 >> (bit % 8)
        dst[image, byte] = bits


@cuda.jit(cache=True)
def bits_above_median(values, dst):
    """A block an image; a value is a middle one if as many as that are below, or not above it."""
    middle = cuda.shared.array(2, dtype=float64)
    me, image, n = cuda.threadIdx.x, cuda.blockIdx.x, values.shape[1]
    for i in range(me, n, cuda.blockDim.x):
        value = values[image, i]
        n_below, n_not_above = 0, 0
        for k in range(n):
            other = values[image, k]
            if other < value:
                n_below += 1
            if other <= value:
                n_not_above += 1
        if n_below <= (n - 1) // 2 < n_not_above:
            middle[0] = value
        if n_below <= n // 2 < n_not_above:
            middle[1] = value
    cuda.syncthreads()
    median = (middle[0] + middle[1]) / 2
    for byte in range(me, dst.shape[1], cuda.blockDim.x):
        bits = 0
        for bit in range(8 * byte, min(8 * byte + 8, n)):
            if values[image, bit] > median:
                bits |= 128 >> (bit % 8)
        dst[image, byte] = bits


WARP, MOST_THREADS = 32, 1024  # the more, the more values are compared with all others
PIXELS = {"ahash": 0, "dhash": 1, "dhash_vertical": 2}


def image_hash(
    image: DeviceArray, method: str, size: int, factor: int, scale: int, remove: bool
) -> Any:
    """Run `imgmine.features.ahash`, `dhash`, `phash` and `whash`: bit-equal; of a batch (N, n)."""
    n_images, old_height, old_width, channels = planes_of(image)
    shape = (old_height, old_width, channels)
    height, width = _core.tables.hash_picture(shape, method, size, factor, scale)
    check_sides(old_height, old_width)
    n_bytes = (size * size + 7) // 8
    with on_device_of(image) as job:
        out = job.empty((n_images, n_bytes) if image.ndim == 4 else (n_bytes,), np.uint8)
        if n_images:
            src, dst = job.view(image, (n_images, *shape)), job.view(out, (n_images, n_bytes))
            doubles = {"phash": size * (width + size), "whash": height * width // 4 + size * size}
            each = scratch_bytes((old_height, old_width), (height, width)) + 8 * doubles.get(
                method, 0
            )
            many = job.at_once(n_images, each)
            for first in range(0, n_images, many):
                small = lanczos_luma(job, part_of(src, first, many), height, width)
                write_bits(job, small, part_of(dst, first, many), method, size, remove)
        return job.result(out)


def write_bits(job: Job, small: Any, dst: Any, method: str, size: int, remove: bool) -> None:
    """Make hashes of small pictures."""
    grid, block = dst.shape[0], -(-size * size // WARP) * WARP
    if method in PIXELS:
        job.launch(hash_of_pixels, grid, min(THREADS, block), small, dst, size, PIXELS[method])
        return
    is_phash = method == "phash"
    low = low_cosines(job, small, size) if is_phash else low_haar(job, small, size, remove)
    job.launch(bits_above_median, grid, min(MOST_THREADS, block), low, dst)

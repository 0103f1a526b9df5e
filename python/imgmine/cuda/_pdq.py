"""Meta's fingerprint, in the core's operations.

Its means slide along whole rows and columns in float32, and carry their rounding errors along: so a
thread goes down a whole column. What it makes is turned, in tiles in shared memory, for the next
direction to go down, too. Of the last two of four rounds 64 places count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, float32, float64, int32

from .. import _core
from ._exact import product, product_of_doubles
from ._job import on_device_of
from ._separable import planes_of

if TYPE_CHECKING:
    from .._device_array import DeviceArray
    from ._job import Job

WARP, TURNING_ROWS = 32, 8
TILE = (WARP, WARP + 1)  # odd: columns are read without conflicts
SAMPLES, LOW = 64, 16
SQUARE, HALF, BITS = (SAMPLES, SAMPLES + 1), (LOW, SAMPLES + 1), LOW * LOW
LEAST_SIDE = 5
THREADS = 128


@cuda.jit(device=True)
def luma_of(src, image, y, x):
    red = float64(src[image, y, x, 0])
    if src.shape[3] < 3:
        return float32(red)
    green, blue = float64(src[image, y, x, 1]), float64(src[image, y, x, 2])
    total = product_of_doubles(red, 0.299) + product_of_doubles(green, 0.587)
    return float32(total + product_of_doubles(blue, 0.114))


@cuda.jit(cache=True)
def turn_luma(src, dst):
    """Images (N, H, W, C) into their lumas (N, W, H)."""
    tile = cuda.shared.array(TILE, dtype=float32)
    tx, ty, image = cuda.threadIdx.x, cuda.threadIdx.y, cuda.blockIdx.z
    left, top = cuda.blockIdx.x * WARP, cuda.blockIdx.y * WARP
    for i in range(ty, min(WARP, src.shape[1] - top), TURNING_ROWS):
        if left + tx < src.shape[2]:
            tile[i, tx] = luma_of(src, image, top + i, left + tx)
    cuda.syncthreads()
    for i in range(ty, min(WARP, src.shape[2] - left), TURNING_ROWS):
        if top + tx < src.shape[1]:
            dst[image, left + i, top + tx] = tile[tx, i]


@cuda.jit(device=True)
def moved(src, image, x, y, window, total, count):
    """Move the sum over a column's window to around y; fewer values where it is cut off."""
    n, ahead = src.shape[1], (window + 2) // 2 - 1
    right = y + ahead
    if right < n:
        total = total + src[image, right, x]
        count += 1
    if count > window or right >= n:
        total = total - src[image, min(right + 1, n) - count, x]
        count -= 1
    return total, count


@cuda.jit(device=True)
def started(src, image, x, window):
    """The sum before the first value's window is whole, and how many values it is of."""
    total, ahead = float32(0), (window + 2) // 2 - 1
    for y in range(ahead):
        total = total + src[image, y, x]
    return total, ahead


@cuda.jit(cache=True)
def slide_means(src, dst, window):
    """Means down the columns of src (N, H, W) into dst (N, W, H)."""
    tile = cuda.shared.array(TILE, dtype=float32)
    tx, image, left = cuda.threadIdx.x, cuda.blockIdx.y, cuda.blockIdx.x * WARP
    height, x = src.shape[1], left + tx
    total, count = float32(0), 0
    if x < src.shape[2]:
        total, count = started(src, image, x, window)
    for top in range(0, height, WARP):
        if x < src.shape[2]:
            for y in range(top, min(top + WARP, height)):
                total, count = moved(src, image, x, y, window, total, count)
                tile[y - top, tx] = total / float32(count)
        cuda.syncthreads()
        if top + tx < height:
            for i in range(min(WARP, src.shape[2] - left)):
                dst[image, left + i, top + tx] = tile[tx, i]
        cuda.syncthreads()


@cuda.jit(cache=True)
def slide_to_places(src, dst, window):
    """The same at 64 places of each column of src (N, H, W), into dst (N, W, 64)."""
    x, image, height = cuda.grid(1), cuda.blockIdx.y, src.shape[1]
    if x >= src.shape[2]:
        return
    total, count = started(src, image, x, window)
    i = 0
    for y in range(height):
        total, count = moved(src, image, x, y, window, total, count)
        while i < SAMPLES and (2 * i + 1) * height // (2 * SAMPLES) == y:
            dst[image, x, i] = total / float32(count)
            i += 1


@cuda.jit(device=True)
def step(a, b):
    return abs(int32((a - b) * float32(100) / float32(255)))


@cuda.jit(device=True)
def quality_of(small, sums):
    """What steps between neighbors sum up to, of all threads."""
    me, total = cuda.threadIdx.x, int32(0)
    for i in range(me, SAMPLES * SAMPLES, cuda.blockDim.x):
        y, x = i // SAMPLES, i % SAMPLES
        if y + 1 < SAMPLES:
            total = int32(total + step(small[y, x], small[y + 1, x]))
        if x + 1 < SAMPLES:
            total = int32(total + step(small[y, x], small[y, x + 1]))
    sums[me] = total
    cuda.syncthreads()
    total = int32(0)
    for k in range(cuda.blockDim.x):
        total = int32(total + sums[k])
    return min(total // 90, 100)


@cuda.jit(device=True)
def low_cosines(small, half, low, cosines):
    """The 16 x 16 lowest coefficients: cosines times small times cosines turned."""
    for i in range(cuda.threadIdx.x, LOW * SAMPLES, cuda.blockDim.x):
        y, x, total = i // SAMPLES, i % SAMPLES, float32(0)
        for k in range(SAMPLES):
            total = total + product(cosines[y * SAMPLES + k], small[k, x])
        half[y, x] = total
    cuda.syncthreads()
    for i in range(cuda.threadIdx.x, LOW * LOW, cuda.blockDim.x):
        y, x, total = i // LOW, i % LOW, float32(0)
        for k in range(SAMPLES):
            total = total + product(half[y, k], cosines[x * SAMPLES + k])
        low[i] = total
    cuda.syncthreads()


@cuda.jit(cache=True)
def write_pdq(src, cosines, hashes, qualities):
    """A block an image: its hash and quality of 64 x 64 samples (N, 64, 64), turned."""
    small = cuda.shared.array(SQUARE, dtype=float32)
    half = cuda.shared.array(HALF, dtype=float32)
    low = cuda.shared.array(BITS, dtype=float32)
    sums = cuda.shared.array(THREADS, dtype=int32)
    median = cuda.shared.array(1, dtype=float32)
    me, image = cuda.threadIdx.x, cuda.blockIdx.x
    for i in range(me, SAMPLES * SAMPLES, cuda.blockDim.x):
        small[i % SAMPLES, i // SAMPLES] = src[image, i // SAMPLES, i % SAMPLES]
    cuda.syncthreads()
    quality = quality_of(small, sums)
    low_cosines(small, half, low, cosines)
    for i in range(me, LOW * LOW, cuda.blockDim.x):
        n_below, n_not_above = 0, 0
        for k in range(LOW * LOW):
            if low[k] < low[i]:
                n_below += 1
            if low[k] <= low[i]:
                n_not_above += 1
        if n_below <= LOW * LOW // 2 - 1 < n_not_above:
            median[0] = low[i]
    cuda.syncthreads()
    for byte in range(me, 32, cuda.blockDim.x):
        bits = 0
        for bit in range(8):
            if low[8 * byte + bit] > median[0]:
                bits |= 1 << bit
        hashes[image, 31 - byte] = bits
    if me == 0:
        qualities[image] = quality


@cuda.jit(cache=True)
def write_nothing(hashes, qualities):
    i = cuda.grid(1)
    if i < hashes.size:
        hashes[i // 32, i % 32] = 0
    if i < qualities.size:
        qualities[i] = 0


def pdq(image: DeviceArray) -> tuple[Any, Any]:
    """Run `imgmine.features.pdq`: bit-equal; (1, 32), of a batch (1, N, 32), and always (N,)."""
    n_images, height, width, channels = planes_of(image)
    _core.features.pdq(np.zeros((1, 1, channels), np.uint8))
    batch = (n_images,) if image.ndim == 4 else ()
    with on_device_of(image) as job:
        hashes, qualities = job.empty((1, *batch, 32), np.uint8), job.empty((n_images,), np.int32)
        if n_images:
            src = job.view(image, (n_images, height, width, channels))
            into = job.view(hashes, (n_images, 32)), job.view(qualities, (n_images,))
            if min(height, width) < LEAST_SIDE:
                job.run(write_nothing, 32 * n_images, *into)
            else:
                many = job.at_once(n_images, 8 * height * width + 4 * SAMPLES * (height + SAMPLES))
                cosines = job.upload(_core.tables.pdq_cosines())
                for first in range(0, n_images, many):
                    some = slice(first, first + many)
                    small = samples_of(job, src[some])
                    parts = (small, cosines, into[0][some], into[1][some])
                    job.launch(write_pdq, small.shape[0], THREADS, *parts)
        return job.result(hashes), job.result(qualities)


def samples_of(job: Job, src: Any) -> Any:
    """Return luma, blurred twice both ways, at 64 x 64 places, turned: (N, 64, 64)."""
    n, height, width, _ = src.shape
    turned = job.scratch((n, width, height), np.float32)
    blocks = -(-width // WARP), -(-height // WARP)
    job.launch(turn_luma, (*blocks, n), (WARP, TURNING_ROWS), src, turned)
    if height == width == SAMPLES:
        return turned
    windows = [-(-side // (2 * SAMPLES)) for side in (width, height)]
    upright = job.scratch((n, height, width), np.float32)
    job.launch(slide_means, (blocks[1], n), WARP, turned, upright, windows[0])
    job.launch(slide_means, (blocks[0], n), WARP, upright, turned, windows[1])
    rows, small = (job.scratch((n, k, SAMPLES), np.float32) for k in (height, SAMPLES))
    job.launch(slide_to_places, (blocks[1], n), WARP, turned, rows, windows[0])
    job.launch(slide_to_places, (SAMPLES // WARP, n), WARP, rows, small, windows[1])
    return small

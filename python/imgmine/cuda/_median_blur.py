from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, int32

from .. import _core
from ._border import MODES, border_index, shifted_column
from ._checks import check
from ._job import on_device_of
from ._separable import planes_of
from ._wide_median import MOST_FLOATS, wide_median

if TYPE_CHECKING:
    from .._device_array import DeviceArray

BLOCK = (32, 4)
THREADS = 32 * 4


@cuda.jit(device=True)
def key_at(src, image, line, at, flip):
    """A whole number that orders as the value does; floats come as bits, with flip = 2^31 - 1."""
    if line < 0 or at < 0:
        return int32(0)
    bits = int32(src[image, line, at])
    return int32(bits ^ ((bits >> 31) & flip))


@cuda.jit(device=True)
def middle(a, b, c):
    return max(min(a, b), min(max(a, b), c))


@cuda.jit(cache=True)
def median_of_9(src, dst, channels, mode, flip):
    """Each column's three values in order; then the middle of max of least, middle, min of most."""
    x = cuda.blockIdx.x * cuda.blockDim.x + cuda.threadIdx.x
    y = cuda.blockIdx.y * cuda.blockDim.y + cuda.threadIdx.y
    image, height, n = cuda.blockIdx.z, src.shape[1], src.shape[2]
    if x >= n or y >= height:
        return
    above, below = border_index(mode, y - 1, height), border_index(mode, y + 1, height)
    least, between, most = int32(0), int32(0), int32(0)
    first, second = int32(0), int32(0)
    for j in range(3):
        at = shifted_column(mode, x, j - 1, channels, n // channels)
        a, b = key_at(src, image, above, at, flip), key_at(src, image, y, at, flip)
        c = key_at(src, image, below, at, flip)
        low, mid, high = min(min(a, b), c), middle(a, b, c), max(max(a, b), c)
        least = low if j == 0 else max(least, low)
        most = high if j == 0 else min(most, high)
        if j == 0:
            first = mid
        elif j == 1:
            second = mid
        else:
            between = middle(first, second, mid)
    key = middle(least, between, most)
    dst[image, y, x] = key ^ ((key >> 31) & flip)


@cuda.jit(cache=True)
def median_of_25(src, dst, channels, mode, flip, low, high):
    """The smallest key that at least 13 of the window are not above, found bit by bit."""
    keys = cuda.shared.array((25, THREADS), dtype=int32)  # a column a thread: no waiting
    me = cuda.threadIdx.y * cuda.blockDim.x + cuda.threadIdx.x
    x = cuda.blockIdx.x * cuda.blockDim.x + cuda.threadIdx.x
    y = cuda.blockIdx.y * cuda.blockDim.y + cuda.threadIdx.y
    image, height, n = cuda.blockIdx.z, src.shape[1], src.shape[2]
    if x >= n or y >= height:
        return
    for j in range(5):
        at = shifted_column(mode, x, j - 2, channels, n // channels)
        for i in range(5):
            line = border_index(mode, y + i - 2, height)
            keys[5 * i + j, me] = key_at(src, image, line, at, flip)
    while low < high:
        between = (low & high) + ((low ^ high) >> 1)  # the mean, rounded down, without overflow
        count = 0
        for k in range(25):
            if keys[k, me] <= between:
                count += 1
        if count >= 13:
            high = between
        else:
            low = int32(between + 1)
    dst[image, y, x] = low ^ ((low >> 31) & flip)


def median_blur(image: DeviceArray, ksize: int, border: str, out: DeviceArray | None = None) -> Any:
    """Run `imgmine.filters.median_blur`, of floats up to a `ksize` of 31: bit-equal."""
    check(_core.filters.median_blur, image, ksize, border)
    is_float = image.dtype.kind == "f"
    if is_float and ksize > MOST_FLOATS:
        raise ValueError(f"ksize must be at most {MOST_FLOATS} of float32 on a GPU, got {ksize}")
    n_images, height, width, channels = planes_of(image)
    form = (n_images, height, width * channels)
    how = (channels, MODES[border], np.int32(0x7FFFFFFF if is_float else 0))
    ends = (-(2**31), 2**31 - 1) if is_float else (0, 255)
    with on_device_of(image, out) as job:
        target = out or job.empty(image.shape, image.dtype)
        if image.size:
            bits = np.dtype(np.int32) if is_float else image.dtype
            src, dst = job.view(image, form, bits), job.view(target, form, bits)
            grid = ((form[2] + 31) // 32, (height + 3) // 4, n_images)
            if ksize == 3:
                job.launch(median_of_9, grid, BLOCK, src, dst, *how)
            elif ksize != 5:
                wide_median(job, src, dst, ksize, *how[:2])
            else:
                limits = map(np.int32, ends)
                job.launch(median_of_25, grid, BLOCK, src, dst, *how, *limits)
        return job.result(target)

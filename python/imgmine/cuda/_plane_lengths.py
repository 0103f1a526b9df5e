"""Lengths of gradients of bytes, of three taps: both derivatives from one tile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, int32

from ._border import MODES
from ._finish import MULTIPLY
from ._plane_correlate import correlated, prepared, words_of_weights
from ._plane_tiles import ACROSS, DOWN, LARGEST, TALL, WIDE, place_of
from ._plane_values import put_sixteen
from ._separable import planes_of
from ._shapes import ALIGNMENT
from ._sixteen import as_whole, lengths_of
from ._window import finish_eight

if TYPE_CHECKING:
    from .._device_array import DeviceArray
    from ._job import Job

MOST_LINES, MOST_COLUMNS = TALL + 4, WIDE + 4
PLANE = MOST_LINES * MOST_COLUMNS // 4  # words
FOURS = MOST_COLUMNS // 4


@cuda.jit(device=True)
def finished_lengths(s, factor, low, high):
    first = finish_eight(s[:8], MULTIPLY, factor, low, high)
    return as_whole(first + finish_eight(s[8:], MULTIPLY, factor, low, high))


@cuda.jit(cache=True)
def lengths_gray(src, dst, across, down, height, width, fours, mode, factor, low, high):
    tile = cuda.shared.array(PLANE, dtype=int32, alignment=ALIGNMENT)
    lines = cuda.shared.array(MOST_LINES, dtype=int32, alignment=ALIGNMENT)
    columns = cuda.shared.array(MOST_COLUMNS, dtype=int32, alignment=ALIGNMENT)
    tx, ty, zero, n = int32(cuda.threadIdx.x), int32(cuda.threadIdx.y), int32(0), int32(3)
    block = cuda.blockIdx.x, cuda.blockIdx.y, cuda.blockIdx.z
    height, width, room = int32(height), int32(width), (tile, lines, columns)
    form, taps, anchors = (height, width, PLANE), (3, FOURS, fours), (1, 1, mode)
    sizes = prepared(src, room, block, form, taps, anchors, (zero,), tx, ty)
    cuda.syncthreads()
    place = place_of(block, height, width, int32(1), tx, ty)
    if place[2] > 0 and place[3] > 0:
        x = correlated(tile, 0, across, n, 1, sizes, tx, ty)
        s = lengths_of(x, correlated(tile, 0, down, n, 1, sizes, tx, ty))
        if dst.itemsize == 4:
            put_sixteen(dst, place, 1, s)
        else:
            put_sixteen(dst, place, 1, finished_lengths(s, factor, low, high))


def takes_lengths(image: DeviceArray, smooth: np.ndarray[Any, Any]) -> bool:
    """Tell whether lengths can be found here."""
    _, height, width, channels = planes_of(image)
    is_small = height * width < LARGEST
    return image.dtype == np.uint8 and channels == 1 and len(smooth) == 3 and is_small


def lengths_of_planes(
    job: Job,
    image: DeviceArray,
    target: DeviceArray,
    pair: tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]],
    border: str,
    ends: tuple[Any, Any],
) -> None:
    """Find lengths by a pair of smoothing and of differentiating weights."""
    n_images, height, width, _ = planes_of(image)
    smooth, slope = pair
    kernels = np.outer(smooth, slope), np.outer(slope, smooth)
    weights = [job.upload(words_of_weights(kernel)[0]) for kernel in kernels]
    src, dst = job.view(image, (image.size,)), job.view(target, (target.size,))
    grid = -(-width // WIDE), -(-height // TALL), n_images
    how = (height, width, (1 << 16) // FOURS + 1, MODES[border], np.float32(1), *ends)
    job.launch(lengths_gray, grid, (ACROSS, DOWN), src, dst, *weights, *how)

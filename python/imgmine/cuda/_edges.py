"""Canny's edges without waiting for the GPU: which weak ones strong ones reach is a union of sets.

Pixels point to others of their edge, of lower number; a pixel that points to itself stands for all.
Neighbors' sets are joined by atomic minima, so that nobody has to ask whether anything changed.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, int32

if TYPE_CHECKING:
    from ._job import Job

BLOCK = (32, 4)
NONE, WEAK, STRONG = 0, 1, 2


@cuda.jit(device=True)
def sobel_at(src, image, y, x):
    """Both gradients of a pixel, the image's edges continued outwards."""
    height, width = src.shape[1], src.shape[2]
    up, down = max(y - 1, 0), min(y + 1, height - 1)
    left, right = max(x - 1, 0), min(x + 1, width - 1)
    a, b, c = int32(src[image, up, left]), int32(src[image, up, x]), int32(src[image, up, right])
    d, f = int32(src[image, y, left]), int32(src[image, y, right])
    g = int32(src[image, down, left])
    h, i = int32(src[image, down, x]), int32(src[image, down, right])
    return c + f + f + i - a - d - d - g, g + h + h + i - a - b - b - c


@cuda.jit(device=True)
def norm_at(src, image, y, x):
    """The sum of the gradients' magnitudes, 0 outside of the image."""
    if y < 0 or x < 0 or y >= src.shape[1] or x >= src.shape[2]:
        return 0
    gx, gy = sobel_at(src, image, y, x)
    return abs(gx) + abs(gy)


@cuda.jit(cache=True)
def thin_edges(src, low, high, states, labels):
    """Which pixels are above `low`, and more so than those across the edge; a thread a pixel."""
    x = cuda.blockIdx.x * cuda.blockDim.x + cuda.threadIdx.x
    y = cuda.blockIdx.y * cuda.blockDim.y + cuda.threadIdx.y
    image = cuda.blockIdx.z
    if x >= src.shape[2] or y >= src.shape[1]:
        return
    gx, gy = sobel_at(src, image, y, x)
    wide, high_ = abs(gx), abs(gy)
    here, state = wide + high_, NONE
    if here > low:
        tangent = (wide * 13573) >> 15
        dy, dx, less = -1, 1, 0
        if high_ <= tangent:
            dy, dx, less = 0, -1, 1
        elif high_ > tangent + wide + wide:
            dy, dx, less = -1, 0, 1
        elif (gx < 0) == (gy < 0):
            dy, dx = -1, -1
        first = norm_at(src, image, y + dy, x + dx)
        second = norm_at(src, image, y - dy, x - dx) - less
        if here > first and here > second:
            state = STRONG if here > high else WEAK
    states[image, y, x] = state
    labels[image, y * src.shape[2] + x] = y * src.shape[2] + x


@cuda.jit(device=True)
def root_of(labels, image, i):
    while labels[image, i] != i:
        i = labels[image, i]
    return i


@cuda.jit(cache=True)
def join_edges(states, labels):
    """Join each pixel of an edge with those before it; a thread a pixel."""
    x = cuda.blockIdx.x * cuda.blockDim.x + cuda.threadIdx.x
    y = cuda.blockIdx.y * cuda.blockDim.y + cuda.threadIdx.y
    image, width = cuda.blockIdx.z, states.shape[2]
    if x >= width or y >= states.shape[1] or states[image, y, x] == NONE:
        return
    for k in range(4):
        line, column = (y, x - 1) if k == 0 else (y - 1, x + k - 2)
        if line < 0 or column < 0 or column >= width or states[image, line, column] == NONE:
            continue
        a, b = int32(y * width + x), int32(line * width + column)
        while True:
            a, b = root_of(labels, image, a), root_of(labels, image, b)
            if a == b:
                break
            lower, upper = min(a, b), max(a, b)
            pointed = cuda.atomic.min(labels, (image, upper), lower)
            if pointed == upper:
                break
            a, b = int32(pointed), int32(lower)


@cuda.jit(cache=True)
def mark_edges(states, labels):
    """Let who stands for an edge know of its strong pixels; a thread a pixel."""
    x = cuda.blockIdx.x * cuda.blockDim.x + cuda.threadIdx.x
    y = cuda.blockIdx.y * cuda.blockDim.y + cuda.threadIdx.y
    image, width = cuda.blockIdx.z, states.shape[2]
    if x < width and y < states.shape[1] and states[image, y, x] == STRONG:
        root = root_of(labels, image, int32(y * width + x))
        states[image, root // width, root % width] = STRONG


def threshold(x: float) -> int:
    """Return the whole number that sums of magnitudes have to be above."""
    return math.floor(min(x, 32767.0))


def find_edges(job: Job, src: Any, low: float, high: float) -> tuple[Any, Any]:
    """Return states of pixels and who stands for them: edges are those of whom that is STRONG."""
    n, height, width = src.shape
    states = job.scratch(src.shape, np.uint8)
    labels = job.scratch((n, height * width), np.int32)
    grid = (-(-width // BLOCK[0]), -(-height // BLOCK[1]), n)
    ends = (threshold(low), threshold(high))
    job.launch(thin_edges, grid, BLOCK, src, *ends, states, labels)
    job.launch(join_edges, grid, BLOCK, states, labels)
    job.launch(mark_edges, grid, BLOCK, states, labels)
    return states, labels

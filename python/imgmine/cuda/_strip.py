"""How kernels that resize share out an image (N, H, W C) of the new size.

A warp makes 128 values of a row, four a thread and 32 apart, and goes down eight rows: what a
column needs is found once for them, what a row needs once for four values. Places along the rows
come from tables: nothing is divided.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numba import cuda, int32, uint32, uint64

if TYPE_CHECKING:
    from ._job import Job

EACH, WARP, WARPS = 4, 32, 4
ACROSS = EACH * WARP
LINES = 8
MOST_IMAGES = 65535  # the grid's z


@cuda.jit(device=True)
def strip_of(dst):
    """The first value of a thread, its first row and the one behind its last."""
    across = uint32((uint32(dst.shape[2]) + uint32(ACROSS - 1)) // uint32(ACROSS))
    block = uint32(cuda.blockIdx.x)
    down = uint32(block // across)
    i = uint32(uint32(block - uint32(down * across)) * uint32(ACROSS) + uint32(cuda.threadIdx.x))
    y = uint32(uint32(down * uint32(WARPS) + uint32(cuda.threadIdx.y)) * uint32(LINES))
    return i, y, min(uint32(y + uint32(LINES)), uint32(dst.shape[1]))


@cuda.jit(device=True)
def put_four(dst, image, y, i, values):
    """Constant parts of places in 64 bits go into the store instructions."""
    left, i = int32(uint32(dst.shape[2]) - i), uint64(i)
    a, b, c, d = values
    dst[image, y, i] = a
    if left > int32(WARP):
        dst[image, y, uint64(i + uint64(WARP))] = b
    if left > int32(2 * WARP):
        dst[image, y, uint64(i + uint64(2 * WARP))] = c
    if left > int32(3 * WARP):
        dst[image, y, uint64(i + uint64(3 * WARP))] = d


def launch_strips(job: Job, kernel: Any, src: Any, dst: Any, *arguments: Any) -> None:
    """Launch a kernel that finds its place by `strip_of`, on as many images as a grid has room."""
    n_images, height, n = dst.shape
    n_blocks = -(-n // ACROSS) * -(-height // (WARPS * LINES))
    for first in range(0, n_images, MOST_IMAGES):
        part = slice(first, first + MOST_IMAGES)
        grid = (n_blocks, 1, min(n_images - first, MOST_IMAGES))
        job.launch(kernel, grid, (WARP, WARPS), src[part], dst[part], *arguments)

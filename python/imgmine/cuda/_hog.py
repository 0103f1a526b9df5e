"""Histograms of oriented gradients: a block of threads makes a few neighboring blocks of cells.

A block of threads goes down a strip of a few blocks of cells. Votes of a row of cells are worked
out once, into shared memory, where they fit, for all blocks it lies in. A thread adds up one of a
cell's four partial sums (of every fourth column) for one pair of places in the block, in a column
of its own in shared memory, so that nothing waits for another. Pixels of no weight are left out;
pairs that have as many pixels stand side by side, so that the threads of a warp end together.
All additions are made in the core's order: results are bit-equal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _core
from . import _hog_blocks as blocks
from ._checks import check
from ._hog_cells import COLUMNS
from ._hog_normalize import LANES, NORMALIZING, normalize_blocks
from ._hog_sharing import Sharing
from ._job import on_device_of
from ._separable import planes_of

if TYPE_CHECKING:
    from .._device_array import DeviceArray

THREADS = 256
TALLEST = 8  # blocks of cells below each other that a block of threads makes at most
FILL = 4  # blocks of threads a multiprocessor, before they make several each
NORMS = {"none": 0, "l1": 1, "l1-sqrt": 2, "l2": 3, "l2-hys": 4}


def norm_of(normalize: str, interpolation: str, size: int) -> tuple[Any, ...]:
    """Return what blocks of `size` values are divided by, as the core does it."""
    kind = NORMS[normalize]
    if interpolation == "none":
        small = (1e-10, 0) if kind >= NORMS["l2"] else (1e-10, 1e-5)
        return (kind, *map(np.float32, small), np.float32(0))
    return kind, np.float32(0), np.float32(0.1) * np.float32(size), np.float32(1e-3)


def hog(
    image: DeviceArray,
    orientations: int,
    cell: int,
    block: int,
    signed: bool,
    interpolation: str,
    normalize: str,
    sqrt: bool,
) -> Any:
    """Run `imgmine.features.hog`: bit-equal. Of a batch the result has shape (N, n)."""
    options = (orientations, cell, block, signed, interpolation, normalize, sqrt)
    check(_core.features.hog, image, *options)
    form = planes_of(image)
    down, across = (max(side // cell - block + 1, 0) for side in form[1:3])
    size = orientations * block * block
    sharing = Sharing.of(block, cell, interpolation == "full")
    most = sharing.places.shape[1]
    per_strip = min(COLUMNS // (4 * most), blocks.VOTES // cell - block + 1)
    area = np.float32(cell * cell if interpolation == "none" else 1)
    how = (orientations, cell, int(sqrt), int(signed), int(interpolation != "none"), per_strip)
    norm = norm_of(normalize, interpolation, size)
    with on_device_of(image) as job:
        n = down * across * size
        out = job.empty((form[0], n) if image.ndim == 4 else (n,), np.float32)
        if out.size:
            tables = [job.upload(x.ravel()) for x in sharing]
            strips = -(-across // per_strip)
            enough = FILL * job.multiprocessors()
            tall = max(1, min(TALLEST, down, strips * down * form[0] // enough))
            grid = (strips * -(-down // tall), form[0])
            shape = job.upload(np.array((*form[1:], down, across, block, most), np.int32))
            src, into = job.view(image, (image.size,)), job.view(out, (out.size,))
            last = (*how, tall, area, into)
            job.launch(blocks.describe_blocks, grid, THREADS, src, shape, *tables, *last)
            if norm[0]:
                n_blocks = -(-(out.size // size) * LANES // NORMALIZING)
                job.launch(normalize_blocks, n_blocks, NORMALIZING, into, size, *norm)
        return job.result(out)

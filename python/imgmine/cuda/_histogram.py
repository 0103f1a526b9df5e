from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _core
from .._device_array import DeviceArray
from . import _count_values as values
from . import _normalize_counts as whole
from . import _shared_counts
from ._checks import check
from ._job import on_device_of
from ._separable import planes_of
from ._views import reshaped

if TYPE_CHECKING:
    from ._job import Job

PIXELS_EACH = 64  # of a thread, at least: what clearing and adding up the copies costs is shared
VALUES_EACH = 16384  # the same of a block that counts bytes
BLOCKS_EACH = 6  # of a multiprocessor: what fits into its shared memory
MOST_ROWS = 65535  # of a grid
MOST_CELLS = 4096  # which are counted one after the other
NORMALIZE = {"none": 0, "l1": 1, "l2": 2, "hellinger": 3}


def histogram(
    image: DeviceArray,
    bins: int,
    low: float,
    high: float,
    normalize: str,
    grid: tuple[int, int],
    levels: int,
    mask: object,
    labels: object,
    n_labels: int,
) -> Any:
    """Run `imgmine.features.histogram` of whole images and cells: bit-equal.

    But "l2" is within 1e-7 where the squares of the counts sum up to 2^53 or more. Of a batch the
    result has a row for each image.
    """
    areas = (grid, levels, mask, labels, n_labels)
    refuse_parts(levels, mask, labels)
    check(_core.features.histogram, image, bins, low, high, normalize, *areas)
    channels = planes_of(image)[3]
    size = channels * bins
    if image.dtype.kind == "f" or 256 * channels > _shared_counts.SHARED:
        return described(image, size, normalize, grid, values.count_floats, low, high)
    bytes_ = np.arange(256, dtype=np.float64)
    table = np.minimum((bytes_ - low) * bins / (high - low), bins - 1).astype(np.int32)
    table = table + bins * np.arange(channels, dtype=np.int32)[:, np.newaxis]
    table[:, (bytes_ < low) | (bytes_ >= high)] = -1
    return described(image, size, normalize, grid, values.count_bytes, table.ravel())


def refuse_parts(levels: int, mask: object, labels: object) -> None:
    """Refuse what only the core counts in."""
    if levels != 1 or mask is not None or labels is not None:
        raise ValueError("levels, mask and labels must not be given for an array on a GPU")


def described(
    image: DeviceArray,
    size: int,
    normalize: str,
    grid: tuple[int, int],
    kernel: Any,
    *arguments: Any,
) -> Any:
    """Count with a kernel, which takes pixels, `arguments` and counts, and normalize."""
    n_images, n_cells = planes_of(image)[0], grid[0] * grid[1]
    if n_cells > MOST_CELLS:
        raise ValueError(f"grid must have at most {MOST_CELLS} cells on a GPU, got {n_cells}")
    with on_device_of(image) as job:
        row = n_cells * size
        out = job.empty((n_images, row) if image.ndim == 4 else (row,), np.float32)
        if not out.size:
            return job.result(out)
        counts = job.scratch((n_cells, n_images, size), np.int64)
        flat = reshaped(counts, n_cells * n_images, size)
        job.run(whole.clear_counts, flat.size, flat)
        if image.size:
            there = [job.upload(x) if isinstance(x, np.ndarray) else x for x in arguments]
            count_cells(job, image, grid, kernel, there, counts)
        is_in_order = n_cells == 1 or n_images == 1
        shares = out if is_in_order else DeviceArray(job.scratch(flat.shape, np.float32))
        into, how = job.view(shares, flat.shape), NORMALIZE[normalize]
        job.launch(whole.normalize_counts, flat.shape[0], whole.THREADS, flat, into, how)
        if not is_in_order:  # cell by cell so far
            steps = tuple(4 * n for n in (0, size, n_images * size, 1))
            source = shares.seen_as((1, n_images, n_cells, size), steps)
            job.put_in_order(source, job.view(out, (out.size,)))
        return job.result(out)


def count_cells(
    job: Job,
    image: DeviceArray,
    grid: tuple[int, int],
    kernel: Any,
    arguments: list[Any],
    counts: Any,
) -> None:
    """Count in each cell of a grid: where there are several, in copies of as many as fit."""
    if grid == (1, 1):
        count(job, image, kernel, arguments, counts[0])
        return
    batch = image.as_batch()
    n_images, height, width, channels = batch.shape
    for cell in range(grid[0] * grid[1]):
        i, j = divmod(cell, grid[1])
        top, left = i * height // grid[0], j * width // grid[1]
        sides = ((i + 1) * height // grid[0] - top, (j + 1) * width // grid[1] - left)
        if sides[0] * sides[1] == 0:
            continue
        first = top * batch.strides[1] + left * batch.strides[2]
        seen = batch.seen_as((n_images, *sides, channels), batch.strides, first)
        many = job.at_once(n_images, sides[0] * sides[1] * channels * batch.dtype.itemsize)
        for k in range(0, n_images, many):
            n = min(many, n_images - k)
            count(job, seen.rows(k, n), kernel, arguments, counts[cell][k : k + n])


def count(job: Job, image: DeviceArray, kernel: Any, arguments: list[Any], counts: Any) -> None:
    """Launch a kernel that counts: floats by a block a row, bytes by as many as are worth it."""
    n_images, height, width, channels = planes_of(image)
    n = height * width
    if kernel is values.count_floats:
        blocks = min(-(-n // (whole.THREADS * PIXELS_EACH)), 1024)
        pixels = job.view(image, (n_images, n, channels))
        job.launch(kernel, (blocks, n_images), whole.THREADS, pixels, *arguments, counts)
        return
    first = image.pointer % 16 if image.is_contiguous else 0
    n_values = n * channels if kernel is values.count_bytes else n
    most = max(1, BLOCKS_EACH * job.multiprocessors() // n_images)
    grid = (min(-(-n_values // VALUES_EACH), most), min(n_images, MOST_ROWS))
    flat = job.view(image, (image.size,))
    job.launch(kernel, grid, values.WIDE, flat, n_values, channels, first, *arguments, counts)

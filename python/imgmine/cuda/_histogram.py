from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _core
from . import _count_values as values
from . import _normalize_counts as whole
from . import _shared_counts
from ._checks import check
from ._job import on_device_of
from ._separable import planes_of

if TYPE_CHECKING:
    from .._device_array import DeviceArray
    from ._job import Job

PIXELS_EACH = 64  # of a thread, at least: what clearing and adding up the copies costs is shared
VALUES_EACH = 16384  # the same of a block that counts bytes
BLOCKS_EACH = 6  # of a multiprocessor: what fits into its shared memory
MOST_ROWS = 65535  # of a grid
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
    """Run `imgmine.features.histogram` of whole images: bit-equal.

    But "l2" is within 1e-7 where the squares of the counts sum up to 2^53 or more. Of a batch the
    result has shape (N, C * bins).
    """
    areas = (grid, levels, mask, labels, n_labels)
    require_whole(*areas[:4])
    check(_core.features.histogram, image, bins, low, high, normalize, *areas)
    channels = planes_of(image)[3]
    size = channels * bins
    if image.dtype.kind == "f" or 256 * channels > _shared_counts.SHARED:
        return described(image, size, normalize, values.count_floats, low, high)
    bytes_ = np.arange(256, dtype=np.float64)
    table = np.minimum((bytes_ - low) * bins / (high - low), bins - 1).astype(np.int32)
    table = table + bins * np.arange(channels, dtype=np.int32)[:, np.newaxis]
    table[:, (bytes_ < low) | (bytes_ >= high)] = -1
    return described(image, size, normalize, values.count_bytes, table.ravel())


def require_whole(grid: tuple[int, int], levels: int, mask: object, labels: object) -> None:
    """Refuse what only the core counts in."""
    if tuple(grid) != (1, 1) or levels != 1 or mask is not None or labels is not None:
        raise ValueError("grid, levels, mask and labels must not be given for an array on a GPU")


def described(image: DeviceArray, size: int, normalize: str, kernel: Any, *arguments: Any) -> Any:
    """Count with a kernel, which takes pixels, `arguments` and counts, and normalize."""
    n_images, height, width, _ = planes_of(image)
    with on_device_of(image) as job:
        out = job.empty((n_images, size) if image.ndim == 4 else (size,), np.float32)
        if not out.size:
            return job.result(out)
        counts = job.scratch((n_images, size), np.int64)
        job.run(whole.clear_counts, counts.size, counts)
        if height * width:
            there = [job.upload(x) if isinstance(x, np.ndarray) else x for x in arguments]
            count(job, image, kernel, there, counts)
        into = job.view(out, (n_images, size))
        threads = whole.THREADS
        job.launch(whole.normalize_counts, n_images, threads, counts, into, NORMALIZE[normalize])
        return job.result(out)


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

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _core
from . import _count_patterns as patterns
from ._checks import refuse_areas
from ._histogram import NORMALIZE, PIXELS_EACH
from ._job import on_device_of
from ._lbp import Circle
from ._normalize_counts import THREADS, clear_counts, normalize_counts
from ._separable import planes_of

if TYPE_CHECKING:
    from .._device_array import DeviceArray


def lbp_histogram(
    image: DeviceArray,
    rows: list[float],
    columns: list[float],
    method: str,
    normalize: str,
    grid: tuple[int, int],
    mask: object,
    labels: object,
    n_labels: int,
) -> Any:
    """Run `imgmine.features.lbp_histogram` of whole images and cells: bit-equal.

    But "l2" is within 1e-7 where the squares of the counts sum up to 2^53 or more. Of a batch the
    result has a row for each image.
    """
    refuse_areas(mask, labels)
    nothing = np.empty((0, 0), np.uint8)
    judged = (rows, columns, method, normalize, (1, 1), None, None, n_labels)
    n_codes = _core.features.lbp_histogram(nothing, *judged).size
    n_images, height, width, _ = planes_of(image)
    n_cells = grid[0] * grid[1]
    size = n_cells * n_codes
    with on_device_of(image) as job:
        out = job.empty((n_images, size) if image.ndim == 4 else (size,), np.float32)
        if not out.size:
            return job.result(out)
        counts = job.scratch((n_images * n_cells, n_codes), np.int64)
        job.run(clear_counts, counts.size, counts)
        if image.size:
            circle = Circle(rows, columns, method)
            how = (height, width, *circle.upload(job, height, width))
            kernel = patterns.count_patterns
            if circle.is_unit:
                kernel = patterns.count_unit_patterns
                how = (*how, int(width % 4 == 0 and job.has_words(image)))
            n = -(-height // grid[0]) * -(-width // grid[1])
            blocks = (min(-(-n // (patterns.THREADS * PIXELS_EACH)), 1024), n_images, n_cells)
            src = job.view(image, (image.size,))
            job.launch(kernel, blocks, patterns.THREADS, src, *how, *grid, counts)
        into = job.view(out, counts.shape)
        job.launch(normalize_counts, counts.shape[0], THREADS, counts, into, NORMALIZE[normalize])
        return job.result(out)

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from . import _cooccurrence as tables
from ._checks import refuse_areas
from ._glcm import Pairs, sides_of, whole
from ._job import on_device_of
from ._views import part_of, reshaped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._device_array import DeviceArray


def haralick(
    image: DeviceArray,
    offsets: Sequence[Sequence[float]],
    n_angles: int,
    levels: int,
    per_direction: bool,
    mask: object,
) -> Any:
    """Run `imgmine.features.haralick` of whole images: within 1e-6 of themselves or of 1.

    The correlation, which the core takes the difference of two large sums for, to 1e-11 over the
    variance more. Of a batch the result has an axis of images first.
    """
    refuse_areas(mask, None)
    form = sides_of(image)
    pairs = Pairs(whole(offsets), levels, True, True)
    n, size = len(offsets), levels * levels
    angles = (n // n_angles, n_angles)
    shape = (*angles, tables.N_FEATURES) if per_direction else (angles[0] * 2 * tables.N_FEATURES,)
    with on_device_of(image) as job:
        out = job.empty((form[0], *shape) if image.ndim == 4 else shape, np.float32)
        if not out.size:
            return job.result(out)
        pixels = job.view(image, form) if image.size else None
        places = job.upload(np.array(pairs.offsets, np.int32))
        sums = job.upload(pairs.sums(*form[1:]))
        many = job.at_once(form[0], 4 * size * n)
        counts = job.scratch((many, size, n), np.uint32)
        features = job.scratch((form[0], n, tables.N_FEATURES), np.float64)
        for first in range(0, form[0], many):
            last = min(first + many, form[0])
            pairs.count(job, pixels, (first, last), places, counts)
            into = part_of(features, first, last - first)
            grid = (n, last - first)
            job.launch(
                tables.describe_tables,
                grid,
                tables.THREADS,
                part_of(counts, 0, last - first),
                sums,
                levels,
                into,
            )
        if per_direction:
            flat = reshaped(features, features.size)
            job.run(tables.write_floats, flat.size, flat, job.view(out, flat.shape))
        else:
            by_angle = reshaped(features, form[0], *angles, tables.N_FEATURES)
            into = job.view(out, (form[0], angles[0], 2 * tables.N_FEATURES))
            job.run(tables.join_angles, out.size // 2, by_angle, into)
        return job.result(out)

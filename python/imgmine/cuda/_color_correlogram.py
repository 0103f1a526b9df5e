from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _core
from ._checks import check
from ._color import seen_in
from ._correlogram import (
    PAIR_COLUMNS,
    PAIR_ROWS,
    THREADS,
    count_pairs,
    number_colors,
    shares_of_pairs,
)
from ._job import on_device_of
from ._lab import lab_tables
from ._normalize_counts import clear_counts
from ._separable import planes_of
from ._views import part_of, reshaped

if TYPE_CHECKING:
    from .._device_array import DeviceArray


def tables_of(bins: tuple[int, int, int], space: str) -> np.ndarray[Any, Any]:
    """Return what each channel's value adds to the number of a pixel's joint bin."""
    luts = np.zeros((3, 256), np.int32)
    for c, step in enumerate((bins[1] * bins[2], bins[2], 1)):
        extent = 180 if space == "hsv" and c == 0 else 256
        luts[c, :extent] = np.arange(extent) * bins[c] // extent * step
    return luts


def color_correlogram(
    image: DeviceArray, bins: tuple[int, int, int], distances: tuple[int, ...], space: str
) -> Any:
    """Run `imgmine.features.color_correlogram`: bit-equal.

    Of a batch the result has shape (N, size). Colors are numbered once, for as many images at a
    time as fit.
    """
    check(_core.features.color_correlogram, image, bins, distances, space)
    pixels, converting = seen_in(image, space)
    n_images, height, width, channels = planes_of(pixels)
    n_colors = int(np.prod(bins))
    size = len(distances) * n_colors
    with on_device_of(image) as job:
        out = job.empty((n_images, size) if image.ndim == 4 else (size,), np.float32)
        if not out.size:
            return job.result(out)
        counts = job.scratch((n_images, 2 * size), np.int64)
        job.run(clear_counts, counts.size, counts)
        luts = job.upload(tables_of(bins, space))
        tables = [job.table(name, values) for name, values in lab_tables()]
        apart = job.upload(np.array(distances, np.int32))
        many = job.at_once(n_images, height * width)
        colors = job.scratch((many, height, width), np.uint8)
        n = height * width
        flat = reshaped(colors, many * n)
        rgb = job.view(pixels, (n_images * n, channels))
        for first in range(0, n_images, many):
            last = min(first + many, n_images)
            some = rgb[first * n : last * n]
            into = part_of(flat, 0, (last - first) * n)
            job.run(number_colors, into.size, some, converting, luts, *tables, into)
            grid = (-(-width // PAIR_COLUMNS), -(-height // PAIR_ROWS), last - first)
            job.launch(
                count_pairs,
                grid,
                THREADS,
                part_of(colors, 0, last - first),
                apart,
                n_colors,
                part_of(counts, first, last - first),
            )
        job.run(shares_of_pairs, out.size, counts, n_colors, job.view(out, (n_images, size)))
        return job.result(out)

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _core
from . import _cooccurrence as tables
from ._checks import refuse_areas
from ._counting import clear_counts
from ._job import on_device_of
from ._separable import planes_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._device_array import DeviceArray

PIXELS_EACH = 64  # of a thread, at least: what clearing and adding up the copies costs is shared
MOST_PIXELS = 2**31
MOST_BLOCKS = 65535  # of a grid's second axis
MOST_JUDGES = 1 << 17  # threads that look for the largest value

Offsets = list[tuple[int, int]]


def whole(offsets: Sequence[Sequence[float]]) -> Offsets:
    """Return offsets in pixels, rounded as the core does it."""
    return [
        (int(row + (0.5 if row > 0 else -0.5)), int(column + (0.5 if column > 0 else -0.5)))
        for row, column in offsets
    ]


class Pairs:
    """How pairs of gray levels are counted in images of one size."""

    def __init__(self, offsets: Offsets, levels: int, symmetric: bool, quantize: bool) -> None:
        self.offsets, self.levels, self.symmetric = offsets, levels, symmetric
        self.scale = levels if quantize else 256
        self.judges = not quantize and levels < 256

    def sums(self, height: int, width: int) -> np.ndarray[Any, Any]:
        """Return how many pairs of each offset there are."""
        pairs = [max(height - abs(y), 0) * max(width - abs(x), 0) for y, x in self.offsets]
        return np.array(pairs, np.float64) * (2 if self.symmetric else 1)

    def count(
        self, job: Any, pixels: Any, which: tuple[int, int], offsets: Any, counts: Any
    ) -> None:
        """Queue the counting of some images of (N, H, W) in tables (n, levels * levels, offsets).

        Images without pixels, None, have tables of zeros.
        """
        n_images, (_, size, n_offsets) = which[1] - which[0], counts.shape
        n_counts = n_images * size * n_offsets
        counts = counts[:n_images].reshape((n_counts,))
        blocks = -(-n_counts // (tables.THREADS * tables.EACH))
        job.launch(tables.clear_tables, blocks, tables.THREADS, counts)
        if pixels is None:
            return
        of_one = tables.SHARED // size
        kernel = tables.count_pairs if of_one else tables.count_in_memory
        parts = -(-n_offsets // max(of_one, 1))
        own = min(of_one, n_offsets) * size  # counts of a block
        height, width = pixels.shape[1:]
        tiles, tile = tiles_of(height, width, max(tables.THREADS * PIXELS_EACH, 4 * own))
        flat = pixels[which[0] : which[1]].reshape((n_images * height * width,))
        for first in range(0, n_images, MOST_BLOCKS):
            last = min(first + MOST_BLOCKS, n_images)
            some = flat[first * height * width : last * height * width]
            into = counts[first * size * n_offsets : last * size * n_offsets]
            how = (height, width, offsets, self.levels, self.scale, *tile, n_offsets)
            sized = [np.int32(x) if isinstance(x, int) else x for x in how]
            grid = (tiles, last - first, parts)
            job.launch(kernel, grid, tables.THREADS, some, *sized, into)
            if self.symmetric:
                form = (np.int32(self.levels), np.int32(n_offsets))
                grid = (self.levels, last - first)
                job.launch(tables.add_transposed, grid, tables.THREADS, into, *form)

    def judge(self, job: Any, pixels: Any) -> None:
        """Raise the core's error where a value is not below the number of levels."""
        if not self.judges or pixels is None:
            return
        largest = job.scratch((1, 1), np.uint32)
        job.run(clear_counts, 1, largest)
        n = min(pixels.size, MOST_JUDGES)
        job.run(tables.find_largest, n, pixels.reshape((pixels.size,)), largest)
        job.synchronize()
        value = int(largest.copy_to_host()[0, 0])
        pixel = np.full((1, 1), value, np.uint8)
        _core.features.glcm(pixel, [(0, 0)], 1, self.levels, False, False, False, None, None, 0)


def tiles_of(height: int, width: int, n: int) -> tuple[int, tuple[int, int]]:
    """Return into how many tiles of about n pixels images are cut.

    And the rows of a group of a tile's threads, and the tile's columns.
    """
    rows = -(-height // tables.GROUPS)
    rows = min(rows, max(1, n // tables.THREADS))
    down = -(-height // (tables.GROUPS * rows))
    rows = -(-height // (tables.GROUPS * down))
    columns = -(-n // (tables.GROUPS * rows * tables.LANES)) * tables.LANES
    columns = min(columns, -(-width // tables.LANES) * tables.LANES)
    return down * -(-width // columns), (rows, columns)


def sides_of(image: DeviceArray) -> tuple[int, int, int]:
    """Return (N, H, W) of images whose pixels 32 bits can number."""
    n_images, height, width, _ = planes_of(image)
    if height * width >= MOST_PIXELS:
        raise ValueError("image must have fewer than 2^31 pixels")
    return n_images, height, width


def glcm(
    image: DeviceArray,
    offsets: Sequence[Sequence[float]],
    n_angles: int,
    levels: int,
    symmetric: bool,
    normalize: bool,
    quantize: bool,
    mask: object,
    labels: object,
    n_labels: int,  # noqa: ARG001 - the core's argument
) -> Any:
    """Run `imgmine.features.glcm` of whole images: bit-equal.

    Of a batch the result has shape (N, levels, levels, D, A). Fewer than 256 levels without
    `quantize` make the call wait for the GPU, as values have to be judged.
    """
    refuse_areas(mask, labels)
    form = sides_of(image)
    pairs = Pairs(whole(offsets), levels, symmetric, quantize)
    n = len(offsets)
    shape = (levels, levels, n // n_angles, n_angles)
    with on_device_of(image) as job:
        dtype = np.float64 if normalize else np.uint32
        out = job.empty((form[0], *shape) if image.ndim == 4 else shape, dtype)
        if not out.size:
            return job.result(out)
        into = job.view(out, (form[0], levels * levels, n))
        places = job.upload(np.array(pairs.offsets, np.int32))
        pixels = job.view(image, form) if image.size else None
        many = job.at_once(form[0], 4 * levels * levels * n) if normalize else form[0]
        counts = job.scratch((many, levels * levels, n), np.uint32) if normalize else into
        sums = job.upload(np.maximum(pairs.sums(*form[1:]), 1))
        for first in range(0, form[0], many):
            last = min(first + many, form[0])
            pairs.count(job, pixels, (first, last), places, counts)
            if normalize:
                rows = ((last - first) * levels * levels, n)
                found = counts[: last - first].reshape(rows)
                shares = into[first:last].reshape(rows)
                job.run(tables.divide_counts, rows[0], found, sums, shares)
        pairs.judge(job, pixels)
        return job.result(out)

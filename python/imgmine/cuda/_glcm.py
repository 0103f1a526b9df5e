from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _core
from . import _cooccurrence as tables
from . import _gray_pairs as gray
from ._checks import refuse_areas
from ._job import on_device_of
from ._normalize_counts import clear_counts
from ._separable import planes_of
from ._views import part_of, reshaped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._device_array import DeviceArray

PIXELS_EACH = 64  # of a thread, at least: what clearing and adding up the copies costs is shared
MOST_EACH = 256  # of a thread, where there are blocks enough
BLOCKS = 16  # of a multiprocessor
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
        counts = reshaped(part_of(counts, 0, n_images), n_counts)
        blocks = -(-n_counts // (tables.THREADS * tables.EACH))
        job.launch(tables.clear_tables, blocks, tables.THREADS, counts)
        if pixels is None:
            return
        height, width = pixels.shape[1:]
        words = words_of(job, pixels[which[0] : which[1]])
        of_one = gray.SHARED // size
        kernel = gray.count_pairs if of_one else gray.count_in_memory
        own = min(of_one, n_offsets) * size  # counts of a block
        enough = pixels.size // (BLOCKS * job.multiprocessors() * gray.THREADS)
        each = max(PIXELS_EACH, min(enough, MOST_EACH))
        tiles, tile = tiles_of(height, width, max(gray.THREADS * each, 4 * own))
        numbers = (self.levels, self.scale, *tile, n_offsets, height, width)
        levels, scale, rows, columns, n, h, w = (np.int32(x) for x in numbers)
        how = (h, w, offsets, levels, scale, rows, columns, n)
        for first in range(0, n_images, MOST_BLOCKS):
            last = min(first + MOST_BLOCKS, n_images)
            into = counts[first * size * n_offsets : last * size * n_offsets]
            by_image = reshaped(into, last - first, size * n_offsets)
            grid = (tiles, last - first, -(-n_offsets // max(of_one, 1)))
            job.launch(
                kernel, grid, gray.THREADS, part_of(words, first, last - first), *how, by_image
            )
            if self.symmetric:
                by_row = (self.levels, last - first)
                job.launch(tables.add_transposed, by_row, tables.THREADS, by_image, levels, n)

    def judge(self, job: Any, pixels: Any) -> None:
        """Raise the core's error where a value is not below the number of levels."""
        if not self.judges or pixels is None:
            return
        largest = job.scratch((1, 1), np.uint32)
        job.run(clear_counts, 1, largest)
        n = min(pixels.size, MOST_JUDGES)
        job.run(tables.find_largest, n, reshaped(pixels, pixels.size), largest)
        job.synchronize()
        value = int(largest.copy_to_host()[0, 0])
        pixel = np.full((1, 1), value, np.uint8)
        _core.features.glcm(pixel, [(0, 0)], 1, self.levels, False, False, False, None, None, 0)


def words_of(job: Any, pixels: Any) -> Any:
    """Return images of (N, H, W) as rows of whole words, copied if need be: (N, words)."""
    n_images, height, width = pixels.shape
    across = -(-width // 4)
    flat = reshaped(pixels, pixels.size)
    if width % 4 or pixels.__cuda_array_interface__["data"][0] % 4:
        padded = job.scratch((n_images * height * across * 4,), np.uint8)
        job.launch(gray.pad_rows, n_images * height, gray.THREADS, flat, np.int32(width), padded)
        flat = padded
    return flat.view(np.int32).reshape((n_images, height * across))


def tiles_of(height: int, width: int, n: int) -> tuple[int, tuple[int, int]]:
    """Return into how many tiles of about n pixels images are cut.

    And the rows of a group of a tile's threads, and the tile's columns of words.
    """
    words = -(-width // 4)
    rows = min(-(-height // gray.GROUPS), max(1, n // (4 * gray.THREADS)))
    down = -(-height // (gray.GROUPS * rows))
    rows = -(-height // (gray.GROUPS * down))
    columns = -(-n // (4 * gray.GROUPS * rows * gray.LANES)) * gray.LANES
    columns = min(columns, -(-words // gray.LANES) * gray.LANES)
    return down * -(-words // columns), (rows, columns)


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
                rows = (last - first) * levels * levels
                found = reshaped(part_of(counts, 0, last - first), rows * n)
                shares = reshaped(part_of(into, first, last - first), rows * n)
                job.run(tables.divide_counts, rows, found, sums, shares)
        pairs.judge(job, pixels)
        return job.result(out)

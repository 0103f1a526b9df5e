"""Gabor filters, whose answers are the core's bits.

Filters of one wavelength, few at a time, leave rows of complex numbers in memory, from which those
down the columns make answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .. import _core
from . import _wave_columns as columns
from . import _wave_rows as rows
from ._border import MODES
from ._checks import check
from ._job import on_device_of
from ._normalize_counts import clear_counts
from ._separable import planes_of
from ._views import reshaped
from ._wave_sums import EACH, LANES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .._device_array import DeviceArray
    from ._job import Job


class Part(NamedTuple):
    """A few filters of one wavelength, which are worked out together."""

    first: int  # its orientation
    orientations: int
    number: int  # of the wavelength's first filter
    half: int
    n: int
    along: np.ndarray[Any, Any]  # weights by distance, filter, even and odd: of these
    down: np.ndarray[Any, Any]  # by filter, distance, even and odd: of all of the wavelength


def parts_of(
    wavelengths: Sequence[float], orientations: int, sigmas: Sequence[float], ksizes: Sequence[int]
) -> list[Part]:
    """Return the filters of a bank that are worked out."""
    found = []
    for i, (length, sigma, ksize) in enumerate(zip(wavelengths, sigmas, ksizes, strict=True)):
        factors = _core.tables.gabor(length, orientations, sigma, ksize)
        across, down = (x.reshape(-1, ksize // 2 + 1, 2) for x in factors)
        for first in range(0, len(across), rows.FILTERS):
            some = across[first : first + rows.FILTERS]
            along = np.zeros((some.shape[1], rows.FILTERS, 2), np.float32)
            along[:, : len(some)] = some.transpose(1, 0, 2)
            place = (first, orientations, i * orientations)
            found.append(Part(*place, ksize // 2, len(some), along.ravel(), down.ravel()))
    return found


def pitch_of(width: int) -> int:
    """Return how long rows are in memory."""
    return -(-width // LANES) * LANES


def grid_of(width: int, wide: int, height: int, tall: int) -> int:
    """Return the number of tiles of an image."""
    return -(-width // wide) * -(-height // tall)


def some_of(job: Job, image: DeviceArray, n_bytes: int) -> Iterator[tuple[slice, Any]]:
    """Give as many images at a time (N, H, W) as have room for `n_bytes` more than their rows."""
    n_images, height, width, _ = planes_of(image)
    if image.size:
        src = job.view(image, (n_images, height, width))
        room = 8 * rows.FILTERS * height * pitch_of(width)
        many = job.at_once(n_images, room + n_bytes)
        for first in range(0, n_images, many):
            which = slice(first, first + many)
            yield which, src[which]


def filtered_rows(
    job: Job, src: Any, parts: Sequence[Part], mode: int
) -> Iterator[tuple[Any, Any, Any]]:
    """Filter images along their rows, and give what filters down the columns begin with."""
    n, height, width = src.shape
    pitch, flat = pitch_of(width), reshaped(src, src.size)
    waves = job.scratch((2 * max(part.n for part in parts) * n * height * pitch,), np.float32)
    grid = (grid_of(pitch, EACH * rows.QUADS, height, rows.ROWS), 1, n)
    for part in parts:
        how = (part.n, height, width, pitch, part.half, mode)
        taps = job.upload(part.along)
        job.launch(rows.filter_rows, grid, (rows.QUADS, rows.WARPS), flat, waves, taps, *how)
        tiles = (grid_of(width, columns.TILE, height, columns.TALL), part.n, n)
        yield part, tiles, (waves, job.upload(part.down))


def gabor_features(
    image: DeviceArray,
    wavelengths: Sequence[float],
    orientations: int,
    sigmas: Sequence[float],
    ksizes: Sequence[int],
    border: str,
    magnitude: bool,
    scaled: bool,
) -> Any:
    """Run `imgmine.features.gabor_features`: bit-equal.

    Of a batch the result has shape (N, size). It is worked on as many images at a time as have
    room for rows of complex numbers.
    """
    bank = (wavelengths, orientations, sigmas, ksizes)
    check(_core.features.gabor_features, image, *bank, border, magnitude, scaled)
    n_images, height, width, _ = planes_of(image)
    n_filters, tiles = len(wavelengths) * orientations, -(-width // columns.TILE)
    with on_device_of(image) as job:
        out = job.empty((n_images, 2 * n_filters)[image.ndim < 4 :], np.float32)
        if not out.size:
            return job.result(out)
        into = job.view(out, (n_images, 2 * n_filters))
        if not image.size:
            job.run(clear_counts, out.size, into)
        for which, some in some_of(job, image, 16 * n_filters * height * tiles):
            n = some.shape[0]
            sums = job.scratch((n, n_filters, height, 2 * tiles), np.float64)
            for part, grid, waves in filtered_rows(job, some, parts_of(*bank), MODES[border]):
                how = (width, pitch_of(width), part.half, MODES[border], magnitude)
                job.launch(
                    columns.add_up_answers, grid, columns.THREADS, *waves, sums, *part[:3], *how
                )
            grid, count = (n_filters, n), float(height * width)
            job.launch(
                columns.write_statistics, grid, columns.CHUNK, sums, count, scaled, into[which]
            )
        return job.result(out)


def gabor_responses(
    image: DeviceArray,
    wavelengths: Sequence[float],
    orientations: int,
    sigmas: Sequence[float],
    ksizes: Sequence[int],
    border: str,
) -> Any:
    """Run `imgmine.features.gabor_responses`: bit-equal.

    Of a batch images are the first axis.
    """
    bank = (wavelengths, orientations, sigmas, ksizes)
    check(_core.features.gabor_responses, image, *bank, border)
    n_images, height, width, _ = planes_of(image)
    form = (n_images, len(wavelengths), orientations, height, width)
    with on_device_of(image) as job:
        out = job.empty(form[image.ndim < 4 :], np.complex64)
        if out.size:
            into = job.view(out, (n_images, form[1] * form[2], height, width))
            for which, some in some_of(job, image, 0):
                for part, grid, waves in filtered_rows(job, some, parts_of(*bank), MODES[border]):
                    how = (*part[:3], pitch_of(width), part.half, MODES[border])
                    job.launch(
                        columns.write_answers, grid, columns.THREADS, *waves, into[which], *how
                    )
        return job.result(out)

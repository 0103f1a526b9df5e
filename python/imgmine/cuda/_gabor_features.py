from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .. import _core
from . import _waves as waves
from ._border import MODES
from ._checks import check
from ._counting import clear_counts
from ._job import on_device_of
from ._separable import planes_of
from ._wave_sums import LANES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._device_array import DeviceArray
    from ._job import Job

AT_ONCE = 4  # filters whose rows are kept


class Wave(NamedTuple):
    """The filters of one wavelength that are worked out."""

    index: int  # of the first
    orientations: int
    half: int
    rows: np.ndarray[Any, Any]
    columns: np.ndarray[Any, Any]

    @property
    def parts(self) -> Sequence[tuple[int, int, np.ndarray[Any, Any]]]:
        """Return few filters at a time: the first, how many, and their factors along the rows.

        Weights at one distance stand together, of AT_ONCE filters.
        """
        found = []
        for first in range(0, len(self.rows), AT_ONCE):
            some = self.rows[first : first + AT_ONCE]
            taps = np.zeros((self.half + 1, AT_ONCE, 2), np.float32)
            taps[:, : len(some)] = some.transpose(1, 0, 2)
            found.append((first, len(some), taps.ravel()))
        return found


def waves_of(
    wavelengths: Sequence[float], orientations: int, sigmas: Sequence[float], ksizes: Sequence[int]
) -> list[Wave]:
    """Return the filters of a bank, of each wavelength."""
    found = []
    for i, (length, sigma, ksize) in enumerate(zip(wavelengths, sigmas, ksizes, strict=True)):
        factors = _core.tables.gabor(length, orientations, sigma, ksize)
        rows, columns = (x.reshape(-1, ksize // 2 + 1, 2) for x in factors)
        found.append(Wave(i * orientations, orientations, ksize // 2, rows, columns))
    return found


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
    n_filters = len(wavelengths) * orientations
    with on_device_of(image) as job:
        out = job.empty((n_images, 2 * n_filters)[image.ndim < 4 :], np.float32)
        if not out.size:
            return job.result(out)
        into = job.view(out, (n_images, 2 * n_filters))
        if not image.size:
            job.run(clear_counts, out.size, into)
            return job.result(out)
        pitch, tiles = -(-width // LANES) * LANES, -(-width // waves.TILE)
        n_bytes = height * (8 * AT_ONCE * pitch + 16 * n_filters * tiles)
        many = job.at_once(n_images, n_bytes)
        src = job.view(image, (n_images, height * width))
        for first in range(0, n_images, many):
            some = src[first : first + many]
            sums = job.scratch((some.shape[0], n_filters, height, 2 * tiles), np.float64)
            form = (height, width, pitch)
            add_up(job, some, waves_of(*bank), form, MODES[border], magnitude, sums)
            grid, part = (n_filters, some.shape[0]), into[first : first + many]
            count = float(height * width)
            job.launch(waves.write_statistics, grid, waves.CHUNK, sums, count, scaled, part)
        return job.result(out)


def add_up(
    job: Job,
    src: Any,
    bank: Sequence[Wave],
    form: tuple[int, int, int],
    mode: int,
    magnitude: bool,
    sums: Any,
) -> None:
    """Filter images (N, H W), few filters at a time, and add up their answers row by row."""
    n, (height, width, pitch) = src.shape[0], form
    most = min(AT_ONCE, max(len(wave.rows) for wave in bank))
    rows = job.scratch((2 * most * n * height * pitch,), np.float32)
    for wave in bank:
        columns = job.upload(wave.columns.ravel())
        for first, n_some, taps in wave.parts:
            grid = (tiles_of(pitch, waves.EACH * waves.QUADS, height, waves.ROWS), 1, n)
            how = (n_some, *form, wave.half, mode)
            block = (waves.QUADS, waves.WARPS)
            job.launch(waves.filter_rows, grid, block, src.reshape(src.size), rows, job.upload(taps), *how)
            grid = (tiles_of(width, waves.TILE, height, waves.GROUPS * waves.EACH), n_some, n)
            how = (first, wave.orientations, wave.index, width, pitch, wave.half, mode, magnitude)
            block = waves.GROUPS * LANES
            job.launch(waves.add_up_answers, grid, block, rows, columns, sums, *how)


def tiles_of(width: int, wide: int, height: int, tall: int) -> int:
    return -(-width // wide) * -(-height // tall)

"""Histograms of oriented gradients: a block of threads makes a few neighboring blocks of cells.

Votes of a strip of pixels are worked out once, into shared memory: a row of cells at a time where
it fits. A thread adds up one of a cell's four partial sums (of every fourth column) for one pair of
places in the block, in a column of its own in shared memory, so that nothing waits for another.
All additions are made in the core's order: results are bit-equal.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numba import cuda, float32, int16, int32

from .. import _core
from ._checks import check
from ._exact import product
from ._job import on_device_of
from ._separable import planes_of

if TYPE_CHECKING:
    from .._device_array import DeviceArray

THREADS = 128
COLUMNS = 128  # partial sums that are added up at a time
MOST = 22  # orientations added up at a time: more go over the pixels again
ROWS = MOST + 3
VOTES = 1024  # pixels at a time
LANES = 16  # of the core's sums
NORMS = {"none": 0, "l1": 1, "l1-sqrt": 2, "l2": 3, "l2-hys": 4}
# atan(a) / (pi a) as a polynomial in a^2, as in csrc/kernels/hog.cpp.
T0, T1, T2, T3, T4 = 0.000902110711, -0.0050945594, 0.0135560567, -0.0238587447, 0.033857841
T5, T6, T7, T8 = -0.0452081859, 0.0636380538, -0.106102444, 0.318309873


@cuda.jit(device=True)
def arc_tangent(a):
    square = product(a, a)
    total = product(float32(T0), square) + float32(T1)
    total = product(total, square) + float32(T2)
    total = product(total, square) + float32(T3)
    total = product(total, square) + float32(T4)
    total = product(total, square) + float32(T5)
    total = product(total, square) + float32(T6)
    total = product(total, square) + float32(T7)
    total = product(total, square) + float32(T8)
    return product(total, a)


@cuda.jit(device=True)
def direction(x, y, is_signed):
    """The direction of a gradient in half turns, 0 to 1, or to 2 where signed."""
    width, height = abs(x), abs(y)
    longer = max(max(width, height), float32(1e-30))
    angle = arc_tangent(min(width, height) / longer)
    if height > width:
        angle = float32(0.5) - angle
    if is_signed:
        if x < 0:
            angle = float32(1) - angle
        return float32(2) - angle if y < 0 else angle
    falls = (x < 0 and y > 0) or (x > 0 and y < 0)
    return float32(1) - angle if falls else angle


@cuda.jit(device=True)
def value_at(src, image, y, x, c, of_roots):
    value = float32(src[image, y, x, c])
    if of_roots:
        value = float32(math.sqrt(value)) if value >= 0 else float32(math.nan)
    return value


@cuda.jit(device=True)
def gradient_at(src, image, y, x, of_roots):
    """The longest of a pixel's channels' gradients, and its squared length."""
    best_x, best_y, longest = float32(0), float32(0), float32(0)
    for c in range(src.shape[3]):
        gx, gy = float32(0), float32(0)
        if x > 0 and x < src.shape[2] - 1:
            before = value_at(src, image, y, x - 1, c, of_roots)
            gx = value_at(src, image, y, x + 1, c, of_roots) - before
        if y > 0 and y < src.shape[1] - 1:
            before = value_at(src, image, y - 1, x, c, of_roots)
            gy = value_at(src, image, y + 1, x, c, of_roots) - before
        length = product(gx, gx) + product(gy, gy)
        if c == 0 or length > longest:
            best_x, best_y, longest = gx, gy, length
    return best_x, best_y, longest


@cuda.jit(device=True)
def vote_of(x, y, squares, orientations, is_signed, interpolates):
    """A row, which is of orientation row - 1, and what it and the next one are to be given."""
    length = float32(math.sqrt(squares)) if squares < float32(math.inf) else float32(0)
    if not length > 0:
        return int32(1), float32(0), float32(0)
    n = float32(orientations)
    at = product(direction(x, y, is_signed), product(float32(0.5), n) if is_signed else n)
    last = n + float32(0.5) if interpolates else n - float32(0.5)
    if interpolates:
        at = at + float32(0.5)
    at = min(max(at, float32(0)), last)
    row = int32(at)
    if not interpolates:
        return int32(row + 1), length, float32(0)
    second = product(length, at - float32(row))
    return row, length - second, second


@cuda.jit(device=True)
def row_in(row, low, high, n):
    """Where in the table of orientations [low, high) of n a row stands; the last row if nowhere.

    The first row of all is the last orientation once more, the last one the first.
    """
    if row == 0:
        return 0 if high == n else ROWS - 1
    if row == n + 1:
        return high - low + 1 if low == 0 else ROWS - 1
    return row - low if row > low and row <= high else ROWS - 1


@cuda.jit(device=True)
def add_line(line, x, cell, weights, at, lane, votes, table, item):
    """Add every fourth pixel of a line of a cell to a column of the table."""
    rows, firsts, seconds = votes
    while x < cell:
        i, weight = line + x, weights[at + x, lane]
        first, second = rows[i] & 255, rows[i] >> 8
        table[first, item] = table[first, item] + product(firsts[i], weight)
        table[second, item] = table[second, item] + product(seconds[i], weight)
        x += 4


@cuda.jit(device=True)
def add_cells(src, at, places, weights, how, low, high, votes, table):
    """Add up what a row of cells gives to the blocks, in a column for each partial sum."""
    n, cell, of_roots, is_signed, interpolates, n_blocks = how
    image, top, left, width = at
    rows, firsts, seconds = votes
    me, most = cuda.threadIdx.x, places.shape[0]
    for item in range(me, COLUMNS, THREADS):
        for row in range(high - low + 2):
            table[row, item] = float32(0)
        table[ROWS - 1, item] = float32(0)  # nobody reads it, but what is added to must be a number
    at_once = min(cell, VOTES // width)
    for begin in range(0, cell, at_once):
        lines = min(at_once, cell - begin)
        for i in range(int32(me), int32(lines * width), int32(THREADS)):
            y, x = int32(top + begin + i // width), int32(left + i % width)
            gx, gy, squares = gradient_at(src, image, y, x, of_roots)
            row, firsts[i], seconds[i] = vote_of(gx, gy, squares, n, is_signed, interpolates)
            rows[i] = row_in(row, low, high, n) + (row_in(row + 1, low, high, n) << 8)
        cuda.syncthreads()
        for item in range(me, n_blocks * most * 4, THREADS):
            lane, block = item // 4 % most, item // 4 // most
            place, weight = places[lane, 0], places[lane, 1]
            for y in range(lines if place >= 0 else 0):
                line, at = y * width + (block + place) * cell, (begin + y) * cell
                add_line(line, item % 4, cell, weights, at, weight, votes, table, item)
        cuda.syncthreads()


@cuda.jit(device=True)
def four(table, row, item):
    return (table[row, item] + table[row, item + 1]) + (table[row, item + 2] + table[row, item + 3])


@cuda.jit(device=True)
def add_to_blocks(table, lanes, most, place, n_blocks, n, low, high, area, blocks):
    """Add the sums of cells in one row of the blocks to the histograms of all cells of these."""
    n_cells, across = lanes.shape[1], lanes.shape[2]
    total = (high - low) * n_blocks * n_cells
    for i in range(cuda.threadIdx.x, total, THREADS):
        cell, block, o = i % n_cells, i // n_cells % n_blocks, low + i // n_cells // n_blocks
        value = float32(0)
        if place > 0:
            value = blocks[block, cell * n + o]
        for left in range(across):
            lane = lanes[place, cell, left]
            if lane >= 0:
                item = (block * most + lane) * 4
                found = four(table, o - low + 1, item)
                if o == n - 1:
                    found = found + four(table, 0, item)
                if o == 0:
                    found = found + four(table, high - low + 1, item)
                value = value + found / area
        blocks[block, cell * n + o] = value
    cuda.syncthreads()


@cuda.jit(device=True)
def length_of(values, size, squares, sums):
    """The sum of values or squares, by 16 threads in the core's order."""
    me, half = cuda.threadIdx.x, LANES // 2
    total = float32(0)
    for i in range(me % LANES, size, LANES):
        total = total + (product(values[i], values[i]) if squares else values[i])
    sums[me] = total
    cuda.syncthreads()
    while half > 0:
        if me % LANES < half:
            sums[me] = sums[me] + sums[me + half]
        cuda.syncthreads()
        half //= 2
    total = sums[me // LANES * LANES]
    cuda.syncthreads()
    return total


@cuda.jit(cache=True)
def normalize_blocks(blocks, norm, squared, added, added_last):
    """Divide each block's histograms (blocks, values) by their length; 16 threads a block."""
    sums = cuda.shared.array(THREADS, dtype=float32)
    me, most = cuda.threadIdx.x, float32(0.2)
    block = cuda.blockIdx.x * (THREADS // LANES) + me // LANES
    values = blocks[min(block, blocks.shape[0] - 1)]
    size = values.size if block < blocks.shape[0] else 0
    total = length_of(values, size, norm >= 3, sums)
    length = float32(math.sqrt(total + squared)) if norm >= 3 else total
    scale = float32(1) / (length + added)
    for i in range(me % LANES, size, LANES):
        value = product(values[i], scale)
        if norm == 2:
            value = float32(math.sqrt(value))
        elif norm == 4 and not value < most:
            value = most
        values[i] = value
    if norm == 4:
        total = length_of(values, size, True, sums)
        scale = float32(1) / (float32(math.sqrt(total + squared)) + added_last)
        for i in range(me % LANES, size, LANES):
            values[i] = product(values[i], scale)


@cuda.jit(cache=True)
def describe_blocks(
    src, places, lanes, weights, n, cell, of_roots, is_signed, interpolates, per_strip, area, out
):
    """Make histograms (images, down, across, values of a block) of images (N, H, W, C).

    `places` says of each row of cells of a block, and each sum that is made there, of which column
    of cells it is and which weights it has; `lanes` which of them are added up for which cell.
    """
    rows = cuda.shared.array(VOTES, dtype=int16)
    firsts = cuda.shared.array(VOTES, dtype=float32)
    seconds = cuda.shared.array(VOTES, dtype=float32)
    table = cuda.shared.array((ROWS, COLUMNS), dtype=float32)
    strips = (out.shape[2] + per_strip - 1) // per_strip
    image, y, x = cuda.blockIdx.y, cuda.blockIdx.x // strips, cuda.blockIdx.x % strips * per_strip
    n_blocks, side = min(per_strip, out.shape[2] - x), lanes.shape[0]
    width, votes = (n_blocks + side - 1) * cell, (rows, firsts, seconds)
    blocks, how = out[image, y, x:], (n, cell, of_roots, is_signed, interpolates, n_blocks)
    for low in range(0, n, MOST):
        high = min(low + MOST, n)
        for place in range(side):
            at = image, (y + place) * cell, x * cell, width
            add_cells(src, at, places[place], weights, how, low, high, votes, table)
            most = places.shape[1]
            add_to_blocks(table, lanes, most, place, n_blocks, n, low, high, area, blocks)


class Sharing(NamedTuple):
    """How the cells of a block are added up: see `describe_blocks`."""

    places: np.ndarray[Any, Any]
    lanes: np.ndarray[Any, Any]

    @classmethod
    def of(cls, block: int, reach: int) -> Sharing:
        """Return that of blocks whose cells give to others up to `reach` cells away."""
        near = [[c for c in range(block) if abs(c - p) <= reach] for p in range(block)]
        most = max(map(len, near)) * sum(map(len, near))
        places = np.full((block, most, 2), -1, np.int32)
        lanes = np.full((block, block * block, block), -1, np.int32)
        weight = 0
        for place in range(block):
            lane = 0
            for left in range(block):
                for down in near[place]:
                    for across in near[left]:
                        places[place, lane] = left, weight
                        lanes[place, down * block + across, left] = lane
                        lane, weight = lane + 1, weight + 1
        return cls(places, lanes)


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
    full = interpolation == "full"
    sharing = Sharing.of(block, int(full))
    ones = np.ones((cell * cell, sharing.places.shape[1] * block), np.float32)
    weights = _core.tables.hog_weights(cell, block).reshape(cell * cell, -1) if full else ones
    per_strip = min(COLUMNS // (4 * sharing.places.shape[1]), VOTES // cell - block + 1)
    area = np.float32(cell * cell if interpolation == "none" else 1)
    how = (orientations, cell, int(sqrt), int(signed), int(interpolation != "none"), per_strip)
    norm = norm_of(normalize, interpolation, size)
    with on_device_of(image) as job:
        n = down * across * size
        out = job.empty((form[0], n) if image.ndim == 4 else (n,), np.float32)
        if out.size:
            tables = [job.upload(x) for x in (*sharing, weights)]
            into = job.view(out, (form[0], down, across, size))
            grid = (-(-across // per_strip) * down, form[0])
            src = job.view(image, form)
            job.launch(describe_blocks, grid, THREADS, src, *tables, *how, area, into)
            if norm[0]:
                rows = into.reshape((out.size // size, size))
                n_threads = (out.size // size) * LANES
                job.launch(normalize_blocks, -(-n_threads // THREADS), THREADS, rows, *norm)
        return job.result(out)

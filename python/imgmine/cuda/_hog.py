"""Histograms of oriented gradients: a block of threads makes a few neighboring blocks of cells.

A block of threads goes down a strip of a few blocks of cells. Votes of a row of cells are worked
out once, into shared memory, where they fit, for all blocks it lies in. A thread adds up one of a
cell's four partial sums (of every fourth column) for one pair of places in the block, in a column
of its own in shared memory, so that nothing waits for another. Pixels of no weight are left out;
pairs that have as many pixels stand side by side, so that the threads of a warp end together.
All additions are made in the core's order: results are bit-equal.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, float32, int32, int64, uint32, uint64

from .. import _core
from ._checks import check
from ._exact import product
from ._hog_sharing import Sharing
from ._job import on_device_of
from ._separable import planes_of

if TYPE_CHECKING:
    from .._device_array import DeviceArray

THREADS = 256
COLUMNS = 256  # partial sums that are added up at a time
MOST = 22  # orientations added up at a time: more go over the pixels again
ROWS = MOST + 3
TABLE = ROWS * COLUMNS
VOTES = 1024  # pixels at a time
LANES = 16  # of the core's sums
TALLEST = 8  # blocks of cells below each other that a block of threads makes at most
FILL = 4  # blocks of threads a multiprocessor, before they make several each
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
def divided(a, b):
    """The quotient and the rest of what is not negative, in 32 bits."""
    quotient = int32(uint32(a) // uint32(b))
    return quotient, int32(a - int32(quotient * b))


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
def number_at(src, at, of_roots):
    value = float32(src[uint64(at)])
    if of_roots:
        value = float32(math.sqrt(value)) if value >= 0 else float32(math.nan)
    return value


@cuda.jit(device=True)
def strongest_at(src, first, y, x, shape, of_roots):
    """What `gradient_at` gives, of an image whose values stand in order from `first` on."""
    height, width, channels = shape
    pitch = int32(width * channels)
    inside_x, inside_y = x > 0 and x < width - 1, y > 0 and y < height - 1
    at = first + int64(y) * int64(pitch) + int64(int32(x * channels))
    left, up = int64(channels if inside_x else 0), int64(pitch if inside_y else 0)
    best_x, best_y, longest = float32(0), float32(0), float32(0)
    for c in range(channels):
        gx = number_at(src, at + left, of_roots) - number_at(src, at - left, of_roots)
        gy = number_at(src, at + up, of_roots) - number_at(src, at - up, of_roots)
        gx, gy = gx if inside_x else float32(0), gy if inside_y else float32(0)
        length = product(gx, gx) + product(gy, gy)
        if c == 0 or length > longest:
            best_x, best_y, longest = gx, gy, length
        at += 1
    return best_x, best_y, longest


@cuda.jit(device=True)
def vote(src, at, shape, how, low, high, votes):
    """Work out the votes of some lines of a strip; rows as places of two rows in the table."""
    n, of_roots, is_signed, interpolates = how
    first, top, left, width, lines = at
    rows, firsts, seconds = votes
    me = int32(cuda.threadIdx.x)
    y, x = divided(me, width)
    down, across = divided(int32(THREADS), width)
    is_whole = low == 0 and high == n
    for i in range(me, int32(width * lines), int32(THREADS)):
        gx, gy, squares = strongest_at(src, first, int32(top + y), int32(left + x), shape, of_roots)
        row, one, other = vote_of(gx, gy, squares, n, is_signed, interpolates)
        below = int32(row + 1)
        if not is_whole:
            row, below = int32(row_in(row, low, high, n)), int32(row_in(below, low, high, n))
        at = uint32(i)
        rows[at] = int32(int32(row * COLUMNS) | int32(int32(below * COLUMNS) << 16))
        firsts[at], seconds[at] = one, other
        x, y = int32(x + across), int32(y + down)
        if x >= width:
            x, y = int32(x - width), int32(y + 1)


@cuda.jit(device=True)
def add_line(i, end, at, weights, votes, table, item):
    """Add every fourth pixel of a line of a cell to a column of the table."""
    rows, firsts, seconds = votes
    while i < end:
        row, weight = rows[uint32(i)], weights[uint32(at)]
        first, second = uint32(item + (row & 65535)), uint32(item + (row >> 16))
        table[first] = table[first] + product(firsts[uint32(i)], weight)
        table[second] = table[second] + product(seconds[uint32(i)], weight)
        i, at = int32(i + 4), int32(at + 4)


@cuda.jit(device=True)
def add_cells(places, weights, part, votes, table):
    """Add up what lines of a row of cells give to the blocks, in a column for each partial sum."""
    cell, width, begin, lines, n_blocks = part
    most = int32(places.shape[0])
    for item in range(int32(cuda.threadIdx.x), int32(4 * n_blocks * most), int32(THREADS)):
        quarter = int32(item & 3)
        lane, block = divided(int32(item >> 2), n_blocks)
        place, at = places[lane, 0], places[lane, 1]
        first, last = max(places[lane, 2], begin), min(places[lane, 3], int32(begin + lines))
        left, right = places[lane, 4], places[lane, 5]
        left = int32(left + int32(int32(quarter - left) & 3))
        line = int32(int32(int32(first - begin) * width) + int32(int32(block + place) * cell))
        at = int32(at + int32(int32(first * cell) + left))
        for _ in range(first, last):
            add_line(int32(line + left), int32(line + right), at, weights, votes, table, item)
            line, at = int32(line + width), int32(at + cell)


@cuda.jit(device=True)
def four(table, at):
    at = uint64(at)
    one, two = table[at], table[at + uint64(1)]
    three, last = table[at + uint64(2)], table[at + uint64(3)]
    return (one + two) + (three + last)


@cuda.jit(device=True)
def add_to_blocks(table, lanes, is_first, n_blocks, n, low, high, area, out, at):
    """Add the sums of cells in one row of the blocks to the histograms of all cells of these."""
    n_cells, across = int32(lanes.shape[0]), int32(lanes.shape[1])
    orientations = int32(high - low)
    total = int32(orientations * n_cells * n_blocks)
    for i in range(int32(cuda.threadIdx.x), total, int32(THREADS)):
        rest, block = divided(i, n_blocks)  # neighbors read other banks of shared memory
        row, cell = divided(rest, n_cells)
        o = int32(low + row)
        place = uint64(at + int64(int32(int32(int32(block * n_cells) + cell) * n + o)))
        value = float32(0) if is_first else out[place]
        for left in range(across):
            lane = lanes[uint32(cell), uint32(left)]
            if lane >= 0:
                item = int32(int32(int32(lane * n_blocks) + block) * 4)
                found = four(table, int32(item + int32(int32(row + 1) * COLUMNS)))
                if o == n - 1:
                    found = found + four(table, item)
                if o == 0:
                    end = int32(int32(orientations + 1) * COLUMNS)
                    found = found + four(table, int32(item + end))
                value = value + (found / area if area != 1 else found)
        out[place] = value
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


@cuda.jit(device=True)
def clear(table, n_rows):
    for i in range(int32(cuda.threadIdx.x), int32(n_rows * COLUMNS), int32(THREADS)):
        table[uint32(i)] = float32(0)
    # Nobody reads the row of unwanted votes, but what is added to must be a number.
    table[uint32(int32((ROWS - 1) * COLUMNS) + int32(cuda.threadIdx.x))] = float32(0)


@cuda.jit(device=True)
def strip_of(n_down, n_across, per_strip, tall):
    """Of a block of threads: first and last row of blocks, first column, and columns."""
    strips, _ = divided(int32(n_across + int32(per_strip - 1)), per_strip)
    down, across = divided(int32(cuda.blockIdx.x), strips)
    first, left = int32(down * tall), int32(across * per_strip)
    return first, min(int32(first + tall), n_down), left, min(per_strip, int32(n_across - left))


@cuda.jit(cache=True)
def describe_blocks(
    src, form, places, lanes, weights, n, cell, of_roots, is_signed, interpolates,
    per_strip, tall, area, out,
):  # fmt: skip
    """Make histograms of images, both flat, of `form`: pixels down, across, channels; then blocks.

    `places` says of each row of cells of a block, and each sum that is made there, of which column
    of cells it is, where its weights begin, and which lines and columns of the cell have any;
    `lanes` which of them are added up for which cell. A block of threads makes `tall` blocks below
    each other.
    """
    rows = cuda.shared.array(VOTES, dtype=int32)
    firsts = cuda.shared.array(VOTES, dtype=float32)
    seconds = cuda.shared.array(VOTES, dtype=float32)
    table = cuda.shared.array(TABLE, dtype=float32)
    votes, how = (rows, firsts, seconds), (int32(n), of_roots, is_signed, interpolates)
    n, cell, side = int32(n), int32(cell), int32(lanes.shape[0])
    shape, n_down, n_across = (form[0], form[1], form[2]), form[3], form[4]
    first, last, left, n_blocks = strip_of(n_down, n_across, int32(per_strip), int32(tall))
    begin_of_image = int64(cuda.blockIdx.y) * shape[0] * shape[1] * shape[2]
    width, edge = int32(int32(n_blocks + side - 1) * cell), int32(left * cell)
    at_once, _ = divided(int32(VOTES), width)
    at_once = min(cell, at_once)
    for low in range(int32(0), n, int32(MOST)):
        high = min(int32(low + MOST), n)
        for y in range(first, int32(last + side - 1)):
            is_new = True
            for place in range(max(int32(0), int32(y - last + 1)), min(side, int32(y - first + 1))):
                clear(table, int32(high - low + 2))
                for begin in range(int32(0), cell, at_once):
                    lines, top = min(at_once, int32(cell - begin)), int32(int32(y * cell) + begin)
                    if is_new or at_once < cell:
                        at = begin_of_image, top, edge, width, lines
                        vote(src, at, shape, how, low, high, votes)
                    is_new = False
                    cuda.syncthreads()
                    part = cell, width, begin, lines, n_blocks
                    add_cells(places[place], weights, part, votes, table)
                    cuda.syncthreads()
                row = int64(cuda.blockIdx.y) * n_down + y - place
                at = (row * n_across + left) * int64(n * side * side)
                add_to_blocks(
                    table, lanes[place], place == 0, n_blocks, n, low, high, area, out, at
                )


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
    sharing = Sharing.of(block, cell, interpolation == "full")
    per_strip = min(COLUMNS // (4 * sharing.places.shape[1]), VOTES // cell - block + 1)
    area = np.float32(cell * cell if interpolation == "none" else 1)
    how = (orientations, cell, int(sqrt), int(signed), int(interpolation != "none"), per_strip)
    norm = norm_of(normalize, interpolation, size)
    with on_device_of(image) as job:
        n = down * across * size
        out = job.empty((form[0], n) if image.ndim == 4 else (n,), np.float32)
        if out.size:
            tables = [job.upload(x) for x in sharing]
            strips = -(-across // per_strip)
            enough = FILL * job.multiprocessors()
            tall = max(1, min(TALLEST, down, strips * down * form[0] // enough))
            grid = (strips * -(-down // tall), form[0])
            shape = job.upload(np.array((*form[1:], down, across), np.int32))
            src, into = job.view(image, (image.size,)), job.view(out, (out.size,))
            last = (*how, tall, area, into)
            job.launch(describe_blocks, grid, THREADS, src, shape, *tables, *last)
            if norm[0]:
                rows = into.reshape((out.size // size, size))
                n_threads = (out.size // size) * LANES
                job.launch(normalize_blocks, -(-n_threads // THREADS), THREADS, rows, *norm)
        return job.result(out)

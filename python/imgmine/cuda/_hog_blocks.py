"""The kernel that makes the histograms of HOG's blocks: see `_hog`."""

from __future__ import annotations

from numba import cuda, float32, int32, int64

from ._hog_cells import (
    COLUMNS,
    MOST,
    ROWS,
    add_cells,
    add_to_blocks,
    clear,
    divided,
    share_of,
)
from ._hog_pixels import vote
from ._in_shared import address_of

VOTES = 1024  # pixels at a time
# Words, with what it takes to begin at a multiple of 16 bytes.
HELD_VOTES, HELD_SUMS = 4 * VOTES + 4, ROWS * COLUMNS + 4


@cuda.jit(device=True)
def strip_of(block, n_down, n_across, per_strip, tall):
    """Of a block of threads: first and last row of blocks, first column, and columns."""
    strips, _ = divided(int32(n_across + int32(per_strip - 1)), per_strip)
    down, across = divided(block, strips)
    first, left = int32(down * tall), int32(across * per_strip)
    return first, min(int32(first + tall), n_down), left, min(per_strip, int32(n_across - left))


@cuda.jit(cache=True)
def describe_blocks(
    src, form, places, lanes, weights, n, cell, of_roots, is_signed, interpolates,
    per_strip, tall, area, out,
):  # fmt: skip
    """Make histograms of images, both flat, of `form`: pixels down, across, channels; then blocks.

    And cells a side of a block, and sums of a row of them. `places` says of each row of cells of a
    block, and each sum that is made there, of which column of cells it is, where its weights begin,
    and which lines and columns of the cell have any; `lanes` which of them are added up for which
    cell. A block of threads makes `tall` blocks below each other.
    """
    held = cuda.shared.array(HELD_VOTES, dtype=int32)
    sums = cuda.shared.array(HELD_SUMS, dtype=float32)
    who = int32(cuda.threadIdx.x), int32(cuda.blockDim.x)
    votes, table = (held, address_of(held)), (sums, address_of(sums))
    how = int32(n), of_roots, is_signed, interpolates
    n, cell, side, most = int32(n), int32(cell), form[5], form[6]
    shape, n_down, n_across = (form[0], form[1], form[2]), form[3], form[4]
    strip = strip_of(int32(cuda.blockIdx.x), n_down, n_across, int32(per_strip), int32(tall))
    first, last, left, n_blocks = strip
    begin_of_image = int64(cuda.blockIdx.y) * shape[0] * shape[1] * shape[2]
    width, edge = int32(int32(n_blocks + side - 1) * cell), int32(left * cell)
    at_once, _ = divided(int32(VOTES), width)
    share = share_of(int32(int32(side * side) * n_blocks), who)
    at_once, step = min(cell, at_once), (*divided(who[0], width), *divided(who[1], width))
    low = int32(0)
    while low < n:
        part, y = (low, min(int32(low + MOST), n), n), first
        while y < int32(last + side - 1):
            is_new, place = True, max(int32(0), int32(y - last + 1))
            while place < min(side, int32(y - first + 1)):
                clear(table, int32(part[1] - low + 2), who)
                begin = int32(0)
                while begin < cell:
                    lines, top = min(at_once, int32(cell - begin)), int32(int32(y * cell) + begin)
                    if is_new or at_once < cell:
                        where = begin_of_image, top, edge, width, lines
                        vote(src, where, shape, how, part, votes, who, step)
                    is_new = False
                    cuda.syncthreads()
                    area_of = cell, width, begin, lines, n_blocks, most
                    add_cells(places, place, weights, area_of, votes, table, who)
                    cuda.syncthreads()
                    begin = int32(begin + at_once)
                row = int64(cuda.blockIdx.y) * n_down + int64(int32(y - place))
                at = (row * n_across + left) * int64(n * int32(side * side))
                add_to_blocks(table, lanes, place, side, n_blocks, part, area, out, at, who, share)
                cuda.syncthreads()
                place = int32(place + 1)
            y = int32(y + 1)
        low = int32(low + MOST)

"""Adding up votes in cells, and what cells give to blocks, in shared memory.

Tables and votes are pairs of an array and its address.
"""

from __future__ import annotations

from numba import cuda, float32, int32, int64, uint32, uint64

from ._exact import product
from ._in_shared import clear_four, float_at, four_floats, put_float, vote_at

COLUMNS = 256  # partial sums that are added up at a time
MOST = 22  # orientations added up at a time: more go over the pixels again
ROWS = MOST + 3


@cuda.jit(device=True)
def divided(a, b):
    """The quotient and the rest of what is not negative, in 32 bits."""
    quotient = int32(uint32(a) // uint32(b))
    return quotient, int32(a - int32(quotient * b))


@cuda.jit(device=True)
def clear(table, n_rows, who):
    """Clear rows of the table, and that of unwanted votes: what is added to must be a number."""
    sums, address = table
    last = int32(address + 4 * (ROWS - 1) * COLUMNS)
    i, step, end = int32(16 * who[0]), int32(16 * who[1]), int32(n_rows * (4 * COLUMNS))
    while i < 4 * COLUMNS:
        clear_four(sums, int32(last + i))
        i = int32(i + step)
    i = int32(16 * who[0])
    while i < end:
        clear_four(sums, int32(address + i))
        i = int32(i + step)


@cuda.jit(device=True)
def add_line(address, end, at, weights, votes, table, item):
    """Add every fourth pixel of a line of a cell to a column of the table."""
    while address < end:
        rows, one, other = vote_at(votes, address)
        weight = weights[at]
        first, second = int32(item + (rows & 65535)), int32(item + (rows >> 16))
        put_float(table, first, float_at(table, first) + product(one, weight))
        put_float(table, second, float_at(table, second) + product(other, weight))
        address, at = int32(address + 64), uint64(at + uint64(4))


@cuda.jit(device=True)
def add_cells(places, place, weights, area, votes, table, who):
    """Add up what lines of a row of cells give to the blocks, in a column for each partial sum."""
    cell, width, begin, lines, n_blocks, most = area
    item, end = who[0], int32(int32(4 * n_blocks) * most)
    while item < end:
        quarter = int32(item & 3)
        lane, block = divided(int32(item >> 2), n_blocks)
        k = uint64(int32(int32(int32(place * most) + lane) * 6))
        column, at = places[k], places[uint64(k + uint64(1))]
        first = max(places[uint64(k + uint64(2))], begin)
        last = min(places[uint64(k + uint64(3))], int32(begin + lines))
        left, right = places[uint64(k + uint64(4))], places[uint64(k + uint64(5))]
        left = int32(left + int32(int32(quarter - left) & 3))
        line = int32(int32(int32(first - begin) * width) + int32(int32(block + column) * cell))
        line, at = int32(votes[1] + 16 * line), int32(int32(at + left) + int32(first * cell))
        mine = int32(table[1] + 4 * item)
        left, right = int32(16 * left), int32(16 * right)
        while first < last:
            start, stop = int32(line + left), int32(line + right)
            add_line(start, stop, uint64(at), weights, votes[0], table[0], mine)
            line, at = int32(line + int32(16 * width)), int32(at + cell)
            first = int32(first + 1)
        item = int32(item + who[1])


@cuda.jit(device=True)
def four(table, address):
    one, two, three, last = four_floats(table, address)
    return (one + two) + (three + last)


@cuda.jit(device=True)
def share_of(n_here, who):
    """A thread's first cell of n blocks', its first orientation, and the step to its next."""
    step = max(int32(1), divided(who[1], n_here)[0])
    row, here = divided(who[0], n_here)
    return here if row < step else n_here, row, step


@cuda.jit(device=True)
def found_in(table, address, row, is_first, is_last, end):
    """A cell's sum of an orientation: of its row, and of that around the circle."""
    found = four(table, int32(address + int32(int32(row + 1) * (4 * COLUMNS))))
    if is_last:
        found = found + four(table, address)
    if is_first:
        found = found + four(table, int32(address + end))
    return found


@cuda.jit(device=True)
def add_to_cell(table, lanes, k, side, scale, part, out, at, row, step):
    """Add to some orientations of a cell's histogram what `lanes` from k on name."""
    address, pitch, area, is_first = scale
    low, high, n = part
    end = int32(int32(int32(high - low) + 1) * (4 * COLUMNS))
    while row < int32(high - low):
        to, o = uint64(at + int64(row)), int32(low + row)
        value, left = float32(0) if is_first else out[to], int32(0)
        while left < side:
            lane = lanes[uint32(k + left)]
            if lane >= 0:
                mine = int32(address + int32(lane * pitch))
                found = found_in(table, mine, row, o == 0, o == int32(n - 1), end)
                value = value + (found / area if area != 1 else found)
            left = int32(left + 1)
        out[to] = value
        row = int32(row + step)


@cuda.jit(device=True)
def add_to_blocks(table, lanes, place, side, n_blocks, part, area, out, at, who, share):
    """Add the sums of cells in one row of the blocks to the histograms of all cells of these."""
    here, row, step = share
    n_cells = int32(side * side)
    while here < int32(n_cells * n_blocks):
        cell, block = divided(here, n_blocks)  # neighbors read other banks of shared memory
        k = int32(int32(int32(place * n_cells) + cell) * side)
        to = at + int64(int32(int32(int32(block * n_cells) + cell) * part[2] + part[0]))
        scale = int32(table[1] + 16 * block), int32(16 * n_blocks), area, place == 0
        add_to_cell(table[0], lanes, k, side, scale, part, out, to, row, step)
        here = int32(here + who[1])

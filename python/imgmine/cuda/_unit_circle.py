"""Local binary patterns of eight points at distance 1, of four pixels of a row at once.

A diagonal point lies between the pixel c, two straight neighbors a and b, and the corner d. It is
not below c where a + b - 2 c + 2.41425 (d - c) >= 0 (csrc/kernels/simd_lbp.hpp), which for bytes
is where far + 309/128 (near + 2 far) >= 0 with near = a + b - 2 c and far = d - c: no fraction of
so small numbers lies between the two. So 16-bit floats, two in a word, tell it with one rounding
that cannot turn a sign; their 1024 + value is a byte below a constant, and they are taken 1/16 as
large, so that products of two are within their range. 0 are ties, d = c and a - c = c - b, of which
the rounding of doubles decides: a table tells how where a = b = c.
"""

from __future__ import annotations

from numba import cuda, float64, int32, uint32, uint64

from ._half_pairs import not_zero, pair_minus, pair_multiply_add, pair_plus, pair_times
from ._in_shared import byte_at, put_word
from ._lbp_points import between, pixel_at
from ._words import bits_of, bytes_of, four_bytes, lowest_of, one_word, permuted, put_words

HELD_CODES = 68  # words, with what it takes to begin at a multiple of 16 bytes
ROWS = 16  # of a thread, one after the other
ABOVE = 0x54545454  # the upper bytes of 64 + value / 16
NOTHING = 0x54005400
TWO, RATIO = 0x40004000, 0x40D440D4  # 2 and 309 / 128
SIGNS = 0xFDB9  # four bytes, each all ones if the half that it is the upper byte of is negative
ZEROS = 0x80008000
UP, ODD = 0x0A0A0A0A, -0x55555556  # bits of the upper corners, and of all


@cuda.jit(device=True)
def word_of_row(flat, at, n, has_words):
    """Four pixels; if rows do not begin at multiples of 4, n of them at most, zeros behind."""
    if has_words:
        return one_word(flat, at)
    a, b, c, d = int32(flat[uint64(at)]), int32(0), int32(0), int32(0)
    if n > 1:
        b = int32(flat[uint64(at + 1)])
    if n > 2:
        c = int32(flat[uint64(at + 2)])
    if n > 3:
        d = int32(flat[uint64(at + 3)])
    return four_bytes(a, b, c, d)


@cuda.jit(device=True)
def row_of(flat, at, is_inside, x, width, has_words):
    """Four pixels from column x on, and five pairs of neighbors, the first of the one before."""
    if not is_inside:
        none = int32(NOTHING)
        return int32(0), none, none, none, none, none
    before = after = int32(0)
    if x > 0:
        before = int32(flat[uint64(at - 1)])
    if int32(x + 4) < width:
        after = int32(flat[uint64(at + 4)])
    word, above = word_of_row(flat, at, int32(width - x), has_words), int32(ABOVE)
    return (
        word,
        permuted(word, int32(before | 0x5400), int32(0x5054)),
        permuted(word, above, int32(0x4140)),
        permuted(word, above, int32(0x4241)),
        permuted(word, above, int32(0x4342)),
        permuted(word, int32(after | 0x5400), int32(0x5453)),
    )


@cuda.jit(device=True)
def corner_of(near, far):
    """What is negative where a diagonal point is below, and 0 where it is a tie."""
    return pair_multiply_add(pair_multiply_add(far, int32(TWO), near), int32(RATIO), far)


@cuda.jit(device=True)
def points_of(up, mid, down):
    """Of two pixels, of the three pairs around them in each row: what is negative where below."""
    c = mid[1]
    right, left = pair_minus(mid[2], c), pair_minus(mid[0], c)
    above, below = pair_minus(up[1], c), pair_minus(down[1], c)
    return (
        right,
        corner_of(pair_plus(above, right), pair_minus(up[2], c)),
        above,
        corner_of(pair_plus(above, left), pair_minus(up[0], c)),
        left,
        corner_of(pair_plus(below, left), pair_minus(down[0], c)),
        below,
        corner_of(pair_plus(below, right), pair_minus(down[2], c)),
    )


@cuda.jit(device=True)
def signs_of(first, second, bits):
    """Bits of a word's bytes where numbers of four pixels are negative."""
    return int32(permuted(first, second, int32(SIGNS)) & int32(bits))


@cuda.jit(device=True)
def zeros_of(first, second):
    """The same of zeros, for all bits of the bytes."""
    return ~permuted(int32(not_zero(first)), int32(not_zero(second)), int32(SIGNS))


@cuda.jit(device=True)
def negatives_of(p, q):
    """A byte of bits, one a point, for each of four pixels."""
    low = signs_of(p[0], q[0], 0x01010101) | signs_of(p[1], q[1], 0x02020202)
    low |= signs_of(p[2], q[2], 0x04040404) | signs_of(p[3], q[3], 0x08080808)
    high = signs_of(p[4], q[4], 0x10101010) | signs_of(p[5], q[5], 0x20202020)
    high |= signs_of(p[6], q[6], 0x40404040) | signs_of(p[7], q[7], -0x7F7F7F80)
    return int32(low | high)


@cuda.jit(device=True)
def has_ties(p, q):
    """Whether a corner of four pixels is a tie: the product of two is 0 only if one of them is."""
    first = not_zero(pair_times(p[1], p[3])) & not_zero(pair_times(p[5], p[7]))
    second = not_zero(pair_times(q[1], q[3])) & not_zero(pair_times(q[5], q[7]))
    return uint32(uint32(first & second) & uint32(ZEROS)) != uint32(ZEROS)


@cuda.jit(device=True)
def class_of(place):
    """The number of rows or columns that a table of ties has the same for: see `flat_classes`."""
    is_power = int32(1) if place & int32(place - 1) == 0 else int32(0)
    return int32(2 * bits_of(place) + is_power)


@cuda.jit(device=True)
def columns_of(x):
    """Where in a table of ties four columns begin."""
    one, two = int32(256 * class_of(int32(x + 1))), int32(256 * class_of(int32(x + 2)))
    return int32(256 * class_of(x)), one, two, int32(256 * class_of(int32(x + 3)))


@cuda.jit(device=True)
def flat_points(table, row, columns, word):
    """Of four pixels, which points are not below them if all around them is as they are."""
    a, b, c, d = bytes_of(word)
    return four_bytes(
        int32(table[uint32(int32(int32(row + columns[0]) + a))]),
        int32(table[uint32(int32(int32(row + columns[1]) + b))]),
        int32(table[uint32(int32(int32(row + columns[2]) + c))]),
        int32(table[uint32(int32(int32(row + columns[3]) + d))]),
    )


@cuda.jit(device=True)
def settled(below, ties, flat, y, x, form, places):
    """The same bits, and those of other ties that count as below, by the core's operations."""
    while ties != 0:
        bit = lowest_of(ties)
        ties = int32(ties ^ int32(int32(1) << bit))
        point, column = int32(bit & 7), int32(x + (bit >> 3))
        top = int32(y - 1) if point < 4 else y
        left = column if point == 1 or point == 7 else int32(column - 1)
        a, b = pixel_at(flat, top, left, form), pixel_at(flat, top, int32(left + 1), form)
        c = pixel_at(flat, int32(top + 1), left, form)
        d = pixel_at(flat, int32(top + 1), int32(left + 1), form)
        value = between(a, b, c, d, y, column, places[0, point], places[1, point])
        if value < float64(pixel_at(flat, y, column, form)):
            below = int32(below | int32(int32(1) << bit))
    return below


@cuda.jit(device=True)
def patterns_of(flat, y, x, form, up, mid, down, columns, tables):
    """The patterns of four pixels, of three rows that `row_of` gives."""
    places, table, pitch = tables
    p = points_of(up[1:4], mid[1:4], down[1:4])
    q = points_of(up[3:], mid[3:], down[3:])
    below = negatives_of(p, q)
    if has_ties(p, q):
        ties = zeros_of(p[1], q[1]) & 0x02020202 | zeros_of(p[3], q[3]) & 0x08080808
        ties |= zeros_of(p[5], q[5]) & 0x20202020 | zeros_of(p[7], q[7]) & -0x7F7F7F80
        flats = zeros_of(p[2], q[2]) & UP | zeros_of(p[6], q[6]) & (ODD ^ UP)
        row = int32(class_of(y) * pitch)
        not_under = flat_points(table, row, columns, mid[0])
        below = int32(below | int32(ties & flats & ~not_under))
        below = settled(below, int32(ties & ~flats), flat, y, x, form, places)
    return int32(~below)


@cuda.jit(device=True)
def put_four(flat, at, n, has_words, word):
    """Write four codes, or n that there is room for."""
    if has_words:
        put_words(flat, at, (word,))
        return
    a, b, c, d = bytes_of(word)
    flat[uint64(at)] = a
    if n > 1:
        flat[uint64(at + 1)] = b
    if n > 2:
        flat[uint64(at + 2)] = c
    if n > 3:
        flat[uint64(at + 3)] = d


@cuda.jit(device=True)
def copied_codes(codes, table, address, me, threads):
    """Copy codes of 256 patterns, four a word, to an address of shared memory."""
    i = int32(me)
    while i < 64:
        put_word(table, int32(address + 4 * i), codes[uint32(i)])
        i = int32(i + threads)


@cuda.jit(device=True)
def codes_of(table, address, word):
    """The codes of four patterns."""
    a, b, c, d = bytes_of(word)
    return four_bytes(
        byte_at(table, int32(address + a)),
        byte_at(table, int32(address + b)),
        byte_at(table, int32(address + c)),
        byte_at(table, int32(address + d)),
    )

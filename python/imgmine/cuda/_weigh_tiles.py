"""Bytes resized by whole weights, along the columns and then along the rows, in one tile a block.

What a tile needs of the old picture comes into shared memory in words, channels apart: a word is
four neighbors along a row, and eight rows of a word stand together. An instruction adds the
products of two of its bytes with weights of 16 bits. What comes of it, 16 bits, is kept as two
words of four bytes, of four rows each, lower and upper bytes apart: so the same instruction adds
them up along the columns. All sums are exact. Weights are padded with zeros to whole words: see
_tap_groups.
"""

from __future__ import annotations

from numba import config, cuda, int32, int64, uint32, uint64

from ._load_tiles import following, split
from ._vectors import four_at
from ._weighted_bytes import (
    add_high,
    add_high_signed,
    add_low,
    add_low_signed,
    halves,
    quotient,
    shifted,
    upper_product,
)
from ._words import bytes_of, four_bytes, permuted, put_words

ALIGNMENT = None if config.ENABLE_CUDASIM else 16
SOURCE, BETWEEN = 3072, 8192  # words for the old picture and for what comes of its rows
UPPER = BETWEEN // 2  # where the upper bytes begin
MIDDLE = BETWEEN // 12 * 4  # where they begin, of three, and a half of where the uppermost do
WEIGHTED, MEAN, WIDE_MEAN = range(3)  # what is made; the last of sums along rows of three bytes


@cuda.jit(device=True)
def add_four(low, high, words, sums):
    """The sums with four bytes' products each."""
    a, b, c, d = words
    p, q, r, s = sums
    p, q = add_high(high, a, add_low(low, a, p)), add_high(high, b, add_low(low, b, q))
    return p, q, add_high(high, c, add_low(low, c, r)), add_high(high, d, add_low(low, d, s))


@cuda.jit(device=True)
def add_four_signed(low, high, words, sums):
    a, b, c, d = words
    p, q, r, s = sums
    p = add_high_signed(high, a, add_low_signed(low, a, p))
    q = add_high_signed(high, b, add_low_signed(low, b, q))
    r = add_high_signed(high, c, add_low_signed(low, c, r))
    return p, q, r, add_high_signed(high, d, add_low_signed(low, d, s))


@cuda.jit(device=True)
def put_between(between, to, sums, shift, kind):
    """Four rows of a column: a word of lower bytes, and one of upper ones."""
    a, b, c, d = sums
    a, b, c, d = shifted(a, shift), shifted(b, shift), shifted(c, shift), shifted(d, shift)
    between[to] = four_bytes(a, b, c, d)
    second = permuted(a, b, int32(0x0051)), permuted(c, d, int32(0x0051))
    upper = permuted(second[0], second[1], int32(0x5410))
    if kind == WIDE_MEAN:
        between[uint64(to + uint64(MIDDLE))] = upper
        third = permuted(a, b, int32(0x0062)), permuted(c, d, int32(0x0062))
        between[uint64(to + uint64(2 * MIDDLE))] = permuted(third[0], third[1], int32(0x5410))
    else:
        between[uint64(to + uint64(UPPER))] = upper


@cuda.jit(device=True)
def weigh_along(source, between, axis, corner, planes, turns, done, eights, start, shift, kind):
    """Sums along the rows: eight rows of a column a thread.

    `corner`: the tile's first column and word; `turns`: the words of a row, a tile's columns and
    its channels; `done`: how many eights of rows are done, now come `eights`.
    """
    starts, weights, groups = axis
    n, columns, planes = uint32(turns[0][0]), uint32(starts.size), uint32(planes)
    pitch, inverse = uint32(planes * uint32(turns[1][0])), uint32(turns[2])
    line, x, step = split(turns[1])
    while line < uint32(uint32(eights) * planes):
        tap = min(uint32(corner[0] + x), uint32(columns - uint32(1)))
        at = uint32(uint32(line * n) + uint32(uint32(starts[tap]) - corner[1]))
        at, tap, rest = int64(uint32(at * uint32(8))), int64(tap), int32(groups)
        above, below = (start, start, start, start), (start, start, start, start)
        while rest > int32(0):
            low, high = halves(weights, tap)
            above = add_four(low, high, four_at(source, at), above)
            below = add_four(low, high, four_at(source, int64(at + 4)), below)
            at, tap, rest = int64(at + 8), int64(tap + int64(columns)), int32(rest - int32(1))
        eight = quotient(line, inverse)
        column = uint32(uint32(x * planes) + uint32(line - uint32(eight * planes)))
        to = uint32(uint32(uint32(uint32(2) * uint32(done + eight)) * pitch) + column)
        put_between(between, uint64(to), above, shift, kind)
        put_between(between, uint64(uint32(to + pitch)), below, shift, kind)
        line, x = following(line, x, step)


@cuda.jit(device=True)
def bytes_of_sums(lower, upper, finish, kind):
    """The word of four new values; of means: what sums are multiplied by in place of divided."""
    shift, factor = finish
    a, b, c, d = lower
    e, f, g, h = upper
    a, b = int32(a + int32(e << int32(8))), int32(b + int32(f << int32(8)))
    c, d = int32(c + int32(g << int32(8))), int32(d + int32(h << int32(8)))
    if kind != WEIGHTED:
        factor = uint32(factor)
        a, b = int32(upper_product(uint32(a), factor)), int32(upper_product(uint32(b), factor))
        c, d = int32(upper_product(uint32(c), factor)), int32(upper_product(uint32(d), factor))
    a, b, c, d = shifted(a, shift), shifted(b, shift), shifted(c, shift), shifted(d, shift)
    if kind == WEIGHTED:
        least, most = int32(0), int32(255)
        a, b = min(max(a, least), most), min(max(b, least), most)
        c, d = min(max(c, least), most), min(max(d, least), most)
    return four_bytes(a, b, c, d)


@cuda.jit(device=True)
def add_upper(between, at, low, high, sums, kind):
    """The sums of upper bytes, which are signed, or of the upper two of three."""
    if kind != WIDE_MEAN:
        return add_four_signed(low, high, four_at(between, int64(at + UPPER)), sums)
    none = int32(0)
    sums = add_four(low, high, four_at(between, int64(at + MIDDLE)), sums)
    third = four_at(between, int64(at + 2 * MIDDLE))
    a, b, c, d = add_four(low, high, third, (none, none, none, none))
    e, f, g, h = sums
    e, f = int32(e + int32(a << int32(8))), int32(f + int32(b << int32(8)))
    return e, f, int32(g + int32(c << int32(8))), int32(h + int32(d << int32(8)))


@cuda.jit(device=True)
def sum_down(between, at, pitch, tap, axis, start, finish, kind):
    """Eight new values, as words."""
    starts, weights, groups = axis
    none = int32(0)
    a, b = (start, start, start, start), (start, start, start, start)
    c, d = (none, none, none, none), (none, none, none, none)
    tap, rest, rows, pitch = int64(tap), int32(groups), int64(starts.size), int64(pitch)
    while rest > int32(0):
        low, high = halves(weights, tap)
        a = add_four(low, high, four_at(between, at), a)
        b = add_four(low, high, four_at(between, int64(at + 4)), b)
        c = add_upper(between, at, low, high, c, kind)
        d = add_upper(between, int64(at + 4), low, high, d, kind)
        at, tap, rest = int64(at + pitch), int64(tap + rows), int32(rest - int32(1))
    return bytes_of_sums(a, c, finish, kind), bytes_of_sums(b, d, finish, kind)


@cuda.jit(device=True)
def put_bytes(dst, place, step, left, word):
    """Write a word's bytes, as far as there is room for so many."""
    a, b, c, d = bytes_of(word)
    dst[place] = a
    if left > uint32(1):
        dst[uint32(place + step)] = b
    if left > uint32(2):
        dst[uint32(place + uint32(uint32(2) * step))] = c
    if left > uint32(3):
        dst[uint32(place + uint32(uint32(3) * step))] = d


@cuda.jit(device=True)
def put_eight(dst, place, step, left, by_words, first, second):
    if by_words:
        put_words(dst, int64(place), (first,))
        if left > uint32(4):
            put_words(dst, int64(uint32(place + uint32(4))), (second,))
    else:
        put_bytes(dst, place, step, left, first)
        if left > uint32(4):
            further = uint32(place + uint32(uint32(4) * step))
            put_bytes(dst, further, step, uint32(left - uint32(4)), second)


@cuda.jit(device=True)
def weigh_down(between, dst, axis, first, tall, top, turn, start, finish, kind, where):
    """Sums along the columns: eight values of a new row a thread.

    `where`: the values of an image's row, of them in this tile and behind it, how far they are
    apart, and whether they can be written in words.
    """
    length, left, step, by_words = where
    pitch = uint32(uint32(8) * uint32(turn[0]))
    tall = min(tall, uint32(uint32(axis[0].size) - first))
    y, k, turned = split(turn)
    while y < tall:
        row, column = uint32(first + y), uint32(uint32(8) * k)
        if column < left:
            group = uint32(uint32(axis[0][row]) - top)
            at = int64(uint32(uint32(group * pitch) + column))
            words = sum_down(between, at, pitch, row, axis, start, finish, kind)
            place = uint32(uint32(y * length) + uint32(column * step))
            put_eight(dst, place, step, uint32(left - column), by_words, words[0], words[1])
        y, k = following(y, k, turned)

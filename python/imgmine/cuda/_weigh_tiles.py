"""Bytes resized by whole weights, along the columns and then along the rows, in one tile a block.

What a tile needs of the old picture comes into shared memory in words, channels apart: a word is
four neighbors along a row, and eight rows of a word stand together. An instruction adds the
products of two of its bytes with weights of 16 bits. What comes of it, 16 bits, is kept as two
words of four bytes, of four rows each, lower and upper bytes apart: so the same instruction adds
them up along the columns. All sums are exact. Weights that an image reads in words are padded with
zeros: see _tap_groups.
"""

from __future__ import annotations

from numba import config, cuda, int32, int64, uint32, uint64

from ._covers import rounded_mean_in_32_bits
from ._quads import (
    add_high,
    add_high_signed,
    add_low,
    add_low_signed,
    four_at,
    halves,
    put_four_at,
)
from ._row_words import word_at
from ._words import four_bytes, permuted, put_words

THREADS = 32 if config.ENABLE_CUDASIM else 256
ALIGNMENT = None if config.ENABLE_CUDASIM else 16
SOURCE, BETWEEN = 3072, 6144  # words for the old picture and for what comes of its rows
UPPER = BETWEEN // 2  # where the upper bytes begin


@cuda.jit(device=True)
def following(quad, k, n):
    """The place a block's threads further on, where a line has n of them."""
    k = uint32(k + uint32(THREADS))
    while k >= n:
        quad, k = uint32(quad + uint32(1)), uint32(k - n)
    return quad, k


@cuda.jit(device=True)
def line_of(image, row, height, pitch):
    """Where a row begins; behind the last it is the last."""
    row = min(row, uint32(height - uint32(1)))
    return uint64(uint64(uint64(image) * uint64(height) + uint64(row)) * uint64(pitch))


@cuda.jit(device=True)
def channels_apart(a, b, c):
    """The words of three channels of four pixels."""
    first = permuted(permuted(a, b, int32(0x0630)), c, int32(0x5210))
    second = permuted(permuted(a, b, int32(0x0741)), c, int32(0x6210))
    return first, second, permuted(permuted(a, b, int32(0x0052)), c, int32(0x7410))


@cuda.jit(device=True)
def pixels_apart(src, place):
    a, b = int32(word_at(src, place)), int32(word_at(src, uint64(place + uint64(4))))
    return channels_apart(a, b, int32(word_at(src, uint64(place + uint64(8)))))


@cuda.jit(device=True)
def load_words(src, image, planes, corner, span, source):
    """Bring rows of one or three channels, which begin at multiples of four bytes.

    `corner`: the first row and word; `span`: how many eights of rows, and words.
    """
    top, left = corner
    eights, n = span
    height, pitch = uint32(src.shape[1]), uint32(src.shape[2])
    last = uint32(pitch // uint32(4 * planes) - uint32(1))
    quad = uint32(uint32(cuda.threadIdx.x) // n)
    k = uint32(uint32(cuda.threadIdx.x) - uint32(quad * n))
    while quad < uint32(2 * eights):
        row = uint32(top + uint32(4 * quad))
        along = uint64(uint32(min(uint32(left + k), last) * uint32(4 * planes)))
        p = uint64(line_of(image, row, height, pitch) + along)
        q = uint64(line_of(image, uint32(row + uint32(1)), height, pitch) + along)
        r = uint64(line_of(image, uint32(row + uint32(2)), height, pitch) + along)
        s = uint64(line_of(image, uint32(row + uint32(3)), height, pitch) + along)
        eight = uint32(uint32(quad >> uint32(1)) * uint32(planes))
        to = int64(uint32(uint32(uint32(eight * n) + k) * uint32(8) + uint32(4 * (quad & 1))))
        if planes == 1:
            a, b = int32(word_at(src, p)), int32(word_at(src, q))
            put_four_at(source, to, a, b, int32(word_at(src, r)), int32(word_at(src, s)))
        else:
            a, b, c = pixels_apart(src, p)
            d, e, f = pixels_apart(src, q)
            g, h, i = pixels_apart(src, r)
            j, l, m = pixels_apart(src, s)
            plane = int64(uint32(n * uint32(8)))
            put_four_at(source, to, a, d, g, j)
            put_four_at(source, int64(to + plane), b, e, h, l)
            put_four_at(source, int64(to + 2 * plane), c, f, i, m)
        quad, k = following(quad, k, n)


@cuda.jit(device=True)
def word_of_bytes(src, image, row, pixel, channels, channel):
    """Four pixels of a channel, byte by byte."""
    last = uint32(src.shape[2] // channels - 1)
    row = min(row, uint32(src.shape[1] - 1))
    a = uint32(min(pixel, last) * uint32(channels) + channel)
    b = uint32(min(uint32(pixel + uint32(1)), last) * uint32(channels) + channel)
    c = uint32(min(uint32(pixel + uint32(2)), last) * uint32(channels) + channel)
    d = uint32(min(uint32(pixel + uint32(3)), last) * uint32(channels) + channel)
    e, f = int32(src[image, row, a]), int32(src[image, row, b])
    return four_bytes(e, f, int32(src[image, row, c]), int32(src[image, row, d]))


@cuda.jit(device=True)
def load_bytes(src, image, planes, channels, channel, corner, span, source):
    """The same of any channels, from `channel` on, and rows that begin anywhere."""
    top, left = corner
    eights, n = span
    line = uint32(uint32(cuda.threadIdx.x) // n)
    k = uint32(uint32(cuda.threadIdx.x) - uint32(line * n))
    while line < uint32(2 * eights * planes):
        quad, plane = uint32(line // uint32(planes)), uint32(line % uint32(planes))
        pixel, own = uint32(4 * uint32(left + k)), uint32(channel + plane)
        row = uint32(top + uint32(4 * quad))
        a = word_of_bytes(src, image, row, pixel, channels, own)
        b = word_of_bytes(src, image, uint32(row + uint32(1)), pixel, channels, own)
        c = word_of_bytes(src, image, uint32(row + uint32(2)), pixel, channels, own)
        d = word_of_bytes(src, image, uint32(row + uint32(3)), pixel, channels, own)
        eight = uint32(uint32(uint32(quad >> uint32(1)) * uint32(planes)) + plane)
        to = uint32(uint32(uint32(eight * n) + k) * uint32(8) + uint32(4 * (quad & 1)))
        put_four_at(source, int64(to), a, b, c, d)
        line, k = following(line, k, n)


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
def put_between(between, to, sums, shift):
    """Four rows of a column: a word of lower bytes, and one of upper ones."""
    a, b, c, d = sums
    a, b, c, d = int32(a >> shift), int32(b >> shift), int32(c >> shift), int32(d >> shift)
    between[to] = four_bytes(a, b, c, d)
    upper = permuted(a, b, int32(0x0051)), permuted(c, d, int32(0x0051))
    between[uint64(to + uint64(UPPER))] = permuted(upper[0], upper[1], int32(0x5410))


@cuda.jit(device=True)
def weigh_along(source, between, axis, first, left, wide, planes, first_eight, span, start, shift):
    """Sums along the rows: eight rows of a column a thread. A tile has 2^wide columns."""
    starts, weights, groups = axis
    eights, n = span
    columns, third = uint32(starts.size), uint32(65536 // planes + 1)
    item, pitch = uint32(cuda.threadIdx.x), uint32(uint32(planes) << wide)
    while item < uint32(uint32(eights * planes) << wide):
        x, line = uint32(item & uint32(uint32(1 << wide) - uint32(1))), uint32(item >> wide)
        tap = min(uint32(first + x), uint32(columns - uint32(1)))
        at = uint32(uint32(line * n) + uint32(uint32(starts[tap]) - left))
        at, above, below = int64(uint32(at * uint32(8))), (start, start, start, start), (start, start, start, start)
        for _ in range(uint32(groups)):
            low, high = halves(weights[tap])
            above = add_four(low, high, four_at(source, at), above)
            below = add_four(low, high, four_at(source, int64(at + 4)), below)
            at, tap = int64(at + 8), uint32(tap + columns)
        eight = uint32(uint32(line * third) >> uint32(16))
        column = uint32(uint32(x * uint32(planes)) + uint32(line - uint32(eight * uint32(planes))))
        quad = uint32(uint32(2) * uint32(first_eight + eight))
        to = uint32(uint32(quad * pitch) + column)
        put_between(between, uint64(to), above, shift)
        put_between(between, uint64(uint32(to + pitch)), below, shift)
        item = uint32(item + uint32(THREADS))


@cuda.jit(device=True)
def byte_of(total, finish, is_mean):
    shift, area, inverse = finish
    if is_mean:
        return int32(rounded_mean_in_32_bits(total, area, inverse))
    return min(max(int32(total >> shift), int32(0)), int32(255))


@cuda.jit(device=True)
def sum_down(between, at, pitch, tap, axis, start):
    """The sums of four columns."""
    starts, weights, groups = axis
    none = int32(0)
    lower, upper = (start, start, start, start), (none, none, none, none)
    for _ in range(uint32(groups)):
        low, high = halves(weights[tap])
        lower = add_four(low, high, four_at(between, at), lower)
        upper = add_four_signed(low, high, four_at(between, int64(at + UPPER)), upper)
        at, tap = int64(at + int64(pitch)), uint32(tap + uint32(starts.size))
    a, b, c, d = lower
    e, f, g, h = upper
    a, b = int32(a + int32(e << int32(8))), int32(b + int32(f << int32(8)))
    return a, b, int32(c + int32(g << int32(8))), int32(d + int32(h << int32(8)))


@cuda.jit(device=True)
def put_bytes(dst, place, step, left, by_words, a, b, c, d):
    """Write four values, as far as there are so many."""
    if by_words:
        put_words(dst, int64(place), (four_bytes(a, b, c, d),))
        return
    dst[place] = a
    if left > uint32(1):
        dst[uint64(place + step)] = b
    if left > uint32(2):
        dst[uint64(place + uint64(2 * step))] = c
    if left > uint32(3):
        dst[uint64(place + uint64(3 * step))] = d


@cuda.jit(device=True)
def weigh_down(between, dst, axis, first, tall, top, pitch, start, finish, is_mean, where):
    """Sums along the columns: four values of a new row a thread.

    `where`: the place of the image's first value in the tile's first column, the values of an
    image's row, of them from there on, how far they are apart, and whether they can be written in
    words.
    """
    begin, length, left, step, by_words = where
    n, rows = min(pitch >> uint32(2), uint32(left + uint32(3)) >> uint32(2)), axis[0].size
    tall = min(tall, uint32(uint32(rows) - first))
    y = uint32(uint32(cuda.threadIdx.x) // n)
    k = uint32(uint32(cuda.threadIdx.x) - uint32(y * n))
    while y < tall:
        row = uint32(first + y)
        group = uint32(uint32(axis[0][row]) - top)
        at = int64(uint32(uint32(group * pitch) + uint32(4 * k)))
        a, b, c, d = sum_down(between, at, pitch, row, axis, start)
        a, b = byte_of(a, finish, is_mean), byte_of(b, finish, is_mean)
        c, d = byte_of(c, finish, is_mean), byte_of(d, finish, is_mean)
        place = uint64(begin + uint64(uint64(row) * length + uint64(uint32(4 * k)) * step))
        put_bytes(dst, place, step, uint32(left - uint32(4 * k)), by_words, a, b, c, d)
        y, k = following(y, k, n)

"""Old pixels of a tile, brought into shared memory in words of four, channels apart.

Places are counted from the tile's first pixel, in 32 bits; those behind an edge are the last ones.
"""

from __future__ import annotations

from numba import config, cuda, int32, int64, uint32

from ._vectors import put_four
from ._weighted_bytes import quotient, word_at
from ._words import four_bytes, permuted, three_words

THREADS = 32 if config.ENABLE_CUDASIM else 256


@cuda.jit(device=True)
def split(turn):
    """Where this thread begins in lines of n, and how far a block's threads are from each other.

    `turn`: n and its inverse.
    """
    n, inverse = uint32(turn[0]), uint32(turn[1])
    me = uint32(cuda.threadIdx.x)
    line, lines = quotient(me, inverse), quotient(uint32(THREADS), inverse)
    step = lines, uint32(uint32(THREADS) - uint32(lines * n)), n
    return line, uint32(me - uint32(line * n)), step


@cuda.jit(device=True)
def following(line, k, step):
    """The place a block's threads further on."""
    lines, more, n = step
    line, k = uint32(line + lines), uint32(k + more)
    if k >= n:
        line, k = uint32(line + uint32(1)), uint32(k - n)
    return line, k


@cuda.jit(device=True)
def channels_apart(pixels):
    """The words of three channels of four pixels."""
    a, b, c = pixels
    first = permuted(permuted(a, b, int32(0x0630)), c, int32(0x5210))
    second = permuted(permuted(a, b, int32(0x0741)), c, int32(0x6210))
    return first, second, permuted(permuted(a, b, int32(0x0052)), c, int32(0x7410))


@cuda.jit(device=True)
def rows_from(row, k, edge, pitch):
    """Where a value of four rows from `row` on is."""
    last, k, pitch = uint32(edge), uint32(k), uint32(pitch)
    a = uint32(uint32(min(row, last) * pitch) + k)
    b = uint32(uint32(min(uint32(row + uint32(1)), last) * pitch) + k)
    c = uint32(uint32(min(uint32(row + uint32(2)), last) * pitch) + k)
    d = uint32(uint32(min(uint32(row + uint32(3)), last) * pitch) + k)
    return int64(a), int64(b), int64(c), int64(d)


@cuda.jit(device=True)
def shifted_words(src, at):
    """Three words from any byte on: of the four that they lie in."""
    skew = uint32(uint32(at) & uint32(3))
    at = int64(at - int64(skew))
    a, b, c = three_words(src, at)
    places = int32(uint32(0x3210) + uint32(skew * uint32(0x1111)))
    d = word_at(src, int64(at + 12))
    return permuted(a, b, places), permuted(b, c, places), permuted(c, d, places)


@cuda.jit(device=True)
def shifted_word(src, at):
    """The same of one word."""
    skew = uint32(uint32(at) & uint32(3))
    at = int64(at - int64(skew))
    places = int32(uint32(0x3210) + uint32(skew * uint32(0x1111)))
    return permuted(word_at(src, at), word_at(src, int64(at + 4)), places)


@cuda.jit(device=True)
def load_words(src, planes, done, span, edges, pitch, source, first, take_three, take_one):
    """Bring rows of one or three channels, from byte `first` on, by functions that take words.

    `done`: how many eights of rows are there; `span`: how many come, and the words of each row
    with their inverse; `edges`: the last row and pixel.
    """
    eights, n = span[0], uint32(span[1][0])
    quad, k, step = split(span[1])
    plane = int64(uint32(n * uint32(8)))
    while quad < uint32(2 * eights):
        row = uint32(4 * uint32(quad + uint32(2 * done)))
        along = uint32(min(k, uint32(edges[1] >> uint32(2))) * uint32(4 * planes))
        along = uint32(along + first)
        p, q, r, s = rows_from(row, along, edges[0], pitch)
        eight = uint32(uint32(quad >> uint32(1)) * uint32(planes))
        half = uint32(uint32(4) * uint32(quad & uint32(1)))
        to = int64(uint32(uint32(uint32(uint32(eight * n) + k) * uint32(8)) + half))
        if planes == 1:
            a, b, c, d = take_one(src, p), take_one(src, q), take_one(src, r), take_one(src, s)
            put_four(source, to, (a, b, c, d))
        else:
            a, b, c = channels_apart(take_three(src, p))
            d, e, f = channels_apart(take_three(src, q))
            g, h, i = channels_apart(take_three(src, r))
            j, m, o = channels_apart(take_three(src, s))
            put_four(source, to, (a, d, g, j))
            put_four(source, int64(to + plane), (b, e, h, m))
            put_four(source, int64(to + int64(2 * plane)), (c, f, i, o))
        quad, k = following(quad, k, step)


@cuda.jit(device=True)
def word_of_bytes(src, row, places):
    """Four pixels of a channel, byte by byte."""
    a, b, c, d = places
    first, second = int32(src[uint32(row + a)]), int32(src[uint32(row + b)])
    third, fourth = int32(src[uint32(row + c)]), int32(src[uint32(row + d)])
    return four_bytes(first, second, third, fourth)


@cuda.jit(device=True)
def load_bytes(src, planes, channels, done, span, edges, pitch, source, first):
    """The same of any channels and any rows; `edges`: the last row and pixel."""
    eights, n = span[0], uint32(span[1][0])
    line, k, step = split(span[1])
    channels, last = uint32(channels), uint32(edges[1])
    while line < uint32(uint32(2 * eights) * uint32(planes)):
        quad = uint32(line // uint32(planes))
        plane, x = uint32(line - uint32(quad * uint32(planes))), uint32(uint32(4) * k)
        row = uint32(uint32(4) * uint32(quad + uint32(2 * done)))
        p, q, r, s = rows_from(row, uint32(plane + first), edges[0], pitch)
        a = uint32(min(x, last) * channels)
        b = uint32(min(uint32(x + uint32(1)), last) * channels)
        c = uint32(min(uint32(x + uint32(2)), last) * channels)
        d = uint32(min(uint32(x + uint32(3)), last) * channels)
        at = a, b, c, d
        e, f = word_of_bytes(src, uint32(p), at), word_of_bytes(src, uint32(q), at)
        g, h = word_of_bytes(src, uint32(r), at), word_of_bytes(src, uint32(s), at)
        eight = uint32(uint32(uint32(quad >> uint32(1)) * uint32(planes)) + plane)
        half = uint32(uint32(4) * uint32(quad & uint32(1)))
        to = uint32(uint32(uint32(uint32(eight * n) + k) * uint32(8)) + half)
        put_four(source, int64(to), (e, f, g, h))
        line, k = following(line, k, step)

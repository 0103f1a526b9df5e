"""Tiles of bytes as words of four neighbors of one channel, and results that leave as words.

A block of 128 threads makes 32 x 64 pixels, 4 x 4 a thread. Four rows of words stand together, so
that one load brings 4 x 4 pixels of a channel. Border rules are looked up once per row and column.
"""

from __future__ import annotations

from numba import cuda, int32, int64, uint64

from ._border import border_index
from ._planes import begins_word, guarded_words, put_planes, start_of, words_from, words_of
from ._vectors import four_at
from ._words import bytes_of, put_words

ACROSS, DOWN = 8, 16  # threads, each of 4 x 4 pixels
WIDE, TALL, THREADS = 4 * ACROSS, 4 * DOWN, ACROSS * DOWN
LARGEST = 1 << 31  # bytes of an image


@cuda.jit(device=True)
def find_places(places, n, first, size, pitch, mode, me):
    """Write down where n rows or columns begin that are `pitch` apart, or -1."""
    k = int32(me)
    while k < n:
        at = int32(border_index(mode, int32(first + k), size))
        places[int64(k)] = int32(at * pitch) if at >= 0 else int32(-1)
        k = int32(k + int32(THREADS))


@cuda.jit(device=True)
def load_planes(src, start, left, pitch, room, plane, sizes, like, me):
    """Bring words of four pixels to shared memory; see `load_tile`."""
    (tile, lines, columns), (tall, wide, fours) = room, sizes
    n, item, channels = int32(tall * wide), int32(me), int32(len(like))
    while item < n:
        y = int32(int32(item * fours) >> int32(16))
        x = int32(int32(item - int32(y * wide)) << int32(2))
        a, b, c, d = four_at(lines, int32(y << int32(2)))
        at = int32(int32(left + x) * channels)
        inside = int32(int32(a | b) | int32(c | d)) >= int32(0)
        if inside and at >= int32(4) and int32(at + int32(4 * channels + 4)) <= pitch:
            p = words_from(src, start, int32(a + at), like)
            q = words_from(src, start, int32(b + at), like)
            r = words_from(src, start, int32(c + at), like)
            s = words_from(src, start, int32(d + at), like)
        else:
            four = four_at(columns, x)
            p = guarded_words(src, start, a, four, like)
            q = guarded_words(src, start, b, four, like)
            r = guarded_words(src, start, c, four, like)
            s = guarded_words(src, start, d, four, like)
        put_planes(tile, int32(item << int32(2)), plane, (p, q, r, s))
        item = int32(item + int32(THREADS))


@cuda.jit(device=True)
def sixteen(x):
    return x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x


@cuda.jit(device=True)
def load_tile(src, room, block, form, how, sizes, like, me):
    """Bring a block's part of an image to shared memory.

    `room`: words of channels, `plane` apart, places of rows and of columns. `form`: the image's
    sides and the plane. `sizes`: fours of rows and columns, and 65536 over these.
    """
    (_, lines, columns), (height, width, plane) = room, form
    anchor_y, anchor_x, mode = how
    channels = int32(len(like))
    left = int32(int32(block[0] * WIDE) - anchor_x)
    top, pitch = int32(int32(block[1] * TALL) - anchor_y), int32(width * channels)
    find_places(lines, int32(4 * sizes[0]), top, height, pitch, mode, me)
    find_places(columns, int32(4 * sizes[1]), left, width, channels, mode, me)
    cuda.syncthreads()
    start = start_of(src, int64(block[2]) * height * pitch)
    load_planes(src, start, left, pitch, room, plane, sizes, like, me)


@cuda.jit(device=True)
def interleaved(r, g, b):
    """Four rows of words as they stand in memory, of four words of each channel."""
    return (
        words_of((r[0], g[0], b[0])),
        words_of((r[1], g[1], b[1])),
        words_of((r[2], g[2], b[2])),
        words_of((r[3], g[3], b[3])),
    )


@cuda.jit(device=True)
def put_bytes(dst, at, words, n):
    """Write the first n bytes of a row of words."""
    for word in words:
        for value in bytes_of(word):
            if n > int32(0):
                dst[uint64(at)] = value
            at, n = at + 1, int32(n - int32(1))


@cuda.jit(device=True)
def put_rows(dst, place, rows):
    """Write what of four rows is inside."""
    at, pitch, n, n_rows = place
    a, b, c, d = rows
    inside = n >= int32(4 * len(a)) and n_rows > int32(3)
    if inside and begins_word(dst, at) and pitch & 3 == 0:
        put_words(dst, at, a)
        put_words(dst, at + pitch, b)
        put_words(dst, at + 2 * pitch, c)
        put_words(dst, at + 3 * pitch, d)
        return
    if n_rows > int32(0):
        put_bytes(dst, at, a, n)
    if n_rows > int32(1):
        put_bytes(dst, at + pitch, b, n)
    if n_rows > int32(2):
        put_bytes(dst, at + 2 * pitch, c, n)
    if n_rows > int32(3):
        put_bytes(dst, at + 3 * pitch, d, n)


@cuda.jit(device=True)
def place_of(block, height, width, channels, tx, ty):
    """Where a thread's results stand, their rows' pitch, how many bytes and rows are inside."""
    x = int32(int32(block[0] * WIDE) + int32(tx << int32(2)))
    y = int32(int32(block[1] * TALL) + int32(ty << int32(2)))
    line, left = int64(block[2]) * height + y, int32(width - x)
    pitch = int32(width * channels)
    return (line * width + x) * channels, int64(pitch), int32(left * channels), int32(height - y)

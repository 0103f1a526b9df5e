"""Counting pairs of gray levels.

A block counts in shared memory the tables of as many offsets as go there, in up to eight copies
where they are small; larger tables are counted in memory. A thread walks down four columns of the
image, once an offset, by words of four bytes: levels are made of four values at once, and the
partners are always as far away, so that what is outside of the image is settled before. Four pairs
that are those of the row before are added with them, so that a flat image is no slower than noise.
"""

from __future__ import annotations

from numba import cuda, int32, int64, uint32, uint64

from ._in_shared import address_of, clear_four, more, word_at
from ._words import dot_high, dot_low, permuted

SHARED = 8192  # counts in shared memory: 32 KiB
HELD = SHARED + 4  # the same with what it takes to begin at a multiple of 16 bytes
COPIES = 8
THREADS = 128
LANES = 32  # neighboring words that threads take together
GROUPS = THREADS // LANES  # of rows, of a block
EVEN = 0x00FF00FF  # bytes of a word


@cuda.jit(cache=True)
def pad_rows(src, width, dst):
    """Copy rows of `width` bytes into longer ones, zeros behind them; a block a row."""
    pitch = (width + 3) // 4 * 4
    from_, to = int64(cuda.blockIdx.x) * width, int64(cuda.blockIdx.x) * pitch
    for x in range(cuda.threadIdx.x, pitch, THREADS):
        dst[uint64(to + x)] = src[uint64(from_ + x)] if x < width else 0


@cuda.jit(device=True)
def levels_of(word, scale):
    """The levels of four bytes: value * scale >> 8, of which 256 is the largest scale."""
    even = uint32(uint32(uint32(word) & uint32(EVEN)) * scale)
    odd = uint32(uint32(uint32(uint32(word) >> uint32(8)) & uint32(EVEN)) * scale)
    return permuted(int32(even), int32(odd), int32(0x7351))


@cuda.jit(device=True)
def add_in_shared(shared, inside, last, n, first, second, third, fourth):
    """Add n to the counts at four addresses, none behind the last, where bits are set."""
    if inside == 15:
        more(shared, min(first, last), n)
        more(shared, min(second, last), n)
        more(shared, min(third, last), n)
        more(shared, min(fourth, last), n)
        return
    if inside & 1 != 0:
        more(shared, min(first, last), n)
    if inside & 2 != 0:
        more(shared, min(second, last), n)
    if inside & 4 != 0:
        more(shared, min(third, last), n)
    if inside & 8 != 0:
        more(shared, min(fourth, last), n)


@cuda.jit(device=True)
def add_four(i, j, inside, n, levels, counts, base, pitch):
    """Count the pairs of four levels i and j n times, where bits of `inside` are set.

    The count of a pair is at base + (i * levels + j) * pitch, where base is an address and pitch
    is 0 in shared memory. Values that are no levels, which the call is going to be refused for,
    count as the last pair.
    """
    low, high = permuted(i, j, int32(0x5140)), permuted(i, j, int32(0x7362))
    if pitch == 0:
        last = int32(base + 4 * int32(int32(levels * levels) - 1))
        weights = int32(4 * levels | 4 << 16)
        first, second = dot_low(weights, low, int32(base)), dot_high(weights, low, int32(base))
        third, fourth = dot_low(weights, high, int32(base)), dot_high(weights, high, int32(base))
        add_in_shared(counts, inside, last, n, first, second, third, fourth)
        return
    weights, zero = int32(levels | 1 << 16), int32(0)
    first, second = dot_low(weights, low, zero), dot_high(weights, low, zero)
    third, fourth = dot_low(weights, high, zero), dot_high(weights, high, zero)
    pairs, last = (first, second, third, fourth), uint32(uint32(levels * levels) - uint32(1))
    for b in range(4):
        if int32(inside & (1 << b)) != int32(0):
            pair = min(uint32(pairs[b]), last)
            cuda.atomic.add(counts, uint32(base + uint32(pair * pitch)), n)


@cuda.jit(device=True)
def pairs_at(words, at, first, second, turn, scale):
    """The levels of a word and of its partners, which are in two others."""
    partners = permuted(words[uint64(at + first)], words[uint64(at + second)], turn)
    return levels_of(words[at], scale), levels_of(partners, scale)


@cuda.jit(device=True)
def walk(words, at, first, second, turn, step, n, inside, levels, scale, counts, base, pitch):
    """Count the pairs of n words, at, at + step ..., one at least."""
    old_i, old_j = pairs_at(words, at, first, second, turn, scale)
    length = uint32(1)
    while n > 1:
        n, at = int32(n - 1), uint64(at + step)
        i, j = pairs_at(words, at, first, second, turn, scale)
        if i != old_i or j != old_j:
            add_four(old_i, old_j, inside, length, levels, counts, base, pitch)
            old_i, old_j, length = i, j, uint32(0)
        length = uint32(length + uint32(1))
    add_four(old_i, old_j, inside, length, levels, counts, base, pitch)


@cuda.jit(device=True)
def inside_of(x, partner, width):
    """A bit for each of four columns from x on, if it and its partner are in the image."""
    bits = int32(0)
    for b in range(4):
        if x + b < width and partner + b >= 0 and partner + b < width:
            bits = int32(bits | 1 << b)
    return bits


@cuda.jit(device=True)
def count_offset(words, form, tile, offsets, k, levels, scale, counts, base, pitch):
    """Count the pairs of offset k whose first pixels are in a tile of an image."""
    height, width = form
    across, step = int32(offsets[k, 1]), int32(int32(width + 3) >> 2)
    top, rows, left, right = tile
    down = int32(offsets[k, 0])
    top = int32(top + cuda.threadIdx.x // LANES * rows)
    first = max(top, int32(-down))
    n = int32(min(min(int32(top + rows), height), int32(height - down)) - first)
    for x in range(int32(left + cuda.threadIdx.x % LANES), right, LANES):
        partner = int32(4 * x + across)
        inside = inside_of(int32(4 * x), partner, width)
        if inside != 0 and n > 0:
            a = max(int32(partner >> 2), int32(0))
            b = min(int32((partner >> 2) + 1), int32(step - 1))
            away = int32(down * step - x)
            at = uint64(int32(first * step + x))
            to = uint64(int64(int32(away + a))), uint64(int64(int32(away + b)))
            turn = int32(0x3210 + 0x1111 * (partner & 3))
            how = inside, levels, scale, counts, base, pitch
            walk(words, at, *to, turn, uint64(step), n, *how)


@cuda.jit(device=True)
def tile_of(width, rows, columns):
    """The first row, the rows of each group, the first word and that behind of a block."""
    n_words = int32(int32(width + 3) >> 2)
    across = uint32(uint32(int32(n_words + columns) - 1) // uint32(columns))
    block = uint32(cuda.blockIdx.x)
    down = uint32(block // across)
    left = int32(uint32(block - uint32(down * across)) * uint32(columns))
    top = int32(down * uint32(int32(rows * GROUPS)))
    return top, rows, left, min(int32(left + columns), n_words)


@cuda.jit(device=True)
def added_up(shared, begin, copies, first, last, size, n_offsets, counts):
    """Add the copies of a block's counts to those in memory."""
    n = int32((last - first) * size)
    for k in range(first, last):
        table = int32(int32(k - first) * size)
        for at in range(int32(cuda.threadIdx.x), size, THREADS):
            total, place, left = uint32(0), int32(begin + 4 * int32(table + at)), copies
            while left > 0:
                total = uint32(total + uint32(word_at(shared, place)))
                place, left = int32(place + 4 * n), int32(left - 1)
            if total > uint32(0):
                cuda.atomic.add(counts, uint32(at * n_offsets + k), total)


@cuda.jit(cache=True)
def count_pairs(words, height, width, offsets, levels, scale, rows, columns, n_offsets, counts):
    """Count in tables (images, levels * levels * offsets) how often levels i and j are partners.

    A block takes some offsets, in GROUPS * rows rows of columns.
    """
    shared = cuda.shared.array(HELD, dtype=int32)
    me, image, size = int32(cuda.threadIdx.x), cuda.blockIdx.y, int32(levels * levels)
    most = int32(SHARED // size)
    first = int32(cuda.blockIdx.z * most)
    last = min(int32(first + most), n_offsets)
    n = int32((last - first) * size)
    copies = min(int32(COPIES), int32(SHARED // n))
    begin = address_of(shared)
    for i in range(int32(16 * me), int32(4 * int32(copies * n)), int32(16 * THREADS)):
        clear_four(shared, int32(begin + i))
    cuda.syncthreads()
    form, tile = (height, width), tile_of(width, rows, columns)
    for k in range(first, last):
        base = int32(int32(me % copies * n) + int32(int32(k - first) * size))
        how = levels, uint32(scale), shared, uint32(int32(begin + 4 * base)), uint32(0)
        count_offset(words[image], form, tile, offsets, k, *how)
    cuda.syncthreads()
    added_up(shared, begin, copies, first, last, size, n_offsets, counts[image])


@cuda.jit(cache=True)
def count_in_memory(words, height, width, offsets, levels, scale, rows, columns, n_offsets, counts):
    """The same of tables too large for shared memory; a block takes one offset."""
    image, k = cuda.blockIdx.y, int32(cuda.blockIdx.z)
    form, tile = (height, width), tile_of(width, rows, columns)
    how = levels, uint32(scale), counts[image], uint32(k), uint32(n_offsets)
    count_offset(words[image], form, tile, offsets, k, *how)

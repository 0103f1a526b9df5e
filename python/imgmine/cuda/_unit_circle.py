"""Local binary patterns of eight points at distance 1: four pixels of a row at once, in integers.

A diagonal point lies between the pixel c, two straight neighbors a and b, and the corner d. It is
not below c where a + b - 2 c + 2.41425 (d - c) >= 0, which whole numbers of this size are never
nearer to than 0.0024 without being it (csrc/kernels/simd_lbp.hpp). Where they are, d = c and
a - c = c - b, the rounding of doubles decides: a table tells how where a = b = c.
"""

from __future__ import annotations

from numba import cuda, int32, int64, uint32

from ._lbp_points import not_below
from ._words import appended, bits_of, bytes_of, copied, four_bytes, put_words

FOURS = 128  # threads of a block: of a row's pixels 512
ROWS = 8  # of a thread, one after the other
SCALE = 20
CORNER = round((1 << SCALE) * 0.70711 / (1 - 0.70711))


@cuda.jit(device=True)
def inner_six(flat, at):
    """The six pixels from the one before the first of four on."""
    return (
        int32(flat[at - 1]),
        int32(flat[at]),
        int32(flat[at + 1]),
        int32(flat[at + 2]),
        int32(flat[at + 3]),
        int32(flat[at + 4]),
    )


@cuda.jit(device=True)
def pixel_or_zero(flat, at, x, width):
    return int32(flat[at]) if 0 <= x < width else int32(0)


@cuda.jit(device=True)
def six(flat, start, y, x, height, width):
    """The six pixels around the four from place x of row y on, 0 outside of the image."""
    if y < 0 or y >= height:
        return int32(0), int32(0), int32(0), int32(0), int32(0), int32(0)
    at = start + int64(y) * width + x
    if x > 0 and x + 4 < width:
        return inner_six(flat, at)
    return (
        pixel_or_zero(flat, at - 1, x - 1, width),
        pixel_or_zero(flat, at, x, width),
        pixel_or_zero(flat, at + 1, x + 1, width),
        pixel_or_zero(flat, at + 2, x + 2, width),
        pixel_or_zero(flat, at + 3, x + 3, width),
        pixel_or_zero(flat, at + 4, x + 4, width),
    )


@cuda.jit(device=True)
def corner_of(a, b, d):
    """2^20 times what decides about a corner, of differences to the pixel; 0: a tie."""
    return int32(int32(int32(a + b) << SCALE) + int32(d * CORNER))


@cuda.jit(device=True)
def settled(corner, differs, pixel, point, ties, doubts):
    """What decides about a corner, made -1 where a table says that a tie counts as below.

    And the doubts: a bit (8 + point) for each tie that the table says nothing of.
    """
    y, x, center = pixel
    if corner != 0 or center == 0:
        return corner, doubts
    if differs:
        return corner, int32(doubts | (256 << point))
    table, rows, columns = ties
    row = bits_of(int32(y - 1)) if point < 4 else bits_of(y)
    column = bits_of(x) if point == 1 or point == 7 else bits_of(int32(x - 1))
    at = int32(int32(int32(int32(int32(point * rows) + row) * columns) + column) * 256)
    return int32(table[uint32(int32(at + center))]) - int32(1), doubts


@cuda.jit(device=True)
def resolved(src, image, y, x, circle, a, b, c, d):
    """The patterns of four pixels, by the core's operations where there are doubts."""
    places, steps, ways, ties = circle
    word = four_bytes(a, b, c, d)
    for k in range(16):
        pattern = a
        if k >= 4:
            pattern = b if k < 8 else c if k < 12 else d
        point, at = 2 * (k & 3) + 1, int32(x + (k >> 2))
        if pattern >> (8 + point) & 1 == 1:
            center = int32(src[image, y, at])
            if not not_below(src, image, y, at, center, places, steps, ways, ties, point):
                word = int32(word & ~int32(int32(1) << int32(8 * (k >> 2) + point)))
    return bytes_of(word)


@cuda.jit(device=True)
def least_of(a, b, c, d):
    return min(min(uint32(a), uint32(b)), min(uint32(c), uint32(d)))


@cuda.jit(device=True)
def pattern_of(up, mid, down, y, x, ties):
    """The pattern of a pixel, of the three pixels around it of each row, and the doubts left."""
    center, doubts = mid[1], int32(0)
    right, left = int32(mid[2] - center), int32(mid[0] - center)
    above, below = int32(up[1] - center), int32(down[1] - center)
    first = corner_of(above, right, int32(up[2] - center))
    second = corner_of(above, left, int32(up[0] - center))
    third = corner_of(below, left, int32(down[0] - center))
    fourth = corner_of(below, right, int32(down[2] - center))
    if least_of(first, second, third, fourth) == 0:
        pixel = y, x, center
        first, doubts = settled(first, above != 0, pixel, 1, ties, doubts)
        second, doubts = settled(second, above != 0, pixel, 3, ties, doubts)
        third, doubts = settled(third, below != 0, pixel, 5, ties, doubts)
        fourth, doubts = settled(fourth, below != 0, pixel, 7, ties, doubts)
    bits = appended(appended(int32(0), fourth), below)
    bits = appended(appended(bits, third), left)
    bits = appended(appended(bits, second), above)
    return int32(int32(appended(appended(bits, first), right) ^ int32(255)) | doubts)


@cuda.jit(device=True)
def put_four(flat, at, n, has_words, a, b, c, d):
    """Write four codes, or n that there is room for."""
    if has_words:
        put_words(flat, at, (four_bytes(a, b, c, d),))
        return
    flat[at] = a
    if n > 1:
        flat[at + 1] = b
    if n > 2:
        flat[at + 2] = c
    if n > 3:
        flat[at + 3] = d


@cuda.jit(cache=True)
def unit_circle_patterns(src, flat, places, steps, ways, ties, ties_of, codes, has_words, dst):
    """Codes of images: a thread four pixels of each of ROWS rows."""
    table = cuda.shared.array(256, dtype=int32)
    copied(codes, table, 256, cuda.threadIdx.x, cuda.blockDim.x)
    cuda.syncthreads()
    height, width = int32(src.shape[1]), int32(src.shape[2])
    x = int32(4 * int32(int32(cuda.blockIdx.x * cuda.blockDim.x) + cuda.threadIdx.x))
    circle = places, steps, ways, ties
    flat_ties = ties_of, int32(ties.shape[1]), int32(ties.shape[2])
    image = int64(cuda.blockIdx.z)
    while image < src.shape[0] and x < width:
        y = int32(cuda.blockIdx.y * ROWS)
        end, start = min(height, int32(y + ROWS)), image * src.shape[1] * src.shape[2]
        up = six(flat, start, int32(y - 1), x, height, width)
        mid = six(flat, start, y, x, height, width)
        while y < end:
            down = six(flat, start, int32(y + 1), x, height, width)
            a = pattern_of(up[:3], mid[:3], down[:3], y, x, flat_ties)
            b = pattern_of(up[1:4], mid[1:4], down[1:4], y, int32(x + 1), flat_ties)
            c = pattern_of(up[2:5], mid[2:5], down[2:5], y, int32(x + 2), flat_ties)
            d = pattern_of(up[3:], mid[3:], down[3:], y, int32(x + 3), flat_ties)
            if int32(int32(a | b) | int32(c | d)) > 255:
                a, b, c, d = resolved(src, image, y, x, circle, a, b, c, d)
            at = start + int64(y) * width + x
            a, b, c, d = table[uint32(a)], table[uint32(b)], table[uint32(c)], table[uint32(d)]
            put_four(dst, at, int32(width - x), has_words, a, b, c, d)
            up, mid, y = mid, down, int32(y + 1)
        image += cuda.gridDim.z

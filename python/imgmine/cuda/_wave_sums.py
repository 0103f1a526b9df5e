"""The sums of a column's Gabor filters, four neighboring results of a thread at once.

A filter is a factor along the rows and one down the columns, whose real parts are even and whose
imaginary parts are odd. Sums, differences, products and their order are the core's, and nothing is
fused: the results are its bits.
"""

from __future__ import annotations

import math

from numba import cuda, float32, float64, int64

from ._exact import product, product_of_doubles
from ._vectors import two_at

EACH, AROUND = 4, 256  # results of a thread; rows or columns around a tile at most
LANES = 16  # columns that are filtered at a time: as many as the core's sums of a row have lanes
LINE = 2 * LANES  # floats of a tile's row of complex numbers
UPRIGHT, LEVEL, SLANTED = 0, 1, 2  # along the rows; down the columns; of which both are parts


@cuda.jit(device=True)
def first_sums(values, even):
    """Even and odd sums of four results: with their middle weight."""
    zero = float32(0)
    return (
        product(values[0], even),
        product(values[1], even),
        product(values[2], even),
        product(values[3], even),
        zero,
        zero,
        zero,
        zero,
    )


@cuda.jit(device=True)
def even_added(after, before, even, s):
    return (
        s[0] + product(after[0] + before[0], even),
        s[1] + product(after[1] + before[1], even),
        s[2] + product(after[2] + before[2], even),
        s[3] + product(after[3] + before[3], even),
        s[4],
        s[5],
        s[6],
        s[7],
    )


@cuda.jit(device=True)
def both_added(after, before, even, odd, s):
    """Even and odd sums with the values at one more distance."""
    s = even_added(after, before, even, s)
    return (
        s[0],
        s[1],
        s[2],
        s[3],
        s[4] + product(after[0] - before[0], odd),
        s[5] + product(after[1] - before[1], odd),
        s[6] + product(after[2] - before[2], odd),
        s[7] + product(after[3] - before[3], odd),
    )


@cuda.jit(device=True)
def added(kind, after, before, taps, s):
    """Sums of real parts and of imaginary ones with those at one more distance."""
    real, imaginary = s
    after_real, after_imaginary = after
    before_real, before_imaginary = before
    even, odd = taps
    if kind == UPRIGHT:
        real = even_added(after_real, before_real, even, real)
        return real, even_added(after_imaginary, before_imaginary, even, imaginary)
    real = both_added(after_real, before_real, even, odd, real)
    if kind == SLANTED:
        imaginary = both_added(after_imaginary, before_imaginary, even, odd, imaginary)
    return real, imaginary


@cuda.jit(device=True)
def four_rows(tile, at):
    """Four complex numbers one below the other: their real parts, their imaginary parts."""
    a, b = two_at(tile, at), two_at(tile, at + LINE)
    c, d = two_at(tile, at + 2 * LINE), two_at(tile, at + 3 * LINE)
    return (a[0], b[0], c[0], d[0]), (a[1], b[1], c[1], d[1])


@cuda.jit(device=True)
def joined(first, second):
    return first[0] + second[0], first[1] + second[1]


@cuda.jit(device=True)
def cut(eight, first):
    """Four of eight complex numbers."""
    if first == 0:
        return eight[0][0:4], eight[1][0:4]
    if first == 1:
        return eight[0][1:5], eight[1][1:5]
    if first == 2:
        return eight[0][2:6], eight[1][2:6]
    if first == 3:
        return eight[0][3:7], eight[1][3:7]
    return eight[0][4:8], eight[1][4:8]


@cuda.jit(device=True)
def down(kind, tile, at, taps, tap, half):
    """Even and odd sums of real parts and of imaginary ones of four results from `at` on.

    `tap`: where the filter's weights begin, each an even and an odd one.
    """
    above = below = four_rows(tile, at)
    even = two_at(taps, tap)[0]
    s = first_sums(above[0], even), first_sums(above[1], even)
    step = int64(4 * LINE)
    up, low = at - step, at + step
    k = int64(0)
    while k + 4 <= half:
        further_up, further_low = four_rows(tile, up), four_rows(tile, low)
        after, before = joined(below, further_low), joined(further_up, above)
        s = added(kind, cut(after, 1), cut(before, 3), two_at(taps, tap + 2), s)
        s = added(kind, cut(after, 2), cut(before, 2), two_at(taps, tap + 4), s)
        s = added(kind, cut(after, 3), cut(before, 1), two_at(taps, tap + 6), s)
        s = added(kind, cut(after, 4), cut(before, 0), two_at(taps, tap + 8), s)
        above, below = further_up, further_low
        k, up, low, tap = k + 4, up - step, low + step, tap + 8
    if k < half:
        after = joined(below, four_rows(tile, low))
        before = joined(four_rows(tile, up), above)
        s = added(kind, cut(after, 1), cut(before, 3), two_at(taps, tap + 2), s)
        if k + 1 < half:
            s = added(kind, cut(after, 2), cut(before, 2), two_at(taps, tap + 4), s)
            if k + 2 < half:
                s = added(kind, cut(after, 3), cut(before, 1), two_at(taps, tap + 6), s)
    return s


@cuda.jit(device=True)
def down_as(kind, tile, at, taps, tap, half):
    """`down`, of which each kind is compiled by itself."""
    if kind == UPRIGHT:
        return down(UPRIGHT, tile, at, taps, tap, half)
    if kind == LEVEL:
        return down(LEVEL, tile, at, taps, tap, half)
    return down(SLANTED, tile, at, taps, tap, half)


@cuda.jit(device=True)
def answers(s):
    """Four answers of the filter: real and imaginary parts."""
    real, imaginary = s
    return (
        (
            real[0] - imaginary[4],
            real[1] - imaginary[5],
            real[2] - imaginary[6],
            real[3] - imaginary[7],
        ),
        (
            imaginary[0] + real[4],
            imaginary[1] + real[5],
            imaginary[2] + real[6],
            imaginary[3] + real[7],
        ),
    )


@cuda.jit(device=True)
def mirrored_answers(s):
    """Those of the filter mirrored left to right."""
    real, imaginary = s
    return (
        (
            real[0] + imaginary[4],
            real[1] + imaginary[5],
            real[2] + imaginary[6],
            real[3] + imaginary[7],
        ),
        (
            real[4] - imaginary[0],
            real[5] - imaginary[1],
            real[6] - imaginary[2],
            real[7] - imaginary[3],
        ),
    )


@cuda.jit(device=True)
def length(real, imaginary):
    return float32(math.sqrt(product(real, real) + product(imaginary, imaginary)))


@cuda.jit(device=True)
def measured(found, magnitude):
    """What statistics are taken of."""
    re, im = found
    if magnitude:
        return (
            length(re[0], im[0]),
            length(re[1], im[1]),
            length(re[2], im[2]),
            length(re[3], im[3]),
        )
    return re


@cuda.jit(device=True)
def no_statistics():
    return 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0


@cuda.jit(device=True)
def counted(values, s):
    """Sums of values and of their squares, of four rows, with one more value of each."""
    a, b, c, d = float64(values[0]), float64(values[1]), float64(values[2]), float64(values[3])
    return (
        s[0] + a,
        s[1] + b,
        s[2] + c,
        s[3] + d,
        s[4] + product_of_doubles(a, a),
        s[5] + product_of_doubles(b, b),
        s[6] + product_of_doubles(c, c),
        s[7] + product_of_doubles(d, d),
    )

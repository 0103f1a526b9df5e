"""Counting pixels in joint bins of hue, saturation and value, by tables of what `_hsv` divides.

A table has 256 numbers by which spans become saturations, one for each value, then 256 by which
sectors become hues, one for each span, then where the counts of hues begin: hues from -30 on, as
they come, of which those below 0 are 180 more.
"""

from __future__ import annotations

from numba import cuda, int32, uint32

from ._hsv import rounded_quotient
from ._in_shared import more, put_word, word_at
from ._words import bytes_of

LEAST, HUES = -30, 210
HELD_FACTORS = 512 + HUES + 4  # with what it takes to begin at a multiple of 16 bytes


@cuda.jit(device=True)
def put_factors(table, address, sizes, unit, who):
    """Make the table for bins of some sizes whose counts are `unit` bytes long."""
    of_hue, k = int32(int32(sizes[1] * sizes[2]) * unit), who[0]
    while k < 256:
        place, divisor = int32(address + 4 * k), max(k, int32(1))
        put_word(table, place, rounded_quotient(int32(255 << 12), divisor))
        put_word(table, int32(place + 1024), rounded_quotient(int32(30 << 12), divisor))
        hue = int32(k + 180 if k < 0 - LEAST else k) + int32(LEAST)
        if k < HUES:
            bin_ = uint32(uint32(int32(hue * sizes[0])) // uint32(180))
            put_word(table, int32(place + 2048), int32(int32(bin_) * of_hue))
        k = int32(k + who[1])


@cuda.jit(device=True)
def count_hsv(shared, place, unit, table, address, sizes, pixel):
    """Count a pixel; what `_hsv.hsv_of` says."""
    r, g, b, _ = bytes_of(pixel)
    high = max(max(r, g), b)
    span = int32(high - min(min(r, g), b))
    sector = int32(int32(r - g) + int32(4 * span))
    if high == g:
        sector = int32(int32(b - r) + int32(2 * span))
    if high == r:
        sector = int32(g - b)
    factor = word_at(table, int32(address + int32(4 * high)))
    saturation = uint32(uint32(int32(span * factor) + 2048) >> uint32(12))
    factor = word_at(table, int32(address + int32(4 * span) + 1024))
    hue = int32(int32(int32(sector * factor) + 2048) >> 12)
    start = word_at(table, int32(address + int32(4 * hue) + (2048 - 4 * LEAST)))
    second = uint32(uint32(int32(int32(saturation) * sizes[1])) >> uint32(8))
    third = uint32(uint32(int32(high * sizes[2])) >> uint32(8))
    bin_ = int32(int32(int32(second) * sizes[2]) + int32(third))
    more(shared, int32(int32(start + place) + int32(bin_ * unit)), int32(1))

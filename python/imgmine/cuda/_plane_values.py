"""What 16 whole sums of a thread become: floats or whole numbers of the result, and written."""

from __future__ import annotations

from numba import cuda, int32, uint64

from ._planes import packed
from ._sixteen import as_floats, as_whole, begins_four, clamped
from ._vectors import put_four
from ._window import finish_eight

WHOLE = -1  # how sums become values where nothing but saturation is left to do


@cuda.jit(device=True)
def values_of(sums, finish):
    """The floats that sums become."""
    how, factor, low, high = finish
    s = as_floats(sums)
    if how == WHOLE:
        return s
    first = finish_eight(s[:8], how, factor, low, high)
    return first + finish_eight(s[8:], how, factor, low, high)


@cuda.jit(device=True)
def whole_of(sums, finish):
    """The whole numbers that sums become."""
    how, _, low, high = finish
    if how == WHOLE:
        return clamped(sums, int32(low), int32(high))
    return as_whole(values_of(sums, finish))


@cuda.jit(device=True)
def words_made(sums, finish):
    """Four words of bytes: a row each."""
    return packed(whole_of(sums, finish), int32(0x0040))


@cuda.jit(device=True)
def put_sixteen(dst, place, channels, s):
    """Write four rows of four values, `channels` apart, as far as they are inside."""
    at, pitch, n, n_rows = place
    inside = channels == 1 and n >= 4 and n_rows >= 4
    if inside and begins_four(dst, at) and pitch & 3 == 0:
        put_four(dst, at, s[:4])
        put_four(dst, at + pitch, s[4:8])
        put_four(dst, at + 2 * pitch, s[8:12])
        put_four(dst, at + 3 * pitch, s[12:])
        return
    for _ in range(min(n_rows, int32(4))):
        dst[uint64(at)] = s[0]
        if n > channels:
            dst[uint64(at + channels)] = s[1]
        if n > 2 * channels:
            dst[uint64(at + 2 * channels)] = s[2]
        if n > 3 * channels:
            dst[uint64(at + 3 * channels)] = s[3]
        s, at = s[4:] + s[:4], at + pitch

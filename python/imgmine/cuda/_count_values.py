"""Histograms of values: of bytes 16 by a load, of floats in the core's doubles.

Bytes are counted by their values, which get to their bins when a block is done. Each value is read
once.
"""

from __future__ import annotations

from numba import cuda, float64, int32, int64, uint32

from ._in_shared import address_of, more
from ._shared_counts import (
    HELD,
    add_count,
    added_up,
    cleared,
    copies_of,
    counted,
    place_of,
    total_of,
)
from ._words import bytes_of, four_words

WIDE = 384  # threads of a block that counts bytes: a multiple of 3 channels


@cuda.jit(device=True)
def values_added_up(shared, counts, image, n_values, copies, bins, who):
    """Add the copies of counts of values to the bins that the values belong to."""
    for i in range(who[0], n_values, who[1]):
        bin_, total = bins[i], total_of(shared, i, copies, who[0])
        if bin_ >= 0 and total > 0:
            add_count(counts, image, bin_, int64(total))


@cuda.jit(device=True)
def count_word(shared, word, unit, a, b, c, d):
    """Count four bytes; a to d: where their channels' counts begin, a value's being `unit` long."""
    first, second, third, fourth = bytes_of(word)
    more(shared, int32(int32(first * unit) + a), int32(1))
    more(shared, int32(int32(second * unit) + b), int32(1))
    more(shared, int32(int32(third * unit) + c), int32(1))
    more(shared, int32(int32(fourth * unit) + d), int32(1))


@cuda.jit(device=True)
def count_words(shared, src, at, channels, unit, a, b, c, d):
    """Count 16 bytes, whose address is a multiple of 16, of up to 4 channels by turns."""
    first, second, third, fourth = four_words(src, at)
    if channels == 3:
        count_word(shared, first, unit, a, b, c, a)
        count_word(shared, second, unit, b, c, a, b)
        count_word(shared, third, unit, c, a, b, c)
        count_word(shared, fourth, unit, a, b, c, a)
    else:
        count_word(shared, first, unit, a, b, c, d)
        count_word(shared, second, unit, a, b, c, d)
        count_word(shared, third, unit, a, b, c, d)
        count_word(shared, fourth, unit, a, b, c, d)


@cuda.jit(device=True)
def behind(channel, channels):
    """The channel of the next byte."""
    following = int32(channel + 1)
    return int32(0) if following == channels else following


@cuda.jit(device=True)
def count_span(shared, src, start, first, last, channels, copies):
    """Count bytes `first` to `last` of the image that begins at `start` one by one."""
    i, address = first + cuda.grid(1), address_of(shared)
    while i < last:
        value = int32(src[start + i])
        place = place_of(address, int32(256 * int32(i % channels)), copies, int32(cuda.threadIdx.x))
        more(shared, int32(place + int32(4 * int32(value * copies))), int32(1))
        i += cuda.gridsize(1)


@cuda.jit(cache=True)
def count_bytes(src, n, channels, address, bins, counts):
    """Count n bytes an image of up to 4 channels, or of any number while shared memory lasts.

    `address` is that of src, of which the lowest bits matter; `bins` sends each channel's values.
    """
    shared = cuda.shared.array(HELD, dtype=int32)
    image, copies = int64(cuda.blockIdx.y), copies_of(256 * channels)
    who = int32(cuda.threadIdx.x), int32(cuda.blockDim.x)
    while image < counts.shape[0]:
        cleared(shared, 256 * channels * copies, who)
        cuda.syncthreads()
        start = image * n
        head = min(-(address + start) & 15, n)
        end = head + ((n - head) & -16) if channels <= 4 else head
        i, step = head + 16 * cuda.grid(1), 16 * cuda.gridsize(1)
        where, unit = address_of(shared), int32(4 * copies)
        first = int32(uint32(uint32(i) % uint32(channels)))  # and a step is a multiple of them
        second = behind(first, channels)
        third = behind(second, channels)
        a = place_of(where, int32(256 * first), copies, who[0])
        b = place_of(where, int32(256 * second), copies, who[0])
        c = place_of(where, int32(256 * third), copies, who[0])
        d = place_of(where, int32(256 * behind(third, channels)), copies, who[0])
        while i < end:
            count_words(shared, src, start + i, channels, unit, a, b, c, d)
            i += step
        count_span(shared, src, start, 0, head, channels, copies)
        count_span(shared, src, start, end, n, channels, copies)
        cuda.syncthreads()
        values_added_up(shared, counts, image, 256 * channels, copies, bins, who)
        cuda.syncthreads()
        image += cuda.gridDim.y


@cuda.jit(cache=True)
def count_floats(src, low, high, counts):
    """Count floats of src (images, pixels, channels) as the core does, in double precision."""
    shared = cuda.shared.array(HELD, dtype=int32)
    image, n_bins, n = cuda.blockIdx.y, counts.shape[1], src.shape[1]
    bins, copies = n_bins // src.shape[2], copies_of(n_bins)
    who = int32(cuda.threadIdx.x), int32(cuda.blockDim.x)
    cleared(shared, n_bins * copies, who)
    cuda.syncthreads()
    for c in range(src.shape[2]):
        run, length = int32(-1), int32(0)
        for i in range(cuda.grid(1), n, cuda.gridsize(1)):
            value = float64(src[image, i, c])
            bin_ = int32(-1)
            if value >= low and value < high:
                bin_ = int32(min(int32((value - low) * bins / (high - low)), bins - 1) + c * bins)
            if bin_ != run:
                counted(shared, counts, image, copies, run, length, who[0])
                run, length = bin_, int32(0)
            length += 1
        counted(shared, counts, image, copies, run, length, who[0])
    cuda.syncthreads()
    added_up(shared, counts, image, n_bins, copies, who)

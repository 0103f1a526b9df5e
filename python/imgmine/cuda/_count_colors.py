"""Histograms of colors, joint or by channels, converted on the way: four pixels by a load."""

from __future__ import annotations

from numba import cuda, int32, int64, uint16, uint32

from ._color import OPPONENT, opponent_of
from ._count_hsv import HELD_FACTORS, count_hsv, put_factors
from ._hsv import hsv_of
from ._in_shared import address_of, more
from ._lab import N_F, N_LINEAR, lab_of
from ._shared_counts import HELD, added_up, cleared, copies_of, counted, place_of
from ._words import bytes_of, copied, four_words, pixel_of, pixels_at

HSV_ALREADY = 4  # beside the numbers of color spaces: nothing to convert, but hues are below 180


@cuda.jit(device=True)
def bin_of(value, n, extent):
    """The bin of n that a value below the extent (180, which are hues, or 256) belongs to."""
    scaled = uint32(int32(value * n))
    if extent == 180:
        return int32(uint32(scaled // uint32(180)))
    return int32(uint32(scaled >> uint32(8)))


@cuda.jit(device=True)
def bins_of(pixel, space, sizes, linear, f):
    """The bins of a pixel's channels in the color space, to which it may be converted already."""
    a, b, c, _ = bytes_of(pixel)
    if space == 1 or space == HSV_ALREADY:
        if space == 1:
            a, b, c = hsv_of(a, b, c)
        first = bin_of(a, sizes[0], 180)
    else:
        if space == 2:
            a, b, c = lab_of(a, b, c, linear, f)
        elif space == OPPONENT:
            a, b, c = opponent_of(a, b, c)
        first = bin_of(a, sizes[0], 256)
    return first, bin_of(b, sizes[1], 256), bin_of(c, sizes[2], 256)


@cuda.jit(device=True)
def count_three(shared, counts, image, copies, bins, sizes, me):
    """Count each channel in its own bins."""
    first, second, third = bins
    second = int32(sizes[0] + second)
    third = int32(int32(sizes[0] + sizes[1]) + third)
    counted(shared, counts, image, copies, first, int32(1), me)
    counted(shared, counts, image, copies, second, int32(1), me)
    counted(shared, counts, image, copies, third, int32(1), me)


@cuda.jit(device=True)
def count_pixel(shared, counts, image, copies, place, how, pixel, tables, run, me):
    """Count a pixel; in memory runs of equal bins: that of the last, and how many there were."""
    space, joint, sizes = how
    bins = bins_of(pixel, space, sizes, tables[0], tables[1])
    if joint == 0:
        count_three(shared, counts, image, copies, bins, sizes, me)
        return run
    bin_ = int32(int32(int32(int32(bins[0] * sizes[1]) + bins[1]) * sizes[2]) + bins[2])
    if copies > 0:
        more(shared, int32(place + int32(4 * int32(bin_ * copies))), int32(1))
        return run
    last, length = run
    if bin_ != last:
        counted(shared, counts, image, copies, last, length, me)
        last, length = bin_, int32(0)
    return last, int32(length + 1)


@cuda.jit(device=True)
def count_four(shared, counts, image, copies, place, how, pixels, tables, run, me):
    """Count four pixels."""
    p, q, r, s = pixels
    space, joint, sizes = how
    if space == 1 and joint == 1 and copies > 0:
        factors, unit = (*tables[2:], sizes), int32(4 * copies)
        count_hsv(shared, place, unit, *factors, p)
        count_hsv(shared, place, unit, *factors, q)
        count_hsv(shared, place, unit, *factors, r)
        count_hsv(shared, place, unit, *factors, s)
        return run
    run = count_pixel(shared, counts, image, copies, place, how, p, tables, run, me)
    run = count_pixel(shared, counts, image, copies, place, how, q, tables, run, me)
    run = count_pixel(shared, counts, image, copies, place, how, r, tables, run, me)
    return count_pixel(shared, counts, image, copies, place, how, s, tables, run, me)


@cuda.jit(device=True)
def four_pixels(src, at, channels):
    """Four pixels of 3 or 4 channels from byte `at` on, whose address is a multiple of 4 or 16."""
    if channels == 4:
        return four_words(src, at)
    return pixels_at(src, at)


@cuda.jit(device=True)
def single_pixel(src, at):
    return pixel_of(int32(src[at]), int32(src[at + 1]), int32(src[at + 2]))


@cuda.jit(device=True)
def span_of_fours(start, n, channels):
    """Between which pixels of an image at address `start` four begin as `four_pixels` wants it."""
    first = start & 3
    if channels == 4:
        first = n if first > 0 else -(start >> 2) & 3
    first = min(first, n)
    return first, first + ((n - first) & -4)


@cuda.jit(cache=True)
def count_colors(src, n, channels, address, space, joint, n0, n1, n2, linear, f, counts):
    """Count n pixels an image in joint bins, or each channel in its own, converted on the way.

    `address` is that of src, of which the lowest bits matter.
    """
    shared = cuda.shared.array(HELD, dtype=int32)
    near = cuda.shared.array(N_LINEAR, dtype=uint16)
    far = cuda.shared.array(N_F, dtype=uint16)
    factors = cuda.shared.array(HELD_FACTORS, dtype=int32)
    who = int32(cuda.threadIdx.x), int32(cuda.blockDim.x)
    if space == 2:
        copied(linear, near, N_LINEAR, *who)
        copied(f, far, N_F, *who)
    how = int32(space), int32(joint), (int32(n0), int32(n1), int32(n2))
    tables, n_bins = (near, far, factors, address_of(factors)), counts.shape[1]
    image, copies = int64(cuda.blockIdx.y), copies_of(n_bins)
    if space == 1:
        put_factors(factors, address_of(factors), how[2], int32(4 * copies), who)
    while image < counts.shape[0]:
        cleared(shared, n_bins * copies, who)
        cuda.syncthreads()
        start, run = image * n * channels, (int32(-1), int32(0))
        place = place_of(address_of(shared), int32(0), max(copies, int32(1)), who[0])
        first, end = span_of_fours(address + start, n, channels)
        at, last = start + channels * (first + 4 * cuda.grid(1)), start + channels * end
        while at < last:
            four = four_pixels(src, at, channels)
            run = count_four(shared, counts, image, copies, place, how, four, tables, run, who[0])
            at += 4 * channels * cuda.gridsize(1)
        i = cuda.grid(1)
        while i < n - (end - first):
            p = single_pixel(src, start + channels * (i if i < first else i + (end - first)))
            run = count_pixel(shared, counts, image, copies, place, how, p, tables, run, who[0])
            i += cuda.gridsize(1)
        counted(shared, counts, image, copies, run[0], run[1], who[0])
        cuda.syncthreads()
        added_up(shared, counts, image, n_bins, copies, who)
        cuda.syncthreads()
        image += cuda.gridDim.y

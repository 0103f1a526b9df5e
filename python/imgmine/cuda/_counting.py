"""Counting into bins without waiting for one another.

A block counts in shared memory, in up to 32 copies of the bins, which lie beside one another: each
lane of a warp adds to a copy and, where there are 32, a bank of its own, whatever it counts. So a
flat image, whose pixels all want the same count, is no slower than noise. More bins than shared
memory holds are counted in memory, runs being added once. Bytes are counted by their values, 16 by
a load, and values get to their bins when a block is done. Each value is read once.
"""

from __future__ import annotations

import math

from numba import config, cuda, float32, float64, int32, int64, uint16, uint32

from ._color import OPPONENT, opponent_of
from ._hsv import hsv_of
from ._lab import N_F, N_LINEAR, lab_of
from ._lbp import code_at, row_at, unit_pattern
from ._words import bytes_of, copied, four_words, pixel_of, pixels_at

SHARED = 8192  # counts in shared memory: 32 KiB
HELD = SHARED + 4  # the same with what it takes to begin at a multiple of 16 bytes
COPIES = 32
THREADS = 128
PAIR_COLUMNS, PAIR_ROWS = 32, 128
HSV_ALREADY = 4  # beside the numbers of color spaces: nothing to convert, but hues are below 180
WIDE = 384  # threads of a block that counts bytes: a multiple of 3 channels

if config.ENABLE_CUDASIM:

    def address_of(shared):
        """Where in shared memory counts begin: at the first multiple of 16 of an array."""
        return int32(0)

    @cuda.jit(device=True)
    def more(shared, address, n):
        """Add n to the count at an address."""
        cuda.atomic.add(shared, address // 4, n)

    def count_at(shared, address):
        return shared[address // 4]

    def sum_of_four(shared, address):
        """The sum of the four counts from an address on."""
        return int32(shared[address // 4 : address // 4 + 4].sum())

    def clear_four(shared, address):
        shared[address // 4 : address // 4 + 4] = 0

else:
    from llvmlite import ir
    from numba import types
    from numba.cuda.extending import intrinsic

    I32 = ir.IntType(32)
    FOUR = ir.VectorType(I32, 4)

    @intrinsic
    def address_of(typingctx, shared):
        def codegen(context, builder, signature, args):
            data = context.make_array(shared)(context, builder, args[0]).data
            inside = builder.addrspacecast(data, ir.PointerType(I32, 3))
            behind = builder.add(builder.ptrtoint(inside, I32), ir.Constant(I32, 15))
            return builder.and_(behind, ir.Constant(I32, -16))

        return types.int32(shared), codegen

    @intrinsic
    def more(typingctx, shared, address, n):
        def codegen(context, builder, signature, args):
            kind = ir.FunctionType(ir.VoidType(), [I32, I32])
            code = "red.shared.add.u32 [$0], $1;"
            builder.asm(kind, code, "r,r,~{memory}", args[1:], True)
            return context.get_dummy_value()

        return types.void(shared, types.int32, types.int32), codegen

    @intrinsic
    def count_at(typingctx, shared, address):
        def codegen(context, builder, signature, args):
            return builder.load(builder.inttoptr(args[1], ir.PointerType(I32, 3)))

        return types.int32(shared, types.int32), codegen

    @intrinsic
    def sum_of_four(typingctx, shared, address):
        def codegen(context, builder, signature, args):
            four = builder.load(builder.inttoptr(args[1], ir.PointerType(FOUR, 3)), align=16)
            parts = [builder.extract_element(four, ir.Constant(I32, k)) for k in range(4)]
            return builder.add(builder.add(*parts[:2]), builder.add(*parts[2:]))

        return types.int32(shared, types.int32), codegen

    @intrinsic
    def clear_four(typingctx, shared, address):
        def codegen(context, builder, signature, args):
            place = builder.inttoptr(args[1], ir.PointerType(FOUR, 3))
            builder.store(ir.Constant(FOUR, [0, 0, 0, 0]), place, align=16)
            return context.get_dummy_value()

        return types.void(shared, types.int32), codegen


@cuda.jit(device=True)
def copies_of(n_bins):
    """How many copies of the bins go into shared memory: a power of two, or none."""
    copies = int32(COPIES)
    while copies > 0 and copies * n_bins > SHARED:
        copies = int32(copies >> 1)
    return copies


@cuda.jit(device=True)
def cleared(shared, n):
    """Clear n counts, and those up to a multiple of 4."""
    start, step = address_of(shared), int32(16 * cuda.blockDim.x)
    address, end = int32(start + 16 * cuda.threadIdx.x), int32(start + 4 * n)
    cuda.syncthreads()
    while address < end:
        clear_four(shared, address)
        address = int32(address + step)
    cuda.syncthreads()


@cuda.jit(device=True)
def total_of(shared, bin_, copies):
    """The sum of the copies of a count, each thread of a warp beginning at other banks."""
    total, at, first = int32(0), int32(0), int32(address_of(shared) + int32(4 * bin_) * copies)
    if copies < 4:
        while at < copies:
            total = int32(total + count_at(shared, int32(first + 4 * at)))
            at = int32(at + 1)
        return total
    turned, end = int32(16 * cuda.threadIdx.x), int32(4 * copies)
    while at < end:
        address = int32(first + int32(int32(at + turned) & int32(end - 1)))
        total = int32(total + sum_of_four(shared, address))
        at = int32(at + 16)
    return total


@cuda.jit(device=True)
def counted(shared, counts, image, copies, bin_, n):
    """Add n to a bin."""
    if bin_ < 0 or n == 0:
        return
    if copies > 0:
        lane = int32(int32(cuda.threadIdx.x) & int32(copies - 1))
        place = int32(int32(int32(bin_) * copies) + lane)
        more(shared, int32(address_of(shared) + int32(4 * place)), int32(n))
    else:
        cuda.atomic.add(counts, (image, bin_), int64(n))


@cuda.jit(device=True)
def added_up(shared, counts, image, n_bins, copies):
    """Add the copies of a block to the counts in memory."""
    cuda.syncthreads()
    if copies == 0:
        return
    for i in range(cuda.threadIdx.x, n_bins, cuda.blockDim.x):
        total = total_of(shared, i, copies)
        if total > 0:
            cuda.atomic.add(counts, (image, i), int64(total))


@cuda.jit(device=True)
def values_added_up(shared, counts, image, n_values, copies, bins):
    """Add the copies of counts of values to the bins that the values belong to."""
    cuda.syncthreads()
    for i in range(cuda.threadIdx.x, n_values, cuda.blockDim.x):
        bin_, total = bins[i], total_of(shared, i, copies)
        if bin_ >= 0 and total > 0:
            cuda.atomic.add(counts, (image, bin_), int64(total))


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
def place_of(address, channel, copies):
    """Where this thread counts value 0 of a channel."""
    lane = int32(int32(cuda.threadIdx.x) & int32(copies - 1))
    return int32(address + 4 * int32(int32(256 * int32(channel * copies)) + lane))


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
        place = place_of(address, int32(i % channels), copies)
        more(shared, int32(place + int32(4 * int32(value * copies))), int32(1))
        i += cuda.gridsize(1)


@cuda.jit(cache=True)
def count_bytes(src, n, channels, address, bins, counts):
    """Count n bytes an image of up to 4 channels, or of any number while shared memory lasts.

    `address` is that of src, of which the lowest bits matter; `bins` sends each channel's values.
    """
    shared = cuda.shared.array(HELD, dtype=int32)
    image, copies = int64(cuda.blockIdx.y), copies_of(256 * channels)
    while image < counts.shape[0]:
        cleared(shared, 256 * channels * copies)
        start = image * n
        head = min(-(address + start) & 15, n)
        end = head + ((n - head) & -16) if channels <= 4 else head
        i, step = head + 16 * cuda.grid(1), 16 * cuda.gridsize(1)
        where, unit = address_of(shared), int32(4 * copies)
        first = int32(uint32(uint32(i) % uint32(channels)))  # and a step is a multiple of them
        second = behind(first, channels)
        third = behind(second, channels)
        a, b = place_of(where, first, copies), place_of(where, second, copies)
        c, d = place_of(where, third, copies), place_of(where, behind(third, channels), copies)
        while i < end:
            count_words(shared, src, start + i, channels, unit, a, b, c, d)
            i += step
        count_span(shared, src, start, 0, head, channels, copies)
        count_span(shared, src, start, end, n, channels, copies)
        values_added_up(shared, counts, image, 256 * channels, copies, bins)
        image += cuda.gridDim.y


@cuda.jit(cache=True)
def count_floats(src, low, high, counts):
    """Count floats of src (images, pixels, channels) as the core does, in double precision."""
    shared = cuda.shared.array(HELD, dtype=int32)
    image, n_bins, n = cuda.blockIdx.y, counts.shape[1], src.shape[1]
    bins, copies = n_bins // src.shape[2], copies_of(n_bins)
    cleared(shared, n_bins * copies)
    for c in range(src.shape[2]):
        run, length = int32(-1), int32(0)
        for i in range(cuda.grid(1), n, cuda.gridsize(1)):
            value = float64(src[image, i, c])
            bin_ = int32(-1)
            if value >= low and value < high:
                bin_ = int32(min(int32((value - low) * bins / (high - low)), bins - 1) + c * bins)
            if bin_ != run:
                counted(shared, counts, image, copies, run, length)
                run, length = bin_, int32(0)
            length += 1
        counted(shared, counts, image, copies, run, length)
    added_up(shared, counts, image, n_bins, copies)


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
def count_three(shared, counts, image, copies, bins, sizes):
    """Count each channel in its own bins."""
    first, second, third = bins
    second = int32(sizes[0] + second)
    third = int32(int32(sizes[0] + sizes[1]) + third)
    counted(shared, counts, image, copies, first, int32(1))
    counted(shared, counts, image, copies, second, int32(1))
    counted(shared, counts, image, copies, third, int32(1))


@cuda.jit(device=True)
def count_pixel(shared, counts, image, copies, place, how, pixel, tables, run):
    """Count a pixel; in memory runs of equal bins: that of the last, and how many there were."""
    space, joint, sizes = how
    bins = bins_of(pixel, space, sizes, tables[0], tables[1])
    if joint == 0:
        count_three(shared, counts, image, copies, bins, sizes)
        return run
    bin_ = int32(int32(int32(int32(bins[0] * sizes[1]) + bins[1]) * sizes[2]) + bins[2])
    if copies > 0:
        more(shared, int32(place + int32(4 * int32(bin_ * copies))), int32(1))
        return run
    last, length = run
    if bin_ != last:
        counted(shared, counts, image, copies, last, length)
        last, length = bin_, int32(0)
    return last, int32(length + 1)


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
    if space == 2:
        copied(linear, near, N_LINEAR, cuda.threadIdx.x, cuda.blockDim.x)
        copied(f, far, N_F, cuda.threadIdx.x, cuda.blockDim.x)
    how = int32(space), int32(joint), (int32(n0), int32(n1), int32(n2))
    tables, n_bins = (near, far), counts.shape[1]
    image, copies = int64(cuda.blockIdx.y), copies_of(n_bins)
    while image < counts.shape[0]:
        cleared(shared, n_bins * copies)
        start, run = image * n * channels, (int32(-1), int32(0))
        place = place_of(address_of(shared), int32(0), max(copies, int32(1)))
        first, end = span_of_fours(address + start, n, channels)
        at, last = start + channels * (first + 4 * cuda.grid(1)), start + channels * end
        while at < last:
            p, q, r, s = four_pixels(src, at, channels)
            run = count_pixel(shared, counts, image, copies, place, how, p, tables, run)
            run = count_pixel(shared, counts, image, copies, place, how, q, tables, run)
            run = count_pixel(shared, counts, image, copies, place, how, r, tables, run)
            run = count_pixel(shared, counts, image, copies, place, how, s, tables, run)
            at += 4 * channels * cuda.gridsize(1)
        i = cuda.grid(1)
        while i < n - (end - first):
            p = single_pixel(src, start + channels * (i if i < first else i + (end - first)))
            run = count_pixel(shared, counts, image, copies, place, how, p, tables, run)
            i += cuda.gridsize(1)
        counted(shared, counts, image, copies, run[0], run[1])
        added_up(shared, counts, image, n_bins, copies)
        image += cuda.gridDim.y


@cuda.jit(cache=True)
def number_colors(src, space, luts, linear, f, dst):
    """The number of each pixel's joint bin, of 256 at most; a thread a pixel."""
    i = cuda.grid(1)
    if i >= dst.size:
        return
    a, b, c = int32(src[i, 0]), int32(src[i, 1]), int32(src[i, 2])
    if space == 1:
        h, s, v = hsv_of(a, b, c)
        a, b, c = int32(h), int32(s), int32(v)
    elif space == 2:
        h, s, v = lab_of(a, b, c, linear, f)
        a, b, c = int32(h), int32(s), int32(v)
    elif space == OPPONENT:
        a, b, c = opponent_of(a, b, c)
    dst[i] = luts[0, a] + luts[1, b] + luts[2, c]


@cuda.jit(device=True)
def within(at, d, extent):
    """How many of 2 d + 1 places around `at` are in 0..extent-1."""
    return min(at + d, extent - 1) - max(at - d, 0) + 1


@cuda.jit(device=True)
def same_on_ring(src, image, y, x, d):
    """How many pixels at chessboard distance d are of the color of this one."""
    color, found = src[image, y, x], int32(0)
    left, right = max(x - d, 0), min(x + d, src.shape[2] - 1)
    for line in (y - d, y + d):
        if line >= 0 and line < src.shape[1]:
            for at in range(left, right + 1):
                if src[image, line, at] == color:
                    found += int32(1)
    for line in range(max(y - d + 1, 0), min(y + d, src.shape[1])):
        if x >= d and src[image, line, x - d] == color:
            found += int32(1)
        if x + d < src.shape[2] and src[image, line, x + d] == color:
            found += int32(1)
    return found


@cuda.jit(cache=True)
def count_pairs(src, distances, n_colors, counts):
    """Count for each distance the pairs of one color, then those of the color with any.

    A block works on 32 columns of some rows, a thread on every fourth row of one.
    """
    shared = cuda.shared.array(HELD, dtype=int32)
    image, n_bins = cuda.blockIdx.z, counts.shape[1]
    copies = copies_of(n_bins)
    cleared(shared, n_bins * copies)
    x = cuda.blockIdx.x * PAIR_COLUMNS + cuda.threadIdx.x % PAIR_COLUMNS
    first = cuda.blockIdx.y * PAIR_ROWS + cuda.threadIdx.x // PAIR_COLUMNS
    height, width = int64(src.shape[1]), int64(src.shape[2])
    if x < width:
        for k in range(distances.size):
            d, place = int64(distances[k]), 2 * k * n_colors
            run, same, there = int32(-1), int32(0), int32(0)
            last = min(cuda.blockIdx.y * PAIR_ROWS + PAIR_ROWS, height)
            for y in range(first, last, THREADS // PAIR_COLUMNS):
                color = int32(src[image, y, x])
                if color != run:
                    counted(shared, counts, image, copies, place + run, same)
                    counted(shared, counts, image, copies, place + n_colors + run, there)
                    run, same, there = color, int32(0), int32(0)
                same += same_on_ring(src, image, y, x, d)
                inner = within(y, d - 1, height) * within(x, d - 1, width)
                there += int32(within(y, d, height) * within(x, d, width) - inner)
            counted(shared, counts, image, copies, place + run, same)
            counted(shared, counts, image, copies, place + n_colors + run, there)
    added_up(shared, counts, image, n_bins, copies)


@cuda.jit(cache=True)
def shares_of_pairs(counts, n_colors, out):
    """Of the pairs of each distance and color, the share of those of one color."""
    i = cuda.grid(1)
    if i >= out.size:
        return
    image, at = i // out.shape[1], i % out.shape[1]
    place = 2 * (at // n_colors) * n_colors + at % n_colors
    n, share = counts[image, place + n_colors], 0.0
    if n > 0:
        share = float64(counts[image, place]) / float64(n)
    out[image, at] = float32(share)


@cuda.jit(cache=True)
def count_patterns(src, places, steps, ways, ties, table, method, down, across, counts):
    """Count local binary patterns in a grid of cells; a row of counts an image and a cell."""
    shared = cuda.shared.array(HELD, dtype=int32)
    image, cell, n_bins = cuda.blockIdx.y, cuda.blockIdx.z, counts.shape[1]
    copies = copies_of(n_bins)
    row = image * cuda.gridDim.z + cell
    cleared(shared, n_bins * copies)
    i, j = cell // across, cell % across
    top, bottom = i * src.shape[1] // down, (i + 1) * src.shape[1] // down
    left, right = j * src.shape[2] // across, (j + 1) * src.shape[2] // across
    width, run, length = int32(right - left), int32(-1), int32(0)
    if width > 0:
        step, at = cuda.gridsize(1), cuda.grid(1)
        y, x = int32(top + at // width), int32(at % width)
        lines, rest = int32(step // width), int32(step % width)
        while y < bottom:
            pixel = image, y, int32(left + x)
            bin_ = int32(code_at(src, *pixel, places, steps, ways, ties, table, method))
            if bin_ != run:
                counted(shared, counts, row, copies, run, length)
                run, length = bin_, int32(0)
            length += int32(1)
            y, x = int32(y + lines), int32(x + rest)
            if x >= width:
                y, x = int32(y + 1), int32(x - width)
    counted(shared, counts, row, copies, run, length)
    added_up(shared, counts, row, n_bins, copies)


@cuda.jit(cache=True)
def count_unit_patterns(src, places, steps, ties, table, walk, down, across, counts):
    """The same of eight points at distance 1; a thread `walk` pixels of a column at a time."""
    shared = cuda.shared.array(HELD, dtype=int32)
    image, cell, n_bins = cuda.blockIdx.y, cuda.blockIdx.z, counts.shape[1]
    row = image * cuda.gridDim.z + cell
    copies = copies_of(n_bins)
    cleared(shared, n_bins * copies)
    i, j = cell // across, cell % across
    top, bottom = i * src.shape[1] // down, (i + 1) * src.shape[1] // down
    left, right = j * src.shape[2] // across, (j + 1) * src.shape[2] // across
    width, run, length = right - left, int32(-1), int32(0)
    strips = (bottom - top + walk - 1) // walk * width
    for strip in range(cuda.grid(1), strips, cuda.gridsize(1)):
        x, first = int32(left + strip % width), int32(top + strip // width * walk)
        up, mid = row_at(src, image, first - 1, x), row_at(src, image, first, x)
        for y in range(first, min(first + walk, bottom)):
            under = row_at(src, image, y + 1, x)
            bin_ = int32(table[unit_pattern(src, image, y, x, up, mid, under, places, steps, ties)])
            up, mid = mid, under
            if bin_ != run:
                counted(shared, counts, row, copies, run, length)
                run, length = bin_, int32(0)
            length += int32(1)
    counted(shared, counts, row, copies, run, length)
    added_up(shared, counts, row, n_bins, copies)


@cuda.jit(cache=True)
def normalize_counts(counts, out, how):
    """Divide each image's counts as the core does, in double precision; a block an image."""
    sums = cuda.shared.array(THREADS, dtype=float64)
    me, image, n = cuda.threadIdx.x, cuda.blockIdx.x, counts.shape[1]
    sums[me] = 0.0
    for i in range(me, n, THREADS):
        value = float64(counts[image, i])
        sums[me] += value * value if how == 2 else value
    cuda.syncthreads()
    half = THREADS // 2
    while half > 0:
        if me < half:
            sums[me] += sums[me + half]
        cuda.syncthreads()
        half //= 2
    divisor = math.sqrt(sums[0]) if how == 2 else sums[0]
    if how == 0:
        divisor = 1.0
    for i in range(me, n, THREADS):
        share = 0.0
        if sums[0] > 0.0:
            share = float64(counts[image, i]) / divisor
        if how == 3:
            share = math.sqrt(share)
        out[image, i] = float32(share)


@cuda.jit(cache=True)
def clear_counts(counts):
    i = cuda.grid(1)
    if i < counts.size:
        counts[i // counts.shape[1], i % counts.shape[1]] = 0

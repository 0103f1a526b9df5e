"""What filters share: tiles of one channel of an image in shared memory, sums that slide over them.

A thread works out eight results one below the other (or one beside the other) at once: each value
it loads then serves eight sums, and each weight, too. Border rules are applied where a tile is
loaded, once per row and column of it. Places in a tile are 64-bit and cast to unsigned only where
they are used: so constant parts become offsets of the load instructions, and nothing is compared.
"""

from __future__ import annotations

from numba import config, cuda, float32, int32, int64, uint64

from ._border import MODES, border_index
from ._finish import DIVIDE, FLOOR, TO_WHOLE

CONSTANT = MODES["constant"]
AT_ONCE = 8  # results of a thread
WARP, WARPS = 32, 4  # a block: few threads, so that what each prepares serves many results
THREADS = WARP * WARPS
MOST_CHANNELS = 4  # that a block goes through: they come from the same bytes of memory
# Tiles of filters that are not separable, with what is around their results.
WIDE_ROWS, WIDE_PITCH = 96, WARP + 32
WIDE_VALUES = WIDE_ROWS * WIDE_PITCH

if config.ENABLE_CUDASIM:

    def fused(a, b, c):
        """The product of a and b and c in one rounding (the simulator: in two)."""
        return a * b + c

else:
    from numba.cuda import libdevice

    @cuda.jit(device=True)
    def fused(a, b, c):
        return libdevice.fmaf(a, b, c)


@cuda.jit(device=True)
def up_to_eights(n, most):
    """The rows or columns of a tile that hold n values, in eights."""
    return min(int32(int32(n + int32(7)) & int32(-8)), int32(most))


@cuda.jit(device=True)
def corner_of(block_x, block_y, tall, width):
    """Where a block's tile begins, and the number of its group of channels."""
    across, block = int32(int32(width + 31) >> int32(5)), int32(block_x)
    group = int32(block // across)
    left = int32(int32(block - int32(group * across)) * int32(WARP))
    return left, int32(int32(block_y) * int32(tall)), group


@cuda.jit(device=True)
def channels_of(group, channels):
    """The first channel of a group, and the one behind its last."""
    return group * MOST_CHANNELS, min((group + 1) * MOST_CHANNELS, channels)


@cuda.jit(device=True)
def find_lines(lines, n, top, height, pitch, mode, me):
    """Write down where a tile's rows begin in the image, whose rows are `pitch` apart, or -1."""
    for r in range(me, (n + 31) & -32, THREADS):
        line = border_index(mode, int32(top + r), height)
        lines[uint64(r)] = int64(line) * int64(pitch) if line >= 0 else int64(-1)


@cuda.jit(device=True)
def key_of(value, flip):
    """A whole number that orders as the float of these bits does (flip: 2^31 - 1), and back."""
    if flip is None:
        return value
    return int32(int32(value) ^ int32(int32(int32(value) >> int32(31)) & flip))


@cuda.jit(device=True)
def load_value(src, place, line, to, tile, flip):
    if line >= 0:
        tile[uint64(to)] = key_of(src[uint64(place + line)], flip)
    else:
        tile[uint64(to)] = 0


@cuda.jit(device=True)
def load_tile(src, first, left, form, lines, n_rows, n_columns, tile, tile_pitch, tx, ty, flip):
    """Bring n_rows x n_columns pixels of one channel, which begins at `first`, to shared memory.

    `form`: the image's width, its channels and the border's mode; `lines`: where its rows begin.
    """
    width, channels, mode = form
    if n_rows > 32:  # what is loaded for nothing costs less than a loop for the rest
        n_rows = int32(int32(n_rows + int32(31)) & int32(-32))
    for j in range(tx, n_columns, WARP):
        at = border_index(mode, int32(left + j), width)
        place, to = first + int64(at) * int64(channels), int64(ty) * tile_pitch + j
        r = int64(ty)
        while mode != CONSTANT and r + 3 * WARPS < n_rows:
            a, b = lines[uint64(r)], lines[uint64(r + WARPS)]
            c, d = lines[uint64(r + 2 * WARPS)], lines[uint64(r + 3 * WARPS)]
            v, w = src[uint64(place + a)], src[uint64(place + b)]
            x, y = src[uint64(place + c)], src[uint64(place + d)]
            tile[uint64(to)] = key_of(v, flip)
            tile[uint64(to + WARPS * tile_pitch)] = key_of(w, flip)
            tile[uint64(to + 2 * WARPS * tile_pitch)] = key_of(x, flip)
            tile[uint64(to + 3 * WARPS * tile_pitch)] = key_of(y, flip)
            r, to = r + 4 * WARPS, to + 4 * WARPS * tile_pitch
        while r < n_rows:
            line = lines[uint64(r)] if at >= 0 else int64(-1)
            load_value(src, place, line, to, tile, flip)
            r, to = r + WARPS, to + WARPS * tile_pitch


@cuda.jit(device=True)
def nothing():
    zero = float32(0)
    return zero, zero, zero, zero, zero, zero, zero, zero


@cuda.jit(device=True)
def weighed(w, v, s):
    return (
        fused(w, v[0], s[0]),
        fused(w, v[1], s[1]),
        fused(w, v[2], s[2]),
        fused(w, v[3], s[3]),
        fused(w, v[4], s[4]),
        fused(w, v[5], s[5]),
        fused(w, v[6], s[6]),
        fused(w, v[7], s[7]),
    )


@cuda.jit(device=True)
def seven(tile, at, step):
    return (
        tile[uint64(at)],
        tile[uint64(at + step)],
        tile[uint64(at + 2 * step)],
        tile[uint64(at + 3 * step)],
        tile[uint64(at + 4 * step)],
        tile[uint64(at + 5 * step)],
        tile[uint64(at + 6 * step)],
    )


@cuda.jit(device=True)
def slid(tile, at, step, taps, first, stride, n, s):
    """Add to eight sums n weighed values each, `step` apart, as the sums' first values are.

    The taps' first weight stands at `first`, the next ones `stride` apart.
    """
    v = seven(tile, at, step)
    at, tap, k = at + 7 * step, int64(first), int64(0)
    while k + 4 <= n:
        a, b = tile[uint64(at)], tile[uint64(at + step)]
        c, d = tile[uint64(at + 2 * step)], tile[uint64(at + 3 * step)]
        four = (a, b, c, d)
        s = weighed(taps[uint64(tap)], v + four[:1], s)
        s = weighed(taps[uint64(tap + stride)], v[1:] + four[:2], s)
        s = weighed(taps[uint64(tap + 2 * stride)], v[2:] + four[:3], s)
        s = weighed(taps[uint64(tap + 3 * stride)], v[3:] + four, s)
        v = v[4:] + four
        k, at, tap = k + 4, at + 4 * step, tap + 4 * stride
    if k < n:
        one = (tile[uint64(at)],)
        s = weighed(taps[uint64(tap)], v + one, s)
        if k + 1 < n:
            two = one + (tile[uint64(at + step)],)  # noqa: RUF005
            s = weighed(taps[uint64(tap + stride)], v[1:] + two, s)
            if k + 2 < n:
                three = two + (tile[uint64(at + 2 * step)],)  # noqa: RUF005
                s = weighed(taps[uint64(tap + 2 * stride)], v[2:] + three, s)
    return s


@cuda.jit(device=True)
def finish_eight(s, how, factor, low, high):
    """The same of eight sums as `finished` of one: it is asked once what is to be done."""
    if how == FLOOR:
        return weighed(factor, plus(s, low), nothing())
    if how == DIVIDE:
        s = (
            s[0] / factor,
            s[1] / factor,
            s[2] / factor,
            s[3] / factor,
            s[4] / factor,
            s[5] / factor,
            s[6] / factor,
            s[7] / factor,
        )
    else:
        s = weighed(factor, s, nothing())
    if low < high:
        s = (
            min(max(s[0], low), high),
            min(max(s[1], low), high),
            min(max(s[2], low), high),
            min(max(s[3], low), high),
            min(max(s[4], low), high),
            min(max(s[5], low), high),
            min(max(s[6], low), high),
            min(max(s[7], low), high),
        )
        s = plus(plus(s, float32(TO_WHOLE)), float32(-TO_WHOLE))
    return s


@cuda.jit(device=True)
def plus(s, x):
    return s[0] + x, s[1] + x, s[2] + x, s[3] + x, s[4] + x, s[5] + x, s[6] + x, s[7] + x


@cuda.jit(device=True)
def write_eight(dst, place, pitch, n, s):
    """Write the first n of eight values one below the other."""
    if n >= AT_ONCE:
        dst[uint64(place)] = s[0]
        dst[uint64(place + pitch)] = s[1]
        dst[uint64(place + 2 * pitch)] = s[2]
        dst[uint64(place + 3 * pitch)] = s[3]
        dst[uint64(place + 4 * pitch)] = s[4]
        dst[uint64(place + 5 * pitch)] = s[5]
        dst[uint64(place + 6 * pitch)] = s[6]
        dst[uint64(place + 7 * pitch)] = s[7]
        return
    for _ in range(n):
        dst[uint64(place)] = s[0]
        s, place = s[1:] + s[:1], place + pitch

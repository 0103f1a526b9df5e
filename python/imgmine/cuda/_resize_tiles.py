"""Bytes resized tile by tile, by weights or to means: what _weigh_tiles does, from end to end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, float32, int32, uint32, uint64

from ._load_tiles import THREADS, load_bytes, load_words
from ._tap_groups import EIGHT, plan_for
from ._weigh_tiles import (
    ALIGNMENT,
    BETWEEN,
    SOURCE,
    weigh_along,
    weigh_down,
)

if TYPE_CHECKING:
    from ._job import Job

MOST = 65535  # blocks of a grid's y and z
MOST_BYTES = 2**32 - 1  # of the rows of a tile
MOST_PLANES = 4  # channels of a tile


@cuda.jit(device=True)
def old_tile(src, size, image, left, top, channels, channel, words_in):
    """An image from a tile's first row and word on; its last row and word (or pixel); a row."""
    height, pitch = uint32(size[0]), uint32(size[1])
    row = uint64(uint64(uint64(image) * uint64(height)) + uint64(uint32(uint32(4) * top)))
    first = uint64(uint32(uint32(left * uint32(4 * channels)) + channel))
    last = uint32(uint32(pitch // uint32(channels)) - uint32(1))
    last = uint32(last - uint32(uint32(4) * left))
    if words_in:
        last = uint32(last >> uint32(2))
    edges = uint32(uint32(height - uint32(1)) - uint32(uint32(4) * top)), last
    return src[uint64(uint64(row * uint64(pitch)) + first) :], edges, pitch


@cuda.jit(device=True)
def resize_tile(src, size, dst, along, down, form, starts, finish, is_mean, source, between):
    """Resize a block's tile.

    `form`: channels at a time and in all; see `Tile`; whether old and new rows are read and written
    in words. `starts`: what sums along rows begin with and are shifted by, and sums of these.
    """
    planes, channels, wide, tall, n, eights, chunk, words_in, words_out = form
    columns, image = uint32(along[0].size), uint32(cuda.blockIdx.z)
    across = uint32(uint32(columns + uint32((1 << wide) - 1)) >> uint32(wide))
    band = uint32(uint32(cuda.blockIdx.x) // across)
    x = uint32(uint32(uint32(cuda.blockIdx.x) - uint32(band * across)) << uint32(wide))
    y, channel = uint32(band * uint32(tall)), uint32(cuda.blockIdx.y * planes)
    left, top = uint32(along[0][x]), uint32(down[0][y])
    tile, edges, pitch = old_tile(src, size, image, left, top, channels, channel, words_in)
    done = uint32(0)
    while done < uint32(eights):
        some = min(uint32(chunk), uint32(uint32(eights) - done))
        span = some, uint32(n)
        if words_in:
            load_words(tile, planes, done, span, edges, pitch, source)
        else:
            load_bytes(tile, planes, channels, done, span, edges, pitch, source)
        cuda.syncthreads()
        how = starts[0], starts[1]
        weigh_along(source, between, along, x, left, uint32(wide), planes, done, span, *how)
        cuda.syncthreads()
        done = uint32(done + some)
    length, step = uint64(columns * uint32(channels)), uint64(1)
    if planes != channels:
        step = uint64(channels)
    begin = uint64(uint64(image) * uint64(down[0].size) * length)
    begin = uint64(begin + uint64(uint32(uint32(x * uint32(channels)) + channel)))
    rest = uint32(uint32(columns - x) * uint32(planes))
    where = begin, length, rest, step, words_out
    pitch = uint32(uint32(planes) << uint32(wide))
    tall, top = uint32(tall), uint32(top)
    weigh_down(between, dst, down, y, tall, top, pitch, starts[2], finish, is_mean, where)


@cuda.jit(cache=True)
def weigh_tiles(
    src,
    high,
    pitch,
    dst,
    starts_along,
    weights_along,
    groups_along,
    starts_down,
    weights_down,
    groups_down,
    planes,
    channels,
    wide,
    tall,
    n,
    eights,
    chunk,
    words_in,
    words_out,
    first,
    shift_along,
    second,
    shift_down,
):
    """Sums of weighted pixels, rounded."""
    source = cuda.shared.array(SOURCE, dtype=int32, alignment=ALIGNMENT)
    between = cuda.shared.array(BETWEEN, dtype=int32, alignment=ALIGNMENT)
    along = starts_along, weights_along, groups_along
    down = starts_down, weights_down, groups_down
    form = planes, channels, wide, tall, n, eights, chunk, words_in, words_out
    starts = int32(first), int32(shift_along), int32(second)
    finish = int32(shift_down), int32(1), float32(1)
    resize_tile(src, (high, pitch), dst, along, down, form, starts, finish, False, source, between)


@cuda.jit(cache=True)
def mean_tiles(
    src,
    high,
    pitch,
    dst,
    starts_along,
    weights_along,
    groups_along,
    starts_down,
    weights_down,
    groups_down,
    planes,
    channels,
    wide,
    tall,
    n,
    eights,
    chunk,
    words_in,
    words_out,
    first,
    second,
    area,
    inverse,
):
    """Means over areas, rounded half up."""
    source = cuda.shared.array(SOURCE, dtype=int32, alignment=ALIGNMENT)
    between = cuda.shared.array(BETWEEN, dtype=int32, alignment=ALIGNMENT)
    along = starts_along, weights_along, groups_along
    down = starts_down, weights_down, groups_down
    form = planes, channels, wide, tall, n, eights, chunk, words_in, words_out
    starts, finish = (int32(first), int32(0), int32(second)), (int32(0), int32(area), inverse)
    resize_tile(src, (high, pitch), dst, along, down, form, starts, finish, True, source, between)


def resized_in_tiles(
    job: Job, src: Any, dst: Any, channels: int, method: str, words: tuple[bool, bool]
) -> bool:
    """Resize images (N, H, W C) of bytes, or return False: no tile has room, or sums have not.

    `words` says whether old and new rows begin at multiples of four bytes.
    """
    old = src.shape[1], src.shape[2] // channels
    new = dst.shape[1], dst.shape[2] // channels
    planes = channels if channels <= MOST_PLANES else 1
    if src.dtype != np.uint8 or channels > MOST:
        return False
    plan = plan_for(method, old, new, planes, SOURCE, BETWEEN // 2)
    if plan is None or EIGHT * plan.tile.eights * src.shape[2] > MOST_BYTES:
        return False
    whole = planes == channels
    form = planes, channels, *plan.tile, words[0] and whole and planes in (1, 3), words[1] and whole
    axes = [part for axis in (plan.along, plan.down) for part in axis.arguments(job)]
    kernel = mean_tiles if method == "area" else weigh_tiles
    size = src.shape[1:]
    for first in range(0, src.shape[0], MOST):
        old, new = (x[first : first + MOST] for x in (src, dst))
        grid, flat = (plan.n_tiles, channels // planes, len(old)), new.reshape(new.size)
        arguments = (old.reshape(old.size), *size, flat, *axes, *form, *plan.finish)
        job.launch(kernel, grid, THREADS, *arguments)
    return True

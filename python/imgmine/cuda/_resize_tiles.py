"""Bytes resized tile by tile, by weights or to means: what _weigh_tiles does, from end to end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, int32, uint32, uint64

from ._load_tiles import THREADS, load_bytes, load_words, shifted_word, shifted_words
from ._row_words import begins_at
from ._tap_groups import MOST, plan_for
from ._views import part_of, reshaped
from ._weigh_tiles import (
    ALIGNMENT,
    BETWEEN,
    MEAN,
    SOURCE,
    WEIGHTED,
    WIDE_MEAN,
    weigh_along,
    weigh_down,
)
from ._weighted_bytes import word_at
from ._words import three_words

if TYPE_CHECKING:
    from ._job import Job

MOST_BYTES = 2**32 - 1  # of the rows of a tile
MOST_PLANES = 4  # channels of a tile
BY_BYTES, ALIGNED, SKEWED = range(3)  # how old rows are read: words that begin at multiples of 4
LEAST_SKEWED = 32  # bytes of a row: what is read beyond its end is in the next one


@cuda.jit(device=True)
def old_tile(src, size, image, left, top, channels, channel):
    """An image from a tile's first word on, its byte in it, its last row and pixel; a row."""
    height, pitch = uint32(size[0]), uint32(size[1])
    row = uint64(uint64(uint64(image) * uint64(height)) + uint64(uint32(uint32(4) * top)))
    first = uint64(uint32(uint32(left * uint32(4 * channels)) + channel))
    last = uint32(uint32(pitch // uint32(channels)) - uint32(1))
    last = uint32(last - uint32(uint32(4) * left))
    edges = uint32(uint32(height - uint32(1)) - uint32(uint32(4) * top)), last
    begin = uint64(uint64(row * uint64(pitch)) + first)
    skew = uint32(uint32(begin) & uint32(3))
    return src[uint64(begin - uint64(skew)) :], skew, edges, pitch


@cuda.jit(device=True)
def has_end(image, edges, eights):
    """Whether so many eights of a tile's rows have the last of all images'."""
    return image + 1 == cuda.gridDim.z and uint32(eights * uint32(8)) > edges[0]


@cuda.jit(device=True)
def new_tile(dst, image, x, y, size, planes, channels, channel):
    """A new image from the tile's first value on; a row; its values from there on, and their step.

    `size`: height and width.
    """
    length, step = uint32(uint32(size[1]) * uint32(channels)), uint32(1)
    if planes != channels:
        step = uint32(channels)
    row = uint64(uint64(uint64(image) * uint64(size[0])) + uint64(y))
    first = uint64(uint32(uint32(x * uint32(channels)) + channel))
    left = uint32(uint32(uint32(size[1]) - x) * uint32(planes))
    return dst[uint64(uint64(row * uint64(length)) + first) :], length, left, step


@cuda.jit(device=True)
def resize_tile(src, size, dst, along, down, form, turns, starts, finish, kind, rooms):
    """Resize a block's tile.

    `form`: channels at a time and in all; how old rows are read; whether new ones are in words;
    rows of the tile; eights of old rows that it needs, and that are loaded at a time. `turns`: see
    `weigh_along`. `starts`: what sums along rows begin with and are shifted by, and sums of these.
    """
    planes, channels, words_in, words_out, tall, eights, chunk = form
    source, between = rooms
    image, channel = uint32(cuda.blockIdx.z), uint32(0)
    if planes != channels:
        image = uint32(image // uint32(channels))
        channel = uint32(uint32(cuda.blockIdx.z) - uint32(image * uint32(channels)))
    x = uint32(uint32(cuda.blockIdx.x) * uint32(turns[1][0]))
    y = uint32(uint32(cuda.blockIdx.y) * uint32(tall))
    left, top, done = uint32(along[0][x]), uint32(down[0][y]), uint32(0)
    tile, skew, edges, pitch = old_tile(src, size, image, left, top, channels, channel)
    while done < uint32(eights):
        some = min(uint32(chunk), uint32(uint32(eights) - done))
        span, sums = (some, turns[0]), (done, some, starts[0], starts[1], kind)
        rows = done, span, edges, pitch, source, skew
        if words_in == ALIGNED:
            load_words(tile, planes, *rows, three_words, word_at)
        elif words_in == SKEWED and not has_end(image, edges, uint32(done + some)):
            load_words(tile, planes, *rows, shifted_words, shifted_word)
        else:
            load_bytes(tile, planes, channels, *rows)
        cuda.syncthreads()
        weigh_along(source, between, along, (x, left), planes, turns, *sums)
        cuda.syncthreads()
        done = uint32(done + some)
    size = down[0].size, along[0].size
    into, length, rest, step = new_tile(dst, image, x, y, size, planes, channels, channel)
    where = length, rest, step, words_out
    how = turns[3], starts[2], finish, kind, where
    weigh_down(between, into, down, y, uint32(tall), top, *how)


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
    words_in,
    words_out,
    tall,
    eights,
    chunk,
    words,
    by_words,
    columns,
    by_columns,
    eights_across,
    by_eights,
    by_planes,
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
    form = planes, channels, words_in, words_out, tall, eights, chunk
    turns = (words, by_words), (columns, by_columns), by_planes, (eights_across, by_eights)
    starts = int32(first), int32(shift_along), int32(second)
    how = starts, (int32(shift_down), int32(1)), WEIGHTED
    resize_tile(src, (high, pitch), dst, along, down, form, turns, *how, (source, between))


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
    words_in,
    words_out,
    tall,
    eights,
    chunk,
    words,
    by_words,
    columns,
    by_columns,
    eights_across,
    by_eights,
    by_planes,
    first,
    second,
    shift,
    factor,
):
    """Means over areas, rounded half up."""
    source = cuda.shared.array(SOURCE, dtype=int32, alignment=ALIGNMENT)
    between = cuda.shared.array(BETWEEN, dtype=int32, alignment=ALIGNMENT)
    along = starts_along, weights_along, groups_along
    down = starts_down, weights_down, groups_down
    form = planes, channels, words_in, words_out, tall, eights, chunk
    turns = (words, by_words), (columns, by_columns), by_planes, (eights_across, by_eights)
    starts = int32(first), int32(0), int32(second)
    how = starts, (int32(shift), int32(factor)), MEAN
    resize_tile(src, (high, pitch), dst, along, down, form, turns, *how, (source, between))


@cuda.jit(cache=True)
def wide_mean_tiles(
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
    words_in,
    words_out,
    tall,
    eights,
    chunk,
    words,
    by_words,
    columns,
    by_columns,
    eights_across,
    by_eights,
    by_planes,
    first,
    second,
    shift,
    factor,
):
    """The same of sums along rows that have more than 16 bits."""
    source = cuda.shared.array(SOURCE, dtype=int32, alignment=ALIGNMENT)
    between = cuda.shared.array(BETWEEN, dtype=int32, alignment=ALIGNMENT)
    along = starts_along, weights_along, groups_along
    down = starts_down, weights_down, groups_down
    form = planes, channels, words_in, words_out, tall, eights, chunk
    turns = (words, by_words), (columns, by_columns), by_planes, (eights_across, by_eights)
    starts = int32(first), int32(0), int32(second)
    how = starts, (int32(shift), int32(factor)), WIDE_MEAN
    resize_tile(src, (high, pitch), dst, along, down, form, turns, *how, (source, between))


KERNELS = {WEIGHTED: weigh_tiles, MEAN: mean_tiles, WIDE_MEAN: wide_mean_tiles}


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
    plan = plan_for(method, old, new, planes, SOURCE, BETWEEN)
    if plan is None or plan.reach(src.shape[2], dst.shape[2]) > MOST_BYTES:
        return False
    whole = planes == channels
    loads = BY_BYTES
    if whole and planes in (1, 3) and begins_at(src, 4):
        loads = ALIGNED if words[0] else SKEWED if src.shape[2] >= LEAST_SKEWED else BY_BYTES
    form = planes, channels, np.int32(loads), words[1] and whole
    axes = [part for axis in (plan.along, plan.down) for part in axis.arguments(job)]
    many = MOST // (channels // planes)
    for first in range(0, src.shape[0], many):
        some, into = part_of(src, first, many), part_of(dst, first, many)
        grid, flat = (*plan.grid, len(some) * (channels // planes)), reshaped(into, into.size)
        arguments = (reshaped(some, some.size), *src.shape[1:], flat, *axes, *form, *plan.numbers)
        job.launch(KERNELS[plan.kind], grid, THREADS, *arguments, *plan.finish)
    return True

"""Weights in groups of four, and how large tiles are for which there is room."""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .. import _core
from ._covers import covers
from ._weigh_tiles import MEAN, WEIGHTED, WIDE_MEAN

if TYPE_CHECKING:
    from ._job import Job

EIGHT, FOUR = 8, 4
THREADS = 256
MOST = 65535  # blocks of a grid's y and z
WIDES, TALLS = (7, 6, 5, 4, 3), (64, 48, 32, 24, 16, 8, 4, 2, 1)
MOST_WEIGHT = 32767
HALF = 1 << 15  # taken off sums along rows: 16 bits with a sign
MOST_ALONG = 65535 // 255  # what a new pixel measures along a row, for such sums
MOST_WIDE = 32767  # for sums of three bytes
MOST_AREA = 1 << 23  # and in all: sums have 31 bits


class Axis(NamedTuple):
    """The weights along an axis, four in an int64, by [group][new pixel].

    `starts` are new pixels' first groups. Zeros stand for old pixels of a group that do not count.
    """

    starts: Any
    weights: Any

    @property
    def groups(self) -> int:
        """How many groups a new pixel has."""
        return len(self.weights)

    def arguments(self, job: Job) -> tuple[Any, ...]:
        """Return what kernels take."""
        return job.upload(self.starts), job.upload(self.weights.reshape(-1)), np.int32(self.groups)

    def reach(self, n: int) -> int:
        """Return how many groups n neighbors need at most, the first of which stands at k n."""
        begin = np.arange(0, len(self.starts), n)
        last = np.minimum(begin + n, len(self.starts)) - 1
        return int((self.starts[last] - self.starts[begin]).max()) + self.groups


class Tile(NamedTuple):
    """A block's new pixels, 2^wide columns of `tall` rows, and the old ones that it needs.

    These are `words` of four in each of `eights` of rows, `chunk` eights at a time.
    """

    wide: int
    tall: int
    words: int
    eights: int
    chunk: int


class Plan(NamedTuple):
    """How images of a size become such of another: what kernels take.

    `numbers` are rows of a tile, eights of old ones that it needs and that are loaded at a time;
    then, each with its inverse, the words of an old row, a tile's columns, and an eighth of its
    values in a row; and the inverse of its channels.
    """

    along: Axis
    down: Axis
    grid: tuple[int, int]
    numbers: tuple[Any, ...]
    finish: tuple[Any, ...]
    kind: int

    def reach(self, old: int, new: int) -> int:
        """Return how many bytes the rows of a tile have, for images' rows of so many."""
        return max(EIGHT * int(self.numbers[1]) * old, int(self.numbers[0]) * new)


def with_inverse(n: int) -> tuple[int, int]:
    """Return a number and what kernels multiply by rather than divide by it."""
    return n, (1 << 20) // n + 1


@lru_cache(maxsize=256)
def plan_for(
    method: str, old: tuple[int, int], new: tuple[int, int], planes: int, source: int, between: int
) -> Plan | None:
    """Return the plan of "area", "cubic" or "lanczos", or None if sums or tiles have no room.

    `source`: words for old rows; `between`: words for what becomes of them.
    """
    axes = mean_axes(old, new) if method == "area" else weighed_axes(method == "lanczos", old, new)
    if axes is None:
        return None
    along, down, finish, kind = axes
    room = between // (3 if kind == WIDE_MEAN else 2)
    tile = tile_for(along, down, planes, source, room)
    if tile is None:
        return None
    columns, across = 1 << tile.wide, (planes << tile.wide) // EIGHT
    grid = -(-len(along.starts) // columns), -(-len(down.starts) // tile.tall)
    turns = [x for n in (tile.words, columns, across) for x in with_inverse(n)]
    numbers = tile.tall, tile.eights, tile.chunk, *turns, with_inverse(planes)[1]
    if grid[1] > MOST:
        return None
    return Plan(along, down, grid, tuple(map(np.int32, numbers)), finish, kind)


def tile_for(along: Axis, down: Axis, planes: int, source: int, between: int) -> Tile | None:
    """Return the tile that costs least, of those that have room."""
    best, least = None, np.inf
    for wide, tall in product(WIDES, TALLS):
        eights = -(-down.reach(tall) // 2)
        if 2 * eights * planes << wide > between:
            continue
        words = along.reach(1 << wide)
        chunk = min(eights, source // (EIGHT * words * planes))
        new = min(tall, len(down.starts)) * min(1 << wide, len(along.starts)) * planes
        cost = chunk and cost_of(Tile(wide, tall, words, eights, chunk), planes, along, down) / new
        if chunk and cost < least:
            best, least = Tile(wide, tall, words, eights, chunk), cost
    return best


def cost_of(tile: Tile, planes: int, along: Axis, down: Axis) -> int:
    """Return how many instructions a tile takes, as counted; threads without work wait."""
    loads = 40 + 20 * planes, 2 * tile.words
    sums = 60 + 23 * along.groups, planes << tile.wide
    turns = sum(n * -(-lines * tile.chunk // THREADS) for n, lines in (loads, sums))
    down_turns = -(-tile.tall * (planes << tile.wide) // (EIGHT * THREADS))
    n_chunks = -(-tile.eights // tile.chunk)
    return THREADS * (200 + n_chunks * (turns + 20) + down_turns * (90 + 41 * down.groups))


def in_groups(firsts: Any, weights: Any) -> Axis | None:
    """Return an axis of windows: first old pixels, and weights by [new pixel][old one]."""
    n, most = weights.shape
    if np.abs(weights).max() > MOST_WEIGHT:
        return None
    shift = firsts % FOUR
    table = np.zeros((n, -(-int((shift + most).max()) // FOUR) * FOUR), np.int16)
    columns = shift[:, np.newaxis] + np.arange(most)
    np.put_along_axis(table, columns, weights.astype(np.int16), axis=1)
    return Axis((firsts // FOUR).astype(np.int32), table.view(np.int64).T.copy())


def weighed_axes(lanczos: bool, old: tuple[int, int], new: tuple[int, int]) -> Any:
    """Return the axes of weights along and down, and how sums begin and are shifted."""
    *bits, places = _core.tables.resize_bits(lanczos, old, new)
    axes = []
    for i in (0, 1):
        firsts, _, weights = _core.tables.resize_taps(lanczos, old[1 - i], new[1 - i], bits[i])
        axes.append(in_groups(firsts, weights.T))
    first, second = bits[0] - places, bits[1] + places
    finish = tuple(map(np.int32, (1 << first - 1, first, 1 << second - 1, second)))
    return None if None in axes else (*axes, finish, WEIGHTED)


def mean_axes(old: tuple[int, int], new: tuple[int, int]) -> Any:
    """Return the axes of areas along and down, and how sums begin and become means."""
    (down, high), (along, wide) = (covered(*sizes) for sizes in zip(old, new, strict=True))
    area = wide * high
    if area == 1 or wide > MOST_WIDE or area > MOST_AREA or None in (along, down):
        return None
    # The quotient of a number of 31 bits, to the last bit: a product's upper half, shifted.
    bits = (area - 1).bit_length()
    factor = -(-(1 << 31 + bits) // area)
    kind, middle = (WIDE_MEAN, 0) if wide > MOST_ALONG else (MEAN, HALF)
    begin = middle * high + area // 2  # whose overflow does no harm
    finish = (-middle, begin, bits - 1, factor)
    return along, down, tuple(np.array(finish, np.int64).astype(np.int32)), kind


def covered(old: int, new: int) -> tuple[Axis | None, int]:
    """Return how new pixels cover old ones along an axis, and what they measure."""
    table, unit, measure = covers(old, new)
    first, last, less_first, less_last = table.T
    counts = last - first
    weights = np.where(np.arange(int(counts.max()) + 1) <= counts[:, np.newaxis], unit, 0)
    weights[:, 0] -= less_first
    weights[np.arange(new), counts] -= less_last
    return in_groups(first, weights), measure

"""Weights in groups of four, and how large tiles are for which there is room."""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .. import _core
from ._covers import covers

if TYPE_CHECKING:
    from ._job import Job

EIGHT, FOUR = 8, 4
WIDES, TALLS = (7, 6, 5, 4, 3, 2), (64, 48, 32, 24, 16, 8, 4, 2, 1)
MOST_WEIGHT = 32767
MIDDLE = 1 << 15  # taken off means of rows: 16 bits with a sign
MOST_ALONG = 65535 // 255  # what a new pixel may measure along a row
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

    def arguments(self, job: Job) -> tuple[Any, Any, int]:
        """Return what kernels take."""
        return job.upload(self.starts), job.upload(self.weights.reshape(-1)), self.groups

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
    """How images of a size become such of another; `finish` is what kernels take at the end."""

    along: Axis
    down: Axis
    tile: Tile
    finish: tuple[Any, ...]

    @property
    def n_tiles(self) -> int:
        """How many tiles an image has."""
        across = -(-len(self.along.starts) // (1 << self.tile.wide))
        return across * -(-len(self.down.starts) // self.tile.tall)


@lru_cache(maxsize=256)
def plan_for(
    method: str, old: tuple[int, int], new: tuple[int, int], planes: int, source: int, between: int
) -> Plan | None:
    """Return the plan of "area", "cubic" or "lanczos", or None if sums or tiles have no room.

    `source`: words for old rows; `between`: words for what becomes of four of them.
    """
    axes = mean_axes(old, new) if method == "area" else weighed_axes(method == "lanczos", old, new)
    if axes is None:
        return None
    tile = tile_for(axes[0], axes[1], planes, source, between)
    return tile and Plan(axes[0], axes[1], tile, axes[2])


def tile_for(along: Axis, down: Axis, planes: int, source: int, between: int) -> Tile | None:
    """Return the tile that costs least, of those that have room."""
    best, least = None, np.inf
    for wide, tall in product(WIDES, TALLS):
        eights = -(-down.reach(tall) // 2)
        if 2 * eights * planes << wide > between:
            continue
        words = along.reach(1 << wide)
        chunk = min(eights, source // (EIGHT * words * planes))
        new = min(tall, len(down.starts)) * min(1 << wide, len(along.starts))
        loading, summing = 34 * words, (25 * along.groups + 36) << wide  # instructions
        cost = eights * (loading + summing) / new
        if chunk and cost < least:
            best, least = Tile(wide, tall, words, eights, chunk), cost
    return best


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
    finish = 1 << first - 1, first, 1 << second - 1, second
    return None if None in axes else (*axes, finish)


def mean_axes(old: tuple[int, int], new: tuple[int, int]) -> Any:
    """Return the axes of areas along and down, and how sums begin and become means."""
    (down, high), (along, wide) = (covered(*sizes) for sizes in zip(old, new, strict=True))
    area = wide * high
    if wide > MOST_ALONG or area > MOST_AREA or None in (along, down):
        return None
    return along, down, (-MIDDLE, MIDDLE * high, area, np.float32(1 / area))


def covered(old: int, new: int) -> tuple[Axis | None, int]:
    """Return how new pixels cover old ones along an axis, and what they measure."""
    table, unit, measure = covers(old, new)
    first, last, less_first, less_last = table.T
    counts = last - first
    weights = np.where(np.arange(int(counts.max()) + 1) <= counts[:, np.newaxis], unit, 0)
    weights[:, 0] -= less_first
    weights[np.arange(new), counts] -= less_last
    return in_groups(first, weights), measure

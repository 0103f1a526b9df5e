"""Regions as runs of pixels down the columns, the order that COCO counts in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._validate import Array


class Region(NamedTuple):
    """One region: its runs are within columns, in rising order, at places column * H + row."""

    label: int
    first: Array  # a run's first pixel
    last: Array  # and the one after its last
    height: int  # of the image

    @property
    def area(self) -> int:
        """Return the number of its pixels."""
        return int((self.last - self.first).sum())

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Return x, y, width and height of the smallest rectangle around it."""
        x0, x1 = int(self.first[0]) // self.height, int(self.first[-1]) // self.height + 1
        y0 = int((self.first % self.height).min())
        y1 = int(((self.last - 1) % self.height).max()) + 1
        return x0, y0, x1 - x0, y1 - y0


def regions_in(labels: Array) -> Iterator[Region]:
    """Yield each region of a label image, by rising label."""
    height = len(labels)
    flat = labels.ravel(order="F")
    begins = np.empty(flat.size, bool)
    np.not_equal(flat[1:], flat[:-1], out=begins[1:])
    begins[::height] = True
    first = np.flatnonzero(begins)
    last = np.append(first[1:], flat.size)
    order = np.argsort(flat[first], kind="stable")
    found, starts = np.unique(flat[first][order], return_index=True)
    ends = np.append(starts[1:], len(first))
    for label, a, b in zip(found.tolist(), starts.tolist(), ends.tolist(), strict=True):
        if label:
            mine = order[a:b]
            yield Region(label, first[mine], last[mine], height)


def counts_of(region: Region, size: int) -> Array:
    """Return COCO's counts: of pixels outside, inside, outside ..., down the columns."""
    joined = region.first[1:] == region.last[:-1]  # over the end of a column
    first = region.first[np.append(True, ~joined)]
    last = region.last[np.append(~joined, True)]
    ends = np.empty(2 * len(first) + 2, np.int64)
    ends[0], ends[-1] = 0, size
    ends[1:-1:2], ends[2:-1:2] = first, last
    counts = np.diff(ends)
    return counts[:-1] if counts[-1] == 0 else counts


def compressed(counts: Array) -> str:
    """Write counts as COCO's text: each less the one two before it, five bits a letter."""
    values = counts.astype(np.int64)
    values[3:] -= counts[1:-2]
    letters = []
    for number in values.tolist():
        more = True
        while more:
            bits, number = number & 31, number >> 5
            more = number != (-1 if bits & 16 else 0)
            letters.append(bits + 32 * more + 48)
    return bytes(letters).decode("ascii")


def decompressed(text: str | bytes, most: int) -> list[int]:
    """Read counts from COCO's text; a ValueError if it is none, or has more than `most`."""
    data = text.encode("ascii") if isinstance(text, str) else bytes(text)
    counts: list[int] = []
    number = shift = 0
    for letter in data:
        bits = letter - 48
        if not 0 <= bits < 64 or shift > 60:
            raise ValueError("counts that are no run lengths")
        number |= (bits & 31) << shift
        shift += 5
        if bits & 32:
            continue
        if bits & 16:
            number -= 1 << shift
        counts.append(number + (counts[-2] if len(counts) > 2 else 0))
        number = shift = 0
        if len(counts) > most:
            raise ValueError("more counts than pixels")
    if shift:
        raise ValueError("counts that end early")
    return counts

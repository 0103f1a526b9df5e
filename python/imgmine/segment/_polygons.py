"""Regions as polygons along the edges of their pixels, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._validate import Array

Point: TypeAlias = tuple[int, int]  # x, y of a corner of pixels

_FAR = 2.0**31
# Directions with the region at the right hand: east, south, west, north.
_STEPS = ((1, 0), (0, 1), (-1, 0), (0, -1))


def polygons_of(mask: Array, corner: Point = (0, 0)) -> list[list[int]]:
    """Return the pieces of a mask (connected by sides), each as [x0, y0, x1, y1 ...].

    Corners are pixel corners: pixel (row, column) is the square from (column, row) to (column + 1,
    row + 1). A hole is joined to its piece by a cut of no width, there and back, so that filling by
    the even-odd rule gives the mask again, pixel by pixel.
    """
    outer, holes = _sorted_loops(_loops(mask))
    owner = {
        start: loop
        for loop in (*outer, *holes)
        for start, end in zip(loop, (*loop[1:], loop[0]), strict=True)
        if end == _step(start, 0)
    }
    pieces = {id(loop): list(loop) for loop in outer}
    home = {id(loop): id(loop) for loop in outer}
    for hole in sorted(holes, key=lambda loop: min(y for _, y in loop)):
        y = min(y for _, y in hole)
        x = min(x for x, level in hole if level == y)
        above = y - 1
        while above > 0 and mask[above - 1, x]:
            above -= 1
        host = home[id(owner[x, above])]  # the top side of a pixel, which goes east
        home[id(hole)] = host
        turn, place = hole.index((x, y)), pieces[host].index((x, above))
        round_trip = [*hole[turn:], *hole[:turn], (x, y), (x, above)]
        pieces[host][place + 1 : place + 1] = round_trip
    return [_flat(_corners(piece), corner) for piece in pieces.values()]


def _loops(mask: Array) -> list[list[Point]]:
    """Return the closed lines around pixels, point by point, clockwise around the region."""
    padded = np.pad(mask.astype(bool), 1)
    here = padded[1:-1, 1:-1]
    shifts = (padded[:-2, 1:-1], padded[1:-1, 2:], padded[2:, 1:-1], padded[1:-1, :-2])
    offsets = ((0, 0), (1, 0), (1, 1), (0, 1))  # where the side above, right, below, left begins
    ways: dict[Point, list[int]] = {}
    for direction, (beyond, (dx, dy)) in enumerate(zip(shifts, offsets, strict=True)):
        rows, columns = np.nonzero(here & ~beyond)
        for x, y in zip((columns + dx).tolist(), (rows + dy).tolist(), strict=True):
            ways.setdefault((x, y), []).append(direction)
    loops = []
    for start in sorted(ways, key=lambda point: (point[1], point[0])):
        while ways[start]:
            loops.append(_followed(ways, start))
    return loops


def _followed(ways: dict[Point, list[int]], start: Point) -> list[Point]:
    """Take one closed line out of `ways`; where two cross, it stays at its pixel."""
    first = direction = min(ways[start])
    point, loop = start, []
    while True:
        ways[point].remove(direction)
        loop.append(point)
        point = _step(point, direction)
        for turn in (1, 0, 3):
            onwards = (direction + turn) % 4
            if point == start and onwards == first:
                return loop
            if onwards in ways[point]:
                break
        direction = onwards


def _step(point: Point, direction: int) -> Point:
    dx, dy = _STEPS[direction]
    return point[0] + dx, point[1] + dy


def _sorted_loops(loops: list[list[Point]]) -> tuple[list[list[Point]], list[list[Point]]]:
    """Return the lines around pieces and those around holes."""
    outer: list[list[Point]] = []
    holes: list[list[Point]] = []
    for loop in loops:
        (x0, y0), (x1, y1) = np.transpose(loop), np.transpose([*loop[1:], loop[0]])
        (outer if (x0 * y1 - x1 * y0).sum() > 0 else holes).append(loop)
    return outer, holes


def _corners(line: list[Point]) -> list[Point]:
    """Leave out points at which a closed line goes straight on."""
    points = np.array(line)
    coming = points - np.roll(points, 1, axis=0)
    going = np.roll(points, -1, axis=0) - points
    straight = (np.sign(coming) == np.sign(going)).all(axis=1)
    return [(int(x), int(y)) for x, y in points[~straight]]


def _flat(points: list[Point], corner: Point) -> list[int]:
    return [value for x, y in points for value in (x + corner[0], y + corner[1])]


def filled(polygon: Sequence[float], shape: tuple[int, int]) -> Array:
    """Return which pixels have their center inside a polygon, by the even-odd rule.

    Of a center that lies on a side, the side's right or lower one counts as inside.
    """
    points = np.array(polygon, np.float64).reshape(-1, 2)
    if not (np.abs(points) < _FAR).all():
        raise ValueError("a polygon that is far out or not finite")
    ends = np.roll(points, -1, axis=0)
    low = np.minimum(points[:, 1], ends[:, 1])
    high = np.maximum(points[:, 1], ends[:, 1])
    # The rows whose centers a side passes: those of low <= row + 0.5 < high.
    first = np.clip(np.ceil(low - 0.5), 0, shape[0]).astype(np.int64)
    n_rows = np.clip(np.ceil(high - 0.5), 0, shape[0]).astype(np.int64) - first
    side = np.repeat(np.arange(len(points)), n_rows)
    row = np.arange(len(side)) - np.repeat(np.cumsum(n_rows) - n_rows, n_rows) + first[side]
    (x0, y0), (x1, y1) = points[side].T, ends[side].T
    x = x0 + (row + 0.5 - y0) * (x1 - x0) / (y1 - y0)
    column = np.clip(np.ceil(x - 0.5), 0, shape[1]).astype(np.int64)
    crossings = np.zeros((shape[0], shape[1] + 1), np.int32)
    np.add.at(crossings, (row, column), 1)
    inside: Array = np.cumsum(crossings[:, :-1], axis=1) % 2 == 1
    return inside

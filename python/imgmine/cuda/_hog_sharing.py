"""How the cells of HOG's blocks are added up: see `_hog_blocks.describe_blocks`."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .. import _core


class Sharing(NamedTuple):
    """What each cell of a block gives to which, with which weights."""

    places: np.ndarray[Any, Any]
    lanes: np.ndarray[Any, Any]
    weights: np.ndarray[Any, Any]

    @classmethod
    def of(cls, block: int, cell: int, is_full: bool) -> Sharing:
        """Return that of blocks of `block` cells a side; in full ones cells give to neighbors."""
        near = [[c for c in range(block) if abs(c - p) <= int(is_full)] for p in range(block)]
        most = max(map(len, near)) * sum(map(len, near))
        places = np.zeros((block, most, 6), np.int32)  # of none: no lines
        lanes = np.full((block, block * block, block), -1, np.int32)
        weights = weights_of(block, cell, is_full)
        parts, n_before = parts_of(weights.reshape(-1, cell, cell)), 0
        for place in range(block):
            given = [(x, d, a) for x in range(block) for d in near[place] for a in near[x]]
            # Those of which as many pixels have weights stand side by side: of one warp.
            order = sorted(range(len(given)), key=lambda i: distance(given[i], place))
            for lane, i in enumerate(order):
                left, down, across = given[i]
                places[place, lane] = left, (n_before + i) * cell * cell, *parts[n_before + i]
                lanes[place, down * block + across, left] = lane
            n_before += len(given)
        return cls(places, lanes, weights)


def distance(given: tuple[int, int, int], place: int) -> tuple[int, int]:
    """Return how far the cell is that a cell gives to, across and down."""
    left, down, across = given
    return abs(across - left), abs(down - place)


def weights_of(block: int, cell: int, is_full: bool) -> np.ndarray[Any, Any]:
    """Return the weights of each sum, of each pixel of a cell, row by row."""
    if not is_full:
        return np.ones(block * block * cell * cell, np.float32)
    by_pixel = _core.tables.hog_weights(cell, block).reshape(cell * cell, -1)
    return np.ascontiguousarray(by_pixel.T).ravel()


def parts_of(weights: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return which lines and columns of (n, cell, cell) weights are not all 0: [first, last)."""
    found, cell = [], weights.shape[1]
    for axis in (2, 1):
        used = (weights != 0).any(axis)
        found += [used.argmax(1), (cell - used[:, ::-1].argmax(1)) * used.any(1)]
    return np.stack(found, 1)

"""Names in regions, and the legend under a picture, in Pillow's own font."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ._label import label
from ._runs import regions_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .._validate import Array

_MOST_PLACES = 40  # that are tried for one name
_MOST_LETTERS = 48
_PAPER, _INK, _HALO = (255, 255, 255), (35, 40, 48), (18, 20, 24)


class Box(NamedTuple):
    """A rectangle of pixels."""

    left: int
    top: int
    right: int
    bottom: int

    def meets(self, other: Box, gap: int) -> bool:
        """Tell whether two boxes come closer than `gap` pixels."""
        return (
            self.left < other.right + gap
            and other.left < self.right + gap
            and self.top < other.bottom + gap
            and other.top < self.bottom + gap
        )


def _font(size: int) -> Any:
    from PIL import ImageFont

    return ImageFont.load_default(size)


def _size_for(shape: tuple[int, ...]) -> int:
    return int(np.clip(round(min(shape[:2]) / 22), 11, 96))


def _shown(name: str) -> str:
    """Return a name in one line that is not endless."""
    text = " ".join(name.split())
    return text if len(text) <= _MOST_LETTERS else f"{text[: _MOST_LETTERS - 1]}…"


def write_names(drawn: Array, plane: Array, depth: Array, names: dict[int, str]) -> Array:
    """Write each group's name into each of its pieces, where that is deep and the name has room."""
    from PIL import Image, ImageDraw

    font = _font(_size_for(drawn.shape))
    picture = Image.fromarray(drawn)
    draw = ImageDraw.Draw(picture)
    edge = max(1, round(font.size / 11))
    taken: dict[int, Box] = {}
    pieces = _pieces_of(plane, names)
    for piece, row, column in _places(pieces, depth, font.size // 2):
        group = int(plane[row, column])
        text = _shown(names[group])
        box = (
            None if piece in taken else _box_at(draw, font, text, (column, row), drawn.shape, edge)
        )
        if box is None or any(box.meets(other, 2) for other in taken.values()):
            continue
        if not _covers(plane, box, group):
            continue
        taken[piece] = box
        middle = ((box.left + box.right) / 2, (box.top + box.bottom) / 2)
        draw.text(middle, text, (255, 255, 255), font, anchor="mm", stroke_width=edge,
                  stroke_fill=_HALO)  # fmt: skip
    return np.array(picture)


def _pieces_of(plane: Array, names: dict[int, str]) -> Array:
    """Return a number for each connected piece of the groups that have a name, 0 elsewhere."""
    pieces = np.zeros(plane.shape, np.int32)
    n_pieces = 0
    for region in regions_in(plane):
        if region.label not in names:
            continue
        x, y, width, height = region.box
        box = slice(y, y + height), slice(x, x + width)
        labels, n = label(plane[box] == region.label)
        pieces[box] += np.where(labels > 0, labels + n_pieces, 0)
        n_pieces += n
    return pieces


def _places(pieces: Array, depth: Array, least: int) -> Iterable[tuple[int, int, int]]:
    """Yield where names may stand: piece, row and column; the deepest first."""
    deep = (pieces > 0) & (depth >= least)
    for axis in (0, 1):  # peaks alone: no neighbor within a few pixels is deeper
        for step in (1, 2, 4, 8):
            for sign in (step, -step):
                same = np.roll(pieces, sign, axis) == pieces
                deep &= ~same | (np.roll(depth, sign, axis) <= depth)
    rows, columns = np.nonzero(deep)
    mine = pieces[rows, columns]
    order = np.lexsort((_off_center(pieces, rows, columns), -depth[rows, columns]))
    tried: dict[int, int] = {}
    for i in order.tolist():
        piece = int(mine[i])
        tried[piece] = tried.get(piece, 0) + 1
        if tried[piece] <= _MOST_PLACES:
            yield piece, int(rows[i]), int(columns[i])


def _off_center(plane: Array, rows: Array, columns: Array) -> Array:
    """Return how far, squared, points are from the centers of their groups."""
    height, width = plane.shape
    flat = plane.ravel()
    area = np.maximum(np.bincount(flat), 1)
    y = np.bincount(flat, np.repeat(np.arange(height), width)) / area
    x = np.bincount(flat, np.tile(np.arange(width), height)) / area
    groups = plane[rows, columns]
    distances: Array = (rows - y[groups]) ** 2 + (columns - x[groups]) ** 2
    return distances


def _box_at(
    draw: Any, font: Any, text: str, middle: tuple[int, int], shape: tuple[int, ...], edge: int
) -> Box | None:
    """Return the box of a text around a point, pushed into the picture; None where it is wider."""
    left, top, right, bottom = draw.textbbox(middle, text, font, anchor="mm", stroke_width=edge)
    width, height = int(np.ceil(right - left)), int(np.ceil(bottom - top))
    if width + 2 > shape[1] or height + 2 > shape[0]:
        return None
    x = int(np.clip(round(middle[0] - width / 2), 1, shape[1] - 1 - width))
    y = int(np.clip(round(middle[1] - height / 2), 1, shape[0] - 1 - height))
    return Box(x, y, x + width, y + height)


def _covers(plane: Array, box: Box, group: int) -> bool:
    """Tell whether most of what lies under a name is of its group."""
    under = plane[box.top : box.bottom, box.left : box.right]
    return bool(2 * np.count_nonzero(under == group) >= under.size)


def with_legend(drawn: Array, entries: Sequence[tuple[Array, str]]) -> Array:
    """Return the picture with a strip below that says which color has which name."""
    from PIL import Image, ImageDraw

    font = _font(max(11, round(0.9 * _size_for(drawn.shape))))
    rows = _rows(font, entries, drawn.shape[1])
    line, pad = round(1.65 * font.size), round(0.7 * font.size)
    strip = Image.new("RGB", (drawn.shape[1], line * len(rows) + 2 * pad - line // 4), _PAPER)
    draw = ImageDraw.Draw(strip)
    for i, row in enumerate(rows):
        middle = pad + line * i + 0.7 * font.size
        for x, color, text in row:
            half = 0.42 * font.size
            corner = (x, round(middle - half), x + round(2 * half), round(middle + half))
            draw.rounded_rectangle(corner, half / 2, tuple(int(c) for c in color))
            draw.text((x + round(1.35 * font.size), middle), text, _INK, font, anchor="lm")
    return np.concatenate([drawn, np.array(strip)])


def _rows(
    font: Any, entries: Sequence[tuple[Array, str]], width: int
) -> list[list[tuple[int, Array, str]]]:
    """Lay entries out in rows: each with its place, color and text."""
    pad, gap = round(0.7 * font.size), round(1.3 * font.size)
    rows: list[list[tuple[int, Array, str]]] = [[]]
    x = pad
    for color, name in entries:
        text = _shown(name)
        needed = round(1.35 * font.size + font.getlength(text))
        if rows[-1] and x + needed > width - pad:
            rows.append([])
            x = pad
        rows[-1].append((x, color, text))
        x += needed + gap
    return rows

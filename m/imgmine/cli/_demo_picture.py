"""Some searches as one picture: a row for each, the altered copy at the left, then the hits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..geometry import resize
from ..io import imread, imwrite

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PIL.ImageFont import FreeTypeFont, ImageFont

    from .._validate import Array
    from ._demo_steps import Search

_SIDE, _GAP, _MARGIN, _DIVIDER = 236, 16, 32, 40
_HEAD, _CAPTION, _BAR = 46, 44, 8
_HITS = 4
_PAPER, _INK, _DIM, _GOOD = (255, 255, 255), (31, 39, 51), (98, 109, 125), (31, 105, 168)


def write(path: str, searches: Sequence[Search]) -> None:
    """Write the picture, in the format that the name's suffix says."""
    row = _SIDE + _CAPTION + _GAP
    width = 2 * _MARGIN + (_HITS + 1) * _SIDE + (_HITS - 1) * _GAP + _DIVIDER
    height = _MARGIN // 2 + _HEAD + row * len(searches) + _MARGIN // 2
    canvas = np.full((height, width, 3), _PAPER, np.uint8)
    texts = [(_MARGIN, _MARGIN // 2, "altered copy", _DIM), (_left(1), _MARGIN // 2, "found", _DIM)]
    for i, search in enumerate(searches):
        top = _MARGIN // 2 + _HEAD + i * row
        _paste(canvas, search.query, top, _left(0))
        texts.append((_left(0), top + _SIDE + 10, search.alteration.name, _INK))
        for place, found in enumerate(search.found[:_HITS], 1):
            right = found.path == search.original
            _paste(canvas, found.path, top, _left(place), right)
            caption = f"{place}  {found.path.stem}"
            texts.append((_left(place), top + _SIDE + 10, caption, _GOOD if right else _DIM))
    imwrite(path, _written(canvas, texts))


def _left(column: int) -> int:
    """Where a column begins: the query's is 0."""
    step = _SIDE + _GAP
    return _MARGIN + (column and _SIDE + _DIVIDER + (column - 1) * step)


def _paste(canvas: Array, path: Path, top: int, left: int, marked: bool = False) -> None:
    canvas[top : top + _SIDE, left : left + _SIDE] = _square(imread(path))
    if marked:
        canvas[top + _SIDE - _BAR : top + _SIDE, left : left + _SIDE] = _GOOD


def _square(image: Array) -> Array:
    """Return the middle of an image as a square of the side wanted."""
    height, width = image.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    method = "area" if side >= _SIDE else "linear"
    return resize(image[top : top + side, left : left + side], (_SIDE, _SIDE), method)


def _written(canvas: Array, texts: Sequence[tuple[int, int, str, tuple[int, int, int]]]) -> Array:
    """Return the canvas with texts at (left, top) on it."""
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.fromarray(canvas)
    draw = ImageDraw.Draw(picture)
    font: FreeTypeFont | ImageFont.ImageFont = ImageFont.load_default(21)
    for left, top, text, color in texts:
        draw.text((left, top), text, fill=color, font=font)
    return np.asarray(picture)

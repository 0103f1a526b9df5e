"""The page of ``imgmine segment``: the picture beside its regions, and a table of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..collection import _html
from ..collection._html import escape
from ..segment import annotate
from ..segment._colors import colors_of

if TYPE_CHECKING:
    import argparse

    from .._validate import Array

_SIDE = 560
_MOST_ROWS = 120
_MOST_NUMBERED = 120  # regions whose numbers are written into the picture

_STYLE = """
.imgmine .pair{display:grid;gap:1.2rem;grid-template-columns:repeat(auto-fit,minmax(18rem,1fr))}
.imgmine .pair .frame{aspect-ratio:auto;padding:0;background:none}
.imgmine .pair .thumb{width:100%;height:auto;border-radius:8px}
.imgmine .dot{display:inline-block;width:.85em;height:.85em;border-radius:30%;
vertical-align:-.08em;margin-right:.5em;background:var(--hue);
box-shadow:inset 0 0 0 1px rgb(0 0 0/.15)}
.imgmine td.area{background:linear-gradient(to right,rgb(var(--good)/.22) var(--share),
transparent var(--share)) no-repeat .35rem 50%/calc(100% - .7rem) 72%;min-width:7rem}
"""


def write(
    path: str, image: Array, labels: Array, rows: list[dict[str, Any]], options: argparse.Namespace
) -> None:
    """Write the page."""
    has_classes = any("class" in row for row in rows)
    if has_classes:
        names = {row["label"]: str(row["class"]) for row in rows}
    else:
        largest = sorted(rows, key=lambda row: -row["area"])[:_MOST_NUMBERED]
        names = {row["label"]: str(row["label"]) for row in largest}
    # Numbers only point to the table: colors are the labels', as in a picture without them.
    order = sorted({row["label"] for row in rows})
    colors = dict(zip(order, colors_of(np.array(order, np.int64)).tolist(), strict=True))
    given = None if has_classes else colors
    drawn = annotate(image, labels, names=names, legend=has_classes, colors=given)
    pair = [
        _html.figure(image, "the picture", _SIDE, name=Path(options.file).name),
        _html.figure(drawn, "its regions", _SIDE, name="regions"),
    ]
    body = "".join(
        (
            _tiles(rows, labels, options.method),
            f'<div class="pair">{"".join(pair)}</div>',
            _table(rows, {} if has_classes else colors),
        )
    )
    note = f"Split into regions by {options.method}; {labels.shape[1]} x {labels.shape[0]} pixels."
    _html.write_file(path, _html.page(Path(options.file).name, body, note=note, style=_STYLE))


def write_text(path: str, text: str) -> None:
    """Write a text file so that a reader finds the old one or the whole new one."""
    _html.write_file(path, text)


def _tiles(rows: list[dict[str, Any]], labels: Array, method: str) -> str:
    areas = [row["area"] for row in rows] or [0]
    share = sum(areas) / labels.size
    return _html.tiles(
        [
            ("method", method),
            ("regions", f"{len(rows):,}"),
            ("of the picture", f"{share:.1%}"),
            ("median area", f"{int(np.median(areas)):,}"),
            ("largest area", f"{max(areas):,}"),
        ]
    )


def _table(rows: list[dict[str, Any]], colors: dict[int, list[int]]) -> str:
    shown = sorted(rows, key=lambda row: (-row["area"], row["label"]))[:_MOST_ROWS]
    if not shown:
        return ""
    most = shown[0]["share"]
    has_classes = "class" in shown[0]
    names = ["region", *(["class", "score"] if has_classes else [])]
    names += ["area", "share", "box", "center", "mean color"]
    head = "".join(f"<th>{name}</th>" for name in names)
    lines = "".join(f"<tr>{_cells(row, colors, most)}</tr>" for row in shown)
    table = (
        f'<div class="scroll"><table class="rows"><thead><tr>{head}</tr></thead>'
        f"<tbody>{lines}</tbody></table></div>"
    )
    note = "Areas in pixels; a box as left, top, width and height; a center as x, y."
    if len(rows) > len(shown):
        note = f"The {len(shown)} largest of {len(rows):,}. {note}"
    return _html.section("Regions", table, note=note)


def _cells(row: dict[str, Any], colors: dict[int, list[int]], most: float) -> str:
    hue = _dot(colors[row["label"]]) if row["label"] in colors else ""
    cells = [f"<th>{hue}{row['label']}</th>"]
    if "class" in row:
        score = "" if row["score"] is None else f"{row['score']:.2f}"
        cells += [f"<td>{escape(str(row['class']))}</td>", f"<td>{score}</td>"]
    bar = 100 * row["share"] / most
    cells += [
        f'<td class="area" style="--share:{bar:.1f}%">{row["area"]:,}</td>',
        f"<td>{row['share']:.2%}</td>",
        f"<td>{', '.join(map(str, row['box']))}</td>",
        f"<td>{row['center'][0]:.1f}, {row['center'][1]:.1f}</td>",
        f"<td>{_dot(row['color'])}{', '.join(map(str, row['color']))}</td>",
    ]
    return "".join(cells)


def _dot(color: list[int]) -> str:
    return f'<span class="dot" style="--hue:rgb({color[0]} {color[1]} {color[2]})"></span>'

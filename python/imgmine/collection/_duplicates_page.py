"""`Duplicates` as a page of its own and as a part of a notebook: each group side by side."""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import TYPE_CHECKING

from . import _html
from ._html import escape
from ._names import printable

if TYPE_CHECKING:
    from ._duplicates_result import DuplicateGroup, Duplicates

_SIDE = 200
_MOST_GROUPS = 300  # that are shown with pictures
_FEW_GROUPS = 6  # in a notebook
_MOST_FILES = 12  # of a group
_HOW = {"bytes": "same bytes", "pixels": "same pixels", "near": "near copy"}

_STYLE = """
.imgmine .groups{display:flex;flex-wrap:wrap;gap:1rem;margin-top:1rem}
.imgmine .group{border:1px solid var(--line);border-radius:12px;padding:.7rem .9rem .9rem;
box-sizing:border-box;max-width:100%}
.imgmine .row{display:flex;flex-wrap:wrap;gap:.9rem}
.imgmine .row figure{width:15.4rem;max-width:100%}
.imgmine .group .badge{background:rgb(var(--bad))}
.imgmine .group .good .badge{background:rgb(var(--good))}
.imgmine .group figcaption{display:block;font-size:.8rem}
.imgmine .group figcaption span{display:block}
.imgmine .count{color:var(--dim);font-size:.82rem;margin:0 0 .5rem}
.imgmine .failures{font-size:.84rem;padding-left:1.2rem;overflow-wrap:anywhere}
"""


def page(found: Duplicates, title: str) -> str:
    """Return the whole page."""
    note = (
        "Files that show the same picture, the one to keep first. A number says how well a near "
        "copy matches it, 1 at most."
    )
    return _html.page(title, _tiles(found) + _body(found), note=note, style=_STYLE)


def fragment(found: Duplicates) -> str:
    """Return what stands at the head of the page, with some groups."""
    return _html.fragment(_tiles(found) + _side_by_side(found, _FEW_GROUPS), style=_STYLE)


def bytes_text(count: int) -> str:
    """Write a number of bytes in the unit that suits it."""
    value = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if value < 999.5 or unit == "GB":
            break
        value /= 1000
    return f"{value:.0f} {unit}" if unit == "bytes" or value >= 99.5 else f"{value:.1f} {unit}"


def _tiles(found: Duplicates) -> str:
    items = [
        ("files", f"{found.n_files:,}"),
        ("groups", f"{len(found.groups):,}"),
        ("can go", f"{sum(len(group.files) - 1 for group in found.groups):,}"),
        ("they take", bytes_text(found.excess)),
    ]
    if found.failures:
        items.append(("not readable", f"{len(found.failures):,}"))
    return _html.tiles(items)


def _body(found: Duplicates) -> str:
    parts = [_side_by_side(found, _MOST_GROUPS)]
    rest = found.groups[_MOST_GROUPS:]
    if rest:
        items = "".join(
            f"<li>{escape(found.name(group.best))}: {len(group.files) - 1:,} more</li>"
            for group in rest
        )
        parts.append(_html.section("More groups", f'<ul class="failures">{items}</ul>'))
    return "".join(parts) + _failures(found)


def _side_by_side(found: Duplicates, most: int) -> str:
    if not found.groups:
        return '<p class="note">No duplicates.</p>'
    groups = "".join(_group(found, group) for group in found.groups[:most])
    return f'<div class="groups">{groups}</div>'


def _group(found: Duplicates, group: DuplicateGroup) -> str:
    shown = range(min(len(group.files), _MOST_FILES))
    figures = "".join(_figure(found, group, i) for i in shown)
    more = len(group.files) - len(shown)
    count = f"{len(group.files):,} files, {bytes_text(group.excess)} can go"
    count += f"; {more:,} more not shown" if more else ""
    return (
        f'<section class="group"><p class="count">{escape(count)}</p>'
        f'<div class="row">{figures}</div></section>'
    )


def _figure(found: Duplicates, group: DuplicateGroup, i: int) -> str:
    file, kind, score = group.files[i], group.kinds[i], group.scores[i]
    # Rounded down: 1 would say that nothing is different.
    how = _HOW[kind] + (f" {math.floor(100 * score) / 100:.2f}" if kind == "near" else "")
    size = f"{file.width} × {file.height}, " if file.width else ""  # noqa: RUF001
    day = time.strftime("%Y-%m-%d", time.localtime(file.mtime_ns / 1e9))
    folder = found.name(file.path)[: -len(printable(file.path.name)) - 1]
    folder = f"in {folder}: " if folder else ""
    return _html.figure(
        file.path,
        printable(file.path.name),
        _SIDE,
        detail=f"{folder}{size}{bytes_text(file.size)}, {day}",
        badge="keep" if i == 0 else how,
        tone="" if i else "good",
        name=printable(file.path.name),
    )


def _failures(found: Duplicates) -> str:
    return _html.failures([(found.name(Path(path)), why) for path, why in found.failures])

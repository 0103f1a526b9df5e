"""`Duplicates` as a page of its own and as a part of a notebook: each group side by side."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from . import _html
from ._html import escape
from ._names import printable

if TYPE_CHECKING:
    from ._duplicates import DuplicateGroup, Duplicates

_SIDE = 200
_MOST_GROUPS = 300  # that are shown with pictures
_MOST_FILES = 12  # of a group
_HOW = {"bytes": "same bytes", "pixels": "same pixels", "near": "near copy"}

_STYLE = """
.imgmine .group{border-top:1px solid var(--line);margin-top:1.6rem;padding-top:1.1rem}
.imgmine .group:first-of-type{border-top:0;margin-top:.6rem}
.imgmine .group .gallery{margin-top:.2rem;gap:1rem .9rem}
.imgmine .group .badge{background:rgb(var(--bad))}
.imgmine .group .good .badge{background:rgb(var(--good))}
.imgmine .group figcaption{display:block;font-size:.8rem}
.imgmine .group figcaption span{display:block}
.imgmine .count{color:var(--dim);font-size:.84rem;margin:0 0 .5rem}
.imgmine .failures{font-size:.84rem;padding-left:1.2rem;overflow-wrap:anywhere}
"""


def page(found: Duplicates, title: str) -> str:
    """Return the whole page."""
    note = (
        "The file to keep stands first, in blue: the largest picture, then the largest, the "
        "oldest file, the shortest path. Nothing has been moved or deleted."
    )
    return _html.page(title, _tiles(found) + _body(found), note=note, style=_STYLE)


def fragment(found: Duplicates) -> str:
    """Return what stands at the head of the page, with some groups."""
    groups = "".join(_group(found, group) for group in found.groups[:5])
    return _html.fragment(_tiles(found) + groups, style=_STYLE)


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
    parts = [_group(found, group) for group in found.groups[:_MOST_GROUPS]]
    if not parts:
        parts.append('<p class="note">No duplicates.</p>')
    rest = found.groups[_MOST_GROUPS:]
    if rest:
        items = "".join(
            f"<li>{escape(found.name(group.best))}: {len(group.files) - 1:,} more</li>"
            for group in rest
        )
        parts.append(_html.section("More groups", f'<ul class="failures">{items}</ul>'))
    return "".join(parts) + _failures(found)


def _group(found: Duplicates, group: DuplicateGroup) -> str:
    shown = range(min(len(group.files), _MOST_FILES))
    gallery = _html.gallery((_figure(found, group, i) for i in shown), _SIDE)
    more = len(group.files) - len(shown)
    count = f"{len(group.files):,} files, {bytes_text(group.excess)} can go"
    count += f"; {more:,} more not shown" if more else ""
    return f'<section class="group"><p class="count">{escape(count)}</p>{gallery}</section>'


def _figure(found: Duplicates, group: DuplicateGroup, i: int) -> str:
    file, kind, score = group.files[i], group.kinds[i], group.scores[i]
    how = _HOW[kind] + (f" {score:.2f}" if kind == "near" else "")
    size = f"{file.width} × {file.height}, " if file.width else ""  # noqa: RUF001
    day = time.strftime("%Y-%m-%d", time.localtime(file.mtime_ns / 1e9))
    return _html.figure(
        file.path,
        found.name(file.path),
        _SIDE,
        detail=f"{size}{bytes_text(file.size)}, {day}",
        badge="keep" if i == 0 else how,
        tone="" if i else "good",
        name=printable(file.path.name),
    )


def _failures(found: Duplicates) -> str:
    if not found.failures:
        return ""
    items = "".join(
        f"<li>{escape(found.name(Path(path)))}: {escape(printable(why))}</li>"
        for path, why in found.failures[:100]
    )
    more = len(found.failures) - 100
    items += f"<li>and {more:,} more</li>" if more > 0 else ""
    return _html.section("Not readable", f'<ul class="failures">{items}</ul>')

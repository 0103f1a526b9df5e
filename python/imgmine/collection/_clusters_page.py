"""`ImageClusters` as a page of its own and as a part of a notebook."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from . import _html
from ._html import escape
from ._names import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ._image_clusters import ImageClusters, ImageGroup

_SIDE = 140
_MOST_GROUPS = 60  # that are shown with several pictures
_MOST_MEDOIDS = 240  # of all groups
_MOST_ALONE = 48
_MOST_POINTS = 3000
_TYPICAL, _UNUSUAL = 8, 4

# Apart in hue and in lightness, so that neighbors are told apart.
_COLORS = (
    "#2f6fb0", "#e07b2c", "#3a9a52", "#c23b4b", "#7d5fb2", "#8a6140", "#d66fae", "#6b7280",
    "#a8a52f", "#2ba6b5", "#1d4273", "#f2b26b", "#7cc48a", "#8f1f3a", "#b6a0de", "#4d3a22",
)  # fmt: skip

_STYLE = """
.imgmine a{color:inherit;text-decoration:none}
.imgmine a:hover .name{text-decoration:underline}
.imgmine .map{flex:0 1 23rem;min-width:15rem}
.imgmine .map svg{display:block;width:100%;height:auto;background:var(--well);border-radius:10px}
.imgmine .medoids{flex:1 1 24rem}
.imgmine .medoids .gallery{gap:.8rem .7rem;margin-top:.8rem}
.imgmine .medoids .badge,.imgmine h2 .dot{background:var(--hue)}
.imgmine h2 .dot{display:inline-block;width:.72em;height:.72em;border-radius:50%;
margin-right:.5em}
.imgmine h2 .count{color:var(--dim);font-weight:400;margin-left:.6em}
.imgmine .group{border-top:1px solid var(--line);margin-top:2rem;scroll-margin-top:1rem}
.imgmine .group h2{margin-top:1.3rem}
.imgmine .two{display:grid;gap:.6rem 2.6rem;align-items:start;
grid-template-columns:minmax(0,2fr) minmax(0,1fr)}
.imgmine .two .gallery{grid-template-columns:repeat(auto-fill,minmax(max(6.5rem,21%),1fr))}
.imgmine .two .few .gallery{grid-template-columns:repeat(auto-fill,minmax(max(6.5rem,42%),1fr))}
.imgmine h3{font-size:.82rem;font-weight:500;color:var(--dim);margin:.9rem 0 0}
.imgmine .two .gallery,.imgmine .strip .gallery{gap:.8rem .7rem;margin-top:.5rem}
.imgmine .two figcaption,.imgmine .strip figcaption,.imgmine .medoids figcaption{
font-size:.74rem;margin-top:.25rem}
.imgmine .failures{font-size:.84rem;padding-left:1.2rem;overflow-wrap:anywhere}
@media(max-width:52rem){.imgmine .two{grid-template-columns:minmax(0,1fr)}}
"""


def page(found: ImageClusters, title: str) -> str:
    """Return the whole page."""
    return _html.page(title, _body(found), note=_note(found), style=_STYLE)


def fragment(found: ImageClusters) -> str:
    """Return what stands at the head of the page."""
    return _html.fragment(_tiles(found) + _overview(found, linked=False), style=_STYLE)


def _note(found: ImageClusters) -> str:
    return (
        f"{_plural(len(found.images), 'picture')} in {_plural(len(found.groups), 'group')}, made "
        "by likeness alone; nobody has named them."
    )


def _body(found: ImageClusters) -> str:
    shown, others = found.groups[:_MOST_GROUPS], found.groups[_MOST_GROUPS:]
    parts = [_tiles(found), _overview(found, linked=True)]
    parts += [_group(found, group) for group in shown]
    if others:
        note = f"{_plural(len(others), 'group')} more, by the most typical picture of each."
        figures = (_medoid(found, group) for group in others[: _MOST_MEDOIDS - _MOST_GROUPS])
        parts.append(_html.section("Smaller groups", _strip(figures), note=note))
    parts += [_alone(found), _most_unusual(found), _failures(found)]
    return "".join(parts)


def _tiles(found: ImageClusters) -> str:
    items = [("pictures", f"{len(found.images):,}"), ("groups", f"{len(found.groups):,}")]
    alone = int((found.labels < 0).sum())
    if alone:
        items.append(("in no group", f"{alone:,}"))
    if not math.isnan(found.silhouette):
        items.append(("silhouette", f"{found.silhouette:.2f}"))
    if found.failures:
        items.append(("not readable", f"{len(found.failures):,}"))
    return _html.tiles(items)


def _overview(found: ImageClusters, *, linked: bool) -> str:
    if not found.groups:
        return ""
    figures = []
    for group in found.groups[:_MOST_GROUPS]:
        figure = f'<div style="--hue:{_color(group.label)}">{_medoid(found, group)}</div>'
        figures.append(f'<a href="#group-{group.label + 1}">{figure}</a>' if linked else figure)
    side = 124 if len(figures) <= 12 else 92
    medoids = (
        '<div class="medoids"><h2>The groups</h2><p class="note">By the most typical picture of '
        f"each, largest first.</p>{_html.gallery(figures, side)}</div>"
    )
    note = "Each dot is a picture; near dots are alike, as far as a plane can show it."
    chart = f'<div class="map"><h2>Map</h2><p class="note">{note}</p><p>{_map(found)}</p></div>'
    return _html.columns([medoids, chart])


def _medoid(found: ImageClusters, group: ImageGroup) -> str:
    picture = group.typical[0]
    return _html.figure(
        found.images[picture],
        _plural(group.size, "picture"),
        _SIDE,
        badge=str(group.label + 1),
        name=_name(found, picture),
    )


def _map(found: ImageClusters) -> str:
    """Return the pictures' positions as an SVG, some of them where there are many."""
    width, height, edge = 360.0, 300.0, 12.0
    chosen = np.arange(len(found.images))
    if len(chosen) > _MOST_POINTS:
        chosen = np.sort(np.random.default_rng(0).permutation(chosen)[:_MOST_POINTS])
    points = found.positions.astype(np.float64)
    low, high = points.min(0), points.max(0)
    span = np.maximum(high - low, 1e-9)
    scale = float(min((width - 2 * edge) / span[0], (height - 2 * edge) / span[1]))
    middle = (low + high) / 2
    x = width / 2 + (points[:, 0] - middle[0]) * scale
    y = height / 2 - (points[:, 1] - middle[1]) * scale
    radius = 3.2 if len(chosen) < 400 else 2.4 if len(chosen) < 1500 else 1.7
    dots = "".join(
        f'<circle cx="{x[i]:.1f}" cy="{y[i]:.1f}" r="{radius}" '
        f'fill="{_color(int(found.labels[i]))}" fill-opacity=".75"/>'
        for i in chosen
    )
    return (
        f'<svg viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
        f'aria-label="Map of the pictures">{dots}</svg>'
    )


def _group(found: ImageClusters, group: ImageGroup) -> str:
    heading = (
        f'<h2><span class="dot"></span>Group {group.label + 1}'
        f'<span class="count">{escape(_plural(group.size, "picture"))}{_share(found, group)}'
        "</span></h2>"
    )
    folders = _folders(found, group)
    note = f'<p class="note">{escape(folders)}</p>' if folders else ""
    n_unusual = min(_UNUSUAL, max(0, group.size - _TYPICAL))
    typical = _part(found, "Most typical", group.typical[:_TYPICAL])
    if n_unusual:
        unusual = _part(found, "Most unusual", group.unusual[:n_unusual], "few")
        body = f'<div class="two">{typical}{unusual}</div>'
    else:
        body = f'<div class="strip">{typical}</div>'
    return (
        f'<section class="group" id="group-{group.label + 1}" '
        f'style="--hue:{_color(group.label)}">{heading}{note}{body}</section>'
    )


def _part(found: ImageClusters, heading: str, pictures: list[int], kind: str = "many") -> str:
    figures = (_figure(found, i) for i in pictures)
    return f'<div class="{kind}"><h3>{heading}</h3>{_html.gallery(figures, _SIDE)}</div>'


def _share(found: ImageClusters, group: ImageGroup) -> str:
    return f" · {group.size / len(found.images):.0%}"


def _folders(found: ImageClusters, group: ImageGroup) -> str:
    """Say from which folders the pictures are, if there are several."""
    if len({name for each in found.groups for name, _ in each.folders}) < 2:
        return ""
    shown = [f"{printable(name)} {count}" for name, count in group.folders[:4]]
    rest = len(group.folders) - len(shown)
    return "From " + ", ".join(shown) + (f" and {rest} more" if rest else "")


def _alone(found: ImageClusters) -> str:
    alone = np.flatnonzero(found.labels < 0)
    if not len(alone):
        return ""
    order = alone[np.argsort(-found.outlier_scores[alone], kind="stable")].tolist()
    figures = (_figure(found, i) for i in order[:_MOST_ALONE])
    more = len(order) - _MOST_ALONE
    note = "Pictures that have too few others near them, most unusual first"
    note += f"; {_plural(more, 'picture')} more." if more > 0 else "."
    return _html.section("In no group", _strip(figures), note=note)


def _most_unusual(found: ImageClusters) -> str:
    if len(found.images) < 2:
        return ""
    figures = (_figure(found, i, f"{found.outlier_scores[i]:.2f}") for i in found.most_unusual(14))
    note = (
        "Of the whole collection, by the local outlier factor: about 1 for a picture that is as "
        "near to its likes as they are to theirs, more for one that stands apart."
    )
    return _html.section("Most unusual of all", _strip(figures), note=note)


def _failures(found: ImageClusters) -> str:
    return _html.failures([(printable(Path(path).name), why) for path, why in found.failures])


def _strip(figures: Iterable[str]) -> str:
    return f'<div class="strip">{_html.gallery(figures, _SIDE)}</div>'


def _figure(found: ImageClusters, i: int, detail: str = "") -> str:
    name = _name(found, i)
    return _html.figure(found.images[i], name, _SIDE, detail=detail, name=name)


def _name(found: ImageClusters, i: int) -> str:
    return printable(Path(found.name(i)).name)


def _color(label: int) -> str:
    return "#9aa3af" if label < 0 else _COLORS[label % len(_COLORS)]


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"

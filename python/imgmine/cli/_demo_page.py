"""The demo's page: one file that shows every search and every digit that was read wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..collection import _html
from ._demo_data import ALTERATIONS, DIGITS_CREDIT
from ._demo_steps import first

if TYPE_CHECKING:
    from pathlib import Path

    from ..collection import Report
    from ._demo_steps import Digits, Retrieval, Search

_SMALL, _LARGE, _DIGIT = 100, 170, 96
_HITS = 6
_MOST_MISSES = 6

_STYLE = """
.imgmine .score td{min-width:7rem}
.imgmine .bar{background:linear-gradient(to right,rgb(var(--good)/.24) var(--share),
var(--well) var(--share)) no-repeat .7rem 50%/calc(100% - 1.4rem) 68%}
.imgmine .every{display:grid;grid-template-columns:repeat(var(--columns),minmax(5.2rem,1fr));
gap:.55rem .6rem;min-width:42rem;margin-top:.3rem;align-items:end}
.imgmine .every b{font-size:.78rem;font-weight:400;color:var(--dim);line-height:1.25}
.imgmine .every figcaption{display:none}
.imgmine .search{margin-top:1.4rem}
.imgmine .search .frame{aspect-ratio:4/3}
.imgmine .search .gallery{grid-template-columns:repeat(auto-fill,minmax(7.6rem,1fr))}
@media(min-width:44rem){
.imgmine .search .beside{grid-template-columns:minmax(0,11rem) minmax(0,1fr)}}
.imgmine .credits{columns:2 22rem;column-gap:2rem;padding:0;margin:.8rem 0 0;list-style:none;
font-size:.8rem;color:var(--dim)}
"""


def write(path: Path, retrieval: Retrieval, digits: Digits) -> None:
    """Write the page."""
    body = "".join(
        (
            _tiles(retrieval, digits.report),
            _summary(retrieval),
            _examples(retrieval),
            _every(retrieval),
            _misses(retrieval),
            _digits(digits),
            _credits(retrieval),
        )
    )
    note = (
        "Photographs and handwritten digits that came with scikit-image and scikit-learn, "
        "searched and classified on this machine. Nothing was downloaded."
    )
    _html.write_file(path, _html.page("imgmine demo", body, note=note, style=_STYLE))


def _tiles(retrieval: Retrieval, report: Report) -> str:
    searches = retrieval.searches
    return _html.tiles(
        [
            ("photographs", str(len(retrieval.photographs))),
            ("searches", str(len(searches))),
            ("original found first", f"{first(searches) / len(searches):.1%}"),
            ("digits read", str(len(report.y_true))),
            ("read right", f"{report.accuracy:.1%}"),
        ]
    )


def _summary(retrieval: Retrieval) -> str:
    rows = []
    for alteration in ALTERATIONS:
        searches = retrieval.of(alteration)
        cells = "".join(_bar(first(searches, k), len(searches)) for k in (1, 3))
        rows.append(f"<tr><th>{_html.escape(alteration.name)}</th>{cells}</tr>")
    head = "<tr><th>copy</th><th>original first</th><th>among the first 3</th></tr>"
    note = (
        f"Each photograph was altered in {len(ALTERATIONS)} ways, and the copies looked up in a "
        f"catalogue of all {len(retrieval.photographs)} originals, with the recipe "
        f'"{retrieval.recipe}": it compares how often each color occurs, and so minds neither '
        "where things are nor fine detail, but does mind the light."
    )
    table = (
        f'<div class="scroll"><table class="rows score"><thead>{head}</thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )
    return _html.section("Do altered copies find their original?", table, note=note)


def _bar(count: int, total: int) -> str:
    share = 100 * count / total
    return f'<td class="bar" style="--share:{share:.1f}%">{count} of {total}</td>'


def _every(retrieval: Retrieval) -> str:
    cells = ["<b>original</b>"]
    cells += [f"<b>{_html.escape(alteration.name)}</b>" for alteration in ALTERATIONS]
    by_query = {(s.original, s.alteration): s for s in retrieval.searches}
    for original in retrieval.photographs:
        cells.append(_html.figure(original, side=_SMALL, name=original.stem))
        for alteration in ALTERATIONS:
            cells.append(_copy(by_query[original, alteration]))
    grid = f'<div class="every" style="--columns:{len(ALTERATIONS) + 1}">{"".join(cells)}</div>'
    note = "The number on a copy is the place at which its original was found."
    return _html.section("Every search", f'<div class="scroll">{grid}</div>', note=note)


def _copy(search: Search) -> str:
    tone = "good" if search.rank == 1 else "bad"
    name = f"{search.original.stem}, {search.alteration.name}"
    return _html.figure(search.query, side=_SMALL, badge=str(search.rank), tone=tone, name=name)


def examples(retrieval: Retrieval) -> list[Search]:
    """Choose a search of each kind that found its original, each of another photograph."""
    originals = _colorful(retrieval)
    chosen: list[Search] = []
    for alteration in ALTERATIONS:
        good = {s.original: s for s in retrieval.of(alteration) if s.rank == 1}
        taken = {search.original for search in chosen}
        chosen += [good[o] for o in originals if o in good and o not in taken][:1]
    return chosen


def _colorful(retrieval: Retrieval) -> list[Path]:
    names = ("coffee", "chelsea", "rocket", "flower", "astronaut", "china")
    return sorted(
        retrieval.photographs,
        key=lambda path: names.index(path.stem) if path.stem in names else len(names),
    )


def _examples(retrieval: Retrieval) -> str:
    body = "".join(map(_search, examples(retrieval)))
    note = (
        "A copy, and what was found: nearest first, with the distance; the original is underlined."
    )
    return _html.section("What a search returns", body, note=note)


def _misses(retrieval: Retrieval) -> str:
    missed = [search for search in retrieval.searches if search.rank > 1]
    if not missed:
        return ""
    shown = sorted(missed, key=lambda search: -search.rank)[:_MOST_MISSES]
    note = (
        f"The {len(shown)} worst of {len(missed)} searches that did not find the original first; "
        "it is underlined."
    )
    return _html.section("Where it failed", "".join(map(_search, shown)), note=note)


def _search(search: Search) -> str:
    query = _html.figure(search.query, search.alteration.name, _LARGE, name=search.query.name)
    hits = [
        _html.figure(
            found.path,
            found.path.stem,
            _LARGE,
            detail=f"{found.score:.2f}",
            badge=str(place),
            tone="good" if found.path == search.original else "",
        )
        for place, found in enumerate(search.found[:_HITS], 1)
    ]
    if search.rank > _HITS:
        hits[-1] = _html.figure(
            search.original, search.original.stem, _LARGE, badge=str(search.rank), tone="good"
        )
    return f'<div class="search">{_html.beside(query, _html.gallery(hits))}</div>'


def _digits(digits: Digits) -> str:
    report = digits.report
    mean = report.mean("macro")
    values = (report.accuracy, mean.precision, mean.recall, mean.f1)
    names = ("accuracy", "precision", "recall", "F1")
    tiles = [(name, f"{value:.3f}") for name, value in zip(names, values, strict=True)]
    right = np.flatnonzero(report.y_true == report.y_pred)
    firsts = [right[report.y_true[right] == label][:1] for label in report.classes]
    shown = [_digit(report, i, "good") for i in np.concatenate(firsts).tolist()]
    wrong = [_digit(report, mistake.sample, "bad") for mistake in report.mistakes]
    note = (
        f"A linear support vector machine on the 8 x 8 pixels, trained with {digits.n_train:,} "
        f"digits in {digits.seconds_to_train * 1000:.0f} ms, read {len(report.y_true)} others. "
        f"Here are one of each that it read right, and all {len(wrong)} that it did not, the "
        "worst first: what they are → what it read. Precision, recall and F1 are means over the "
        "ten classes."
    )
    body = _html.tiles(tiles) + _html.gallery(shown, _DIGIT) + _html.gallery(wrong, _DIGIT)
    return _html.section("Handwritten digits", body, note=note)


def _digit(report: Report, i: int, tone: str) -> str:
    true, read = report.y_true[i], report.y_pred[i]
    image = report.samples[i] if report.samples is not None else b""
    return _html.figure(image, f"{true} → {read}", _DIGIT, tone=tone, name=f"digit {true}")


def _credits(retrieval: Retrieval) -> str:
    lines = [photograph.credit for photograph in retrieval.photographs.values()]
    items = "".join(f"<li>{_html.escape(line)}</li>" for line in [*lines, DIGITS_CREDIT])
    note = "Whose they are, and on what terms. The altered copies are the demo's."
    return _html.section("Pictures", f'<ul class="credits">{items}</ul>', note=note)

"""A `RetrievalReport` as a page of its own and as a part of a notebook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from . import _html
from ._html import escape
from ._names import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ._results import Hit
    from ._retrieval_report import Example, LabelScore, RetrievalReport

_SIDE = 104
_MOST_LABELS = 24  # whose typical query is shown

_STYLE = """
.imgmine .example{display:grid;grid-template-columns:8.6rem minmax(0,1fr);gap:.4rem 1.4rem;
padding:1rem 0;border-top:1px solid var(--line)}
.imgmine .note+.example{margin-top:.9rem}
.imgmine .example .gallery{margin:0;gap:.7rem}
.imgmine .example figcaption{font-size:.75rem;margin-top:.25rem}
.imgmine .example>figure figcaption{flex-direction:column;font-size:.82rem}
.imgmine .rows th:first-child{padding-left:0}
.imgmine .rows .bar{min-width:3.2rem;background:linear-gradient(to right,rgb(var(--good)/.75)
var(--share),transparent var(--share)) no-repeat .7rem 100%/calc(100% - 1.4rem) 2px}
@media(max-width:44rem){.imgmine .example{grid-template-columns:minmax(0,1fr)}
.imgmine .example>figure{max-width:9rem}}
"""


def page(report: RetrievalReport, title: str) -> str:
    """Return the whole page."""
    note = (
        f"Each of {report.n_queries} pictures asked for its own label among {report.n_pictures}, "
        f"itself left out; {report.metric} metric."
    )
    legend = (
        "Of each label the query of median average precision. A blue edge marks hits of the "
        "query's label, an orange one all others."
    )
    typical = _examples(report.typical[:_MOST_LABELS])
    body = (
        _tiles(report)
        + _html.section("By label", _table(report))
        + _html.section("Typical queries", typical, note=legend)
        + _html.section("Hardest queries", _examples(report.hardest))
    )
    return _html.page(title, body, note=note, style=_STYLE)


def fragment(report: RetrievalReport) -> str:
    """Return the numbers, without pictures."""
    return _html.fragment(_tiles(report) + _table(report), style=_STYLE)


def _tiles(report: RetrievalReport) -> str:
    precision = [(f"P@{k}", f"{value:.3f}") for k, value in report.precision_at_k.items()]
    return _html.tiles([("MAP", f"{report.mean_average_precision:.3f}"), *precision])


def _table(report: RetrievalReport) -> str:
    heads = ("", "MAP", *(f"P@{k}" for k in report.k), "queries")
    head = "".join(f"<th>{name}</th>" for name in heads)
    body = "".join(map(_row, report.table))
    return (
        f'<div class="scroll"><table class="rows"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody><tfoot>{_row(report.total)}</tfoot></table></div>"
    )


def _row(score: LabelScore) -> str:
    values = "".join(
        f'<td class="bar" style="--share:{100 * value:.1f}%">{value:.3f}</td>'
        for value in (score.average_precision, *score.precision)
    )
    return f"<tr><th>{escape(printable(score.label))}</th>{values}<td>{score.n_queries}</td></tr>"


def _examples(examples: Iterable[Example]) -> str:
    return "".join(map(_example, examples))


def _example(example: Example) -> str:
    label = printable(example.query.label)
    name = printable(Path(example.query.path).name)
    detail = f"{name} · AP {example.average_precision:.2f}"
    query = _html.figure(example.query.path, label, 138, detail=detail, name=name)
    hits = (
        _figure(hit, rank, hit.label == example.query.label)
        for rank, hit in enumerate(example.hits, 1)
    )
    return f'<div class="example">{query}{_html.gallery(hits, _SIDE)}</div>'


def _figure(hit: Hit, rank: int, right: bool) -> str:
    name = printable(Path(hit.path).name)
    tone, label = ("good", "") if right else ("bad", printable(hit.label))
    return _html.figure(
        hit.path, label, _SIDE, badge=str(rank), tone=tone, name=name, detail=f"{hit.score:.3f}"
    )

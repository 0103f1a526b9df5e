"""A `RetrievalReport` as a page of its own and as a part of a notebook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from . import _html
from ._html import escape
from ._names import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ._results import Hit
    from ._retrieval_report import Example, LabelScore, RetrievalReport

_SIDE = 104
_MOST_LABELS = 24  # whose typical query is shown

_CURVE_NOTE = (
    "The best precision that is left once so much of a label has been found: all queries, and "
    "thinner those of each label."
)

_STYLE = """
.imgmine .columns>section+section{max-width:26rem}
.imgmine .curve{display:block;width:min(26rem,100%);height:auto;margin-top:.8rem}
.imgmine .curve text{fill:var(--dim);font-size:11px;font-variant-numeric:tabular-nums}
.imgmine .curve path{stroke:var(--line);stroke-width:1}
.imgmine .curve polyline{fill:none;stroke:rgb(var(--good)/.28);stroke-width:1}
.imgmine .curve .all{stroke:rgb(var(--good));stroke-width:2.5}
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
        + _html.columns(
            [
                _html.section("By label", _table(report)),
                _html.section("Precision against recall", _curve(report), note=_CURVE_NOTE),
            ]
        )
        + _html.section("Typical queries", typical, note=legend)
        + _html.section("Hardest queries", _examples(report.hardest))
    )
    return _html.page(title, body, note=note, style=_STYLE)


def fragment(report: RetrievalReport) -> str:
    """Return the numbers, without pictures."""
    return _html.fragment(_tiles(report) + _table(report), style=_STYLE)


def _tiles(report: RetrievalReport) -> str:
    precision = [(f"P@{k}", f"{value:.3f}") for k, value in report.precision_at_k.items()]
    whole = [("MAP", f"{report.mean_average_precision:.3f}"), ("NDCG", f"{report.ndcg:.3f}")]
    if report.is_of_fours:
        whole.append(("N-S score", f"{report.ns_score:.2f}"))
    return _html.tiles([*whole, *precision])


def _curve(report: RetrievalReport) -> str:
    """Draw the mean of all queries' curves, and thinner that of each label."""
    width, height, left, top = 420, 300, 34, 10
    across, down = width - left - 12, height - top - 34

    def points(values: Sequence[float]) -> str:
        step = across / (len(values) - 1)
        pairs = ((left + i * step, top + (1 - value) * down) for i, value in enumerate(values))
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in pairs)

    grid = []
    for i in range(0, 11, 2):
        x, y = left + i * across / 10, top + (10 - i) * down / 10
        grid.append(
            f'<path d="M{left} {y:.1f}H{left + across}"/>'
            f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{i / 10:g}</text>'
            f'<text x="{x:.1f}" y="{top + down + 17}" text-anchor="middle">{i / 10:g}</text>'
        )
    thin = "".join(
        f'<polyline points="{points(row.curve)}"><title>{escape(printable(row.label))}</title>'
        "</polyline>"
        for row in report.table[:_MOST_LABELS]
    )
    return (
        f'<svg class="curve" viewBox="0 0 {width} {height}" role="img" aria-label="Precision '
        f'against recall">{"".join(grid)}<g>{thin}</g>'
        f'<polyline class="all" points="{points(report.total.curve)}"/>'
        f'<text x="{left + across / 2:.0f}" y="{height - 2}" text-anchor="middle">recall</text>'
        "</svg>"
    )


def _table(report: RetrievalReport) -> str:
    heads = ("", "MAP", "NDCG", *(f"P@{k}" for k in report.k), "queries")
    head = "".join(f"<th>{name}</th>" for name in heads)
    body = "".join(map(_row, report.table))
    return (
        f'<div class="scroll"><table class="rows"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody><tfoot>{_row(report.total)}</tfoot></table></div>"
    )


def _row(score: LabelScore) -> str:
    values = "".join(
        f'<td class="bar" style="--share:{100 * value:.1f}%">{value:.3f}</td>'
        for value in (score.average_precision, score.ndcg, *score.precision)
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

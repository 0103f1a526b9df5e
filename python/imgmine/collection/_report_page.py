"""A `Report` as a page of its own and as a part of a notebook."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from . import _html
from ._html import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._report import ClassScore, Report

_MOST_CLASSES = 40  # a larger matrix is replaced by a list of its largest entries
_MOST_PAIRS = 20
_SIDE = 180

_STYLE = """
.imgmine .confusion td{min-width:1.7rem;padding:.34rem .3rem;text-align:center;
border:1px solid var(--paper);background:var(--well)}
.imgmine .confusion .right{background:rgb(var(--good)/var(--share))}
.imgmine .confusion .wrong{background:rgb(var(--bad)/var(--share))}
.imgmine .confusion .strong{color:#fff}
.imgmine .confusion .none{color:transparent}
.imgmine .confusion tbody th{padding-left:0}
.imgmine .confusion thead th{padding:.3rem 0;text-align:center}
.imgmine .confusion thead span{writing-mode:vertical-rl;transform:rotate(180deg);
max-height:11rem;overflow:hidden;text-overflow:ellipsis}
.imgmine .rows th:first-child{padding-left:0}
.imgmine .rows .bar{min-width:3.2rem;background:linear-gradient(to right,rgb(var(--good)/.75)
var(--share),transparent var(--share)) no-repeat .7rem 100%/calc(100% - 1.4rem) 2px}
.imgmine .gallery figcaption{flex-direction:column}
"""


def page(report: Report, title: str, max_mistakes: int) -> str:
    """Return the whole page."""
    body = _tiles(report) + _tables(report) + _gallery(report, max_mistakes)
    note = f"{len(report.y_true)} pictures, {len(report.classes)} classes"
    return _html.page(title, body, note=note, style=_STYLE)


def fragment(report: Report) -> str:
    """Return the figures and tables, without pictures."""
    return _html.fragment(_tiles(report) + _tables(report), style=_STYLE)


def names(samples: Sequence[Any] | None) -> list[str | None] | None:
    """Return the path of each sample, None for one that is an image; None without samples."""
    if samples is None:
        return None
    return [os.fspath(s) if isinstance(s, (str, os.PathLike)) else None for s in samples]


def _tiles(report: Report) -> str:
    mean = report.mean("weighted")
    figures = [
        ("accuracy", report.accuracy),
        ("precision", mean.precision),
        ("recall", mean.recall),
        ("F1", mean.f1),
    ]
    if report.roc_auc is not None:
        figures.append(("ROC AUC", report.roc_auc))
    items = [(name, f"{value:.3f}") for name, value in figures]
    return _html.tiles([*items, ("mistakes", str(len(report.mistakes)))])


def _tables(report: Report) -> str:
    if len(report.classes) <= _MOST_CLASSES:
        note = "Rows are true classes, columns what they were taken for."
        confusion = _html.section("Confusion matrix", _matrix(report), note=note)
    else:
        confusion = _html.section("Most frequent confusions", _pairs(report))
    return _html.columns([confusion, _html.section("Classes", _rows(report))])


def _matrix(report: Report) -> str:
    labels = [escape(str(label)) for label in report.classes]
    head = "".join(f"<th><span>{label}</span></th>" for label in labels)
    shares = report.confusion / np.maximum(report.confusion.sum(axis=1, keepdims=True), 1)
    lines = []
    for i, label in enumerate(labels):
        cells = (
            _cell(int(report.confusion[i, j]), float(shares[i, j]), i == j, f"{label} → {other}")
            for j, other in enumerate(labels)
        )
        lines.append(f"<tr><th>{label}</th>{''.join(cells)}</tr>")
    return (
        f'<div class="scroll"><table class="confusion"><thead><tr><th></th>{head}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _cell(count: int, share: float, right: bool, title: str) -> str:
    if not count:
        return '<td class="none">0</td>'
    # The root lifts the few mistakes of a good classifier out of the background.
    opacity = 0.12 + 0.8 * (share if right else share**0.5)
    kind = ("right" if right else "wrong") + (" strong" if opacity > 0.6 else "")
    return f'<td class="{kind}" style="--share:{opacity:.2f}" title="{title}">{count}</td>'


def _pairs(report: Report) -> str:
    counts = report.confusion.copy()
    np.fill_diagonal(counts, 0)
    largest = np.argsort(-counts, axis=None, kind="stable")[:_MOST_PAIRS]
    rows = []
    for i, j in zip(*np.unravel_index(largest, counts.shape), strict=True):
        if counts[i, j]:
            true, predicted = (escape(str(report.classes[k])) for k in (i, j))
            rows.append(f"<tr><th>{true}</th><th>{predicted}</th><td>{counts[i, j]}</td></tr>")
    head = "<tr><th>true</th><th>taken for</th><th>pictures</th></tr>"
    return _scrolling(head, "".join(rows))


def _rows(report: Report) -> str:
    head = "".join(f"<th>{name}</th>" for name in ("", "precision", "recall", "F1", "pictures"))
    body = "".join(_row(score) for score in report.table)
    means = "".join(_row(report.mean(kind)) for kind in ("macro", "weighted"))
    return _scrolling(f"<tr>{head}</tr>", body, means)


def _row(score: ClassScore) -> str:
    values = "".join(
        f'<td class="bar" style="--share:{100 * value:.1f}%">{value:.3f}</td>'
        for value in (score.precision, score.recall, score.f1)
    )
    return f"<tr><th>{escape(str(score.label))}</th>{values}<td>{score.support}</td></tr>"


def _scrolling(head: str, body: str, foot: str = "") -> str:
    return (
        f'<div class="scroll"><table class="rows"><thead>{head}</thead><tbody>{body}</tbody>'
        f"<tfoot>{foot}</tfoot></table></div>"
    )


def _gallery(report: Report, max_mistakes: int) -> str:
    if report.samples is None:
        return ""
    shown = report.mistakes[: max(0, max_mistakes)]
    if not shown:
        return ""
    paths = names(report.samples) or []
    figures = []
    for mistake in shown:
        path = paths[mistake.sample]
        name = f"picture {mistake.sample}" if path is None else Path(path).name
        score = "" if mistake.margin is None else f" · +{mistake.margin:.2f}"
        caption = f"{mistake.true} → {mistake.predicted}"
        picture = report.samples[mistake.sample]
        figures.append(_html.figure(picture, caption, _SIDE, detail=name + score, name=name))
    kind = "Mistakes" if report.scores is None else "Most confident mistakes"
    note = "True class → what it was taken for, and the file"
    note += (
        "."
        if report.scores is None
        else " with how far the score of that class lies above the true one's."
    )
    return _html.section(kind, _html.gallery(figures, _SIDE), note=note)

"""A `RetrievalReport` as it is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._names import printable

if TYPE_CHECKING:
    from ._retrieval_report import RetrievalReport


def table(report: RetrievalReport) -> str:
    """Return a line that sums up, and a row for each label."""
    rows = [*report.table, report.total]
    width = max(len(printable(row.label)) for row in rows)
    heads = "".join(f"  {f'P@{k}':>6}" for k in report.k)
    summary = f"{report.n_queries} queries among {report.n_pictures} pictures, {report.metric}: "
    summary += f"MAP {report.mean_average_precision:.3f}, NDCG {report.ndcg:.3f}"
    if report.is_of_fours:
        summary += f", N-S score {report.ns_score:.2f}"
    lines = [summary, "", f"{'':{width}}  {'MAP':>6}{heads}  queries"]
    for row in rows:
        values = "".join(f"  {value:6.3f}" for value in (row.average_precision, *row.precision))
        lines.append(f"{printable(row.label):{width}}{values}  {row.n_queries:7d}")
    return "\n".join(lines)

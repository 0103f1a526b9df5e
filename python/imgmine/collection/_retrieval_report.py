"""How good searching a catalogue is, judged by the labels of its pictures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .. import _figure, metrics
from ..metrics._relevance import as_k
from ..similarity import top_k
from . import _html, _retrieval_page, _retrieval_plot, _retrieval_text
from ._pictures import as_label, folder_of
from ._results import Hit

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence

    from matplotlib.figure import Figure

    from .._validate import Array
    from ._catalog import Label
    from ._snapshot import Snapshot

_BLOCK = 2**21  # scores held at a time
_SHOWN = 8
_HARDEST = 6
_OBJECT = 4  # pictures of each in UKBench


class LabelScore(NamedTuple):
    """Means over the queries of one label, or of all."""

    label: Any
    n_queries: int
    average_precision: float
    precision: tuple[float, ...]  # at each k
    ndcg: float  # of the whole ranking
    curve: tuple[float, ...]  # precision at recall 0, 0.1 ... 1


class Example(NamedTuple):
    """A query and the pictures that were found for it."""

    query: Hit
    average_precision: float
    hits: tuple[Hit, ...]


@dataclass(frozen=True)
class RetrievalReport:
    """How good searching a catalogue is: each picture in turn asks for its own label.

    Printed, it is a table per label; `plot` draws precision against recall, `to_html` writes a
    page that also shows queries with what they found, `to_dict` is for JSON.

    Attributes
    ----------
    metric : str
        What the scores are.
    n_pictures : int
        Labeled pictures, which is what was searched.
    k : tuple of int
        The places at which precision was measured.
    table : tuple of LabelScore
        Results by label: number of queries, mean average precision, precision at each `k`, NDCG,
        and the curve of precision at recall 0, 0.1, ... 1 (`metrics.interpolated_precision`).
    total : LabelScore
        The same over all queries.
    typical : tuple of Example
        For each label the query of median average precision.
    hardest : tuple of Example
        The queries of least average precision.
    ns_score : float
        How many of the first four are of the query's label, the query itself being the first: the
        N-S score of UKBench, where there are four pictures of each object.
    """

    metric: str
    n_pictures: int
    k: tuple[int, ...]
    table: tuple[LabelScore, ...]
    total: LabelScore
    typical: tuple[Example, ...]
    hardest: tuple[Example, ...]
    ns_score: float

    @property
    def is_of_fours(self) -> bool:
        """Whether each label has four pictures, as the N-S score has it."""
        return all(row.n_queries == _OBJECT for row in self.table)

    @property
    def n_queries(self) -> int:
        """Number of queries: labeled pictures that have another one of their label."""
        return self.total.n_queries

    @property
    def mean_average_precision(self) -> float:
        """Mean over the queries of the average precision of the whole ranking (MAP)."""
        return self.total.average_precision

    @property
    def precision_at_k(self) -> dict[int, float]:
        """Mean over the queries of the share of the first k hits that have the query's label."""
        return dict(zip(self.k, self.total.precision, strict=True))

    @property
    def ndcg(self) -> float:
        """Mean over the queries of the normalized discounted cumulative gain of the ranking."""
        return self.total.ndcg

    def plot(self, path: str | os.PathLike[str] | None = None) -> Figure:
        """Draw precision against recall: of all queries, and thinner of each label.

        Parameters
        ----------
        path : path, optional
            File to write, in the format of its suffix: .png, .svg, .pdf.

        Returns
        -------
        matplotlib.figure.Figure
            Made without pyplot: no window opens and no backend is chosen.

        Raises
        ------
        MissingDependencyError
            If matplotlib is not installed: ``pip install 'imgmine[plot]'``.
        """
        figure = _retrieval_plot.draw(self)
        _figure.save(figure, path)
        return figure

    def to_html(
        self, path: str | os.PathLike[str], *, title: str = "How good is the search?"
    ) -> None:
        """Write one page with the results and queries as examples, pictures included.

        Parameters
        ----------
        path : path
            File to write; a reader finds the old one or the whole new one.
        title : str, default "How good is the search?"
            Heading of the page.
        """
        _html.write_file(path, _retrieval_page.page(self, title))

    def to_dict(self) -> dict[str, Any]:
        """Return all numbers as plain data, ready for `json.dumps`."""

        def row(score: LabelScore) -> dict[str, Any]:
            precision = {str(k): p for k, p in zip(self.k, score.precision, strict=True)}
            return {
                "n_queries": score.n_queries,
                "mean_average_precision": score.average_precision,
                "precision_at_k": precision,
                "ndcg": score.ndcg,
                "precision_at_recall": list(score.curve),
            }

        return {
            "metric": self.metric,
            "n_pictures": self.n_pictures,
            "ns_score": self.ns_score,
            **row(self.total),
            "labels": [{"label": score.label, **row(score)} for score in self.table],
        }

    def __str__(self) -> str:
        return _retrieval_text.table(self)

    def __repr__(self) -> str:
        return (
            f"RetrievalReport({self.n_queries} queries, {self.n_pictures} pictures, "
            f"MAP {self.mean_average_precision:.3f})"
        )

    def _repr_html_(self) -> str:
        return _retrieval_page.fragment(self)


def evaluate(snapshot: Snapshot, metric: str, labels: Any, k: Sequence[int]) -> RetrievalReport:
    """Judge the ranking of all labeled pictures for each of them; see `ImageIndex.evaluate`."""
    places = tuple(as_k(place) for place in k)
    rows, labels_of_rows = _labeled(snapshot, labels)
    counts = Counter(labels_of_rows)
    queries = [i for i, label in enumerate(labels_of_rows) if counts[label] > 1]
    if not queries:
        raise ValueError("labels must hold one that two pictures share: there is nothing to find")
    judge = _Judge(snapshot, rows, labels_of_rows, metric)
    scores = judge.scores(queries, places)
    average = scores.average
    names = sorted({labels_of_rows[i] for i in queries}, key=lambda x: (isinstance(x, str), x))
    members = [[j for j, i in enumerate(queries) if labels_of_rows[i] == name] for name in names]
    order = np.argsort(average, kind="stable")
    middles = [sorted(group, key=average.__getitem__)[(len(group) - 1) // 2] for group in members]

    def mean(label: Any, group: Sequence[int]) -> LabelScore:
        return LabelScore(
            label,
            len(group),
            float(average[group].mean()),
            tuple(scores.precision[:, group].mean(axis=1).tolist()),
            float(scores.ndcg[group].mean()),
            tuple(scores.curves[group].mean(axis=0).tolist()),
        )

    def example(j: int) -> Example:
        return judge.example(queries[j], float(average[j]))

    return RetrievalReport(
        metric=metric,
        n_pictures=len(rows),
        k=places,
        table=tuple(map(mean, names, members)),
        total=mean("all", range(len(queries))),
        typical=tuple(map(example, middles)),
        hardest=tuple(map(example, order[:_HARDEST].tolist())),
        ns_score=1 + (_OBJECT - 1) * float(scores.first.mean()),
    )


class _Scores(NamedTuple):
    """A row, or an entry, for each query."""

    average: Array
    precision: Array  # of shape (len(places), n)
    ndcg: Array
    curves: Array  # of shape (n, 11)
    first: Array  # precision at 3: the query is the fourth


class _Judge:
    """Ranks labeled pictures; all numbers are rows among these."""

    def __init__(self, snapshot: Snapshot, rows: list[int], labels: list[Any], metric: str) -> None:
        self._snapshot = snapshot
        self._rows = rows
        self._labels = labels
        self._metric = metric
        self._vectors = snapshot.vectors[rows]
        numbers = {label: i for i, label in enumerate(dict.fromkeys(labels))}
        self._codes = np.array([numbers[label] for label in labels])

    def scores(self, queries: list[int], places: tuple[int, ...]) -> _Scores:
        """Judge the rankings of some queries."""
        blocks: list[list[Any]] = []
        for block, ranking in self._rankings(queries):
            relevant = self._codes[ranking] == self._codes[block][:, np.newaxis]
            precision = [metrics.precision_at_k(relevant, k, average=None) for k in places]
            blocks.append(
                [
                    metrics.mean_average_precision(relevant, average=None),
                    np.transpose(precision),
                    metrics.ndcg_score(relevant, average=None),
                    metrics.interpolated_precision(relevant, average=None),
                    metrics.precision_at_k(relevant, _OBJECT - 1, average=None),
                ]
            )
        joined = [np.concatenate(parts) for parts in zip(*blocks, strict=True)]
        return _Scores(joined[0], joined[1].T, *joined[2:])

    def _rankings(self, queries: list[int]) -> Iterator[tuple[list[int], Array]]:
        """All others for each query, best first, some queries at a time."""
        n = len(self._rows)
        step = max(1, _BLOCK // n)
        for start in range(0, len(queries), step):
            block = queries[start : start + step]
            ranking, _ = top_k(self._vectors[block], self._vectors, n, self._metric)
            others = ranking != np.array(block)[:, np.newaxis]
            yield block, ranking[others].reshape(len(block), n - 1)

    def example(self, query: int, average_precision: float) -> Example:
        found, scores = top_k(
            self._vectors[[query]], self._vectors, min(_SHOWN + 1, len(self._rows)), self._metric
        )
        hits = [
            self._hit(row, score)
            for row, score in zip(found[0].tolist(), scores[0].tolist(), strict=True)
            if row != query
        ]
        return Example(self._hit(query, np.nan), average_precision, tuple(hits[:_SHOWN]))

    def _hit(self, row: int, score: float) -> Hit:
        i = self._rows[row]
        return Hit(int(self._snapshot.ids[i]), self._snapshot.paths[i], score, self._labels[row])


def _labeled(snapshot: Snapshot, labels: Any) -> tuple[list[int], list[Any]]:
    """Rows that have a label, and these labels."""
    paths = snapshot.paths
    if labels is None:
        of_all: list[Label] = snapshot.labels
    elif isinstance(labels, str):
        if labels != "folder":
            raise ValueError(f"labels must be a list, a dict, 'folder' or None, got {labels!r}")
        of_all = [folder_of(path) for path in paths]
    elif isinstance(labels, Mapping):
        of_all = [as_label(labels.get(path)) for path in paths]
    else:
        of_all = [as_label(label) for label in labels]
        if len(of_all) != len(paths):
            raise ValueError(f"labels must be one for each of {len(paths)}, got {len(of_all)}")
    rows = [i for i, label in enumerate(of_all) if label is not None]
    return rows, [of_all[i] for i in rows]

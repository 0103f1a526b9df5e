"""What a search finds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, overload

from .. import _figure
from . import _html, _results_plot
from ._names import TextQuery, printable, query_name

if TYPE_CHECKING:
    import os

    from matplotlib.figure import Figure

    from ._catalog import Label

_SIDE = 170


class Hit(NamedTuple):
    """A picture that was found.

    Attributes
    ----------
    id : int
        Its number in the catalogue, which stays its own for ever.
    path : str
        Its file's absolute path, or the name it was added under.
    score : float
        What the index's metric says: distances (euclidean, l1, chi2) are smaller, similarities
        larger, the more alike it is to the query.
    label : str, int or None
    n_inliers : int or None
        How many matches agree with the query, where that was verified.
    """

    id: int
    path: str
    score: float
    label: Label = None
    n_inliers: int | None = None


class Results(Sequence[Hit]):
    """The pictures most like a query, best first: a sequence of `Hit`.

    Printed, it is a table; `plot` draws the pictures, `to_html` writes a page with them,
    `to_dicts` is for JSON.

    Parameters
    ----------
    query : path, bytes, image, str or None
        What was searched for: a picture, or the text.
    hits : iterable of Hit
    metric : str
        What the scores are.

    Examples
    --------
    >>> import imgmine as im
    >>> hits = [im.collection.Hit(3, "/photos/sea.jpg", 0.25, "beach")]
    >>> results = im.collection.Results("/photos/coast.jpg", hits, "euclidean")
    >>> print(results)
          score  label  path
     1   0.2500  beach  /photos/sea.jpg
    >>> results[0].id
    3
    """

    def __init__(self, query: Any, hits: Iterable[Hit], metric: str) -> None:
        self.query = query
        self.metric = metric
        self._hits = list(hits)

    def __len__(self) -> int:
        return len(self._hits)

    @overload
    def __getitem__(self, index: int) -> Hit: ...
    @overload
    def __getitem__(self, index: slice) -> Results: ...
    def __getitem__(self, index: int | slice) -> Hit | Results:
        if isinstance(index, slice):
            return Results(self.query, self._hits[index], self.metric)
        return self._hits[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Results) and self._hits == other._hits

    __hash__ = None  # type: ignore[assignment]

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return the hits as plain data, ready for `json.dumps`."""
        return [hit._asdict() for hit in self._hits]

    def plot(self, path: str | os.PathLike[str] | None = None) -> Figure:
        """Draw the query and the pictures that were found.

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
        figure = _results_plot.draw(self)
        _figure.save(figure, path)
        return figure

    def to_html(self, path: str | os.PathLike[str], *, title: str = "Search results") -> None:
        """Write one page that shows the query and what was found, and needs nothing else.

        Parameters
        ----------
        path : path
            File to write; a reader finds the old one or the whole new one.
        title : str, default "Search results"
            Heading of the page.
        """
        kind = "1 picture" if len(self) == 1 else f"{len(self)} pictures"
        order = "most unusual first" if self.query is None else "most alike first"
        asked = f"“{query_name(self.query)}”: " if isinstance(self.query, TextQuery) else ""
        note = f"{asked}{kind}, {order}; {self.metric} score under each"
        _html.write_file(path, _html.page(title, self._body(), note=note))

    def _body(self) -> str:
        if self.query is None or isinstance(self.query, TextQuery):  # no picture asked for these
            hits = (hit_figure(rank, hit) for rank, hit in enumerate(self._hits, 1))
            return _html.gallery(hits, _SIDE)
        name = query_name(self.query)
        query = _html.figure(self.query, name, 256, detail="query", name=name)
        hits = (hit_figure(rank, hit) for rank, hit in enumerate(self._hits, 1))
        return _html.beside(query, _html.gallery(hits, _SIDE))

    def _repr_html_(self) -> str:
        return _html.fragment(self._body())

    def __repr__(self) -> str:
        return f"Results({self._hits!r})"

    def __str__(self) -> str:
        if not self._hits:
            return "nothing found"
        labels = ["" if hit.label is None else printable(hit.label) for hit in self._hits]
        width = max(map(len, labels))
        heading = f"{'score':>11}  " + (f"{'label':{max(width, 5)}}  " if width else "") + "path"
        lines = [
            f"{rank:2} {hit.score:8.4f}  "
            + (f"{label:{max(width, 5)}}  " if width else "")
            + printable(hit.path)
            for rank, (hit, label) in enumerate(zip(self._hits, labels, strict=True), 1)
        ]
        return "\n".join([heading, *lines])


def hit_figure(rank: int, hit: Hit, tone: str = "") -> str:
    """Return a picture that was found, for a page."""
    name = printable(Path(hit.path).name)
    label = "" if hit.label is None else f"{printable(hit.label)} · "
    detail = f"{label}{hit.score:.4f}"
    return _html.figure(hit.path, name, _SIDE, detail=detail, badge=str(rank), tone=tone, name=name)

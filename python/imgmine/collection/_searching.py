"""Searching pictures by example, wherever their vectors come from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import numpy as np

from .._validate import as_bool, as_int, as_rows, is_path
from ..metrics._relevance import as_k
from . import _export, _retrieval_report
from ._feedback import Session
from ._pictures import absolute
from ._refining import Refining, vectors_of
from ._results import Results
from ._tagging import Suggestion, suggest, unusual
from ._text_query import query_of
from ._verifying import verified

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping, Sequence

    import numpy.typing as npt

    from .._progress import Progress
    from .._validate import Array
    from ..features import Recipe
    from ._about import Way
    from ._catalog import Label
    from ._details import Metadata, Tags
    from ._profile import Profile
    from ._results import Hit
    from ._retrieval_report import RetrievalReport
    from ._snapshot import Snapshot


class Searching(ABC):
    """What an `ImageIndex` does with the pictures it holds, without changing them."""

    _way: Way

    @abstractmethod
    def _current(self, *names: str) -> Snapshot:
        """Return what is committed now; only what is named, by default all, is in memory."""

    @abstractmethod
    def _hits(
        self, vectors: Array, k: int, conditions: tuple[Any, Any, Any], *, exact: bool
    ) -> list[list[Hit]]:
        """Return for each vector the `k` best pictures that meet the conditions."""

    @property
    def recipe(self) -> Recipe:
        """How pictures are described."""
        return self._way.recipe

    @property
    def metric(self) -> str:
        """How vectors are compared."""
        return self._way.metric

    @property
    def ids(self) -> Array:
        """The pictures' numbers, shape (n,), int64, rising.

        Each picture keeps its number when it changes; numbers of removed ones are never reused.
        """
        return self._current("ids").ids

    def paths(self) -> list[str]:
        """Return the path, or the name, of each picture, in the order of `ids`."""
        return list(self._current("names").paths)

    def labels(self) -> list[Label]:
        """Return the label of each picture, None where there is none, in the order of `ids`."""
        return list(self._current("names").labels)

    def vectors(self) -> Array:
        """Return the vectors, shape (n, recipe.size), float32, read-only, in the order of `ids`."""
        return self._current("vectors").vectors

    def tags(self) -> list[Tags]:
        """Return the tags of each picture, a tuple of str, in the order of `ids`."""
        return list(self._current("details").tags)

    def metadata(self) -> list[Metadata]:
        """Return the metadata of each picture, a dict, in the order of `ids`."""
        return [dict(found) for found in self._current("details").metadata]

    def search(
        self,
        image: str | os.PathLike[str] | bytes | Array | None = None,
        k: int = 10,
        *,
        text: str | None = None,
        label: Label = None,
        tags: str | Iterable[str] | None = None,
        where: Mapping[str, Any] | None = None,
        include_self: bool = True,
        expand: int = 0,
        rerank: int = 0,
        verify: int = 0,
        exact: bool = False,
    ) -> Results:
        """Find the pictures most like one, or most like what a text says.

        In catalogues of less than 20,000 pictures, and by metrics for which there are no graphs,
        all are compared. Else a graph leads to the nearest (`search.VectorIndex`), at least 99 of
        100 of the ten best in a trial with the catalogue's own vectors; `exact` finds all.

        Parameters
        ----------
        image : path, bytes or array_like
            It need not be in the catalogue.
        k : int, default 10
            How many to find, >= 1.
        text : str, optional
            Search for this instead of an image, where the recipe is a `features.Embedder` that has
            a text model.
        label : str or int, optional
            Only find pictures with this label.
        tags : str or iterable of str, optional
            Only find pictures that have all these tags.
        where : dict, optional
            Only find pictures whose metadata meet each condition: ``{key: value}``, one of several
            ``{key: [value, value]}``, or ``{key: {">=": value, "<": value}}`` with any of ``< <= >
            >= == !=``. Texts compare with texts, numbers with numbers; what a picture lacks is
            None.
        include_self : bool, default True
            False leaves out the picture whose path `image` is.
        expand : int, default 0
            Average the query with so many of the first hits, the nearer the more, and search
            again (3 to 10 are good numbers where there are many pictures of a kind).
        rerank : int, default 0
            Rank so many of the best again (200 is a good number) by the neighbors that they and
            the query have in common; the scores stay what they are.
        verify : int, default 0
            Look closer at so many of the best (20 is a good number): those of them that show the
            same object by `features.verify` come first, the more matches agree the better. Hits
            whose file is gone stay where they are.
        exact : bool, default False
            Compare all pictures.

        Returns
        -------
        Results
            Up to `k` hits, best first; equal scores in the order of `ids`.

        Raises
        ------
        DecodeError, OSError
            If `image` cannot be read.
        ValueError
            If there is a `text` and the recipe knows no texts.

        References
        ----------
        F. Radenovic et al., "Fine-tuning CNN image retrieval with no human annotation", TPAMI
        2018 (`expand`). Z. Zhong et al., "Re-ranking person re-identification with k-reciprocal
        encoding", CVPR 2017 (`rerank`).
        """
        refining, depth = Refining.of(expand, rerank), max(as_k(k), as_int(verify, "verify"))
        if verify > 0 and text is not None:
            raise ValueError("verify compares pictures: leave it out where there is a text")
        query, vector = query_of(self.recipe, image, text)
        conditions = label, tags, where

        def find(row: Array, n: int, include: bool) -> list[Hit]:
            rows, options = row[np.newaxis], {"include_self": include, "exact": exact}
            return list(self._find([query], rows, n, conditions, **options)[0])

        hits = refining.find(
            find,
            self._vectors_of,
            vector,
            depth,
            include_self,
            self.metric,
        )
        if verify > 0 and hits:
            hits = verified(query, hits, verify)
        return Results(query, hits[:k], self.metric)

    def search_many(
        self,
        images: Iterable[Any],
        k: int = 10,
        *,
        label: Label = None,
        tags: str | Iterable[str] | None = None,
        where: Mapping[str, Any] | None = None,
        include_self: bool = True,
        exact: bool = False,
        n_jobs: int | None = None,
        progress: Progress = False,
    ) -> list[Results]:
        """Search for many pictures at once, which is quicker than one by one.

        Parameters
        ----------
        images : iterable of paths, bytes or images
        k, label, tags, where, include_self, exact
            As for `search`.
        n_jobs : int, optional
            Threads; default: all the process may use.
        progress : bool or callable ``(done, total)``, default False

        Returns
        -------
        list of Results
            What `search` finds for each.
        """
        queries = list(images)
        vectors = self.recipe.transform(queries, n_jobs, progress)
        conditions = label, tags, where
        return self._find(queries, vectors, k, conditions, include_self=include_self, exact=exact)

    def search_vectors(
        self,
        vectors: npt.ArrayLike,
        k: int = 10,
        *,
        label: Label = None,
        tags: str | Iterable[str] | None = None,
        where: Mapping[str, Any] | None = None,
        exact: bool = False,
    ) -> list[Results]:
        """Search by vectors of the catalogue's recipe, wherever they come from.

        Parameters
        ----------
        vectors : array_like of shape (n, recipe.size), float32
        k, label, tags, where, exact
            As for `search`.

        Returns
        -------
        list of Results
            One for each vector; their query is None.

        Raises
        ------
        TypeError, ValueError
            If the vectors are of another dtype or size.
        """
        rows = as_rows(vectors, "vectors")
        if rows.shape[1] != self.recipe.size:
            size = self.recipe.size
            raise ValueError(f"vectors must have {size} values each, got {rows.shape[1]}")
        return self._find([None] * len(rows), rows, k, (label, tags, where), exact=exact)

    def evaluate(self, labels: Any = None, k: Sequence[int] = (1, 5, 10)) -> RetrievalReport:
        """Judge the search: each picture in turn asks for its own label among all others.

        Parameters
        ----------
        labels : "folder", list, dict of path to label, or None
            One label for each of `paths`; by default those stored. Pictures without a label are
            left out.
        k : sequence of int, default (1, 5, 10)
            Where to measure precision; missing hits count as wrong.

        Returns
        -------
        RetrievalReport
            Precision at each `k` and mean average precision, by label and in all. Pictures whose
            label nobody shares are searched but ask for nothing.

        Raises
        ------
        ValueError
            If no two pictures share a label.
        """
        return _retrieval_report.evaluate(self._current("names", "vectors"), self.metric, labels, k)

    def suggest_tags(
        self,
        image: str | os.PathLike[str] | bytes | Array,
        k: int = 10,
        *,
        include_self: bool = False,
    ) -> list[Suggestion]:
        """Say what a picture might be called, from what pictures like it are called.

        Parameters
        ----------
        image : path, bytes or array_like
            As for `search`.
        k : int, default 10
            How many neighbors, of those that have tags or a label, are asked.
        include_self : bool, default False
            Whether the picture whose path `image` is may be asked.

        Returns
        -------
        list of (tag, confidence)
            Most certain first. The confidence is the share of the neighbors that have the tag,
            weighed from 1 for the nearest down to 0 for the first that is not asked (Dudani 1976).

        References
        ----------
        S. A. Dudani, "The distance-weighted k-nearest-neighbor rule", IEEE Transactions on
        Systems, Man, and Cybernetics 6, 1976.
        """
        vector = self.recipe.read(image)[np.newaxis]
        path = _path_of(image, include_self)
        return suggest(self._current(), vector, k, self.metric, path)

    def unusual(self, n: int = 10) -> Results:
        """List the pictures that are least like any other.

        Parameters
        ----------
        n : int, default 10
            How many, >= 1.

        Returns
        -------
        Results
            Most unusual first; the score is the distance to the tenth nearest other picture
            (`cluster.outlier_scores`), l1, cosine or, with other metrics, Euclidean.
        """
        hits = unusual(self._current("names", "vectors"), n, self.metric)
        return Results(None, hits, "distance to the tenth nearest")

    def session(
        self,
        query: str | os.PathLike[str] | bytes | Array | None = None,
        *,
        text: str | None = None,
        profile: Profile | None = None,
    ) -> Session:
        """Begin a search that learns from what you like and dislike of its results.

        Parameters
        ----------
        query : path, bytes or array_like
        text : str, optional
            As for `search`: one of the two.
        profile : Profile, optional
            How much each descriptor counts; the session does not change it: `Profile.learn` does.

        Returns
        -------
        Session
            ``index.session(query).like(ids).dislike(ids).search(k)``
        """
        return Session(self, *query_of(self.recipe, query, text), profile)

    def export(self, path: str | os.PathLike[str]) -> None:
        """Write one file that can be searched without a database, on a device for example.

        It holds one recipe, its metric, and vectors, ids, paths, labels, tags and metadata of all
        pictures, each part with a checksum. ``ImageIndex.open(path, mode="r")`` opens it.

        Parameters
        ----------
        path : path
            File to write; a reader finds the old one or the whole new one.
        """
        _export.write(path, self._way, self._current())

    def _vectors_of(self, hits: list[Hit]) -> tuple[list[Hit], Array]:
        return vectors_of(self._current("vectors"), hits)

    def _find(
        self,
        queries: list[Any],
        vectors: Array,
        k: int,
        conditions: tuple[Any, Any, Any],
        *,
        include_self: bool = True,
        exact: bool,
    ) -> list[Results]:
        k, exact = as_k(k), as_bool(exact, "exact")
        lists = self._hits(vectors, k + (not include_self), conditions, exact=exact)
        return [
            Results(query, _without(hits, _path_of(query, include_self))[:k], self.metric)
            for query, hits in zip(queries, lists, strict=True)
        ]


def _without(hits: list[Hit], path: str | None) -> list[Hit]:
    return hits if path is None else [hit for hit in hits if hit.path != path]


def _path_of(query: Any, include_self: bool) -> str | None:
    """Return the path of a picture that is to be left out."""
    return absolute(query) if is_path(query) and not include_self else None

"""Searching again with what somebody liked and disliked of the results so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..classify import LinearSVC
from ..metrics._relevance import as_k
from ._conditions import rows_that_meet
from ._items import rows_of
from ._refining import expanded
from ._results import Results
from ._sources import penalties

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .._validate import Array
    from ._catalog import Label
    from ._profile import Profile
    from ._searching import Searching
    from ._snapshot import Snapshot

_LIKED, _DISLIKED = 0.75, 0.15  # Rocchio's weights beside the query's 1
_DEPTH = 5000  # how many of either ranking are joined
_NOT_NEGATIVE = ("chi2", "intersection")


class Session:
    """A search that learns from what is liked and disliked; `ImageIndex.session` begins one.

    With liked pictures only, the query moves towards their mean, and away from that of disliked
    ones (Rocchio 1971). As soon as there are some of both, a linear SVM is trained on them, the
    query counting as liked, and its decision and the distance from the moved query, each divided
    by its standard deviation, rank together.

    References
    ----------
    J. J. Rocchio, "Relevance feedback in information retrieval", in: The SMART Retrieval System,
    1971. S. Tong, E. Chang, "Support vector machine active learning for image retrieval", ACM
    Multimedia 2001. Query expansion: O. Chum et al., "Total recall", ICCV 2007.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> import imgmine as im
    >>> folder = tempfile.TemporaryDirectory()
    >>> images = {f"{i}": np.full((8, 8, 3), 40 * i, np.uint8) for i in range(6)}
    >>> with im.ImageIndex.open(folder.name) as index:
    ...     report = index.add(images)
    ...     session = index.session(images["1"])
    ...     found = session.like("2").dislike(["0", "5"]).search(k=3)
    >>> "0" in [hit.path for hit in found]
    False
    >>> folder.cleanup()
    """

    def __init__(self, index: Searching, query: Any, vector: Array, profile: Profile | None):
        self._index = index
        self._query = query
        self._vector = vector
        self._profile = profile
        self._judged: dict[int, bool] = {}

    @property
    def liked(self) -> list[int]:
        """The ids of the pictures that are liked."""
        return [image_id for image_id, liked in self._judged.items() if liked]

    @property
    def disliked(self) -> list[int]:
        """The ids of the pictures that are disliked."""
        return [image_id for image_id, liked in self._judged.items() if not liked]

    def like(self, items: Any) -> Session:
        """Say that pictures are what is wanted; it replaces what was said of them before.

        Parameters
        ----------
        items : path, name, id or Hit, or an iterable of these

        Returns
        -------
        Session
            The session.

        Raises
        ------
        KeyError
            If a picture is not in the catalogue.
        """
        return self._judge(items, True)

    def dislike(self, items: Any) -> Session:
        """Say that pictures are not what is wanted; they are not found again in this session.

        Parameters
        ----------
        items : path, name, id or Hit, or an iterable of these

        Returns
        -------
        Session
            The session.

        Raises
        ------
        KeyError
            If a picture is not in the catalogue.
        """
        return self._judge(items, False)

    def search(
        self,
        k: int = 10,
        *,
        label: Label = None,
        tags: str | Iterable[str] | None = None,
        where: Mapping[str, Any] | None = None,
        expand: int = 0,
        unseen: bool = False,
    ) -> Results:
        """Find the pictures that agree best with the query and all that was said so far.

        Parameters
        ----------
        k : int, default 10
            How many to find, >= 1.
        label, tags, where
            As for `ImageIndex.search`.
        expand : int, default 0
            So many of the first hits are averaged with the query, unasked, before the search.
        unseen : bool, default False
            Also leave out what was liked already.

        Returns
        -------
        Results
            Disliked pictures left out. The metric is "feedback" where an SVM ranks: the greater a
            score, the better.
        """
        k = as_k(k)
        snapshot, query = self._index._current(), self._vector
        if self._profile is not None:
            scale = self._profile.scale(self._index.recipe)
            snapshot, query = snapshot.scaled(scale), query * scale
        liked, disliked = self._rows(snapshot, self.liked), self._rows(snapshot, self.disliked)
        rows = rows_that_meet(snapshot, label, tags, where)
        rows = np.arange(len(snapshot.paths)) if rows is None else rows
        rows = rows[~np.isin(rows, np.concatenate([disliked, liked]) if unseen else disliked)]
        ranking = _Ranking(snapshot, self._index.metric, rows)
        target = ranking.expanded(query, expand) if expand else query
        found, scores, metric = ranking.best(k, target, liked, disliked)
        hits = map(snapshot.hit, found.tolist(), scores.tolist())
        return Results(self._query, hits, metric)

    def examples(self) -> tuple[Array, Array, Array]:
        """Return the vectors of the query, of the liked and of the disliked pictures."""
        snapshot = self._index._current()
        liked, disliked = self._rows(snapshot, self.liked), self._rows(snapshot, self.disliked)
        return self._vector, snapshot.vectors[liked], snapshot.vectors[disliked]

    def __repr__(self) -> str:
        return f"<Session: {len(self.liked)} liked, {len(self.disliked)} disliked>"

    def _judge(self, items: Any, liked: bool) -> Session:
        snapshot = self._index._current()
        ids = [int(snapshot.ids[row]) for row in rows_of(snapshot, items)]
        self._judged.update(dict.fromkeys(ids, liked))
        return self

    @staticmethod
    def _rows(snapshot: Snapshot, ids: list[int]) -> Array:
        """Return the rows of those pictures that are still there."""
        rows: Array = np.flatnonzero(np.isin(snapshot.ids, ids))
        return rows


class _Ranking:
    """Ranks some rows of a snapshot."""

    def __init__(self, snapshot: Snapshot, metric: str, rows: Array) -> None:
        self._snapshot = snapshot
        self._metric = metric
        self._rows = rows

    def expanded(self, query: Array, n: int) -> Array:
        """Return the mean of a query and its first hits, the nearer the more."""
        found, _ = self._nearest(query, as_k(n))
        return expanded(query, self._snapshot.vectors[found])

    def best(self, k: int, query: Array, liked: Array, disliked: Array) -> tuple[Array, Array, str]:
        """Return rows, scores, and what the scores are."""
        vectors = self._snapshot.vectors
        target = moved(query, vectors[liked], vectors[disliked])
        if self._metric in _NOT_NEGATIVE:
            target = np.maximum(target, 0)
        if not len(liked) or not len(disliked):
            return *self._nearest(target, k), self._metric
        positive = np.vstack([query, vectors[liked]])
        machine = trained(positive, vectors[disliked])
        rows = self._joined(target, machine)
        scores = self._scores(target, machine, rows)
        order = np.argsort(-scores, kind="stable")[:k]
        return rows[order], scores[order], "feedback"

    def _nearest(self, query: Array, k: int) -> tuple[Array, Array]:
        row = query.astype(np.float32, copy=False)[np.newaxis]
        found, scores = self._snapshot.candidates(row, k, self._metric, self._rows)
        return found[0], scores[0]

    def _joined(self, target: Array, machine: LinearSVC) -> Array:
        """Return the rows that either ranking has among its first ones."""
        if len(self._rows) <= _DEPTH:
            return self._rows
        normal = machine.coef_.astype(np.float32)
        by_machine, _ = self._snapshot.candidates(normal, _DEPTH, "inner_product", self._rows)
        by_distance, _ = self._nearest(target, _DEPTH)
        rows: Array = np.union1d(by_distance, by_machine[0])
        return rows

    def _scores(self, target: Array, machine: LinearSVC, rows: Array) -> Array:
        if not len(rows):
            return np.empty(0)
        ranking = _Ranking(self._snapshot, self._metric, rows)
        order, nearness = ranking._nearest(target, len(rows))
        near = np.empty(len(rows))
        near[np.searchsorted(rows, order)] = -penalties(nearness, self._metric).astype(np.float64)
        decision = machine.decision_function(self._snapshot.vectors[rows]).astype(np.float64)
        return _standardized(decision) + _standardized(near)


def moved(query: Array, liked: Array, disliked: Array) -> Array:
    """Return Rocchio's query: nearer to what is liked, farther from what is disliked."""
    total, weight = query.astype(np.float64), 1.0
    for vectors, share in ((liked, _LIKED), (disliked, -_DISLIKED)):
        if len(vectors):
            total = total + share * vectors.mean(axis=0, dtype=np.float64)
            weight += share
    result: Array = (total / weight).astype(np.float32)
    return result


def trained(liked: Array, disliked: Array) -> LinearSVC:
    """Return a linear SVM that tells liked from disliked vectors."""
    vectors = np.vstack([liked, disliked]).astype(np.float32)
    classes = np.repeat([1, 0], [len(liked), len(disliked)])
    machine = LinearSVC(10.0, class_weight="balanced", max_iter=10000, random_state=0)
    return machine.fit(vectors, classes)


def _standardized(scores: Array) -> Array:
    deviation = scores.std()
    result: Array = scores / deviation if deviation > 0 else scores
    return result

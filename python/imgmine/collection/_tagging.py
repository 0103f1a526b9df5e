"""Labels and tags carried over from alike pictures, and pictures that are like no other."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .. import cluster
from ..metrics._relevance import as_k
from ._sources import penalties

if TYPE_CHECKING:
    from .._validate import Array
    from ._results import Hit
    from ._snapshot import Snapshot

_NEIGHBORS = 10  # whose farthest says how unusual a picture is


class Suggestion(NamedTuple):
    """A tag that a picture might have.

    Attributes
    ----------
    tag : str or int
        A tag, or a label, of pictures like it.
    confidence : float
        The share of its neighbors that have it, the nearer the more weight, from 0 to 1.
    """

    tag: str | int
    confidence: float


def suggest(
    snapshot: Snapshot, vector: Array, k: int, metric: str, left_out: str | None
) -> list[Suggestion]:
    """Return what the neighbors of a vector are called, most certain first."""
    pairs = enumerate(zip(snapshot.labels, snapshot.tags, strict=True))
    rows = np.array([row for row, (label, tags) in pairs if label is not None or tags], np.int64)
    # One more for the weights, and one for the picture itself.
    (hits,), (scores,) = snapshot.candidates(vector, as_k(k) + 2, metric, rows)
    others = np.array([snapshot.paths[row] != left_out for row in hits.tolist()], bool)
    return _vote(snapshot, hits[others], scores[others], k, metric)


def _vote(snapshot: Snapshot, rows: Array, scores: Array, k: int, metric: str) -> list[Suggestion]:
    if not len(rows):
        return []
    weights = _weights(scores.astype(np.float64), k, metric)
    votes: dict[str | int, float] = {}
    for weight, row in zip(weights.tolist(), rows[: len(weights)].tolist(), strict=True):
        label, tags = snapshot.labels[row], snapshot.tags[row]
        for name in {*(() if label is None else (label,)), *tags}:
            votes[name] = votes.get(name, 0.0) + weight
    total = weights.sum()
    found = [Suggestion(name, min(1.0, vote / total)) for name, vote in votes.items() if vote > 0]
    return sorted(found, key=lambda suggestion: (-suggestion.confidence, str(suggestion.tag)))


def _weights(scores: Array, k: int, metric: str) -> Array:
    """Dudani's weights: 1 for the nearest, 0 for the first that no longer counts."""
    distances = penalties(scores, metric)
    nearest = distances[:k]
    # If all count, the farthest is as far from the limit as the nearest is from it.
    limit = distances[k] if len(distances) > k else 2 * nearest[-1] - nearest[0]
    if limit <= nearest[0]:
        return np.ones(len(nearest))
    weights: Array = (limit - nearest) / (limit - nearest[0])
    return weights


def unusual(snapshot: Snapshot, n: int, metric: str) -> list[Hit]:
    """Return the pictures that are farthest from all others, most unusual first."""
    count = min(as_k(n), len(snapshot.paths))
    if not count:
        return []
    kind = metric if metric in ("l1", "cosine") else "euclidean"
    scores = cluster.outlier_scores(snapshot.vectors, k=_NEIGHBORS, metric=kind)
    order = np.argsort(-scores, kind="stable")[:count]
    return [snapshot.hit(row, float(scores[row])) for row in order.tolist()]

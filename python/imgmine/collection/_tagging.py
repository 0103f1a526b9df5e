"""Labels and tags carried over from alike pictures, and pictures that are like no other."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .. import cluster
from ..metrics._relevance import as_k

if TYPE_CHECKING:
    from .._validate import Array
    from ._results import Hit
    from ._snapshot import Snapshot

_SMALLER_IS_BETTER = ("euclidean", "l1", "chi2")
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
    snapshot: Snapshot, vectors: Array, k: int, metric: str, left_out: list[str | None]
) -> list[list[Suggestion]]:
    """Return for each vector what its neighbors are called, most certain first."""
    rows = [row for row, names in enumerate(_names_of(snapshot)) if names]
    found, scores = snapshot.candidates(
        vectors, as_k(k) + 2, metric, np.array(rows, np.int64)
    )  # one more for the weights, one for the picture itself
    suggestions = []
    for hits, values, path in zip(found, scores, left_out, strict=True):
        others = np.array([snapshot.paths[row] != path for row in hits.tolist()], bool)
        suggestions.append(_vote(snapshot, hits[others], values[others], k, metric))
    return suggestions


def _vote(snapshot: Snapshot, rows: Array, scores: Array, k: int, metric: str) -> list[Suggestion]:
    if not len(rows):
        return []
    weights = _weights(scores.astype(np.float64), k, metric)
    names = _names_of(snapshot, rows[: len(weights)].tolist())
    votes: dict[str | int, float] = {}
    for weight, of_one in zip(weights.tolist(), names, strict=True):
        for name in of_one:
            votes[name] = votes.get(name, 0.0) + weight
    total = weights.sum()
    found = [Suggestion(name, min(1.0, vote / total)) for name, vote in votes.items() if vote > 0]
    return sorted(found, key=lambda suggestion: (-suggestion.confidence, str(suggestion.tag)))


def _weights(scores: Array, k: int, metric: str) -> Array:
    """Dudani's weights: 1 for the nearest, 0 for the first that no longer counts."""
    distances = scores if metric in _SMALLER_IS_BETTER else -scores
    nearest = distances[:k]
    if len(distances) > k:
        limit = distances[k]
    else:  # all count: the farthest half as much as the nearest
        limit = 2 * nearest[-1] - nearest[0]
    if limit <= nearest[0]:
        return np.ones(len(nearest))
    weights: Array = (limit - nearest) / (limit - nearest[0])
    return weights


def _names_of(snapshot: Snapshot, rows: list[int] | None = None) -> list[list[str | int]]:
    """Return tags and label of each picture, each once."""
    chosen = range(len(snapshot.paths)) if rows is None else rows
    names: list[list[str | int]] = []
    for row in chosen:
        label, tags = snapshot.labels[row], snapshot.tags[row]
        names.append([*dict.fromkeys([*([] if label is None else [label]), *tags])])
    return names


def unusual(snapshot: Snapshot, n: int, metric: str) -> list[Hit]:
    """Return the pictures that are farthest from all others, most unusual first."""
    count = min(as_k(n), len(snapshot.paths))
    if not count:
        return []
    kind = metric if metric in ("l1", "cosine") else "euclidean"
    scores = cluster.outlier_scores(snapshot.vectors, k=_NEIGHBORS, metric=kind)
    order = np.argsort(-scores, kind="stable")[:count]
    return [snapshot.hit(row, float(scores[row])) for row in order.tolist()]

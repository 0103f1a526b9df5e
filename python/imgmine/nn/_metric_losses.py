"""Losses of distances between vectors, and their gradients.

In float64 and without matrix products, whose sums differ from one processor to the next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._validate import Array

LOSSES = ("triplet", "contrastive")
_TINY = 1e-12  # squares below this have no direction


def triplet_loss(outputs: Array, labels: Array, margin: float) -> tuple[float, int, Array]:
    """Return the mean of max(0, margin + farthest of the class - nearest of the others).

    Parameters
    ----------
    outputs : ndarray of shape (n, size), float32
        Vectors, before they are brought to length 1.
    labels : ndarray of shape (n,)
    margin : float

    Returns
    -------
    loss : float
        Of the samples that have both; 0 if there are none.
    right : int
        How many samples' nearest other one is of their class.
    gradient : ndarray of shape (n, size), float32
        Of the loss, to `outputs`.
    """
    unit, lengths = _unit(outputs)
    distances = _distances(unit)
    same, other = _pairs(labels)
    everything = np.arange(len(outputs))
    farthest = np.where(same, distances, -1.0).argmax(axis=1)
    nearest = np.where(other, distances, np.inf).argmin(axis=1)
    counts = same.any(axis=1) & other.any(axis=1)
    slack = margin + distances[everything, farthest] - distances[everything, nearest]
    active = counts & (slack > 0)
    n = max(int(counts.sum()), 1)
    pull = np.zeros_like(unit)
    for sign, partner in ((1.0, farthest), (-1.0, nearest)):
        direction = sign * _directions(unit, distances, partner) * active[:, np.newaxis] / n
        pull += direction
        np.subtract.at(pull, partner, direction)
    loss = float(np.where(active, slack, 0.0).sum() / n)
    return loss, _n_right(distances, labels), _to_outputs(pull, unit, lengths)


def contrastive_loss(outputs: Array, labels: Array, margin: float) -> tuple[float, int, Array]:
    """Return the mean over pairs of distance² within classes, max(0, margin - distance)² between.

    Pairs within classes and pairs between them have the same weight, however many there are.
    Parameters and results are those of `triplet_loss`.
    """
    unit, lengths = _unit(outputs)
    distances = _distances(unit)
    same, other = _pairs(labels)
    short = np.where(other, np.maximum(margin - distances, 0.0), 0.0)
    n_same, n_other = max(int(same.sum()), 1), max(int(other.sum()), 1)
    loss = float((np.where(same, distances**2, 0.0).sum() / n_same) + (short**2).sum() / n_other)
    # d(distance²) = 2 (a - b); d(margin - distance)² = -2 (margin - distance) (a - b) / distance
    factors = 4.0 * same / n_same - 4.0 * short / np.maximum(distances, _TINY) / n_other
    pull = np.zeros_like(unit)
    for i in range(len(unit)):
        pull[i] = (factors[i][:, np.newaxis] * (unit[i] - unit)).sum(axis=0)
    return loss, _n_right(distances, labels), _to_outputs(pull, unit, lengths)


def _unit(outputs: Array) -> tuple[Array, Array]:
    x = outputs.astype(np.float64)
    lengths = np.sqrt(np.maximum((x * x).sum(axis=1, keepdims=True), _TINY))
    return x / lengths, lengths


def _distances(unit: Array) -> Array:
    squares = np.empty((len(unit), len(unit)))
    for i, row in enumerate(unit):
        squares[i] = ((unit - row) ** 2).sum(axis=1)
    return np.sqrt(squares)


def _pairs(labels: Array) -> tuple[Array, Array]:
    """Return which pairs are of one class, no sample with itself, and which are not."""
    equal = labels[:, np.newaxis] == labels
    return equal & ~np.eye(len(labels), dtype=bool), ~equal


def _directions(unit: Array, distances: Array, partner: Array) -> Array:
    """Return the gradient of each distance to a partner; none where they are the same."""
    found = distances[np.arange(len(unit)), partner][:, np.newaxis]
    return np.where(found > _TINY, (unit - unit[partner]) / np.maximum(found, _TINY), 0.0)


def _n_right(distances: Array, labels: Array) -> int:
    if len(labels) < 2:
        return 0
    others = distances + np.where(np.eye(len(labels), dtype=bool), np.inf, 0.0)
    return int((labels[others.argmin(axis=1)] == labels).sum())


def _to_outputs(pull: Array, unit: Array, lengths: Array) -> Array:
    """Return the gradient to vectors from the one to what they are when brought to length 1."""
    along = (pull * unit).sum(axis=1, keepdims=True)
    return np.ascontiguousarray((pull - along * unit) / lengths, np.float32)


METRIC_LOSSES: dict[str, Callable[[Array, Array, float], tuple[float, int, Array]]] = {
    "triplet": triplet_loss,
    "contrastive": contrastive_loss,
}

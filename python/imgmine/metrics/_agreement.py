"""How much two clusterings of the same samples say the same."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .._validate import Array, as_name
from ._labels import as_labels

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt


_MEANS: dict[str, Callable[[tuple[float, float]], float]] = {
    "arithmetic": lambda pair: (pair[0] + pair[1]) / 2,
    "geometric": lambda pair: math.sqrt(pair[0] * pair[1]),
    "min": min,
    "max": max,
}


class _Table(NamedTuple):
    """Counts of the pairs of labels that occur, with their rows' and columns' sums."""

    counts: Array  # of pairs
    rows: Array  # of each pair, the number of its true label
    columns: Array
    of_rows: Array  # counts of the true labels
    of_columns: Array
    n: int


def _table(labels_true: npt.ArrayLike, labels_pred: npt.ArrayLike) -> _Table:
    true, pred = (
        np.unique(as_labels(labels, name), return_inverse=True)[1]
        for labels, name in ((labels_true, "labels_true"), (labels_pred, "labels_pred"))
    )
    if len(true) != len(pred):
        raise ValueError(
            f"labels_true and labels_pred must have one length, got {len(true)} and {len(pred)}"
        )
    size = int(pred.max()) + 1
    pairs, counts = np.unique(true * size + pred, return_counts=True)
    rows, columns = pairs // size, pairs % size
    return _Table(counts, rows, columns, np.bincount(true), np.bincount(pred), len(true))


def adjusted_rand_score(labels_true: npt.ArrayLike, labels_pred: npt.ArrayLike) -> float:
    """Return the Rand index of two clusterings, adjusted for chance (Hubert and Arabie 1985).

    The share of pairs of samples on which both agree, whether they belong together, less what
    chance alone would give. scikit-learn's function of that name.

    Parameters
    ----------
    labels_true, labels_pred : array_like of shape (n_samples,)
        Clusters of any sortable types; their names do not matter.

    Returns
    -------
    float
        1 for equal clusterings, about 0 for unrelated ones, -0.5 at least.

    Raises
    ------
    ValueError
        If the lengths differ or are 0.

    References
    ----------
    L. Hubert, P. Arabie, "Comparing partitions", Journal of Classification 2, 1985.

    Examples
    --------
    >>> import imgmine as im
    >>> im.metrics.adjusted_rand_score([0, 0, 1, 1], ["b", "b", "a", "a"])
    1.0
    """
    table = _table(labels_true, labels_pred)
    # Python's whole numbers: squares of counts, and their products, need more than 64 bits.
    both, true, pred = map(_squares, (table.counts, table.of_rows, table.of_columns))
    one_only, other_only = pred - both, true - both
    together, apart = both - table.n, table.n * table.n - one_only - other_only - both
    if one_only == other_only == 0:
        return 1.0
    return (
        2 * (together * apart - one_only * other_only)
        / ((together + other_only) * (other_only + apart)
           + (together + one_only) * (one_only + apart))
    )  # fmt: skip


def normalized_mutual_info_score(
    labels_true: npt.ArrayLike, labels_pred: npt.ArrayLike, *, average_method: str = "arithmetic"
) -> float:
    """Return how much two clusterings say of each other, as a share of what they say.

    Mutual information divided by a mean of the two entropies. scikit-learn's function of that name.

    Parameters
    ----------
    labels_true, labels_pred : array_like of shape (n_samples,)
        Clusters of any sortable types; their names do not matter.
    average_method : {"arithmetic", "geometric", "min", "max"}, default "arithmetic"
        Mean of the entropies.

    Returns
    -------
    float
        From 0 to 1; 1 for equal clusterings. It is not adjusted for chance: many small clusters
        have more.

    Raises
    ------
    ValueError
        If the lengths differ or are 0, or `average_method` is another.

    Examples
    --------
    >>> import imgmine as im
    >>> im.metrics.normalized_mutual_info_score([0, 0, 1, 1], [1, 1, 0, 0])
    1.0
    >>> im.metrics.normalized_mutual_info_score([0, 0, 1, 1], [0, 1, 0, 1])
    0.0
    """
    if as_name(average_method, "average_method") not in _MEANS:
        names = ", ".join(map(repr, _MEANS))
        raise ValueError(f"average_method must be one of {names}, got {average_method!r}")
    table = _table(labels_true, labels_pred)
    if len(table.of_rows) == len(table.of_columns) == 1:
        return 1.0
    information = _mutual_information(table)
    if information == 0:
        return 0.0
    entropies = _entropy(table.of_rows), _entropy(table.of_columns)
    return information / float(_MEANS[average_method](entropies))


def _squares(counts: Array) -> int:
    return sum(int(count) ** 2 for count in counts)


def _mutual_information(table: _Table) -> float:
    if len(table.of_rows) == 1 or len(table.of_columns) == 1:
        return 0.0
    shares = table.counts / table.n
    expected = table.of_rows[table.rows].astype(np.float64) * table.of_columns[table.columns]
    terms = shares * (np.log(table.counts) - np.log(table.n)) + shares * (
        -np.log(expected) + 2 * np.log(table.n)
    )
    terms[np.abs(terms) < np.finfo(np.float64).eps] = 0
    return max(float(terms.sum()), 0.0)


def _entropy(counts: Array) -> float:
    if len(counts) == 1:
        return 0.0
    shares = counts / counts.sum()
    return float(-np.sum(shares * np.log(shares)))

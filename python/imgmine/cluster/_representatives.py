from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .._samples import as_samples
from .._validate import Array, as_int, as_name
from ..metrics._silhouette import within_distances


class Representatives(NamedTuple):
    """What a cluster is like.

    Attributes
    ----------
    label : int or str
    size : int
        How many samples it has.
    typical : ndarray of shape (at most n,), int64
        Samples of the least mean distance to the others of the cluster, most typical first; the
        first is the cluster's medoid.
    unusual : ndarray of shape (at most n,), int64
        Samples of the greatest, most unusual first.
    """

    label: Any
    size: int
    typical: Array
    unusual: Array


def representatives(
    X: npt.ArrayLike, labels: npt.ArrayLike, n: int = 1, *, metric: str = "euclidean"
) -> list[Representatives]:
    """Find the samples that are most typical of each cluster, and those that are least.

    Parameters
    ----------
    X : array_like of shape (n_samples, n_features)
        Finite. float32, float64 and uint8 are read where they lie.
    labels : array_like of shape (n_samples,)
        Cluster of each sample, of any sortable type; the number -1 is noise and no cluster.
    n : int, default 1
        How many of either, >= 0; a cluster that has fewer samples gives all.
    metric : {"euclidean", "l1", "cosine"}, default "euclidean"

    Returns
    -------
    list of Representatives
        In the order of the labels. Equally typical samples are ordered by their number.

    Raises
    ------
    ValueError
        If a shape or a parameter is another, or X is not finite.

    Notes
    -----
    Time grows with the squares of the clusters' sizes, memory does not.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> X = np.array([[0], [1], [3], [40], [41]], np.float32)
    >>> groups = im.cluster.representatives(X, [0, 0, 0, 1, 1])
    >>> [(group.label, group.typical.tolist(), group.unusual.tolist()) for group in groups]
    [(0, [1], [2]), (1, [3], [3])]
    """
    count = as_int(n, "n")
    if count < 0:
        raise ValueError(f"n must not be negative, got {count}")
    samples = as_samples(X)
    given = np.asarray(labels)
    if given.shape != (len(samples),):
        raise ValueError(f"labels must have shape ({len(samples)},) as X has rows, got "
                         f"{given.shape}")  # fmt: skip
    classes, codes = np.unique(given, return_inverse=True)
    means = within_distances(samples, codes, len(classes), as_name(metric, "metric"))
    found = []
    for code, label in enumerate(classes.tolist()):
        if isinstance(label, int) and label == -1:
            continue
        members = np.flatnonzero(codes == code)
        order = members[np.argsort(means[members], kind="stable")]
        reverse = members[np.argsort(-means[members], kind="stable")]
        found.append(Representatives(label, len(members), order[:count], reverse[:count]))
    return found

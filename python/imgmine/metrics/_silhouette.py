from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .. import _core
from .._samples import as_samples, as_seed
from .._validate import (
    Array,
    as_int,
    as_name,
)
from ._labels import as_labels


def silhouette_samples(
    X: npt.ArrayLike, labels: npt.ArrayLike, *, metric: str = "euclidean"
) -> Array:
    """Say how well each sample lies within its cluster (Rousseeuw 1987).

    ``(b - a) / max(a, b)``: `a` is the mean distance to the other samples of its cluster, `b` the
    mean distance to those of the nearest other one. scikit-learn's function of that name, for any
    number of samples: no matrix of distances is made.

    Parameters
    ----------
    X : array_like of shape (n_samples, n_features)
        Finite. float32, float64 and uint8 are read where they lie; distances are float64.
    labels : array_like of shape (n_samples,)
        Cluster of each sample; 2 to n_samples - 1 of them. Noise is a cluster like any other.
    metric : {"euclidean", "l1", "cosine"}, default "euclidean"

    Returns
    -------
    ndarray of shape (n_samples,), float64
        From -1 (in the wrong cluster) to 1; 0 for a sample that is a cluster by itself. The same
        bits with any number of threads.

    Raises
    ------
    ValueError
        If a shape, the number of clusters or `metric` is another, or X is not finite.

    References
    ----------
    P. Rousseeuw, "Silhouettes: a graphical aid to the interpretation and validation of cluster
    analysis", Journal of Computational and Applied Mathematics 20, 1987.

    Examples
    --------
    >>> import imgmine as im
    >>> im.metrics.silhouette_samples([[0], [1], [9]], [0, 0, 1]).round(3)
    array([0.889, 0.875, 0.   ])
    """
    samples = as_samples(X)
    given = as_labels(labels, "labels")
    if len(given) != len(samples):
        raise ValueError(f"labels must be one for each of {len(samples)}, got {len(given)}")
    classes, codes = np.unique(given, return_inverse=True)
    if not 2 <= len(classes) <= len(samples) - 1:
        raise ValueError(
            f"labels must name 2 to n_samples - 1 clusters, got {len(classes)} for "
            f"{len(samples)} samples"
        )
    own, other = _core.metrics.mean_distances(
        samples, codes.astype(np.int64), len(classes), as_name(metric, "metric"), False
    )
    assert other is not None
    most = np.maximum(own, other)
    alone = np.bincount(codes)[codes] == 1
    values: Array = np.divide(other - own, most, out=np.zeros_like(own), where=(most > 0) & ~alone)
    return values


def silhouette_score(
    X: npt.ArrayLike,
    labels: npt.ArrayLike,
    *,
    metric: str = "euclidean",
    sample_size: int | None = None,
    random_state: int | None = None,
) -> float:
    """Return the mean of `silhouette_samples`: how well samples lie within their clusters.

    Parameters
    ----------
    X : array_like of shape (n_samples, n_features)
    labels : array_like of shape (n_samples,)
    metric : {"euclidean", "l1", "cosine"}, default "euclidean"
    sample_size : int, optional
        Judge by so many samples, chosen at random; by default by all. Time grows with its square.
    random_state : int, optional
        Seed of that choice; None is 0.

    Returns
    -------
    float
        From -1 to 1.

    Raises
    ------
    ValueError
        As `silhouette_samples`, or if `sample_size` is below 1.

    Examples
    --------
    >>> import imgmine as im
    >>> round(im.metrics.silhouette_score([[0], [1], [9], [8]], [0, 0, 1, 1]), 3)
    0.875
    """
    if sample_size is None:
        return float(silhouette_samples(X, labels, metric=metric).mean())
    size = as_int(sample_size, "sample_size")
    if size < 1:
        raise ValueError(f"sample_size must be at least 1, got {size}")
    samples, given = as_samples(X), as_labels(labels, "labels")
    chosen = np.random.default_rng(as_seed(random_state)).permutation(len(samples))[:size]
    return float(silhouette_samples(samples[chosen], given[chosen], metric=metric).mean())


def within_distances(samples: Array, codes: Array, n_clusters: int, metric: str) -> Array:
    """Return each sample's mean distance to the others of its cluster."""
    own, _ = _core.metrics.mean_distances(samples, codes.astype(np.int64), n_clusters, metric, True)
    return own

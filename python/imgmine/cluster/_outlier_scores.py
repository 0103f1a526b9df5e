from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .. import _core
from .._samples import as_samples
from .._validate import Array, as_int, as_name


def outlier_scores(
    X: npt.ArrayLike, method: str = "knn", *, k: int = 20, metric: str = "euclidean"
) -> Array:
    """Say how far each sample is from the others: the greater, the more unusual.

    Parameters
    ----------
    X : array_like of shape (n_samples, n_features)
        Finite. float32, float64 and uint8 are read where they lie.
    method : {"knn", "lof"}, default "knn"
        "knn" is the distance to the k-th nearest of the other samples (Ramaswamy et al. 2000).
        "lof" is the local outlier factor (Breunig et al. 2000): how much thinner samples lie around
        a sample than around its neighbors, 1 inside of clusters of any density. It is
        scikit-learn's ``-LocalOutlierFactor(k).fit(X).negative_outlier_factor_``.
    k : int, default 20
        How many neighbors, > 0; with fewer other samples it is all of these.
    metric : {"euclidean", "l1", "cosine"}, default "euclidean"

    Returns
    -------
    ndarray of shape (n_samples,), float64
        The same bits with any number of threads. A single sample has the score 0 (of "lof" 1).

    Raises
    ------
    ValueError
        If X has another shape or is not finite, or a parameter is out of range.

    Notes
    -----
    A sample has k neighbors, exactly: of equally near ones those that come first. Where more than
    k samples are equal, they are infinitely dense; 1e-10 is added to mean distances for it, as
    scikit-learn does.

    References
    ----------
    S. Ramaswamy, R. Rastogi, K. Shim, "Efficient algorithms for mining outliers from large data
    sets", SIGMOD 2000. M. Breunig, H.-P. Kriegel, R. Ng, J. Sander, "LOF: identifying
    density-based local outliers", SIGMOD 2000.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> X = np.array([[0], [1], [2], [3], [10]], np.float32)
    >>> im.cluster.outlier_scores(X, k=2)
    array([2., 1., 1., 2., 8.])
    """
    if as_name(method, "method") not in ("knn", "lof"):
        raise ValueError(f"method must be 'knn' or 'lof', got {method!r}")
    count = as_int(k, "k")
    if count < 1:
        raise ValueError(f"k must be at least 1, got {count}")
    samples = as_samples(X)
    count = min(count, len(samples) - 1)
    if count < 1:
        _core.cluster.nearest_others(samples, 0, as_name(metric, "metric"))
        return np.full(len(samples), 1.0 if method == "lof" else 0.0)
    ids, distances = _core.cluster.nearest_others(samples, count, as_name(metric, "metric"))
    farthest: Array = distances[:, -1].copy()
    if method == "knn":
        return farthest
    density = 1 / (_means(distances, ids, farthest) + 1e-10)
    factors: Array = _mean_of(density, ids) / density
    return factors


def _means(distances: Array, ids: Array, farthest: Array) -> Array:
    """Mean reachability distance: none is less than the neighbor's own distance to its k-th."""
    total = np.zeros(len(ids))
    for j in range(ids.shape[1]):  # one column after the other: no second array of that size
        total += np.maximum(distances[:, j], farthest[ids[:, j]])
    means: Array = total / ids.shape[1]
    return means


def _mean_of(values: Array, ids: Array) -> Array:
    total = np.zeros(len(ids))
    for j in range(ids.shape[1]):
        total += values[ids[:, j]]
    means: Array = total / ids.shape[1]
    return means

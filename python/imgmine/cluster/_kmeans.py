from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .. import _core
from .._estimator import Estimator
from .._validate import Array, as_float, as_int, as_rows
from ._vectors import as_float_rows, as_seed


class KMeans(Estimator):
    """Clusters about means, by Lloyd's iteration.

    Distances are float32 and added up value by value, sums are float64 and in a fixed order: the
    same clusters with any number of threads, on every CPU.

    Parameters
    ----------
    n_clusters : int, default 8
        1 to the number of samples.
    init : {"k-means++", "random"} or array_like of shape (n_clusters, n_features)
        First centers: samples far from each other (from 64 samples per cluster, or 4096, where
        there are more), any samples, or those given.
    max_iter : int, default 100
        Iterations at most, > 0.
    tol : float, default 1e-4
        It ends where the squares of the centers' movements sum to at most `tol` times the mean
        variance of the features, or no sample changes its cluster.
    random_state : int, optional
        Seed of the first centers, >= 0; None is 0.

    Attributes
    ----------
    cluster_centers_ : ndarray of shape (n_clusters, n_features), float32
    labels_ : ndarray of shape (n_samples,), int32
        Cluster of each sample; the first of several that are equally near.
    inertia_ : float
        Sum of the squares of the samples' distances from their centers.
    n_iter_ : int
    n_features_in_ : int

    Notes
    -----
    One start, unlike scikit-learn's ``n_init``. A center that has lost all its samples moves to
    the one farthest from its own center.

    References
    ----------
    D. Arthur, S. Vassilvitskii, "k-means++: the advantages of careful seeding", SODA 2007.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> X = np.array([[0, 0], [0, 1], [8, 8], [9, 8]], np.float32)
    >>> model = im.cluster.KMeans(2).fit(X)
    >>> sorted(model.cluster_centers_.tolist())
    [[0.0, 0.5], [8.5, 8.0]]
    >>> bool(model.labels_[0] == model.labels_[1] != model.labels_[2])
    True
    """

    cluster_centers_: Array
    labels_: Array
    inertia_: float
    n_iter_: int
    n_features_in_: int

    def __init__(
        self,
        n_clusters: int = 8,
        *,
        init: str | npt.ArrayLike = "k-means++",
        max_iter: int = 100,
        tol: float = 1e-4,
        random_state: int | None = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.init = init
        self.max_iter = max_iter
        self.tol = tol
        self.random_state = random_state

    def fit(self, X: npt.ArrayLike, y: object = None) -> KMeans:  # noqa: ARG002
        """Find clusters.

        Parameters
        ----------
        X : array_like of shape (n_samples, n_features)
            Finite; other numbers than float32 are converted to it.
        y : ignored

        Returns
        -------
        KMeans
            The estimator.

        Raises
        ------
        ValueError
            If X has another shape, fewer samples than clusters or values that are not finite, or
            a parameter is out of range.
        """
        samples = as_float_rows(X, least=1)
        n_clusters = as_int(self.n_clusters, "n_clusters")
        centers = self._first_centers(n_clusters, samples.shape[1])
        self.cluster_centers_, self.labels_, self.inertia_, self.n_iter_ = _core.cluster.fit_kmeans(
            samples,
            n_clusters,
            self.init if isinstance(self.init, str) else "k-means++",
            centers,
            as_int(self.max_iter, "max_iter"),
            as_float(self.tol, "tol"),
            as_seed(self.random_state),
        )
        self.n_features_in_ = samples.shape[1]
        return self

    def _first_centers(self, n_clusters: int, n_features: int) -> Array | None:
        """Return the centers that `init` gives, if it does."""
        if isinstance(self.init, str):
            return None
        centers = np.ascontiguousarray(as_rows(self.init, "init"))
        if centers.shape != (n_clusters, n_features):
            raise ValueError(f"init must have shape {n_clusters, n_features}, got {centers.shape}")
        if not np.isfinite(centers).all():
            raise ValueError("init must be finite, got NaN or infinity")
        return centers

    def predict(self, X: npt.ArrayLike) -> Array:
        """Return the cluster nearest to each vector.

        Parameters
        ----------
        X : array_like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples,), int32

        Raises
        ------
        NotFittedError
            If there are no clusters yet.
        ValueError
            If X has another number of features or is not finite.
        """
        self._require_fitted("cluster_centers_")
        labels, _ = _core.cluster.nearest_centers(
            as_float_rows(X, self.n_features_in_), self.cluster_centers_
        )
        return labels

    def fit_predict(self, X: npt.ArrayLike, y: object = None) -> Array:  # noqa: ARG002
        """Find clusters and return the samples' ones, as `labels_`."""
        return self.fit(X).labels_

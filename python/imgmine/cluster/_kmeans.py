from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .. import _core
from .._estimator import Estimator, as_weights
from .._samples import as_seed
from .._validate import FLOAT64, Array, as_float, as_int, to_array


class KMeans(Estimator):
    """Clusters about means, by Lloyd's iteration or by mini-batches.

    The labels are those of distances summed in float64, of several that are equal the first; the
    means are exact sums, rounded once: the same clusters with any number of threads, on every CPU.
    Samples are read where they lie, be they float32, float64 or uint8; other numbers become
    float64.

    Parameters
    ----------
    n_clusters : int, default 8
        1 to the number of samples.
    init : {"k-means++", "random"}, array_like of shape (n_clusters, n_features) or callable
        First centers: samples far from each other (from 32 samples per cluster, or 4096, where
        there are more), any samples, those given, or what ``init(X, n_clusters, random_state)``
        returns.
    n_init : int or "auto", default "auto"
        Starts, of which that of the least inertia counts; "auto" is 10 for "random", else 1.
        Mini-batches start once.
    max_iter : int, default 300
        Iterations at most, or passes over the samples in mini-batches, > 0.
    tol : float, default 1e-4
        It ends where the squares of the centers' movements sum to at most `tol` times the mean
        variance of the features, or no sample changes its cluster.
    batch_size : int, optional
        Samples per mini-batch, > 0; default: all of them, in Lloyd's iteration.
    max_no_improvement : int, default 10
        Mini-batches in a row without a smaller (smoothed) inertia, at which to stop.
    reassignment_ratio : float, default 0.01
        Of mini-batches: centers that have had fewer samples than this share of the most are put
        on other samples now and then, >= 0.
    spherical : bool, default False
        Clusters of directions: samples are divided by their lengths, and so are centers. The
        nearest center is then the one of the largest cosine.
    random_state : int, optional
        Seed, >= 0; None is 0.

    Attributes
    ----------
    cluster_centers_ : ndarray of shape (n_clusters, n_features)
        float64 if the samples are, else float32.
    labels_ : ndarray of shape (n_samples,), int32
        Cluster of each sample; the first of several that are equally near.
    inertia_ : float
        Sum of the squares of the samples' distances from their centers, each times its weight.
    n_iter_ : int
    n_features_in_ : int

    Notes
    -----
    scikit-learn's ``KMeans`` and ``MiniBatchKMeans`` in one. From the same first centers Lloyd's
    iteration goes as scikit-learn's, which rounds more. A center that has lost all its samples
    moves to the one farthest from its own center.

    Distances that cannot matter are not computed: bounds of [2]_ and, by groups of centers, [3]_
    are kept where they take at most a tenth of the samples' room.

    References
    ----------
    .. [1] D. Arthur, S. Vassilvitskii, "k-means++: the advantages of careful seeding", SODA 2007.
    .. [2] G. Hamerly, "Making k-means even faster", SDM 2010.
    .. [3] Y. Ding et al., "Yinyang k-means", ICML 2015.
    .. [4] D. Sculley, "Web-scale k-means clustering", WWW 2010.

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

    _kind = "clusterer"
    _preserved_dtypes = ("float64", "float32")

    def __init__(
        self,
        n_clusters: int = 8,
        *,
        init: Any = "k-means++",
        n_init: int | str = "auto",
        max_iter: int = 300,
        tol: float = 1e-4,
        batch_size: int | None = None,
        max_no_improvement: int = 10,
        reassignment_ratio: float = 0.01,
        spherical: bool = False,
        random_state: int | None = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.init = init
        self.n_init = n_init
        self.max_iter = max_iter
        self.tol = tol
        self.batch_size = batch_size
        self.max_no_improvement = max_no_improvement
        self.reassignment_ratio = reassignment_ratio
        self.spherical = spherical
        self.random_state = random_state

    def fit(
        self,
        X: npt.ArrayLike,
        y: object = None,  # noqa: ARG002
        sample_weight: npt.ArrayLike | None = None,
    ) -> KMeans:
        """Find clusters.

        Parameters
        ----------
        X : array_like of shape (n_samples, n_features)
            Finite.
        y : ignored
        sample_weight : array_like of shape (n_samples,), optional
            How often each sample counts, >= 0; default: once.

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
        samples = self._samples_to_fit(X)
        weights = as_weights(sample_weight, len(samples))
        centers, self.labels_, self.inertia_, self.n_iter_, self._counts = _core.cluster.fit_kmeans(
            samples,
            self._options(),
            weights,
            self._given_centers(samples),
            self.batch_size is not None,
        )
        self._keep(centers, samples)
        return self

    def partial_fit(
        self,
        X: npt.ArrayLike,
        y: object = None,  # noqa: ARG002
        sample_weight: npt.ArrayLike | None = None,
    ) -> KMeans:
        """Move the clusters by one mini-batch; the first one finds them.

        Parameters
        ----------
        X : array_like of shape (n_samples, n_features)
            Finite; the first time at least as many samples as there are clusters.
        y : ignored
        sample_weight : array_like of shape (n_samples,), optional
            How often each sample counts, >= 0; default: once.

        Returns
        -------
        KMeans
            The estimator, whose `labels_` and `inertia_` are of this batch.

        Raises
        ------
        ValueError
            As `fit`.
        """
        begun = hasattr(self, "cluster_centers_")
        samples = self._samples_like_fitted(X) if begun else self._samples_to_fit(X)
        weights = as_weights(sample_weight, len(samples))
        options = self._options()
        if begun:
            first = self.cluster_centers_
            counts = self._counts
        else:
            given = self._given_centers(samples)
            first = (
                _core.cluster.kmeans_seeds(samples, options, weights) if given is None else given
            )
            counts = np.zeros(0)
        if len(counts) == 0:
            counts = np.zeros(len(first))
        centers, self._counts = _core.cluster.kmeans_batch(
            samples, np.ascontiguousarray(first, np.float64), counts, options, weights
        )
        self._keep(centers, samples)
        self.labels_, self.inertia_ = self._assign(samples, weights, True)
        self.n_iter_ = getattr(self, "n_iter_", 0) + 1 if begun else 1
        return self

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
        return self._assign(self._fitted_samples(X), None, False)[0]

    def transform(self, X: npt.ArrayLike) -> Array:
        """Return the distance of each vector from each center.

        Parameters
        ----------
        X : array_like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples, n_clusters)
            float64 if X is, else float32.

        Raises
        ------
        NotFittedError
            If there are no clusters yet.
        ValueError
            If X has another number of features or is not finite.
        """
        samples = self._fitted_samples(X)
        return _core.cluster.kmeans_distances(samples, self._centers64(), bool(self.spherical))

    def score(
        self,
        X: npt.ArrayLike,
        y: object = None,  # noqa: ARG002
        sample_weight: npt.ArrayLike | None = None,
    ) -> float:
        """Return minus the inertia of the vectors: the larger, the nearer they are to centers."""
        samples = self._fitted_samples(X)
        return -float(self._assign(samples, as_weights(sample_weight, len(samples)), True)[1])

    def fit_predict(
        self, X: npt.ArrayLike, y: object = None, sample_weight: npt.ArrayLike | None = None
    ) -> Array:
        """Find clusters and return the samples' ones, as `labels_`."""
        return self.fit(X, y, sample_weight).labels_

    def fit_transform(
        self, X: npt.ArrayLike, y: object = None, sample_weight: npt.ArrayLike | None = None
    ) -> Array:
        """Find clusters and return the samples' distances from their centers."""
        return self.fit(X, y, sample_weight).transform(X)

    def get_feature_names_out(self, input_features: object = None) -> Array:  # noqa: ARG002
        """Return names of the distances: ``kmeans0``, ``kmeans1`` and so on."""
        self._require_fitted("cluster_centers_")
        return np.array([f"kmeans{j}" for j in range(len(self.cluster_centers_))], object)

    def _options(self) -> dict[str, Any]:
        """Return the parameters as the core wants them."""
        n_init = self.n_init
        if n_init == "auto":
            n_init = 10 if isinstance(self.init, str) and self.init == "random" else 1
        options: dict[str, Any] = {
            "k": as_int(self.n_clusters, "n_clusters"),
            "init": self.init if isinstance(self.init, str) else "k-means++",
            "n_init": as_int(n_init, "n_init"),  # type: ignore[arg-type]
            "max_iter": as_int(self.max_iter, "max_iter"),
            "tol": as_float(self.tol, "tol"),
            "max_no_improvement": as_int(self.max_no_improvement, "max_no_improvement"),
            "reassignment_ratio": as_float(self.reassignment_ratio, "reassignment_ratio"),
            "spherical": bool(self.spherical),
            "seed": as_seed(self.random_state),
        }
        if self.batch_size is not None:
            options["batch_size"] = as_int(self.batch_size, "batch_size")
        return options

    def _given_centers(self, samples: Array) -> Array | None:
        """Return the centers that `init` gives, if it does."""
        if isinstance(self.init, str):
            return None
        n_clusters = as_int(self.n_clusters, "n_clusters")
        init = self.init
        if callable(init):
            init = init(samples, n_clusters, random_state=self.random_state)
        centers = np.array(to_array(init, "init"), np.float64, order="C")
        if centers.shape != (n_clusters, samples.shape[1]):
            raise ValueError(
                f"init must have shape {n_clusters, samples.shape[1]}, got {centers.shape}"
            )
        if not np.isfinite(centers).all():
            raise ValueError("init must be finite, got NaN or infinity")
        return centers

    def _keep(self, centers: Array, samples: Array) -> None:
        dtype = np.float64 if samples.dtype == FLOAT64 else np.float32
        self.cluster_centers_ = centers.astype(dtype)

    def _fitted_samples(self, X: npt.ArrayLike) -> Array:
        self._require_fitted("cluster_centers_")
        return self._samples_like_fitted(X)

    def _centers64(self) -> Array:
        return np.ascontiguousarray(self.cluster_centers_, np.float64)

    def _assign(
        self, samples: Array, weights: Array | None, with_inertia: bool
    ) -> tuple[Array, float]:
        options = {"spherical": bool(self.spherical)}
        return _core.cluster.kmeans_labels(
            samples, self._centers64(), options, weights, with_inertia
        )

from __future__ import annotations

from heapq import heappush, heappushpop

import numpy as np
import numpy.typing as npt

from .. import _core
from .._estimator import Estimator
from .._validate import Array, as_float, as_int, as_name

_MOST_EXACT = {"ward": 20_000, "single": 20_000, "complete": 10_000, "average": 10_000}
_NEIGHBORS = 16


class Agglomerative(Estimator):
    """Clusters of clusters: from single samples on, the two nearest clusters are merged.

    Up to some ten thousand samples all clusters are compared, exactly, as SciPy and scikit-learn's
    ``AgglomerativeClustering`` do; beyond that only those that are neighbors in the graph of the
    nearest samples, as scikit-learn does with ``connectivity=``. Distances are float64: the same
    tree with any number of threads, on every CPU.

    Parameters
    ----------
    n_clusters : int or None, default 2
        1 to the number of samples; None if `distance_threshold` says where to stop.
    linkage : {"ward", "single", "complete", "average"}, default "ward"
        Distance of two clusters: ``sqrt(2 |a| |b| / (|a| + |b|))`` times that of their means, or
        the least, the greatest or the mean distance of their samples.
    metric : {"euclidean", "l1", "cosine"}, default "euclidean"
        Distance of two samples; "ward" takes "euclidean" alone.
    n_neighbors : int, "auto" or None, default "auto"
        Merge only along the graph in which each sample is connected with so many nearest others,
        > 0. None compares all. "auto" compares all up to 20,000 samples ("complete" and "average",
        which keep a number for each pair of samples: 10,000), above that takes 16 neighbors.
    distance_threshold : float, optional
        Merge no clusters farther from each other than this; `n_clusters` must be None then.

    Attributes
    ----------
    labels_ : ndarray of shape (n_samples,), int64
        Cluster of each sample.
    n_clusters_ : int
    children_ : ndarray of shape (n_samples - 1, 2), int64
        What was merged, in order: samples are 0 to n_samples - 1, the cluster made in row i is
        n_samples + i.
    distances_ : ndarray of shape (n_samples - 1,), float64
        The merged clusters' distances.
    n_leaves_ : int
        The number of samples.
    n_features_in_ : int

    Notes
    -----
    The whole tree is always built. Where several pairs are equally near, the chain of nearest
    neighbors prefers the cluster it came from, then the one with the lowest number (SciPy's rule);
    in a graph the clusters that were made first go first. Distances that differ by rounding alone
    may be ordered otherwise than by scikit-learn.

    The time of an exact tree grows with the square of the number of samples. Ward and single
    linkage take memory for a float64 copy of the samples.

    References
    ----------
    D. Müllner, "Modern hierarchical, agglomerative clustering algorithms", arXiv 1109.2378, 2011.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> X = np.array([[0, 0], [0, 1], [8, 8], [9, 8]], np.float32)
    >>> model = im.cluster.Agglomerative(2).fit(X)
    >>> model.labels_
    array([1, 1, 0, 0])
    >>> model.distances_.round(2)
    array([ 1.  ,  1.  , 16.03])
    """

    labels_: Array
    n_clusters_: int
    children_: Array
    distances_: Array
    n_leaves_: int

    _kind = "clusterer"

    def __init__(
        self,
        n_clusters: int | None = 2,
        linkage: str = "ward",
        *,
        metric: str = "euclidean",
        n_neighbors: int | str | None = "auto",
        distance_threshold: float | None = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.linkage = linkage
        self.metric = metric
        self.n_neighbors = n_neighbors
        self.distance_threshold = distance_threshold

    def fit(self, X: npt.ArrayLike, y: object = None) -> Agglomerative:  # noqa: ARG002
        """Merge clusters.

        Parameters
        ----------
        X : array_like of shape (n_samples, n_features)
            Finite. float32, float64 and uint8 are read where they lie; other numbers become
            float64.
        y : ignored

        Returns
        -------
        Agglomerative
            The estimator.

        Raises
        ------
        ValueError
            If X has another shape, fewer samples than clusters or values that are not finite, or a
            parameter is out of range.
        """
        linkage, metric = as_name(self.linkage, "linkage"), as_name(self.metric, "metric")
        samples = self._samples_to_fit(X)
        n = len(samples)
        threshold = self._threshold()
        n_clusters = None if threshold is not None else self._n_clusters(n)
        k = self._k(n, linkage)
        graph = None if k is None else _core.cluster.nearest_others(samples, k, metric)[0]
        self.children_, self.distances_ = _core.cluster.link(samples, linkage, metric, graph)
        if n_clusters is None:
            n_clusters = int(np.count_nonzero(self.distances_ >= threshold)) + 1
        self.n_clusters_ = n_clusters
        self.n_leaves_ = n
        self.labels_ = _cut(self.children_, n, n_clusters)
        return self

    def fit_predict(self, X: npt.ArrayLike, y: object = None) -> Array:  # noqa: ARG002
        """Merge clusters and return the samples' ones, as `labels_`."""
        return self.fit(X).labels_

    def _threshold(self) -> float | None:
        if (self.n_clusters is None) == (self.distance_threshold is None):
            raise ValueError(
                "n_clusters or distance_threshold must be None, and the other one not, got "
                f"{self.n_clusters} and {self.distance_threshold}"
            )
        if self.distance_threshold is None:
            return None
        threshold = as_float(self.distance_threshold, "distance_threshold")
        if not threshold >= 0:
            raise ValueError(f"distance_threshold must not be negative, got {threshold}")
        return threshold

    def _n_clusters(self, n: int) -> int:
        n_clusters = as_int(self.n_clusters, "n_clusters")  # type: ignore[arg-type]
        if n_clusters < 1:
            raise ValueError(f"n_clusters must be at least 1, got {n_clusters}")
        if n_clusters > n:
            raise ValueError(
                f"n_clusters must be at most the number of samples, got {n_clusters} for "
                f"n_samples = {n}"
            )
        return n_clusters

    def _k(self, n: int, linkage: str) -> int | None:
        """Return how many neighbors a sample has in the graph; None without a graph."""
        if self.n_neighbors is None:
            return None
        if isinstance(self.n_neighbors, str):
            if self.n_neighbors != "auto":
                raise ValueError(
                    f"n_neighbors must be a number, 'auto' or None, got {self.n_neighbors!r}"
                )
            return None if n <= _MOST_EXACT.get(linkage, n) else _NEIGHBORS
        k = as_int(self.n_neighbors, "n_neighbors")
        if k < 1:
            raise ValueError(f"n_neighbors must be at least 1, got {k}")
        return min(k, n - 1)


def _cut(children: Array, n: int, n_clusters: int) -> Array:
    """Return the samples' clusters after all merges but the last n_clusters - 1.

    Clusters are numbered as scikit-learn does.
    """
    nodes = [-(2 * n - 2)]
    for _ in range(n_clusters - 1):
        one, other = children[-nodes[0] - n].tolist()
        heappush(nodes, -one)
        heappushpop(nodes, -other)
    label = np.empty(2 * n - 1, np.int64)
    for i, node in enumerate(nodes):
        label[-node] = i
    tops = {-node for node in nodes}
    for node in range(2 * n - 2, n - 1, -1):  # from the root down
        if node in tops or node <= max(tops):
            label[children[node - n]] = label[node]
    labels: Array = label[:n]
    return labels

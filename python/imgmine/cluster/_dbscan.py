from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .. import _core
from .._estimator import Estimator
from .._validate import Array, as_float, as_int, as_name


class DBSCAN(Estimator):
    """Clusters of density: whatever is connected by enough near neighbors (Ester et al. 1996).

    It finds clusters of any shape, how many there are, and what belongs to none. A sample with at
    least `min_samples` samples within `eps`, itself among them, is a core sample; core samples
    within `eps` of each other are in one cluster, and so are the samples near them.

    Float32 products decide for nearly all pairs whether they are near, and prove it; the others
    are compared in float64. The labels are those of scikit-learn's, number by number, and the same
    with any number of threads, on every CPU. Memory grows with the number of samples, not of pairs.

    Parameters
    ----------
    eps : float, default 0.5
        Samples are near if their distance is at most this, > 0. Exactly: the sum of squares, in
        float64, is at most the square of `eps`.
    min_samples : int, default 5
        How many samples within `eps` make a core sample, itself counted, > 0.
    metric : {"euclidean", "l1", "cosine"}, default "euclidean"
        Distance; "manhattan" and "cityblock" are "l1", "cosine" is one less the cosine.

    Attributes
    ----------
    labels_ : ndarray of shape (n_samples,), int64
        Cluster of each sample, -1 for noise. Clusters are numbered by their first core sample; a
        sample that is near core samples of several clusters is in the first of them.
    n_clusters_ : int
        Without the noise.
    core_sample_indices_ : ndarray of shape (n_core,), int64
        In rising order.
    components_ : ndarray of shape (n_core, n_features)
        Copies of the core samples, of the dtype of X.
    n_features_in_ : int

    References
    ----------
    M. Ester, H.-P. Kriegel, J. Sander, X. Xu, "A density-based algorithm for discovering clusters
    in large spatial databases with noise", KDD 1996.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> X = np.array([[0, 0], [0, 1], [1, 0], [8, 8], [8, 9], [50, 50]], np.float32)
    >>> im.cluster.DBSCAN(eps=2, min_samples=2).fit_predict(X)
    array([ 0,  0,  0,  1,  1, -1])
    """

    labels_: Array
    n_clusters_: int
    core_sample_indices_: Array
    components_: Array

    _kind = "clusterer"

    def __init__(
        self, eps: float = 0.5, min_samples: int = 5, *, metric: str = "euclidean"
    ) -> None:
        self.eps = eps
        self.min_samples = min_samples
        self.metric = metric

    def fit(self, X: npt.ArrayLike, y: object = None) -> DBSCAN:  # noqa: ARG002
        """Find clusters.

        Parameters
        ----------
        X : array_like of shape (n_samples, n_features)
            Finite. float32, float64 and uint8 are read where they lie; other numbers become
            float64.
        y : ignored

        Returns
        -------
        DBSCAN
            The estimator.

        Raises
        ------
        ValueError
            If X has another shape or values that are not finite, a row of zeros for "cosine", or a
            parameter is out of range.
        """
        samples = self._samples_to_fit(X)
        self.labels_, self.core_sample_indices_ = _core.cluster.dbscan(
            samples,
            as_float(self.eps, "eps"),
            as_int(self.min_samples, "min_samples"),
            as_name(self.metric, "metric"),
        )
        self.n_clusters_ = int(self.labels_.max()) + 1
        self.components_ = np.ascontiguousarray(samples[self.core_sample_indices_])
        return self

    def fit_predict(self, X: npt.ArrayLike, y: object = None) -> Array:  # noqa: ARG002
        """Find clusters and return the samples' ones, as `labels_`."""
        return self.fit(X).labels_

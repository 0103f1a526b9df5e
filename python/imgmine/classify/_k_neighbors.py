from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _core
from .._estimator import Classifier, as_codes, as_labels
from .._validate import UINT8, Array, as_int, as_name

if TYPE_CHECKING:
    import numpy.typing as npt

SIMILARITIES = ("cosine", "pearson")  # 1 less these is a distance
METRICS = ("euclidean", "l1", "chi2", *SIMILARITIES, "hamming")


class KNeighborsClassifier(Classifier):
    """Labels by the votes of the nearest samples, found by comparing all of them.

    Nothing is learned: `fit` keeps the samples, which is all the memory it takes (a float32 X is
    not copied). Exact; the same neighbors with any number of threads, on every CPU.

    Parameters
    ----------
    n_neighbors : int, default 5
        How many vote, from 1 to the number of samples.
    weights : {"uniform", "distance"}, default "uniform"
        Whether all votes are equal, or weigh as much as the inverse of their distance; samples at
        distance 0 then outvote all others.
    metric : {"euclidean", "l1", "chi2", "cosine", "pearson", "hamming"}, default "euclidean"
        As in `imgmine.similarity.pairwise`; of "cosine" and "pearson" the distance is 1 less the
        similarity. "hamming" is for uint8 rows of packed bits.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted.
    n_samples_fit_ : int
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (n_features,)
        Where X was a data frame.

    Notes
    -----
    Distances are float32. Of samples at one distance the first is the nearer one, and of classes
    with equal votes the first in `classes_` wins.

    References
    ----------
    T. M. Cover, P. E. Hart, "Nearest neighbor pattern classification", IEEE Transactions on
    Information Theory 13 (1967) 21-27, doi:10.1109/TIT.1967.1053964.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> X = np.array([[0, 0], [0, 1], [3, 3], [4, 3]], np.float32)
    >>> model = im.classify.KNeighborsClassifier(1).fit(X, ["near", "near", "far", "far"])
    >>> model.predict(np.array([[5, 5], [0, 0.6]], np.float32)).tolist()
    ['far', 'near']
    """

    n_samples_fit_: int

    def __init__(
        self, n_neighbors: int = 5, *, weights: str = "uniform", metric: str = "euclidean"
    ) -> None:
        self.n_neighbors = n_neighbors
        self.weights = weights
        self.metric = metric

    def fit(self, X: npt.ArrayLike, y: npt.ArrayLike) -> KNeighborsClassifier:
        """Keep labeled vectors.

        Parameters
        ----------
        X : array_like of shape (n_samples, n_features)
            float32 is kept as it is (so do not change it), others as float32; for "hamming" uint8.
        y : array_like of shape (n_samples,)
            Labels of any sortable type, numbers being whole.

        Returns
        -------
        KNeighborsClassifier
            The estimator.

        Raises
        ------
        TypeError
            If X is not uint8 for "hamming".
        ValueError
            If shapes do not fit, X is not finite, or a parameter is out of range.
        """
        self._neighbors_wanted(self.n_neighbors)
        self._check_names()
        samples = self._vectors(self._samples_to_fit(X))
        classes, codes = as_codes(as_labels(y, len(samples)), least=1)
        self.classes_, self._codes, self._rows = classes, codes, samples
        self.n_samples_fit_ = len(samples)
        return self

    def kneighbors(
        self, X: npt.ArrayLike | None = None, n_neighbors: int | None = None
    ) -> tuple[Array, Array]:
        """Find the samples nearest to each vector.

        Parameters
        ----------
        X : array_like of shape (n, n_features), optional
            Default: the samples of `fit`, none being its own neighbor.
        n_neighbors : int, optional
            Default: that of the estimator.

        Returns
        -------
        distances : ndarray of shape (n, n_neighbors), float32
            Rising.
        ids : ndarray of shape (n, n_neighbors), int64
            Rows of the X of `fit`.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            If X has another number of features or is not finite, or there are fewer samples.
        """
        self._require_fitted("classes_")
        self._check_names()
        k = self._neighbors_wanted(self.n_neighbors if n_neighbors is None else n_neighbors)
        n_others = self.n_samples_fit_ - (X is None)
        if k > n_others:
            raise ValueError(
                f"n_neighbors must be at most the number of samples, {n_others}, got {k}"
            )
        if X is None:
            ids, scores = _core.similarity.top_k(self._rows, self._rows, k + 1, self.metric)
            ids, scores = _without_themselves(ids, scores)
        else:
            queries = self._vectors(self._samples_like_fitted(X))
            ids, scores = _core.similarity.top_k(queries, self._rows, k, self.metric)
        return self._distances(scores), ids

    def predict_proba(self, X: npt.ArrayLike) -> Array:
        """Return each class's share of the votes on each vector.

        Parameters
        ----------
        X : array_like of shape (n, n_features)

        Returns
        -------
        ndarray of shape (n, n_classes), float64
        """
        distances, ids = self.kneighbors(X)
        votes = np.ones(ids.shape)
        if self.weights == "distance":
            nearest = distances[:, :1] == 0
            np.divide(1, distances, out=votes, where=~nearest & (distances > 0), dtype=np.float64)
            votes = np.where(nearest, distances == 0, votes)
        k = len(self.classes_)
        places = np.arange(len(ids))[:, np.newaxis] * k + self._codes[ids]
        shares = np.bincount(places.ravel(), votes.ravel(), len(ids) * k).reshape(-1, k)
        normalized: Array = shares / shares.sum(axis=1, keepdims=True)
        return normalized

    def predict(self, X: npt.ArrayLike) -> Array:
        """Return the label of most votes for each vector.

        Parameters
        ----------
        X : array_like of shape (n, n_features)

        Returns
        -------
        ndarray of shape (n,)
        """
        codes = self.predict_proba(X).argmax(axis=1)
        labels: Array = self.classes_[codes]
        return labels

    def _vectors(self, samples: Array) -> Array:
        if self.metric == "hamming":
            if samples.dtype != UINT8:
                raise TypeError(f"X must be uint8 for the metric 'hamming', got {samples.dtype}")
            return samples
        with np.errstate(over="ignore"):
            floats = samples.astype(np.float32, copy=False)
        if samples.dtype == np.float64 and not np.isfinite(floats).all():
            raise ValueError("X must be finite as float32, got larger values")
        return floats

    def _neighbors_wanted(self, value: Any) -> int:
        k = as_int(value, "n_neighbors")
        if k < 1:
            raise ValueError(f"n_neighbors must be at least 1, got {k}")
        return k

    def _check_names(self) -> None:
        if as_name(self.metric, "metric") not in METRICS:
            raise ValueError(f"metric must be one of {', '.join(METRICS)}, got {self.metric!r}")
        if as_name(self.weights, "weights") not in ("uniform", "distance"):
            raise ValueError(f"weights must be 'uniform' or 'distance', got {self.weights!r}")

    def _check_restored(self) -> None:
        """Refuse what `fit` would not have left behind."""
        self._neighbors_wanted(self.n_neighbors)
        self._check_names()
        if self.n_samples_fit_ != len(self._rows):
            raise ValueError(f"n_samples_fit_ must be {len(self._rows)}")
        if (self.metric == "hamming") != (self._rows.dtype == UINT8):
            raise TypeError(f"rows must fit the metric, got {self._rows.dtype}")

    def _distances(self, scores: Array) -> Array:
        return 1 - scores if self.metric in SIMILARITIES else scores


def _without_themselves(ids: Array, scores: Array) -> tuple[Array, Array]:
    """Return lists of neighbors without the sample whose list it is, or else without the last."""
    n, k = ids.shape
    itself = ids == np.arange(n)[:, np.newaxis]
    itself[:, -1] |= ~itself.any(axis=1)
    return ids[~itself].reshape(n, k - 1), scores[~itself].reshape(n, k - 1)

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from .. import _core
from .._sparse import Csr, as_csr, is_sparse
from .._validate import Array, as_bool, as_float, as_numbers
from ._naive_bayes import NaiveBayes, as_priors

if TYPE_CHECKING:
    import numpy.typing as npt


class DiscreteNaiveBayes(NaiveBayes):
    """What multinomial and Bernoulli naive Bayes share: counts, and scores that are linear."""

    feature_count_: Array
    class_log_prior_: Array
    feature_log_prob_: Array

    _takes_sparse = True
    _scores_poorly = True
    _refuses_negative: ClassVar[bool] = False

    alpha: float | npt.ArrayLike
    fit_prior: bool
    class_prior: npt.ArrayLike | None

    def _data_to_fit(self, X: Any) -> Any:
        if not is_sparse(X):
            return self._samples_to_fit(X)
        csr = as_csr(X)
        self._remember_features(None, csr.shape)
        return csr

    def _data_like_fitted(self, X: Any) -> Any:
        if not is_sparse(X):
            return self._samples_like_fitted(X)
        self._require_names(X)
        csr = as_csr(X)
        self._require_features(csr.shape[1])
        return csr

    def _threshold(self) -> float | None:
        """Return what a value must exceed to count as 1, if all count as 0 or 1."""
        return None

    def _update(
        self, data: Any, codes: Array, weights: Array | None, counts: Array, *, fresh: bool
    ) -> None:
        values = data.values if isinstance(data, Csr) else data
        if self._refuses_negative and values.size and values.min() < 0:
            raise ValueError(
                f"X must not be negative. Negative values in data passed to {type(self).__name__}"
            )
        k, n_features = len(counts), data.shape[1]
        alpha = _as_alpha(self.alpha, n_features)
        prior = self._log_prior(counts if fresh else counts + self.class_count_)
        if isinstance(data, Csr):
            sums = _core.classify.sparse_class_sums(
                *data[:3], n_features, codes, weights, k, self._sparse_threshold()
            )
        else:
            sums = _core.classify.class_sums(data, codes, weights, k, self._threshold())
        if not fresh:
            sums, counts = sums + self.feature_count_, counts + self.class_count_
        self.feature_count_, self.class_count_ = sums, counts
        self.class_log_prior_ = prior
        self.feature_log_prob_ = self._feature_logs(alpha)

    def _sparse_threshold(self) -> float | None:
        threshold = self._threshold()
        if threshold is not None and threshold < 0:
            raise ValueError(f"binarize must not be negative for a sparse X, got {threshold}")
        return threshold

    def _log_prior(self, counts: Array) -> Array:
        if self.class_prior is not None:
            return _core.classify.logs(as_priors(self.class_prior, "class_prior", len(counts)))
        if as_bool(self.fit_prior, "fit_prior"):
            return _core.classify.logs(counts / counts.sum())
        return _core.classify.logs(np.full(len(counts), 1 / len(counts)))

    def _feature_logs(self, alpha: Array) -> Array:
        raise NotImplementedError


def _as_alpha(alpha: float | npt.ArrayLike, n_features: int) -> Array:
    """Return `alpha` as one number, or one for each feature."""
    if np.ndim(alpha) == 0:
        values = np.array(as_float(alpha, "alpha"))  # type: ignore[arg-type]
    else:
        values = np.array(as_numbers(alpha, "alpha"), np.float64)
        if values.shape != (n_features,):
            raise ValueError(
                f"alpha must be a number or have shape ({n_features},), got {values.shape}"
            )
    if not (np.isfinite(values).all() and (values > 0).all()):
        raise ValueError(f"alpha must be finite and positive, got {alpha!r}")
    return values


class MultinomialNB(DiscreteNaiveBayes):
    """Naive Bayes with multinomial distributions: features that are counts.

    Histograms of colors or of visual words, dense or sparse. A sample's score is linear in its
    counts.

    Parameters
    ----------
    alpha : float or array_like of shape (n_features,), default 1.0
        Added to the counts of every feature in every class, > 0.
    fit_prior : bool, default True
        Take the shares of the classes in the samples for their probabilities; else all are equal.
    class_prior : array_like of shape (n_classes,), optional
        Probabilities of the classes, sorted by label, that sum to 1.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted.
    class_count_ : ndarray of shape (n_classes,), float64
        Samples of each class, or the sums of their weights.
    class_log_prior_ : ndarray of shape (n_classes,), float64
    feature_count_ : ndarray of shape (n_classes, n_features), float64
        Sums of the samples of each class.
    feature_log_prob_ : ndarray of shape (n_classes, n_features), float64
        ``log P(feature | class)``.
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (n_features,)
        Where X was a data frame.

    Notes
    -----
    The figures are those of ``sklearn.naive_bayes.MultinomialNB``, but `alpha` must be positive.

    References
    ----------
    C. D. Manning, P. Raghavan, H. Schütze, "Introduction to Information Retrieval", 2008,
    section 13.2.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> X = np.array([[3, 0, 1], [2, 0, 0], [0, 4, 1], [0, 2, 2]], np.uint8)
    >>> model = im.classify.MultinomialNB().fit(X, ["sea", "sea", "wood", "wood"])
    >>> model.predict([[1, 0, 1], [0, 1, 1]]).tolist()
    ['sea', 'wood']
    """

    _positive_only = True
    _refuses_negative = True

    def __init__(
        self,
        alpha: float | npt.ArrayLike = 1.0,
        *,
        fit_prior: bool = True,
        class_prior: npt.ArrayLike | None = None,
    ) -> None:
        self.alpha = alpha
        self.fit_prior = fit_prior
        self.class_prior = class_prior

    def _feature_logs(self, alpha: Array) -> Array:
        counts = self.feature_count_ + alpha
        logs: Array = _core.classify.logs(counts) - _core.classify.logs(
            counts.sum(axis=1, keepdims=True)
        )
        return logs

    def _joint_logs(self, data: Any) -> Array:
        weights, offsets = self.feature_log_prob_, self.class_log_prior_
        if isinstance(data, Csr):
            return _core.classify.sparse_scores(*data[:3], None, weights, offsets)
        return _core.classify.linear_decision(data, weights, offsets, single=False)


class BernoulliNB(DiscreteNaiveBayes):
    """Naive Bayes with Bernoulli distributions: features that are there or not.

    Values above a threshold are 1, others 0, as they are read: nothing is copied. What is absent
    speaks, too, unlike in `MultinomialNB`.

    Parameters
    ----------
    alpha : float or array_like of shape (n_features,), default 1.0
        Added to the counts of ones and of zeros of every feature in every class, > 0.
    binarize : float or None, default 0.0
        Threshold; None takes X for one of zeros and ones as it is. Not below 0 for a sparse X.
    fit_prior : bool, default True
        Take the shares of the classes in the samples for their probabilities; else all are equal.
    class_prior : array_like of shape (n_classes,), optional
        Probabilities of the classes, sorted by label, that sum to 1.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted.
    class_count_ : ndarray of shape (n_classes,), float64
        Samples of each class, or the sums of their weights.
    class_log_prior_ : ndarray of shape (n_classes,), float64
    feature_count_ : ndarray of shape (n_classes, n_features), float64
        Ones of each feature in the samples of each class.
    feature_log_prob_ : ndarray of shape (n_classes, n_features), float64
        ``log P(feature is 1 | class)``.
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (n_features,)
        Where X was a data frame.

    Notes
    -----
    The figures are those of ``sklearn.naive_bayes.BernoulliNB``, but `alpha` must be positive.

    References
    ----------
    C. D. Manning, P. Raghavan, H. Schütze, "Introduction to Information Retrieval", 2008,
    section 13.3.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> X = np.array([[1, 0, 1], [1, 0, 0], [0, 1, 1], [0, 1, 1]], np.uint8)
    >>> model = im.classify.BernoulliNB().fit(X, ["sea", "sea", "wood", "wood"])
    >>> model.predict([[1, 0, 0], [0, 1, 0]]).tolist()
    ['sea', 'wood']
    """

    def __init__(
        self,
        alpha: float | npt.ArrayLike = 1.0,
        *,
        binarize: float | None = 0.0,
        fit_prior: bool = True,
        class_prior: npt.ArrayLike | None = None,
    ) -> None:
        self.alpha = alpha
        self.binarize = binarize
        self.fit_prior = fit_prior
        self.class_prior = class_prior

    def _threshold(self) -> float | None:
        if self.binarize is None:
            return None
        threshold = as_float(self.binarize, "binarize")
        if np.isnan(threshold):
            raise ValueError("binarize must be a number or None, got NaN")
        return threshold

    def _check_restored(self) -> None:
        """Refuse what `fit` would not have left behind."""
        self._threshold()

    def _feature_logs(self, alpha: Array) -> Array:
        totals = self.class_count_[:, np.newaxis] + 2 * alpha
        logs: Array = _core.classify.logs(self.feature_count_ + alpha) - _core.classify.logs(totals)
        return logs

    def _joint_logs(self, data: Any) -> Array:
        absent = _core.classify.logs(1 - _core.classify.exps(self.feature_log_prob_))
        weights = self.feature_log_prob_ - absent
        offsets = self.class_log_prior_ + absent.sum(axis=1)
        threshold = self._threshold()
        if isinstance(data, Csr):
            threshold = self._sparse_threshold()
            return _core.classify.sparse_scores(*data[:3], threshold, weights, offsets)
        if threshold is None:
            return _core.classify.linear_decision(data, weights, offsets, single=False)
        return _core.classify.threshold_scores(data, threshold, weights, offsets)

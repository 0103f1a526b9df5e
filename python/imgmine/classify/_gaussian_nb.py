from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _core
from .._validate import Array, as_float, require_finite
from ._naive_bayes import NaiveBayes, as_priors

if TYPE_CHECKING:
    import numpy.typing as npt


class GaussianNB(NaiveBayes):
    """Naive Bayes with normal distributions: features that are measurements.

    Each class is a mean and a variance for every feature. Sums are float64 and in a fixed order,
    squares are summed about a sample of the class itself: exact within some units in the last
    place, the same with any number of threads, on every CPU.

    Parameters
    ----------
    priors : array_like of shape (n_classes,), optional
        Probabilities of the classes, sorted by label, that sum to 1; default: their shares of the
        samples.
    var_smoothing : float, default 1e-9
        Share of the largest of all features' variances that is added to every variance, >= 0.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted.
    class_count_ : ndarray of shape (n_classes,), float64
        Samples of each class, or the sums of their weights.
    class_prior_ : ndarray of shape (n_classes,), float64
    theta_ : ndarray of shape (n_classes, n_features), float64
        Means.
    var_ : ndarray of shape (n_classes, n_features), float64
        Variances, `epsilon_` being in them.
    epsilon_ : float
        What was added to the variances.
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (n_features,)
        Where X was a data frame.

    Notes
    -----
    The figures are those of ``sklearn.naive_bayes.GaussianNB`` for float64; for float32 and uint8
    they are more exact (there, sums of float32 are float32). Where no feature varies at all,
    `epsilon_` is `var_smoothing` itself, not 0. `partial_fit` takes from the variances what it had
    added to them; scikit-learn takes the new `epsilon_`.

    References
    ----------
    T. F. Chan, G. H. Golub, R. J. LeVeque, "Updating formulae and a pairwise algorithm for
    computing sample variances", Stanford STAN-CS-79-773, 1979.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> X = np.array([[0, 0], [0, 1], [3, 3], [4, 3]], np.float32)
    >>> model = im.classify.GaussianNB().fit(X, ["near", "near", "far", "far"])
    >>> model.predict(np.array([[5, 3], [0, 0.5]], np.float32)).tolist()
    ['far', 'near']
    """

    class_prior_: Array
    theta_: Array
    var_: Array
    epsilon_: float

    def __init__(self, *, priors: npt.ArrayLike | None = None, var_smoothing: float = 1e-9) -> None:
        self.priors = priors
        self.var_smoothing = var_smoothing

    # NaN and infinity show in what is computed, so that X is not read for them alone.
    def _data_to_fit(self, X: Any) -> Array:
        return self._samples_to_fit(X, finite=False)

    def _data_like_fitted(self, X: Any) -> Array:
        return self._samples_like_fitted(X, finite=False)

    def _update(
        self, data: Array, codes: Array, weights: Array | None, counts: Array, *, fresh: bool
    ) -> None:
        smoothing = as_float(self.var_smoothing, "var_smoothing")
        if not (np.isfinite(smoothing) and smoothing >= 0):
            raise ValueError(f"var_smoothing must be finite and not negative, got {smoothing}")
        k = len(counts)
        priors = None if self.priors is None else as_priors(self.priors, "priors", k)
        means, squares = _core.classify.class_moments(data, codes, weights, k)
        if weights is not None or not np.isfinite(squares).all():
            require_finite(data, "X")
        if weights is None:
            greatest = _greatest_variance(counts, means, squares)
        else:  # as scikit-learn has it: of the samples as they are
            alike = np.zeros(len(codes), np.int32)
            greatest = _core.classify.class_moments(data, alike, None, 1)[1].max() / len(codes)
        if not fresh:
            old = self.class_count_[:, np.newaxis]
            before = old * np.maximum(self.var_ - self.epsilon_, 0)
            means, squares = _joined(old, self.theta_, before, counts, means, squares)
            counts = counts + self.class_count_
        seen = counts > 0
        epsilon = smoothing * (greatest if greatest > 0 else 1.0)
        variances = squares / np.where(seen, counts, 1)[:, np.newaxis] + epsilon
        if not variances[seen].all():
            raise ValueError(
                "var_smoothing must be positive where a feature does not vary within a class, "
                f"got {smoothing}"
            )
        self.class_count_, self.theta_, self.var_ = counts, means, variances
        self.epsilon_ = float(epsilon)
        self.class_prior_ = counts / counts.sum() if priors is None else priors

    def _joint_logs(self, data: Array) -> Array:
        never = self.class_count_ == 0  # of those only the prior is known
        variances = np.where(never[:, np.newaxis], 1.0, self.var_)
        logs = _core.classify.logs(2 * np.pi * variances).sum(axis=1)
        offsets = _core.classify.logs(self.class_prior_) - 0.5 * logs
        scores = _core.classify.gaussian_scores(data, self.theta_, 0.5 / variances, offsets)
        if not np.isfinite(scores).all():
            require_finite(data, "X")
        return scores


def _greatest_variance(counts: Array, means: Array, squares: Array) -> float:
    """Return that of a feature over the samples of all classes."""
    total = counts.sum()
    mean = (counts[:, np.newaxis] * means).sum(axis=0) / total
    between = (counts[:, np.newaxis] * (means - mean) ** 2).sum(axis=0)
    return float(((squares.sum(axis=0) + between) / total).max())


def _joined(
    old: Array, old_means: Array, old_squares: Array, counts: Array, means: Array, squares: Array
) -> tuple[Array, Array]:
    """Return means and squares about them of old samples and new ones."""
    new = counts[:, np.newaxis]
    both = np.where(old + new > 0, old + new, 1)
    step = means - old_means
    return (
        (old * old_means + new * means) / both,
        old_squares + squares + old * new / both * step**2,
    )

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from .. import _core
from .._estimator import Classifier, as_codes, as_labels, as_weights
from .._validate import Array, as_float, as_numbers

if TYPE_CHECKING:
    import numpy.typing as npt

Self = TypeVar("Self", bound="NaiveBayes")


class NaiveBayes(Classifier):
    """What the classifiers share that take the features of a class to be independent."""

    class_count_: Array

    def fit(
        self: Self, X: npt.ArrayLike, y: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None
    ) -> Self:
        """Learn from labeled vectors, forgetting all that came before.

        Parameters
        ----------
        X : array_like of shape (n_samples, n_features)
            float32, float64 and uint8 are read where they lie; other numbers become float64.
        y : array_like of shape (n_samples,)
            Labels of any sortable type, numbers being whole.
        sample_weight : array_like of shape (n_samples,), optional
            How much each sample counts, >= 0.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If shapes do not fit, X is not finite, or a parameter is out of range.
        """
        return self._learn(X, y, None, sample_weight, fresh=True)

    def partial_fit(
        self: Self,
        X: npt.ArrayLike,
        y: npt.ArrayLike,
        classes: npt.ArrayLike | None = None,
        sample_weight: npt.ArrayLike | None = None,
    ) -> Self:
        """Learn from some more labeled vectors: the parts of what does not fit into memory.

        Parameters
        ----------
        X : array_like of shape (n_samples, n_features)
        y : array_like of shape (n_samples,)
        classes : array_like of shape (n_classes,), optional
            All labels that will ever come; the first call needs them.
        sample_weight : array_like of shape (n_samples,), optional

        Returns
        -------
        self

        Raises
        ------
        ValueError
            As of `fit`; if the first call has no `classes`, a later one others, or `y` a label
            that is not among them.
        """
        fresh = not hasattr(self, "classes_")
        if fresh and classes is None:
            raise ValueError("classes must be passed on the first call to partial_fit")
        return self._learn(X, y, classes, sample_weight, fresh=fresh)

    def predict_joint_log_proba(self, X: npt.ArrayLike) -> Array:
        """Return ``log P(class) + log P(x | class)`` of each sample and class.

        Parameters
        ----------
        X : array_like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples, n_classes), float64

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            If X has another number of features or is not finite.
        """
        self._require_fitted("classes_")
        return self._joint_logs(self._data_like_fitted(X))

    def predict_log_proba(self, X: npt.ArrayLike) -> Array:
        """Return ``log P(class | x)`` of each sample and class, as `predict_joint_log_proba`."""
        return _core.classify.normalized_logs(self.predict_joint_log_proba(X))

    def predict_proba(self, X: npt.ArrayLike) -> Array:
        """Return ``P(class | x)`` of each sample and class, as `predict_joint_log_proba`.

        They are far too sure of themselves wherever features are not independent.
        """
        return _core.classify.exps(self.predict_log_proba(X))

    def predict(self, X: npt.ArrayLike) -> Array:
        """Return the label of each sample: the first of those that are equally likely.

        Parameters
        ----------
        X : array_like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples,)
        """
        codes = self.predict_joint_log_proba(X).argmax(axis=1)
        labels: Array = self.classes_[codes]
        return labels

    def _learn(
        self: Self, X: Any, y: Any, classes: Any, sample_weight: Any, *, fresh: bool
    ) -> Self:
        data = self._data_to_fit(X) if fresh else self._data_like_fitted(X)
        n_samples = data.shape[0]
        labels = as_labels(y, n_samples)
        weights = None if sample_weight is None else as_weights(sample_weight, n_samples)
        if classes is not None:
            known = as_codes(as_labels(classes, len(np.atleast_1d(classes))), least=1)[0]
            if not fresh and not np.array_equal(known, self.classes_):
                raise ValueError(
                    f"classes must be those of the first call, {self.classes_.tolist()}, got "
                    f"{known.tolist()}"
                )
            codes = codes_in(known, labels)
        elif fresh:
            known, codes = as_codes(labels, least=1)
        else:
            known, codes = self.classes_, codes_in(self.classes_, labels)
        counts = np.bincount(codes, weights, len(known)).astype(np.float64)
        self._update(data, codes, weights, counts, fresh=fresh)
        self.classes_ = known
        return self

    def _data_to_fit(self, X: Any) -> Any:
        return self._samples_to_fit(X)

    def _data_like_fitted(self, X: Any) -> Any:
        return self._samples_like_fitted(X)

    def _update(
        self, data: Any, codes: Array, weights: Array | None, counts: Array, *, fresh: bool
    ) -> None:
        raise NotImplementedError

    def _joint_logs(self, data: Any) -> Array:
        raise NotImplementedError


def codes_in(classes: Array, labels: Array) -> Array:
    """Return the number of each label in `classes`, which are sorted."""
    codes = np.searchsorted(classes, labels).clip(max=len(classes) - 1)
    unknown = classes[codes] != labels
    if np.any(unknown):
        raise ValueError(f"y has a label that is not among classes: {labels[unknown][0]!r}")
    return codes.astype(np.int32)


def as_priors(priors: npt.ArrayLike, name: str, n_classes: int) -> Array:
    """Return probabilities of classes, which must sum to 1."""
    values = np.array(as_numbers(priors, name), np.float64)
    if values.shape != (n_classes,):
        raise ValueError(f"{name} must have shape ({n_classes},), got {values.shape}")
    if not (values >= 0).all() or not np.isclose(values.sum(), 1):
        raise ValueError(f"{name} must be probabilities that sum to 1, got {values.tolist()}")
    return values


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

    def _update(
        self, data: Array, codes: Array, weights: Array | None, counts: Array, *, fresh: bool
    ) -> None:
        smoothing = as_float(self.var_smoothing, "var_smoothing")
        if not (np.isfinite(smoothing) and smoothing >= 0):
            raise ValueError(f"var_smoothing must be finite and not negative, got {smoothing}")
        k = len(counts)
        priors = None if self.priors is None else as_priors(self.priors, "priors", k)
        means, squares = _core.classify.class_moments(data, codes, weights, k)
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
        return _core.classify.gaussian_scores(
            data,
            self.theta_,
            0.5 / variances,
            _core.classify.logs(self.class_prior_) - 0.5 * logs,
        )


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

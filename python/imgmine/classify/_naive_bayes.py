from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from .. import _core
from .._estimator import Classifier, as_codes, as_labels, as_weights
from .._validate import Array, as_numbers

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
        weights = as_weights(sample_weight, n_samples)
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

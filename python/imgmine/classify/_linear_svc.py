from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import _core
from .._errors import ConvergenceWarning
from .._estimator import Estimator, as_codes, as_labels, as_samples
from .._validate import Array, as_bool, as_float, as_int, as_name, as_numbers
from ..metrics import accuracy_score


def positive(value: float, name: str) -> float:
    """Return `value` if it is a positive number."""
    number = as_float(value, name)
    if not (np.isfinite(number) and number > 0):
        raise ValueError(f"{name} must be finite and positive, got {value}")
    return number


class LinearSVC(Estimator):
    """A linear support vector machine, one class against the rest.

    Minimizes ``|w|² / 2 + C sum loss(1 - y (w·x + b))`` by dual coordinate descent with
    shrinking. Rows are read where they lie, in their own type; the classes are trained in
    parallel. The same weights with any number of threads, on every CPU.

    Parameters
    ----------
    C : float, default 1.0
        Cost of a mistake, > 0: smaller values regularize more.
    loss : {"squared_hinge", "hinge"}, default "squared_hinge"
        ``max(0, m)²`` or ``max(0, m)``; with the latter this is the machine that
        ``SVC(kernel="linear")`` of scikit-learn fits, but for the intercept.
    tol : float, default 1e-4
        Largest violation of the dual's optimality conditions at the end, > 0.
    max_iter : int, default 1000
        Passes over the samples at most, > 0.
    class_weight : "balanced" or dict of label to float, optional
        Factors on C by class; "balanced": ``n / (n_classes * count)``, samples being counted by
        their weights. With more than two classes a factor applies to the machine of its class
        only, as in LIBLINEAR.
    fit_intercept : bool, default True
        Learn b, as the weight of a constant feature (and so regularized as the others are).
    intercept_scaling : float, default 1.0
        Value of that feature, > 0: a large one frees the intercept from regularization.
    random_state : int, optional
        Seed of the order in which samples are visited; None is 0. The result depends on it by
        less than `tol` allows.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted.
    coef_ : ndarray of shape (1, n_features) for two classes, else (n_classes, n_features)
    intercept_ : ndarray of shape (1,) or (n_classes,)
    n_iter_ : int
        Passes of the slowest machine.
    n_features_in_ : int

    References
    ----------
    C.-J. Hsieh, K.-W. Chang, C.-J. Lin, S. S. Keerthi, S. Sundararajan, "A dual coordinate descent
    method for large-scale linear SVM", ICML 2008.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> X = np.array([[0, 0], [0, 1], [3, 3], [4, 3]], np.float32)
    >>> model = im.classify.LinearSVC().fit(X, ["near", "near", "far", "far"])
    >>> model.predict(np.array([[5, 5], [0, 0.5]], np.float32)).tolist()
    ['far', 'near']
    """

    classes_: Array
    coef_: Array
    intercept_: Array
    n_iter_: int
    n_features_in_: int

    def __init__(
        self,
        C: float = 1.0,
        *,
        loss: str = "squared_hinge",
        tol: float = 1e-4,
        max_iter: int = 1000,
        class_weight: str | Mapping[Any, float] | None = None,
        fit_intercept: bool = True,
        intercept_scaling: float = 1.0,
        random_state: int | None = None,
    ) -> None:
        self.C = C
        self.loss = loss
        self.tol = tol
        self.max_iter = max_iter
        self.class_weight = class_weight
        self.fit_intercept = fit_intercept
        self.intercept_scaling = intercept_scaling
        self.random_state = random_state

    def fit(
        self, X: npt.ArrayLike, y: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None
    ) -> LinearSVC:
        """Learn from labeled vectors.

        Parameters
        ----------
        X : array_like of shape (n_samples, n_features), float32, float64 or uint8
            Other numbers are converted to float64.
        y : array_like of shape (n_samples,)
            Labels of any sortable type, numbers being whole, of at least two classes.
        sample_weight : array_like of shape (n_samples,), optional
            Factors on C by sample, >= 0.

        Returns
        -------
        LinearSVC
            The estimator.

        Raises
        ------
        ValueError
            If shapes do not fit, X is not finite, or a parameter is out of range.

        Warns
        -----
        ConvergenceWarning
            If `max_iter` passes were not enough.
        """
        samples = as_samples(X)
        labels = as_labels(y, len(samples))
        weights = self._sample_weights(sample_weight, len(samples))
        classes, codes = as_codes(labels)
        cost = positive(self.C, "C")
        costs = cost * self._class_weights(classes, codes, weights)
        scaling = positive(self.intercept_scaling, "intercept_scaling")
        scaling *= as_bool(self.fit_intercept, "fit_intercept")
        binary = len(classes) == 2
        lines, passes, converged = _core.classify.fit_linear_svc(
            samples,
            codes,
            [1] if binary else list(range(len(classes))),
            [costs[1]] if binary else costs.tolist(),
            [costs[0]] if binary else [cost] * len(classes),
            weights,
            as_name(self.loss, "loss"),
            scaling,
            as_float(self.tol, "tol"),
            as_int(self.max_iter, "max_iter"),
            self._seed(),
        )
        self.classes_ = classes
        self.coef_ = lines[:, :-1].copy()
        self.intercept_ = lines[:, -1] * scaling
        self.n_iter_ = max(passes)
        self.n_features_in_ = samples.shape[1]
        if not all(converged):
            warnings.warn(
                f"LinearSVC stopped after {self.max_iter} passes before it reached tol="
                f"{self.tol}: raise max_iter, lower C, or scale the features to similar ranges",
                ConvergenceWarning,
                stacklevel=2,
            )
        return self

    def decision_function(self, X: npt.ArrayLike) -> Array:
        """Return how far each sample is on a class's side, ``w·x + b``.

        Parameters
        ----------
        X : array_like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples,) for two classes, else (n_samples, n_classes), float64
            For two classes positive values mean ``classes_[1]``.

        Raises
        ------
        NotFittedError
            Before `fit`.
        """
        self._require_fitted("coef_")
        samples = as_samples(X, self.coef_.shape[1])
        scores = _core.classify.linear_decision(samples, self.coef_, self.intercept_)
        return scores[:, 0] if len(self.classes_) == 2 else scores

    def predict(self, X: npt.ArrayLike) -> Array:
        """Return the label of each sample.

        Parameters
        ----------
        X : array_like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples,)
        """
        scores = self.decision_function(X)
        codes = (scores > 0).astype(int) if scores.ndim == 1 else scores.argmax(axis=1)
        labels: Array = self.classes_[codes]
        return labels

    def score(self, X: npt.ArrayLike, y: npt.ArrayLike) -> float:
        """Return the share of samples whose label is predicted.

        Parameters
        ----------
        X : array_like of shape (n_samples, n_features)
        y : array_like of shape (n_samples,)

        Returns
        -------
        float
            From 0 to 1.
        """
        return accuracy_score(y, self.predict(X))

    def __sklearn_tags__(self) -> Any:
        """Say what the estimator is, where scikit-learn asks; only then is it there."""
        from sklearn.utils import ClassifierTags, Tags, TargetTags

        return Tags(
            estimator_type="classifier",
            target_tags=TargetTags(required=True),
            classifier_tags=ClassifierTags(),
        )

    def _seed(self) -> int:
        if self.random_state is None:
            return 0
        seed = as_int(self.random_state, "random_state")
        if seed < 0:
            raise ValueError(f"random_state must not be negative, got {seed}")
        return seed

    def _sample_weights(self, sample_weight: npt.ArrayLike | None, n_samples: int) -> Array:
        if sample_weight is None:
            return np.ones(n_samples)
        weights = np.ascontiguousarray(as_numbers(sample_weight, "sample_weight"), np.float64)
        if weights.shape != (n_samples,):
            raise ValueError(f"sample_weight must have shape ({n_samples},), got {weights.shape}")
        if not (np.isfinite(weights).all() and (weights >= 0).all()):
            raise ValueError("sample_weight must be finite and not negative")
        if not weights.any():
            raise ValueError("sample_weight must not be zero everywhere")
        return weights

    def _class_weights(self, classes: Array, codes: Array, sample_weights: Array) -> Array:
        if self.class_weight is None:
            return np.ones(len(classes))
        if isinstance(self.class_weight, Mapping):
            labels = classes.tolist()
            unknown = set(self.class_weight) - set(labels)
            if unknown:
                raise ValueError(f"class_weight names labels that y does not have: {unknown}")
            weights = [as_float(self.class_weight.get(c, 1), "class_weight") for c in labels]
            if not all(np.isfinite(weight) and weight >= 0 for weight in weights):
                raise ValueError(f"class_weight must be finite and not negative, got {weights}")
            return np.array(weights)
        if not isinstance(self.class_weight, str) or self.class_weight != "balanced":
            raise ValueError(
                f"class_weight must be 'balanced', a dict or None, got {self.class_weight!r}"
            )
        counts = np.bincount(codes, sample_weights)
        balanced: Array = counts.sum() / (len(classes) * np.where(counts > 0, counts, 1))
        return balanced

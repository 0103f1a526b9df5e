from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _core
from .._estimator import as_codes, as_labels, as_weights
from .._validate import as_bool, require_finite
from ._linear_input import shape_of
from ._linear_machine import LinearMachine, codes_in
from ._linear_training import fit_sigmoids, probabilities, train, warn_unless_converged

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy.typing as npt

    from .._validate import Array


class LinearSVC(LinearMachine):
    """A linear support vector machine, one class against the rest.

    Minimizes ``|w|² / 2 + C sum loss(1 - y (w·x + b))``, and says how near it came: the fit ends
    when the objective is within `tol` of the optimum, which the gap between the primal and the dual
    objective proves. Rows are read where they lie, in their own type, memory-mapped ones too. The
    same weights with any number of threads, on every CPU.

    Parameters
    ----------
    C : float, default 1.0
        Cost of a mistake, > 0: smaller values regularize more.
    loss : {"squared_hinge", "hinge"}, default "squared_hinge"
        ``max(0, m)²`` or ``max(0, m)``; with the latter this is the machine that
        ``SVC(kernel="linear")`` of scikit-learn fits, but for the intercept.
    tol : float, default 1e-4
        The objective's distance from its optimum at the end, at most, as a share of it, > 0.
        (scikit-learn's is a bound on gradients, whose meaning depends on C and on the features.)
    max_iter : int, default 1000
        Passes over the samples, or Newton's steps, at most, > 0.
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
    dual : bool or "auto", default "auto"
        True: coordinate descent in the dual, with shrinking. False: Newton's method in the primal,
        for the squared hinge; where half a matrix of the features' size takes less than a
        fifteenth of X (or 1 MiB), it is the preconditioner. "auto": Newton's method with the
        squared hinge, more samples than features, and room for that matrix.
    multi_class : {"ovr", "crammer_singer"}, default "ovr"
        One machine for each class against the rest, or one for all: a sample's own score shall
        exceed all others by 1 (`loss` is not looked at). The latter takes 8 bytes for each sample
        and class.
    scale : float, default 1.0
        The features are taken times this, > 0; `coef_` is for X as it is. 1/255 for bytes: the
        objective is that of ``X / 255``, without making it.
    probability : bool, default False
        Learn `predict_proba`, too: five more fits, each without a fifth of the samples, whose
        scores then say how to make probabilities of scores (Platt's sigmoid).
    warm_start : bool, default False
        Begin where the fit before ended, if classes and features are the same.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted.
    coef_ : ndarray of shape (1, n_features) for two classes, else (n_classes, n_features)
    intercept_ : ndarray of shape (1,) or (n_classes,)
    n_iter_ : int
        Passes or steps of the slowest machine.
    dual_gap_ : float
        The objective is at most this share above its optimum, in the worst machine.
    probA_, probB_ : ndarray of shape (1,) or (n_classes,)
        With `probability`, of ``1 / (1 + exp(probA_ * score + probB_))``.
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (n_features,)
        Names of a data frame's columns, if X was one.

    Notes
    -----
    In the primal, conjugate gradients find Newton's steps; the Cholesky factor of the Hessian
    matrix of some of the samples preconditions them, and the first steps are made on every 16th and
    every 4th sample. `partial_fit` is averaged stochastic gradient descent.

    References
    ----------
    C.-J. Hsieh, K.-W. Chang, C.-J. Lin, S. S. Keerthi, S. Sundararajan, "A dual coordinate descent
    method for large-scale linear SVM", ICML 2008.
    S. S. Keerthi, D. DeCoste, "A modified finite Newton method for fast solution of large scale
    linear SVMs", JMLR 6, 2005; C.-J. Lin, R. C. Weng, S. S. Keerthi, "Trust region Newton method
    for logistic regression", JMLR 9, 2008.
    S. S. Keerthi, S. Sundararajan, K.-W. Chang, C.-J. Hsieh, C.-J. Lin, "A sequential dual method
    for large scale multi-class linear SVMs", KDD 2008.
    H.-T. Lin, C.-J. Lin, R. C. Weng, "A note on Platt's probabilistic outputs for support vector
    machines", Machine Learning 68, 2007.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> X = np.array([[0, 0], [0, 1], [3, 3], [4, 3]], np.float32)
    >>> model = im.classify.LinearSVC().fit(X, ["near", "near", "far", "far"])
    >>> model.predict(np.array([[5, 5], [0, 0.5]], np.float32)).tolist()
    ['far', 'near']
    """

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
        dual: bool | str = "auto",
        multi_class: str = "ovr",
        scale: float = 1.0,
        probability: bool = False,
        warm_start: bool = False,
    ) -> None:
        self.C = C
        self.loss = loss
        self.tol = tol
        self.max_iter = max_iter
        self.class_weight = class_weight
        self.fit_intercept = fit_intercept
        self.intercept_scaling = intercept_scaling
        self.random_state = random_state
        self.dual = dual
        self.multi_class = multi_class
        self.scale = scale
        self.probability = probability
        self.warm_start = warm_start

    def fit(
        self, X: npt.ArrayLike, y: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None
    ) -> LinearSVC:
        """Learn from labeled vectors.

        Parameters
        ----------
        X : array_like of shape (n_samples, n_features), float32, float64, float16 or uint8
            Other numbers are converted to float64. Also any sparse matrix of SciPy's; those that
            are not CSR are converted to it.
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
        rows = self._rows_to_fit(X)
        labels = as_labels(y, shape_of(rows)[0])
        weights = as_weights(sample_weight, len(labels))
        classes, codes = as_codes(labels)
        settings = self._settings()
        task = self._task(rows, classes, codes, weights)
        lines = self._first_lines(classes, shape_of(rows)[1], settings.constant)
        with_sigmoids = as_bool(self.probability, "probability")
        lines, n_iter, gap = train(task, lines, settings)
        self.classes_ = classes
        self._set_lines(lines, settings.constant)
        self.n_iter_, self.dual_gap_ = max(n_iter, 1), gap
        self._stream = None
        self._n_seen = len(labels)
        if with_sigmoids:
            self.probA_, self.probB_ = fit_sigmoids(task, shape_of(rows)[1], settings)
        warn_unless_converged(gap, settings)
        return self

    def partial_fit(
        self,
        X: npt.ArrayLike,
        y: npt.ArrayLike,
        classes: npt.ArrayLike | None = None,
        sample_weight: npt.ArrayLike | None = None,
    ) -> LinearSVC:
        """Learn from some more samples of a stream, each of which is looked at once.

        By stochastic gradient descent, averaged over all steps, later ones counting more; the
        samples of a call are shuffled. What comes out is near what `fit` finds, not equal to it.
        After `fit` it goes on from there.

        Parameters
        ----------
        X : array_like of shape (n_samples, n_features)
            As for `fit`.
        y : array_like of shape (n_samples,)
        classes : array_like of shape (n_classes,), optional
            All labels that will come, of at least two classes; needed in the first call only.
        sample_weight : array_like of shape (n_samples,), optional

        Returns
        -------
        LinearSVC
            The estimator.

        Raises
        ------
        ValueError
            If labels come that `classes` did not announce, class_weight is "balanced" (counts are
            not known), or multi_class is "crammer_singer".
        """
        first = not hasattr(self, "classes_")
        rows = self._rows_to_fit(X) if first else self._rows_like_fitted(X)
        labels = as_labels(y, shape_of(rows)[0])
        weights = as_weights(sample_weight, len(labels))
        known = self._announced(classes)
        codes = codes_in(known, labels)
        settings = self._settings()
        if settings.multi_class != "ovr":
            raise ValueError("multi_class must be 'ovr' for partial_fit")
        if isinstance(self.class_weight, str):
            raise ValueError("class_weight must be a dict or None for partial_fit")
        task = self._task(rows, known, codes, weights)
        self.classes_ = known
        self._learn(task, settings)
        return self

    def decision_function(self, X: npt.ArrayLike) -> Array:
        """Return how far each sample is on a class's side, ``w·x + b``.

        Parameters
        ----------
        X : array_like of shape (n_samples, n_features)
            As for `fit`.

        Returns
        -------
        ndarray of shape (n_samples,) for two classes, else (n_samples, n_classes), float64
            For two classes positive values mean ``classes_[1]``. Summed in float32 where X is
            dense and not float64: some 1e-7 of the terms' size is lost.

        Raises
        ------
        NotFittedError
            Before `fit`.
        """
        scores = self._scores(X)
        return scores[:, 0] if len(self.classes_) == 2 else scores

    def predict(self, X: npt.ArrayLike) -> Array:
        """Return the label of each sample.

        Parameters
        ----------
        X : array_like of shape (n_samples, n_features)
            As for `fit`.

        Returns
        -------
        ndarray of shape (n_samples,)
        """
        scores = self._scores(X)
        codes = (scores[:, 0] > 0).astype(int) if scores.shape[1] == 1 else scores.argmax(axis=1)
        labels: Array = self.classes_[codes]
        return labels

    @property
    def predict_proba(self) -> Callable[[npt.ArrayLike], Array]:
        """Return the probability of each class, with ``probability=True``.

        Parameters
        ----------
        X : array_like of shape (n_samples, n_features)
            As for `fit`.

        Returns
        -------
        ndarray of shape (n_samples, n_classes), float64
            Columns are those of `classes_`, rows sum to 1. With more than two classes each
            machine's sigmoid, divided by their sum.
        """
        if not self.probability:
            raise AttributeError("predict_proba is there with probability=True only")
        return self._predict_proba

    def _predict_proba(self, X: npt.ArrayLike) -> Array:
        self._require_fitted("probA_")
        return probabilities(self._scores(X), self.probA_, self.probB_)

    def _scores(self, X: npt.ArrayLike) -> Array:
        self._require_fitted("coef_")
        rows = self._rows_like_fitted(X, finite=False)
        coef, intercept = self.coef_, self.intercept_
        if isinstance(rows, tuple):  # sparse; has been looked at
            return _core.classify.linear_decision(rows, coef, intercept, single=False)
        # What float32 rows hold has no more digits than float32 sums.
        single = rows.dtype != np.float64
        scores = _core.classify.linear_decision(rows, coef, intercept, single)
        if not np.isfinite(scores).all():  # as every row's is that holds NaN or infinity
            require_finite(rows, "X")
            if single:  # it overflowed
                scores = _core.classify.linear_decision(rows, coef, intercept, single=False)
        return scores

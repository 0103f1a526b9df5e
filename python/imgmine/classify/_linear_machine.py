"""A linear machine's parameters, checked, and its state: what its public methods stand on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _core
from .._estimator import Classifier, as_codes, as_labels
from .._feature_names import feature_names
from .._samples import as_seed
from .._validate import Array, as_bool, as_float, as_int, as_name, to_array
from ._class_weights import class_weights
from ._linear_input import Rows, as_rows, mean_squared_length, shape_of
from ._linear_training import Settings, Task, machines

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt


def positive(value: float, name: str) -> float:
    """Return `value` if it is a positive number."""
    number = as_float(value, name)
    if not (np.isfinite(number) and number > 0):
        raise ValueError(f"{name} must be finite and positive, got {value}")
    return number


class LinearMachine(Classifier):
    """The parameters and attributes are those of `LinearSVC`."""

    C: float
    loss: str
    tol: float
    max_iter: int
    class_weight: str | Mapping[Any, float] | None
    fit_intercept: bool
    intercept_scaling: float
    random_state: int | None
    dual: bool | str
    multi_class: str
    scale: float
    probability: bool
    warm_start: bool

    coef_: Array
    intercept_: Array
    n_iter_: int
    dual_gap_: float
    probA_: Array  # noqa: N815
    probB_: Array  # noqa: N815

    _takes_sparse = True
    _stream: tuple[Array, Array, float] | None = None  # last weights, their means, rate
    _n_seen: int = 0

    def _rows_to_fit(self, X: Any) -> Rows:
        names, rows = feature_names(X), as_rows(X)
        self._remember_features(names, shape_of(rows))
        return rows

    def _rows_like_fitted(self, X: Any, *, finite: bool = True) -> Rows:
        self._require_names(X)
        rows = as_rows(X, finite=finite)
        self._require_features(shape_of(rows)[1])
        return rows

    def _settings(self) -> Settings:
        scaling = positive(self.intercept_scaling, "intercept_scaling")
        scaling *= as_bool(self.fit_intercept, "fit_intercept")
        multi_class = as_name(self.multi_class, "multi_class")
        if multi_class not in ("ovr", "crammer_singer"):
            raise ValueError(f"multi_class must be 'ovr' or 'crammer_singer', got {multi_class!r}")
        if isinstance(self.dual, str) and self.dual != "auto":
            raise ValueError(f"dual must be 'auto', True or False, got {self.dual!r}")
        solver = "auto"
        if not isinstance(self.dual, str):
            solver = "dual" if as_bool(self.dual, "dual") else "primal"
        return Settings(
            multi_class=multi_class,
            loss=as_name(self.loss, "loss"),
            solver=solver,
            constant=scaling / positive(self.scale, "scale"),
            tol=as_float(self.tol, "tol"),
            max_iter=as_int(self.max_iter, "max_iter"),
            seed=as_seed(self.random_state),
        )

    def _task(self, rows: Rows, classes: Array, codes: Array, weights: Array | None) -> Task:
        # Features times s and costs C: the same as features, the constant one divided by s, and
        # costs times s squared; the weights are then those of the features as they are.
        cost = positive(self.C, "C") * positive(self.scale, "scale") ** 2
        factors = class_weights(self.class_weight, classes, codes, weights)
        return Task(rows, codes, cost, cost * factors, weights)

    def _first_lines(self, classes: Array, n_features: int, constant: float) -> Array:
        lines = np.zeros((1 if len(classes) == 2 else len(classes), n_features + 1))
        warm = as_bool(self.warm_start, "warm_start") and hasattr(self, "coef_")
        if warm and np.array_equal(self.classes_, classes) and self.coef_.shape[1] == n_features:
            lines[:, :-1] = self.coef_
            lines[:, -1] = self.intercept_ / constant if constant else 0
        return lines

    def _set_lines(self, lines: Array, constant: float) -> None:
        self.coef_ = lines[:, :-1].copy()
        self.intercept_ = lines[:, -1] * constant

    def _announced(self, classes: npt.ArrayLike | None) -> Array:
        """Return the classes of a stream, of which the first call tells."""
        known: Array | None = getattr(self, "classes_", None)
        if classes is None:
            if known is None:
                raise ValueError("classes must be passed in the first call of partial_fit")
            return known
        announced, _ = as_codes(as_labels(classes, np.size(to_array(classes, "classes"))))
        if known is not None and not np.array_equal(known, announced):
            raise ValueError(f"classes must be those of before, {known.tolist()}")
        return announced

    def _learn(self, task: Task, settings: Settings) -> None:
        if self._stream is None:
            n_features = shape_of(task.rows)[1]
            lines = np.zeros((len(machines(task)[0]), n_features + 1))
            if hasattr(self, "coef_"):
                lines[:, :-1] = self.coef_
                lines[:, -1] = self.intercept_ / settings.constant if settings.constant else 0
            length = mean_squared_length(task.rows) + settings.constant**2
            self._stream = (lines, lines.copy(), 1 / (4 * length) if length else 1.0)
        last, mean, rate = self._stream
        _core.classify.learn_more(
            task.rows,
            task.codes,
            *machines(task),
            task.sample_weights,
            last,
            mean,
            settings.loss,
            task.cost,
            rate,
            self._n_seen,
            settings.constant,
            settings.seed,
        )
        self._n_seen += len(task.codes)
        self._set_lines(mean, settings.constant)
        self.n_iter_ = 1


def codes_in(classes: Array, labels: Array) -> Array:
    """Return the number of each label in the sorted classes, of which it must be one."""
    codes = np.searchsorted(classes, labels).clip(max=len(classes) - 1)
    strange = classes[codes] != labels
    if strange.any():
        raise ValueError(f"y must hold labels of classes, got {labels[strange][0]!r}")
    return codes.astype(np.int32)

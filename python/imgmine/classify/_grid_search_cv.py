"""Choosing parameters by cross-validation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from .._estimator import Estimator
from .._validate import as_bool
from ._cross_val import as_scorer, copied, prepared
from ._train_test_split import _take as take

if TYPE_CHECKING:
    import numpy.typing as npt

    from ._cross_val import Scoring

Grid: TypeAlias = Mapping[str, Sequence[Any]] | Sequence[Mapping[str, Sequence[Any]]]


class GridSearchCV(Estimator):
    """An estimator that chooses its parameters by cross-validation, then learns from everything.

    Along ``C`` it goes from small to large: where the estimator has ``warm_start``, each fit
    begins where the one before ended, which makes the whole path cost little more than its last
    fit.

    Parameters
    ----------
    estimator : object with ``get_params``, ``set_params``, ``fit`` and ``predict``
        An estimator of this library or of scikit-learn; copies of it are fitted.
    param_grid : dict of str to sequence, or sequence of such
        Values to try for each parameter: all combinations of each dictionary.
    cv : int, splitter or iterable of (train, test), default 5
        As of `cross_val_score`.
    scoring : str or callable, optional
        As of `cross_val_score`.
    refit : bool, default True
        Fit the estimator of the best parameters to all samples in the end; without it there is
        nothing to predict with.

    Attributes
    ----------
    best_params_ : dict
        The parameters of the highest mean score; of equals the first of `param_grid`.
    best_score_ : float
        Mean of its scores over the folds. As the largest of several it flatters: judge by samples
        that `fit` has not seen.
    best_index_ : int
        Its place in `cv_results_`.
    best_estimator_ : estimator
        Fitted to all samples.
    classes_ : ndarray of shape (n_classes,)
        Of `best_estimator_`.
    cv_results_ : dict
        "params": the combinations; "mean_test_score", "std_test_score" and "rank_test_score":
        arrays with a value for each; "split_test_scores": array of shape (n_combinations, n_folds).
    n_splits_ : int
        Number of folds.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> rng = np.random.default_rng(0)
    >>> X = np.concatenate([rng.normal(0, 1, (50, 4)), rng.normal(1, 1, (50, 4))])
    >>> y = np.repeat(["near", "far"], 50)
    >>> search = im.classify.GridSearchCV(im.classify.LinearSVC(), {"C": [0.01, 0.1, 1]})
    >>> search.fit(X, y).best_params_["C"] in (0.01, 0.1, 1)
    True
    >>> search.predict(X[:1] - 10).tolist()
    ['near']
    """

    best_params_: dict[str, Any]
    best_score_: float
    best_index_: int
    best_estimator_: Any
    cv_results_: dict[str, Any]
    n_splits_: int

    def __init__(
        self,
        estimator: Any,
        param_grid: Grid,
        *,
        cv: Any = 5,
        scoring: Scoring = None,
        refit: bool = True,
    ) -> None:
        self.estimator = estimator
        self.param_grid = param_grid
        self.cv = cv
        self.scoring = scoring
        self.refit = refit

    def fit(self, X: Any, y: npt.ArrayLike) -> GridSearchCV:
        """Try all parameters on all folds, and learn from everything with the best.

        Parameters
        ----------
        X : sequence of n samples
        y : array_like of shape (n,)

        Returns
        -------
        GridSearchCV
            The estimator.

        Raises
        ------
        TypeError
            If the estimator lacks a method, or an argument is of the wrong kind.
        ValueError
            If the grid is empty or names an unknown parameter, lengths differ, or a class has
            fewer members than there are folds.
        """
        grid = _combinations(self.param_grid)
        samples, labels, splits = prepared(self.estimator, X, y, self.cv)
        refit, score = as_bool(self.refit, "refit"), as_scorer(self.scoring)
        scores = np.empty((len(grid), len(splits)))
        paths = _paths(grid)
        for fold, (train, test) in enumerate(splits):
            parts = take(samples, train), labels[train], take(samples, test), labels[test]
            for path in paths:
                for place, model in self._along(grid, path, *parts[:2]):
                    scores[place, fold] = score(model, *parts[2:])
        self._keep(grid, scores)
        if refit:
            model = copied(self.estimator).set_params(**self.best_params_)
            self.best_estimator_ = model.fit(samples, labels)
        elif hasattr(self, "best_estimator_"):
            del self.best_estimator_
        return self

    def _along(self, grid: list[dict[str, Any]], path: list[int], X: Any, y: Any) -> Any:
        """Fit one combination after the other, each from where the one before ended."""
        model: Any = None
        for place in path:
            if model is None or not _is_warm(self.estimator):
                model = copied(self.estimator)
                if _is_warm(self.estimator):
                    model.set_params(warm_start=True)
            model.set_params(**grid[place])
            yield place, model.fit(X, y)

    def _keep(self, grid: list[dict[str, Any]], scores: npt.NDArray[np.float64]) -> None:
        means = scores.mean(axis=1)
        # Equal scores may have means that differ in their last bit.
        ranked = np.round(means, 12)
        self.cv_results_ = {
            "params": grid,
            "mean_test_score": means,
            "std_test_score": scores.std(axis=1),
            "rank_test_score": 1 + (ranked[:, None] < ranked).sum(axis=1),
            "split_test_scores": scores,
        }
        self.best_index_ = int(ranked.argmax())
        self.best_params_ = grid[self.best_index_]
        self.best_score_ = float(means[self.best_index_])
        self.n_splits_ = scores.shape[1]

    @property
    def classes_(self) -> Any:
        """The labels, sorted."""
        return self._fitted().classes_

    @property
    def n_features_in_(self) -> Any:  # type: ignore[override] # the best estimator's
        """Length of the vectors."""
        return self._fitted().n_features_in_

    @property
    def decision_function(self) -> Callable[[Any], Any]:
        """The best estimator's method, if the estimator has it."""
        return self._method("decision_function")

    @property
    def predict_proba(self) -> Callable[[Any], Any]:
        """The best estimator's method, if the estimator has it."""
        return self._method("predict_proba")

    def predict(self, X: Any) -> Any:
        """Return the label of each sample, as the best estimator predicts it.

        Parameters
        ----------
        X : sequence of n samples

        Returns
        -------
        ndarray of shape (n,)
        """
        return self._fitted().predict(X)

    def score(self, X: Any, y: npt.ArrayLike) -> float:
        """Judge the best estimator by other samples, as `scoring` says.

        Parameters
        ----------
        X : sequence of n samples
        y : array_like of shape (n,)

        Returns
        -------
        float
        """
        return float(as_scorer(self.scoring)(self._fitted(), X, y))

    def __sklearn_tags__(self) -> Any:
        """Say what the estimator is, where scikit-learn asks: what the one it searches is."""
        return self.estimator.__sklearn_tags__()

    def _fitted(self) -> Any:
        self._require_fitted("best_estimator_")
        return self.best_estimator_

    def _method(self, name: str) -> Callable[[Any], Any]:
        """Return a method of the best estimator; before `fit` it is there, but cannot be called."""
        if hasattr(self, "best_estimator_"):
            found: Callable[[Any], Any] = getattr(self.best_estimator_, name)
            return found
        getattr(self.estimator, name)
        return lambda X: getattr(self._fitted(), name)(X)


def _is_warm(estimator: Any) -> bool:
    return "warm_start" in estimator.get_params(deep=False)


def _combinations(grid: Any) -> list[dict[str, Any]]:
    """Return all combinations, the last parameter varying fastest."""
    found: list[dict[str, Any]] = []
    for one in [grid] if isinstance(grid, Mapping) else grid:
        if not isinstance(one, Mapping):
            raise TypeError(f"param_grid must hold dictionaries, got {type(one).__name__}")
        for name, values in one.items():
            if isinstance(values, str) or not hasattr(values, "__len__"):
                raise TypeError(
                    f"param_grid must hold a sequence of values for {name}, got {values!r}"
                )
            if len(values) == 0:
                raise ValueError(f"param_grid must hold a value for {name}, got none")
        found += [dict(zip(one, values, strict=True)) for values in product(*one.values())]
    if not found:
        raise ValueError("param_grid must hold at least one combination, got none")
    return found


def _paths(grid: list[dict[str, Any]]) -> list[list[int]]:
    """Group the combinations that differ in C only, each group from small C to large."""
    paths: dict[str, list[int]] = {}
    for place, parameters in enumerate(grid):
        rest = repr({name: value for name, value in parameters.items() if name != "C"})
        paths.setdefault(rest, []).append(place)
    for path in paths.values():
        if "C" in grid[path[0]]:
            path.sort(key=lambda place: grid[place]["C"])
    return list(paths.values())

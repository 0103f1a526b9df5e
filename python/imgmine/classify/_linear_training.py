"""The steps of a linear machine's training that are not its parameters."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .. import _core
from .._errors import ConvergenceWarning
from .._estimator import also_scikit_learns

if TYPE_CHECKING:
    from .._validate import Array
    from ._linear_input import Rows

N_FOLDS = 5


class Settings(NamedTuple):
    """Checked parameters of a fit."""

    multi_class: str
    loss: str
    solver: str  # "auto", "dual" or "primal"
    constant: float  # value of the feature that makes the intercept
    tol: float
    max_iter: int
    seed: int


class Task(NamedTuple):
    """Samples, the number of each one's class, and what mistakes cost."""

    rows: Rows
    codes: Array
    cost: float
    class_costs: Array
    sample_weights: Array | None

    @property
    def n_classes(self) -> int:
        return len(self.class_costs)


def machines(task: Task) -> tuple[list[int], list[float], list[float]]:
    """Return each two-class problem's positive class, its cost, and that of all others."""
    costs = task.class_costs.tolist()
    if task.n_classes == 2:
        return [1], [costs[1]], [costs[0]]
    return list(range(task.n_classes)), costs, [task.cost] * task.n_classes


def train(task: Task, lines: Array, settings: Settings) -> tuple[Array, int, float]:
    """Train from `lines`, which are changed; return the new ones, passes, and the largest gap."""
    if settings.multi_class == "crammer_singer":
        every = np.zeros((task.n_classes, lines.shape[1]))
        n_iter, gap = _core.classify.fit_crammer_singer(
            task.rows,
            task.codes,
            task.class_costs.tolist(),
            task.sample_weights,
            every,
            settings.solver,
            settings.constant,
            settings.tol,
            settings.max_iter,
            settings.seed,
        )
        return (every[1:] - every[:1] if task.n_classes == 2 else every), n_iter, gap
    passes, gaps = _core.classify.fit_linear_svc(
        task.rows,
        task.codes,
        *machines(task),
        task.sample_weights,
        lines,
        settings.loss,
        settings.solver,
        settings.constant,
        settings.tol,
        settings.max_iter,
        settings.seed,
    )
    return lines, max(passes), max(gaps)


def warn_unless_converged(gap: float, settings: Settings) -> None:
    if gap > settings.tol:
        warnings.warn(
            f"LinearSVC stopped after {settings.max_iter} passes, or where numbers are not precise "
            f"enough, with its objective up to {gap:.2g} of itself above the optimum (tol="
            f"{settings.tol:g}): raise max_iter, lower C, or bring the features to similar ranges "
            "(scale=1/255 for bytes)",
            also_scikit_learns(ConvergenceWarning),
            stacklevel=4,
        )


def folds_of(codes: Array, seed: int) -> Array:
    """Return the number of each sample's fold, the classes being spread evenly."""
    rng = np.random.Generator(np.random.PCG64(seed))
    order = rng.permutation(len(codes))
    order = order[np.argsort(codes[order], kind="stable")]
    folds = np.empty(len(codes), np.int8)
    folds[order] = np.arange(len(codes)) % N_FOLDS
    return folds


def fit_sigmoids(task: Task, n_features: int, settings: Settings) -> tuple[Array, Array]:
    """Return a and b of P = 1 / (1 + exp(a score + b)) by scores of samples not trained on.

    A held-out sample has the weight 0: no rows are copied.
    """
    n, n_lines = len(task.codes), 1 if task.n_classes == 2 else task.n_classes
    folds, scores = folds_of(task.codes, settings.seed), np.empty((n, n_lines))
    for fold in range(N_FOLDS):
        weights = (folds != fold).astype(np.float64)
        if task.sample_weights is not None:
            weights *= task.sample_weights
        lines = np.zeros((n_lines, n_features + 1))
        lines, _, _ = train(task._replace(sample_weights=weights), lines, settings)
        coef, intercept = lines[:, :-1].copy(), lines[:, -1] * settings.constant
        held_out = folds == fold
        decision = _core.classify.linear_decision(task.rows, coef, intercept, single=False)
        scores[held_out] = decision[held_out]
    sigmoids = [
        _core.classify.fit_sigmoid(scores[:, line].copy(), task.codes == positive)
        for line, positive in enumerate([1] if n_lines == 1 else range(n_lines))
    ]
    a, b = np.array(sigmoids).T
    return a, b


def probabilities(scores: Array, a: Array, b: Array) -> Array:
    """Return the probability of each class, (n, n_classes), from scores of shape (n, n_lines)."""
    each = np.stack(
        [
            _core.classify.probabilities(scores[:, line].copy(), a[line], b[line])
            for line in range(scores.shape[1])
        ],
        axis=1,
    )
    if scores.shape[1] == 1:
        return np.hstack([1 - each, each])
    total = each.sum(axis=1, keepdims=True)
    shares: Array = np.where(total > 0, each / np.where(total > 0, total, 1), 1 / each.shape[1])
    return shares

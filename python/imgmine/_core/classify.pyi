from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy.typing as npt

_Array: TypeAlias = npt.NDArray[Any]
_Rows: TypeAlias = _Array | tuple[_Array, _Array, _Array, int]

def fit_linear_svc(
    x: _Rows,
    classes: _Array,
    positive: Sequence[int],
    costs: Sequence[float],
    other_costs: Sequence[float],
    sample_weights: _Array | None,
    weights: _Array,
    loss: str,
    solver: str,
    intercept_scaling: float,
    tol: float,
    max_iter: int,
    seed: int,
) -> tuple[list[int], list[float]]: ...
def linear_decision(x: _Rows, weights: _Array, intercepts: _Array, single: bool) -> _Array: ...
def class_moments(
    x: _Array, codes: _Array, weights: _Array | None, n_classes: int
) -> tuple[_Array, _Array]: ...
def class_sums(
    x: _Array, codes: _Array, weights: _Array | None, n_classes: int, threshold: float | None
) -> _Array: ...
def sparse_class_sums(
    values: _Array,
    columns: _Array,
    starts: _Array,
    size: int,
    codes: _Array,
    weights: _Array | None,
    n_classes: int,
    threshold: float | None,
) -> _Array: ...
def gaussian_scores(x: _Array, means: _Array, weights: _Array, offsets: _Array) -> _Array: ...
def threshold_scores(x: _Array, threshold: float, weights: _Array, offsets: _Array) -> _Array: ...
def sparse_scores(
    values: _Array,
    columns: _Array,
    starts: _Array,
    threshold: float | None,
    weights: _Array,
    offsets: _Array,
) -> _Array: ...
def logs(values: _Array, /) -> _Array: ...
def exps(values: _Array, /) -> _Array: ...
def normalized_logs(scores: _Array) -> _Array: ...
def fit_crammer_singer(
    x: _Rows,
    classes: _Array,
    costs: Sequence[float],
    sample_weights: _Array | None,
    weights: _Array,
    solver: str,
    intercept_scaling: float,
    tol: float,
    max_iter: int,
    seed: int,
) -> tuple[int, float]: ...
def learn_more(
    x: _Rows,
    classes: _Array,
    positive: Sequence[int],
    costs: Sequence[float],
    other_costs: Sequence[float],
    sample_weights: _Array | None,
    weights: _Array,
    averages: _Array,
    loss: str,
    C: float,
    rate: float,
    n_before: int,
    intercept_scaling: float,
    seed: int,
) -> None: ...
def fit_sigmoid(scores: _Array, positive: _Array) -> tuple[float, float]: ...
def probabilities(scores: _Array, a: float, b: float) -> _Array: ...

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
def linear_decision(x: _Rows, weights: _Array, intercepts: _Array) -> _Array: ...
def fit_sigmoid(scores: _Array, positive: _Array) -> tuple[float, float]: ...
def probabilities(scores: _Array, a: float, b: float) -> _Array: ...

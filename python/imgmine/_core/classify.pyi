from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy.typing as npt

_Array: TypeAlias = npt.NDArray[Any]

def fit_linear_svc(
    x: _Array,
    classes: _Array,
    positive: Sequence[int],
    costs: Sequence[float],
    other_costs: Sequence[float],
    sample_weights: _Array,
    loss: str,
    intercept_scaling: float,
    tol: float,
    max_iter: int,
    seed: int,
) -> tuple[_Array, list[int], list[bool]]: ...
def linear_decision(x: _Array, weights: _Array, intercepts: _Array) -> _Array: ...
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

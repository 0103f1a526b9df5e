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

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]

def fit_linear_svc(
    x: Array,
    classes: Array,
    positive: Sequence[int],
    costs: Sequence[float],
    other_costs: Sequence[float],
    sample_weights: Array,
    loss: str,
    intercept_scaling: float,
    tol: float,
    max_iter: int,
    seed: int,
) -> tuple[Array, list[int], list[bool]]: ...
def linear_decision(x: Array, weights: Array, intercepts: Array) -> Array: ...

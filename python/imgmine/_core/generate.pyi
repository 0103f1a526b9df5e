from typing import Any, TypeAlias

import numpy.typing as npt

_Array: TypeAlias = npt.NDArray[Any]

def standard_normal(seed: int, n: int) -> _Array: ...
def draw_codes(statistics: _Array, noise: _Array) -> _Array: ...
def code_gradients(
    statistics: _Array, noise: _Array, code_gradient: _Array, weight: float
) -> tuple[float, _Array]: ...

from typing import Any, TypeAlias

import numpy.typing as npt

_Array: TypeAlias = npt.NDArray[Any]

def mse(a: _Array, b: _Array) -> float: ...
def ssim(a: _Array, b: _Array, ksize: int, sigma: float, data_range: float) -> float: ...

from typing import Any, TypeAlias

import numpy.typing as npt

_Array: TypeAlias = npt.NDArray[Any]

def mse(a: _Array, b: _Array) -> float: ...
def ssim(a: _Array, b: _Array, ksize: int, sigma: float, data_range: float) -> float: ...
def mean_distances(
    x: _Array, codes: _Array, n_clusters: int, metric: str, own_only: bool
) -> tuple[_Array, _Array | None]: ...

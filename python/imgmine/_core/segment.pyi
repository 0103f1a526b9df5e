from typing import Any, TypeAlias

import numpy.typing as npt

_Array: TypeAlias = npt.NDArray[Any]

def threshold_otsu(image: _Array) -> int: ...
def slic(
    image: _Array,
    n_segments: int,
    compactness: float,
    n_iter: int,
    adaptive: bool,
    min_size: int | None,
) -> _Array: ...
def superpixels(
    image: _Array, n_segments: int, compactness: float, edge_weight: float
) -> _Array: ...

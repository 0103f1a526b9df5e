from typing import Any, TypeAlias

import numpy.typing as npt

_Array: TypeAlias = npt.NDArray[Any]

def threshold_otsu(image: _Array) -> int: ...
def felzenszwalb(image: _Array, scale: float, sigma: float, min_size: int) -> _Array: ...

from typing import Any, TypeAlias

import numpy.typing as npt

_Array: TypeAlias = npt.NDArray[Any]

def threshold_otsu(image: _Array) -> int: ...
def watershed(
    image: _Array, markers: _Array, mask: _Array | None, connectivity: int, compactness: float
) -> _Array: ...

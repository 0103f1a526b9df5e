from typing import Any, TypeAlias

import numpy.typing as npt

_Array: TypeAlias = npt.NDArray[Any]

def threshold_otsu(image: _Array) -> int: ...
def distance_transform(mask: _Array) -> _Array: ...

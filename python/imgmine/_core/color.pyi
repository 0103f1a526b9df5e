from typing import Any, TypeAlias

import numpy.typing as npt

_Array: TypeAlias = npt.NDArray[Any]

def rgb2gray(image: _Array, out: _Array | None = None) -> _Array: ...

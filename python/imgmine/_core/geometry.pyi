from typing import Any, TypeAlias

import numpy.typing as npt

_Array: TypeAlias = npt.NDArray[Any]

def resize(image: _Array, height: int, width: int, method: str) -> _Array: ...

from typing import Any, TypeAlias

import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]

def resize(image: Array, height: int, width: int, method: str) -> Array: ...

from typing import Any

import numpy.typing as npt

Array = npt.NDArray[Any]

def resize(image: Array, height: int, width: int, method: str) -> Array: ...

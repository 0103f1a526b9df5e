from typing import Any, TypeAlias

import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]

def rgb2gray(image: Array, out: Array | None = None) -> Array: ...

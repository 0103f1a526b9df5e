from typing import Any

import numpy.typing as npt

Array = npt.NDArray[Any]

def rgb2gray(image: Array, out: Array | None = None) -> Array: ...

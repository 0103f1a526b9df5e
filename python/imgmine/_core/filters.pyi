from typing import Any, TypeAlias

import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]

def gaussian_blur(
    image: Array, sigma: float | None, ksize: int | None, border: str, out: Array | None = None
) -> Array: ...

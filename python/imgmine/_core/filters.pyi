from typing import Any, TypeAlias

import numpy.typing as npt

_Array: TypeAlias = npt.NDArray[Any]

def gaussian_blur(
    image: _Array,
    sigma: float | None,
    ksize: int | None,
    border: str,
    method: str,
    out: _Array | None = None,
) -> _Array: ...
def box_blur(
    image: _Array, height: int, width: int, border: str, out: _Array | None = None
) -> _Array: ...
def integral_image(image: _Array, wide: bool) -> _Array: ...

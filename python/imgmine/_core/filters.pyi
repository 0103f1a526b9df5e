from typing import Any, TypeAlias

import numpy.typing as npt

_Array: TypeAlias = npt.NDArray[Any]

def gaussian_blur(
    image: _Array, sigma: float | None, ksize: int | None, border: str, out: _Array | None = None
) -> _Array: ...
def gradient(
    image: _Array,
    which: str,
    axis: int | None,
    ksize: int,
    border: str,
    dtype: Any,
    out: _Array | None = None,
) -> _Array: ...
def laplacian(
    image: _Array, ksize: int, border: str, dtype: Any, out: _Array | None = None
) -> _Array: ...
def canny(
    image: _Array,
    low: float,
    high: float,
    ksize: int,
    l2_gradient: bool,
    out: _Array | None = None,
) -> _Array: ...

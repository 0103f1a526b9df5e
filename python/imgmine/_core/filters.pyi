from typing import Any, TypeAlias

import numpy.typing as npt

_Array: TypeAlias = npt.NDArray[Any]

def correlate(
    image: _Array,
    kernel: _Array,
    anchor: tuple[int, int],
    border: str,
    dtype: str,
    out: _Array | None = None,
) -> _Array: ...
def gaussian_blur(
    image: _Array, sigma: float | None, ksize: int | None, border: str, out: _Array | None = None
) -> _Array: ...
def sep_correlate(
    image: _Array,
    row: _Array,
    column: _Array,
    anchor: tuple[int, int],
    border: str,
    dtype: str,
    out: _Array | None = None,
) -> _Array: ...

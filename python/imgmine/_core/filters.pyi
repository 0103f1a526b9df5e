from typing import Any, TypeAlias

import numpy.typing as npt

_Array: TypeAlias = npt.NDArray[Any]

def gaussian_blur(
    image: _Array, sigma: float | None, ksize: int | None, border: str, out: _Array | None = None
) -> _Array: ...
def median_blur(image: _Array, ksize: int, border: str, out: _Array | None = None) -> _Array: ...
def erode(
    image: _Array,
    size: tuple[int, int],
    mask: _Array | None,
    iterations: int,
    border: str,
    out: _Array | None = None,
) -> _Array: ...
def dilate(
    image: _Array,
    size: tuple[int, int],
    mask: _Array | None,
    iterations: int,
    border: str,
    out: _Array | None = None,
) -> _Array: ...
def opening(
    image: _Array,
    size: tuple[int, int],
    mask: _Array | None,
    iterations: int,
    border: str,
    out: _Array | None = None,
) -> _Array: ...
def closing(
    image: _Array,
    size: tuple[int, int],
    mask: _Array | None,
    iterations: int,
    border: str,
    out: _Array | None = None,
) -> _Array: ...
def remove_specks(image: _Array, max_size: int, connectivity: int, out: _Array) -> None: ...

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
def bilateral_filter(
    image: _Array,
    sigma_color: float,
    sigma_space: float,
    ksize: int | None,
    border: str,
    out: _Array | None = None,
) -> _Array: ...
def nl_means(
    image: _Array,
    h: float,
    patch_size: int,
    window_size: int,
    border: str,
    out: _Array | None = None,
) -> _Array: ...
def correlate(
    image: _Array,
    kernel: _Array,
    anchor: tuple[int, int],
    border: str,
    dtype: str,
    out: _Array | None = None,
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
def box_blur(
    image: _Array, height: int, width: int, border: str, out: _Array | None = None
) -> _Array: ...
def integral_image(image: _Array, wide: bool) -> _Array: ...
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

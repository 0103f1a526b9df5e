from typing import Any, TypeAlias

import numpy.typing as npt

_Array: TypeAlias = npt.NDArray[Any]

def resize(
    image: _Array, height: int, width: int, method: str, out: _Array | None = None
) -> _Array: ...
def flip(image: _Array, upside_down: bool, mirrored: bool, out: _Array | None = None) -> _Array: ...
def pad(
    image: _Array, top: int, bottom: int, left: int, right: int, border: str, value: float
) -> _Array: ...
def warp_affine(
    image: _Array,
    matrix: list[float],
    height: int,
    width: int,
    method: str,
    border: str,
    value: list[float],
    inverse: bool,
) -> _Array: ...
def warp_perspective(
    image: _Array,
    matrix: list[float],
    height: int,
    width: int,
    method: str,
    border: str,
    value: list[float],
    inverse: bool,
) -> _Array: ...
def rotate(
    image: _Array, angle: float, expand: bool, method: str, border: str, value: list[float]
) -> _Array: ...
def undistort(
    image: _Array,
    camera_matrix: list[float],
    distortion: list[float],
    method: str,
    border: str,
    value: list[float],
) -> _Array: ...
def shear(image: _Array, background: list[float]) -> float: ...
def text_angle(image: _Array, background: list[float], max_angle: float) -> float: ...

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

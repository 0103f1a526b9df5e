from typing import Any, TypeAlias

import numpy.typing as npt

_Array: TypeAlias = npt.NDArray[Any]

def threshold_otsu(image: _Array) -> int: ...
def watershed(
    image: _Array, markers: _Array, mask: _Array | None, connectivity: int, compactness: float
) -> _Array: ...
def flood_fill(
    image: _Array, row: int, column: int, value: list[float], tolerance: float, connectivity: int
) -> _Array: ...
def flood_mask(
    image: _Array, row: int, column: int, tolerance: float, connectivity: int
) -> _Array: ...
def region_grow(image: _Array, seeds: _Array, tolerance: float, connectivity: int) -> _Array: ...

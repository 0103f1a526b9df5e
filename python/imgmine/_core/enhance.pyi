from typing import Any, TypeAlias

import numpy.typing as npt

_Array: TypeAlias = npt.NDArray[Any]

def unsharp_mask(
    image: _Array,
    sigma: float,
    amount: float,
    threshold: float,
    border: str,
    out: _Array | None = None,
) -> _Array: ...

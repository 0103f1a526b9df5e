from typing import Any, TypeAlias

import numpy.typing as npt

_Array: TypeAlias = npt.NDArray[Any]

def make(kind: str, arrays: dict[str, _Array]) -> bytes: ...
def parse(data: bytes, kind: str) -> dict[str, _Array]: ...

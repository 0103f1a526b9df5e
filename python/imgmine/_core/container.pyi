from typing import Any, TypeAlias

import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]

def make(kind: str, arrays: dict[str, Array]) -> bytes: ...
def parse(data: bytes, kind: str) -> dict[str, Array]: ...

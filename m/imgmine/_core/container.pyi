from typing import Any

import numpy.typing as npt

Array = npt.NDArray[Any]

def make(kind: str, arrays: dict[str, Array]) -> bytes: ...
def parse(data: bytes, kind: str) -> dict[str, Array]: ...

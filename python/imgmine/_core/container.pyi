from mmap import mmap
from typing import Any, TypeAlias

import numpy.typing as npt

_Array: TypeAlias = npt.NDArray[Any]

def make(kind: str, arrays: dict[str, _Array]) -> bytes: ...
def head(kind: str, arrays: dict[str, _Array]) -> bytes: ...
def parse(data: bytes | mmap | memoryview, kind: str, verify: bool = True) -> dict[str, _Array]: ...

"""Named arrays in the safetensors format, with every claim of a file checked before it is used.

Eight bytes, little-endian: the size of a JSON header. It names each array's dtype, shape and place
among the bytes that follow; under ``__metadata__`` it holds texts.
https://github.com/huggingface/safetensors
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .._errors import FormatError
from .._files import replace_file_by_parts

if TYPE_CHECKING:
    import os

    from .._validate import Array

MAX_HEADER = 100_000_000
METADATA = "__metadata__"
_SIZES = {  # bytes of a number
    **dict.fromkeys(("F64", "I64", "U64"), 8),
    **dict.fromkeys(("F32", "I32", "U32"), 4),
    **dict.fromkeys(("F16", "BF16", "I16", "U16"), 2),
    **dict.fromkeys(("I8", "U8", "BOOL", "F8_E4M3", "F8_E5M2"), 1),
}
_FLOATS = {"F64": "<f8", "F32": "<f4", "F16": "<f2"}


class _Entry(NamedTuple):
    dtype: str
    shape: tuple[int, ...]
    begin: int
    end: int


def write(path: str | os.PathLike[str], arrays: dict[str, Array], metadata: dict[str, str]) -> None:
    """Write float32 arrays and texts; a reader never finds half of it."""
    header: dict[str, Any] = {METADATA: metadata}
    offset = 0
    for name, array in arrays.items():
        end = offset + 4 * array.size
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    parts: list[bytes | memoryview] = [len(text).to_bytes(8, "little"), text]
    parts += map(data_of, arrays.values())
    replace_file_by_parts(path, parts, sync=True)


def data_of(array: Array) -> memoryview:
    """Return an array's bytes as a file holds them."""
    return np.ascontiguousarray(array, "<f4").reshape(-1).view(np.uint8).data


def read(path: str | os.PathLike[str]) -> tuple[dict[str, Array], dict[str, str], bytes]:
    """Return the arrays as float32, the texts, and the bytes of all arrays.

    Raises
    ------
    FormatError
        If the file is no safetensors file, a damaged one, or has arrays of other than
        floating-point numbers.
    """
    with Path(path).open("rb") as file:
        try:
            size = file.seek(0, 2)
            file.seek(0)
            header = _header(file.read(8), size, file.read)
            metadata = _metadata(header.pop(METADATA, {}))
            entries = {name: _entry(name, claims) for name, claims in header.items()}
            _require_cover(entries, size - file.tell())
            data = file.read()
            return _arrays(entries, data), metadata, data
        except FormatError as error:
            raise FormatError(f"{str(path)!r} is damaged or no safetensors file: {error}") from None


def _header(start: bytes, size: int, read: Any) -> dict[str, Any]:
    length = int.from_bytes(start, "little")
    if len(start) < 8 or length > min(MAX_HEADER, size - 8):
        raise FormatError(
            f"its header must be at most {min(MAX_HEADER, max(size - 8, 0))} bytes, says {length}"
        )
    text = read(length)
    if not text.startswith(b"{"):
        raise FormatError("its header must begin with '{'")
    try:
        header = json.loads(text.rstrip(b" ").decode(), object_pairs_hook=_no_doubles)
    except FormatError:
        raise
    except (ValueError, RecursionError) as error:
        raise FormatError(f"its header is no JSON: {error}") from None
    if not isinstance(header, dict) or text.rstrip(b" ")[-1:] != b"}":
        raise FormatError("its header must be a JSON object")
    return header


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise FormatError("its header has a name twice")
    return found


def _metadata(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise FormatError(f"{METADATA} must hold texts")
    return value


def _entry(name: str, claims: Any) -> _Entry:
    """Return what a header says of an array, whose size must be that of its shape."""
    what = f"the array {name[:60]!r}"
    if not isinstance(claims, dict) or claims.keys() != {"dtype", "shape", "data_offsets"}:
        raise FormatError(f"{what} must have dtype, shape and data_offsets")
    dtype, shape, offsets = claims["dtype"], claims["shape"], claims["data_offsets"]
    if not isinstance(dtype, str) or dtype not in _SIZES:
        raise FormatError(f"{what} must have a known dtype, has {str(dtype)[:20]!r}")
    if not _whole(shape) or len(shape) > 32:
        raise FormatError(f"{what} must have a shape of whole numbers, at most 32")
    if not _whole(offsets) or len(offsets) != 2:
        raise FormatError(f"{what} must have two offsets")
    begin, end = offsets
    if end - begin != math.prod(shape) * _SIZES[dtype]:
        raise FormatError(
            f"{what} of shape {shape} must have {math.prod(shape) * _SIZES[dtype]} bytes, "
            f"has {end - begin}"
        )
    return _Entry(dtype, tuple(shape), begin, end)


def _whole(numbers: Any) -> bool:
    return isinstance(numbers, list) and all(type(n) is int and 0 <= n < 2**63 for n in numbers)


def _require_cover(entries: dict[str, _Entry], size: int) -> None:
    """Refuse arrays that overlap, leave a hole, or end before or behind the file."""
    reached = 0
    for name, entry in sorted(entries.items(), key=lambda item: item[1][2:]):
        if entry.begin != reached:
            kind = "overlaps another" if entry.begin < reached else "leaves a hole before it"
            raise FormatError(f"the array {name[:60]!r} {kind}: it begins at {entry.begin}")
        reached = entry.end
    if reached != size:
        raise FormatError(f"its arrays must have {reached} bytes, the file has {size}")


def _arrays(entries: dict[str, _Entry], data: bytes) -> dict[str, Array]:
    arrays: dict[str, Array] = {}
    for name, entry in entries.items():
        count = math.prod(entry.shape)
        if entry.dtype == "BF16":
            halves = np.frombuffer(data, "<u2", count, entry.begin)
            flat: Array = (halves.astype(np.uint32) << 16).view(np.float32)
        elif entry.dtype in _FLOATS:
            with np.errstate(over="ignore", invalid="ignore"):
                flat = np.frombuffer(data, _FLOATS[entry.dtype], count, entry.begin).astype("f4")
        else:
            raise FormatError(
                f"the array {name[:60]!r} must be F64, F32, F16 or BF16, is {entry.dtype}"
            )
        arrays[name] = flat.reshape(entry.shape)
    return arrays

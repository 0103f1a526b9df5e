"""What stands in an ONNX file: checked before memory is taken, and named in every error."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .._errors import FormatError, MissingDependencyError

if TYPE_CHECKING:
    import os

    from .._validate import Array

# What a file may ask for. Larger networks than these do not run on images at any bearable pace.
MOST_BYTES = 2**31 - 1  # protobuf's own limit
MOST_NODES = 20_000
MOST_NUMBERS = 2**28
LONGEST = 2**24

_REAL = {1: "FLOAT", 10: "FLOAT16", 11: "DOUBLE", 16: "BFLOAT16"}
_WHOLE = {2: "UINT8", 3: "INT8", 5: "INT16", 6: "INT32", 7: "INT64", 9: "BOOL"}


def onnx_package() -> Any:
    """Return the package onnx, which knows the files' format."""
    try:
        import onnx
        import onnx.numpy_helper
    except ImportError as error:
        raise MissingDependencyError("onnx", "onnx") from error
    return onnx


def read_model(path: str | os.PathLike[str]) -> Any:
    """Return the model in a file; what it says is not looked at yet."""
    onnx = onnx_package()
    file = Path(path)
    if file.stat().st_size > MOST_BYTES:
        raise FormatError(f"{file.name} is no ONNX model: it has more than {MOST_BYTES} bytes")
    model = onnx.ModelProto()
    try:
        model.ParseFromString(file.read_bytes())
    except Exception as error:  # protobuf has classes of its own, by version
        raise FormatError(f"{file.name} is no ONNX model: {error}") from error
    if not model.HasField("graph") or not model.graph.node:
        raise FormatError(f"{file.name} is no ONNX model: there is no graph in it")
    if len(model.graph.node) > MOST_NODES:
        found = len(model.graph.node)
        raise FormatError(f"{file.name} has {found} nodes, at most {MOST_NODES} are read")
    return model


def opset_of(model: Any) -> int:
    """Return the version of the operators; FormatError for other sets than ONNX's."""
    versions = {entry.domain or "ai.onnx": entry.version for entry in model.opset_import}
    version: int = versions.get("ai.onnx", 0)
    if not 9 <= version <= 100:
        raise FormatError(f"the model's operators must be of ONNX's set 9 or later, got {version}")
    return version


def array_of(tensor: Any, what: str) -> Array:
    """Return a tensor's numbers, as float32 or int64; FormatError if they are not as it says."""
    onnx = onnx_package()
    shape = tuple(tensor.dims)
    if tensor.data_location == onnx.TensorProto.EXTERNAL or tensor.external_data:
        raise FormatError(f"{what} is kept in another file: save the model in one file")
    if tensor.HasField("segment"):
        raise FormatError(f"{what} is kept in segments, which are not read")
    if len(shape) > 8 or any(n < 0 for n in shape) or math.prod(shape) > MOST_NUMBERS:
        raise FormatError(f"{what} has shape {shape}: too large")
    kind = tensor.data_type
    if kind not in _REAL and kind not in _WHOLE:
        raise FormatError(f"{what} must hold real or whole numbers, it has ONNX's type {kind}")
    try:
        array = onnx.numpy_helper.to_array(tensor)
        if array.shape != shape:
            raise ValueError(f"{array.shape} are there")
    except Exception as error:
        raise FormatError(f"{what} does not hold the {shape} numbers it speaks of") from error
    with np.errstate(all="ignore"):
        wanted = np.float32 if kind in _REAL else np.int64
        return np.array(array, wanted, order="C")


class OnnxNode:
    """A node, its attributes by name and kind; errors speak of it."""

    def __init__(self, index: int, proto: Any, opset: int) -> None:
        self.op: str = proto.op_type
        self.inputs: list[str] = list(proto.input)
        self.outputs: list[str] = list(proto.output)
        self.opset = opset
        self.label = f"node {index} ({self.op}{f' {proto.name!r}' if proto.name else ''})"
        self._attributes = {item.name: item for item in proto.attribute}
        if proto.domain not in ("", "ai.onnx"):
            raise self.wrong(f"is of the operators {proto.domain!r}, which are not known")

    def wrong(self, message: str) -> FormatError:
        """Return the error that says of this node what the message says."""
        return FormatError(f"{self.label} {message}")

    def integer(self, name: str, default: int) -> int:
        """Return an attribute that is a whole number."""
        return int(self._get(name, default, 2, "i"))

    def number(self, name: str, default: float) -> float:
        """Return an attribute that is a finite number."""
        value = float(self._get(name, default, 1, "f"))
        if not math.isfinite(value):
            raise self.wrong(f"must have a finite {name}, got {value}")
        return value

    def text(self, name: str, default: str) -> str:
        """Return an attribute that is a word."""
        value = self._get(name, default, 3, "s")
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)

    def integers(self, name: str, default: list[int] | None, n: int | None = None) -> list[int]:
        """Return an attribute that is `n` whole numbers, each at most `LONGEST`."""
        found = self._get(name, default, 7, "ints")
        if found is None:
            raise self.wrong(f"must have the attribute {name}")
        values = [int(value) for value in found]
        if n is not None and len(values) != n:
            raise self.wrong(f"must have {n} numbers as {name}, for images: got {values[:8]}")
        if any(abs(value) > LONGEST for value in values):
            raise self.wrong(f"must have {name} of at most {LONGEST}, got {values[:8]}")
        return values

    def tensor(self, name: str) -> Any:
        """Return an attribute that is a tensor, or None."""
        return self._get(name, None, 4, "t")

    def has(self, name: str) -> bool:
        """Tell whether there is an attribute of that name."""
        return name in self._attributes

    def _get(self, name: str, default: Any, kind: int, field: str) -> Any:
        item = self._attributes.get(name)
        if item is None:
            return default
        if item.type != kind:
            raise self.wrong(f"has an attribute {name} of another type than ONNX's")
        return getattr(item, field)

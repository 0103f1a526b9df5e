"""What trainable descriptors have learned, and how it is written down."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from .._validate import Array


class Codebook:
    """Named float32 arrays, frozen: equal if all their bits are."""

    def __init__(self, arrays: dict[str, Array]) -> None:
        self._arrays: dict[str, Array] = {}
        for name, array in arrays.items():
            copy = np.array(array, np.float32, order="C")
            if not np.isfinite(copy).all():
                raise ValueError(f"codebook's {name} must be finite")
            copy.flags.writeable = False
            self._arrays[name] = copy

    def __getitem__(self, name: str) -> Array:
        return self._arrays[name]

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the arrays' shapes by name."""
        return {name: array.shape for name, array in self._arrays.items()}

    def to_dict(self) -> dict[str, Any]:
        """Return the arrays as JSON can hold them: little-endian bytes in base64."""
        return {
            name: {
                "shape": list(array.shape),
                "data": base64.b64encode(array.astype("<f4").tobytes()).decode("ascii"),
            }
            for name, array in self._arrays.items()
        }

    @classmethod
    def from_dict(cls, written: dict[str, Any]) -> Codebook:
        """Return the codebook that `to_dict` wrote; ValueError where it is damaged."""
        arrays = {}
        if not isinstance(written, dict):
            raise TypeError(f"codebook must be a dictionary, got {type(written).__name__}")
        for name, part in written.items():
            shape = part["shape"]
            if not all(type(extent) is int and extent >= 0 for extent in shape):
                raise ValueError(f"codebook's {name} has no shape: {shape!r}")
            try:
                data = base64.b64decode(part["data"], validate=True)
            except binascii.Error as error:
                raise ValueError(f"codebook's {name} is damaged: {error}") from error
            n_bytes = 4
            for extent in shape:
                n_bytes *= extent
            if len(data) != n_bytes:
                raise ValueError(
                    f"codebook's {name} must have {n_bytes} bytes for {shape}, got {len(data)}"
                )
            arrays[name] = np.frombuffer(data, "<f4").reshape(shape)
        return cls(arrays)

    def _key(self) -> tuple[Any, ...]:
        return tuple((name, a.shape, a.tobytes()) for name, a in sorted(self._arrays.items()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Codebook) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        shapes = ", ".join(f"{name} {shape}" for name, shape in self.shapes().items())
        return f"<Codebook: {shapes}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return (Codebook, (self._arrays,))

"""An array on a GPU as its owner describes it. Nothing here needs a GPU, or a package for one."""

from __future__ import annotations

import copy
import ctypes
import math
from typing import Any

import numpy as np
import numpy.typing as npt

ON_GPU = (2, 13)  # DLPack's kDLCUDA and kDLCUDAManaged


class DeviceArray:
    """What a GPU array says of itself, by the names that NumPy has for it; `owner` keeps it alive.

    `strides` are in bytes, `stream` is the one that its contents are made on: None where these
    need no waiting for. `device` is None where the owner does not say it.
    """

    def __init__(self, array: Any) -> None:
        self.array = self.owner = array
        self.device: int | None = None
        interface = getattr(array, "__cuda_array_interface__", None)
        if interface is None:
            self.owner, self.device, interface = described_by_dlpack(array)
        self.pointer, self.read_only = interface["data"]
        self.shape: tuple[int, ...] = tuple(interface["shape"])
        self.dtype = np.dtype(interface["typestr"])
        strides = interface.get("strides")
        self.strides = contiguous(self.shape, self.dtype) if strides is None else tuple(strides)
        self.stream: int | None = interface.get("stream")
        #: The same pixels in other color spaces, by name, where a recipe has made them.
        self.converted: dict[str, DeviceArray] = {}
        if interface.get("mask") is not None:
            raise TypeError("masked GPU arrays are not supported")

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return math.prod(self.shape)

    @property
    def is_contiguous(self) -> bool:
        """Whether the values stand in order without gaps."""
        wanted = contiguous(self.shape, self.dtype)
        if self.strides == wanted:
            return True
        pairs = zip(self.shape, self.strides, wanted, strict=True)
        return self.size == 0 or all(n == 1 or has == want for n, has, want in pairs)

    @property
    def __cuda_array_interface__(self) -> dict[str, Any]:
        return {
            "data": (self.pointer, self.read_only),
            "shape": self.shape,
            "strides": self.strides,
            "typestr": self.dtype.str,
            "version": 3,
            "stream": None,
        }

    def of_four_dimensions(self) -> DeviceArray:
        """Return the same values seen through an array of shape (1, ..., n)."""
        seen = DeviceArray(self)
        extra = 4 - self.ndim
        seen.shape, seen.strides = (1,) * extra + self.shape, (0,) * extra + self.strides
        return seen

    def in_order(self) -> DeviceArray:
        """Return the same values, which stand in order, with the strides that say so."""
        seen = DeviceArray(self)
        seen.strides = contiguous(self.shape, self.dtype)
        return seen

    def of_dtype(self, dtype: np.dtype[Any]) -> DeviceArray:
        """Return the same bytes taken for another dtype of the same size."""
        seen = DeviceArray(self)
        seen.dtype = dtype
        return seen

    def seen_as(
        self, shape: tuple[int, ...], strides: tuple[int, ...], first: int = 0
    ) -> DeviceArray:
        """Return the owner's memory, from byte `first` on, seen through another shape."""
        seen = copy.copy(self)
        seen.shape, seen.strides, seen.pointer = shape, strides, self.pointer + first
        seen.converted = {}
        return seen

    def as_batch(self) -> DeviceArray:
        """Return an image, or a batch, as a batch of shape (N, H, W, C)."""
        if self.ndim == 4:
            return self
        shape, strides = self.shape, self.strides
        if self.ndim == 2:
            shape, strides = (*shape, 1), (*strides, self.dtype.itemsize)
        return self.seen_as((1, *shape), (0, *strides))

    def of_one_channel(self) -> DeviceArray:
        """Return gray images of shape (N, H, W) as a batch of shape (N, H, W, 1)."""
        return self.seen_as((*self.shape, 1), (*self.strides, self.dtype.itemsize))

    def rows(self, first: int, n: int) -> DeviceArray:
        """Return `n` of what stands along the first axis, and the color spaces made of it."""
        seen = self.seen_as((n, *self.shape[1:]), self.strides, first * self.strides[0])
        seen.converted = {name: other.rows(first, n) for name, other in self.converted.items()}
        return seen

    def overlaps(self, other: DeviceArray) -> bool:
        """Tell whether the two may share memory."""
        first, second = self.extent(), other.extent()
        return first[0] < second[1] and second[0] < first[1]

    def extent(self) -> tuple[int, int]:
        """Return the address of the first byte and that behind the last."""
        if not self.size:
            return 0, 0
        steps = [(n - 1) * step for n, step in zip(self.shape, self.strides, strict=True)]
        low = self.pointer + sum(min(step, 0) for step in steps)
        return low, self.pointer + sum(max(step, 0) for step in steps) + self.dtype.itemsize


def contiguous(shape: tuple[int, ...], dtype: np.dtype[Any]) -> tuple[int, ...]:
    """Return the strides, in bytes, of an array whose values stand in order without gaps."""
    strides = [dtype.itemsize]
    for extent in shape[:0:-1]:
        strides.append(strides[-1] * extent)
    return tuple(strides[::-1])[-len(shape) :] if shape else ()


def is_on_gpu(value: object) -> bool:
    """Tell whether `value` is an array in a GPU's memory."""
    if hasattr(value, "__cuda_array_interface__"):
        return True
    device = getattr(value, "__dlpack_device__", None)
    return device is not None and not isinstance(value, np.ndarray) and device()[0] in ON_GPU


class _DLTensor(ctypes.Structure):
    _fields_ = (
        ("data", ctypes.c_void_p),
        ("device_type", ctypes.c_int32),
        ("device_id", ctypes.c_int32),
        ("ndim", ctypes.c_int32),
        ("code", ctypes.c_uint8),
        ("bits", ctypes.c_uint8),
        ("lanes", ctypes.c_uint16),
        ("shape", ctypes.POINTER(ctypes.c_int64)),
        ("strides", ctypes.POINTER(ctypes.c_int64)),
        ("byte_offset", ctypes.c_uint64),
    )


LETTERS = {0: "i", 1: "u", 2: "f", 6: "b"}


def described_by_dlpack(array: Any) -> tuple[object, int, dict[str, Any]]:
    """Return the capsule, which owns the memory, its device, and what it says of the array.

    The capsule is never renamed, so that whoever made it frees the memory when it is dropped. Its
    contents are asked for on the legacy default stream, which every blocking stream waits for.
    """
    capsule = array.__dlpack__(stream=1)
    pointer_of = ctypes.pythonapi.PyCapsule_GetPointer
    pointer_of.restype, pointer_of.argtypes = ctypes.c_void_p, (ctypes.py_object, ctypes.c_char_p)
    tensor = _DLTensor.from_address(pointer_of(capsule, b"dltensor"))
    if tensor.code not in LETTERS or tensor.lanes != 1:
        raise TypeError(f"a GPU array of DLPack's type {tensor.code} is not supported")
    dtype = np.dtype(f"{LETTERS[tensor.code]}{tensor.bits // 8}")
    n = range(tensor.ndim)
    interface: dict[str, Any] = {
        "data": ((tensor.data or 0) + tensor.byte_offset, False),
        "shape": tuple(tensor.shape[i] for i in n),
        "strides": tuple(tensor.strides[i] * dtype.itemsize for i in n) if tensor.strides else None,
        "typestr": dtype.str,
        "stream": 1,
    }
    return capsule, tensor.device_id, interface


def as_device_out(
    out: Any, shape: tuple[int, ...], image: DeviceArray, dtype: npt.DTypeLike
) -> DeviceArray:
    """Return `out` if a result of `shape` and `dtype` of a GPU array can go there."""
    if not is_on_gpu(out):
        raise TypeError(f"out must be on a GPU as the image is, got {type(out).__name__}")
    target = DeviceArray(out)
    if target.dtype != dtype:
        raise TypeError(f"out must be {dtype}, got {target.dtype}")
    if target.shape != shape:
        raise ValueError(f"out must have shape {shape}, got {target.shape}")
    if target.read_only:
        raise ValueError("out must be writable")
    if not target.is_contiguous:
        raise ValueError(f"out must be contiguous, got strides {target.strides}")
    if target.overlaps(image):
        raise ValueError("out must not overlap the image")
    return target

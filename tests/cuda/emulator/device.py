"""Calls the emulator's driver from Python, as far as the plugin and the tests need it."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .build import driver, image
from .ptx import parse

if TYPE_CHECKING:
    from pathlib import Path

U32, U64, POINTER = ctypes.c_uint, ctypes.c_uint64, ctypes.c_void_p


class Cost(NamedTuple):
    """What the lanes of all warps have done, see cost.py and machine/cost.hpp."""

    instructions: float
    global_accesses: float
    shared_accesses: float
    global_bytes: float
    doubles: float


class Emulator:
    """The driver's own calls: how it runs, and what it has found."""

    def __init__(self, path: Path | str) -> None:
        self.library = ctypes.CDLL(str(path))
        self.library.emulator_take_errors.restype = ctypes.c_size_t

    def set_order(self, seed: int) -> None:
        """Run threads and blocks by their numbers (0) or shuffled."""
        self.library.emulator_set_order(U64(seed))

    def set_lazy(self, is_lazy: bool) -> None:
        """Do work when somebody waits for it, or at once."""
        self.library.emulator_set_lazy(int(is_lazy))

    def cost(self) -> Cost:
        """Finish all work; return what kernels that count have counted since the last call."""
        self.library.cuCtxSynchronize()
        taken = (ctypes.c_double * len(Cost._fields))()
        self.library.emulator_take_cost(taken)
        return Cost(*taken)

    def errors(self) -> list[str]:
        """Finish all work; return what was wrong since the last call."""
        self.library.cuCtxSynchronize()
        text = ctypes.create_string_buffer(1 << 16)
        n = self.library.emulator_take_errors(text, len(text))
        told = text.value.decode().splitlines()
        return told if n == len(told) else [*told, f"{n} errors in all"] if n else []


class Device(Emulator):
    """Runs hand-written kernels."""

    def __init__(self) -> None:
        super().__init__(driver())

    def call(self, name: str, *arguments: Any) -> None:
        result = getattr(self.library, name)(*arguments)
        if result:
            raise RuntimeError(f"{name} returned {result}")

    def function(self, ptx: str, *, counts: bool = False) -> ctypes.c_void_p:
        module, function = POINTER(), POINTER()
        self.call("cuModuleLoadData", ctypes.byref(module), image(ptx, counts=counts))
        name = parse(ptx).name.encode()
        self.call("cuModuleGetFunction", ctypes.byref(function), module, name)
        return function

    def empty(self, n_bytes: int) -> ctypes.c_uint64:
        address = U64()
        self.call("cuMemAlloc_v2", ctypes.byref(address), ctypes.c_size_t(n_bytes))
        return address

    def free(self, address: ctypes.c_uint64) -> None:
        self.call("cuMemFree_v2", address)

    def put(self, array: np.ndarray) -> ctypes.c_uint64:
        values = np.ascontiguousarray(array)
        address = self.empty(values.nbytes)
        size = ctypes.c_size_t(values.nbytes)
        self.call("cuMemcpyHtoD_v2", address, POINTER(values.ctypes.data), size)
        return address

    def get(self, address: ctypes.c_uint64, like: np.ndarray) -> np.ndarray:
        values = np.empty_like(like)
        size = ctypes.c_size_t(values.nbytes)
        self.call("cuMemcpyDtoH_v2", POINTER(values.ctypes.data), address, size)
        return values

    def launch(
        self,
        function: ctypes.c_void_p,
        *arguments: Any,
        grid: int = 1,
        block: int | tuple[int, int, int] = 32,
        shared: int = 0,
        stream: ctypes.c_void_p | None = None,
    ) -> None:
        threads = (block, 1, 1) if isinstance(block, int) else block
        pointers = [ctypes.cast(ctypes.pointer(value), POINTER) for value in arguments]
        values = (POINTER * len(arguments))(*pointers)
        sizes = [U32(n) for n in (grid, 1, 1, *threads, shared)]
        self.call("cuLaunchKernel", function, *sizes, stream, values, None)

    def run(self, ptx: str, *arrays: np.ndarray, **options: Any) -> list[np.ndarray]:
        """Launch a kernel on copies of arrays; return what it has made of them."""
        addresses = [self.put(array) for array in arrays]
        self.launch(self.function(ptx), *addresses, **options)
        results = [self.get(a, x) for a, x in zip(addresses, arrays, strict=True)]
        for address in addresses:
            self.free(address)
        return results

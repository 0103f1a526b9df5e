"""What differs between the libraries whose arrays come in: streams, devices, new arrays."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from numba import cuda

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from .._device_array import DeviceArray


class Numba:
    """Arrays of Numba's, and of all libraries that are not known here by name."""

    waits = False  # whether `finished` waits for the GPU

    def device(self, array: DeviceArray) -> int | None:
        """Return the number of the GPU that an array is on; None: the one that is current."""
        return array.device

    def stream(self, array: DeviceArray) -> int:
        return 0

    def empty(self, array: DeviceArray, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Any:
        return cuda.device_array(shape, dtype)

    def unused(self, array: DeviceArray) -> int:
        """Return how many bytes the library holds that no array has."""
        return 0

    def finished(self, result: Any, synchronize: Callable[[], None]) -> Any:
        return result


class Cupy(Numba):
    """CuPy's arrays: from its memory pool, on the stream that is current in CuPy."""

    def device(self, array: DeviceArray) -> int | None:
        return int(array.array.device.id)

    def stream(self, array: DeviceArray) -> int:
        return int(sys.modules["cupy"].cuda.get_current_stream().ptr)

    def empty(self, array: DeviceArray, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Any:
        return sys.modules["cupy"].empty(shape, dtype)

    def unused(self, array: DeviceArray) -> int:
        return int(sys.modules["cupy"].get_default_memory_pool().free_bytes())


class Torch(Numba):
    """PyTorch's tensors: from its caching allocator, on the stream that is current in PyTorch."""

    def device(self, array: DeviceArray) -> int | None:
        return int(array.array.device.index)

    def stream(self, array: DeviceArray) -> int:
        return int(sys.modules["torch"].cuda.current_stream(array.array.device).cuda_stream)

    def empty(self, array: DeviceArray, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Any:
        torch = sys.modules["torch"]
        return torch.empty(shape, dtype=getattr(torch, str(dtype)), device=array.array.device)

    def unused(self, array: DeviceArray) -> int:
        pool, device = sys.modules["torch"].cuda, array.array.device
        return int(pool.memory_reserved(device) - pool.memory_allocated(device))


class Jax(Numba):
    """JAX's arrays, which only JAX can make: a result is handed over when it is finished."""

    waits = True

    def finished(self, result: Any, synchronize: Callable[[], None]) -> Any:
        synchronize()
        return sys.modules["jax"].numpy.from_dlpack(result)


class Pooled(Numba):
    """Arrays of a pool of `_pool`: on its stream, in its memory."""

    def stream(self, array: DeviceArray) -> int:
        return int(array.array.pool.stream)

    def empty(self, array: DeviceArray, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Any:
        return array.array.pool.empty(shape, dtype)


OWNERS = {
    "cupy": Cupy(),
    "imgmine": Pooled(),
    "jax": Jax(),
    "jaxlib": Jax(),
    "torch": Torch(),
}


def owner_of(array: DeviceArray) -> Numba:
    """Return what is known of the library that `array` comes from."""
    library = type(array.array).__module__.partition(".")[0]
    return OWNERS.get(library, NUMBA)


NUMBA = Numba()

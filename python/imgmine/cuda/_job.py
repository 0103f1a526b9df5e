"""What every CUDA version does around its kernels: device, stream, views, memory, errors."""

from __future__ import annotations

import warnings
from contextlib import contextmanager, nullcontext
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda

from .._device_array import DeviceArray
from .._errors import CudaError, CudaMemoryError
from ._copy import copy_values, grid_of
from ._owners import owner_of
from ._views import reshaped, view_of

if TYPE_CHECKING:
    from collections.abc import Iterator

# A small image is no mistake of the caller's.
warnings.filterwarnings("ignore", "Grid size .* will likely result in GPU under-utilization")
LEGACY = (0, 1)  # two names of the default stream
OUT_OF_MEMORY = 2  # CUDA_ERROR_OUT_OF_MEMORY
THREADS = 128  # of a block that works value by value: several fit a multiprocessor at any occupancy
LITTLE = 1 << 24  # bytes: what is too much to have stays an error
LARGEST_KEPT, MOST_KEPT = 1 << 16, 1024  # bytes of a table; tables, those used last
_tables: dict[tuple[int, Any], Any] = {}
_lock = Lock()


class Job:
    """Runs kernels where its first array lives, on the stream that is current there.

    Kernels are only queued: nothing waits for them. Whoever uses the result on the same stream, or
    as CuPy, PyTorch and Numba do by themselves, sees it finished.
    """

    def __init__(self, *arrays: DeviceArray) -> None:
        self.first = arrays[0]
        self.owner = owner_of(self.first)
        self.handle = self.owner.stream(self.first)
        self.stream: Any = cuda.external_stream(self.handle) if self.handle else 0
        for array in arrays:
            self.wait_for(array)

    @cached_property
    def context(self) -> Any:
        """What Numba has of the GPU that the job runs on."""
        return cuda.current_context()

    def wait_for(self, array: DeviceArray) -> None:
        """Have the stream wait until `array` is made, if it is made on another."""
        if array.stream is None or array.stream == self.handle:
            return
        if array.stream in LEGACY and self.handle in LEGACY:
            return
        made = cuda.event(timing=False)
        made.record(cuda.external_stream(array.stream))
        made.wait(self.stream)

    def synchronize(self) -> None:
        """Wait until all that was queued is done."""
        if self.stream:
            self.stream.synchronize()
        else:
            cuda.synchronize()

    def view(
        self, array: DeviceArray, shape: tuple[int, ...] | None = None, bits: Any = None
    ) -> Any:
        """Return what kernels take: the values in order, copied on the GPU if they are not.

        `bits` is a dtype of the same size that the values are taken for.
        """
        wanted = array.shape if shape is None else shape
        if bits is not None:
            array = array.of_dtype(bits)
        if array.is_contiguous:
            return view_of(array, wanted)
        copied = self.scratch((array.size,), array.dtype)
        self.put_in_order(array, copied)
        return reshaped(copied, *wanted)

    def put_in_order(self, array: DeviceArray, target: Any) -> None:
        """Copy an array of any strides to where its values stand in order."""
        source = cuda.as_cuda_array(array.of_four_dimensions(), sync=False)
        self.launch(copy_values, grid_of(source.shape, THREADS), THREADS, source, target)

    def worked_on(self, array: DeviceArray) -> DeviceArray:
        """Return an array as one whose results are not waited for, if its owner's would be."""
        if not self.owner.waits:
            return array
        seen = array.seen_as(array.shape, array.strides)
        seen.array = seen.owner = cuda.as_cuda_array(array, sync=False)
        return seen

    def copied(self, array: DeviceArray) -> DeviceArray:
        """Return a copy whose values stand in order."""
        target = DeviceArray(self.owner.empty(array, array.shape, array.dtype))
        self.put_in_order(array, self.view(target, (array.size,)))
        return target

    def has_words(self, *arrays: DeviceArray, n_bytes: int = 4) -> bool:
        """Tell whether the views of `arrays` begin at multiples of a few bytes."""
        return all(x.pointer % n_bytes == 0 or not x.is_contiguous for x in arrays)

    def empty(self, shape: tuple[int, ...], dtype: Any) -> DeviceArray:
        """Return a new array of the owner's kind."""
        return DeviceArray(self.owner.empty(self.first, shape, np.dtype(dtype)))

    def scratch(self, shape: tuple[int, ...], dtype: Any) -> Any:
        """Return a new array for kernels only."""
        return view_of(self.empty(shape, dtype), shape)

    def upload(self, values: np.ndarray[Any, Any]) -> Any:
        """Return a copy of a few numbers on the GPU, which kernels only read.

        It is kept for the next calls: to copy out of the host's ordinary memory, CUDA may wait for
        all that is queued on the stream.
        """
        values = np.ascontiguousarray(values)
        if values.nbytes > LARGEST_KEPT:
            return cuda.to_device(values, stream=self.stream)
        return self.table((values.dtype.str, values.shape, values.tobytes()), values)

    def table(self, name: Any, values: np.ndarray[Any, Any]) -> Any:
        """Return the copy of a table that is the same for all calls, made by the first of them."""
        key = (id(self.context), name)
        with _lock:
            table = _tables.pop(key, None)
        if table is None:
            table = cuda.to_device(np.ascontiguousarray(values), stream=self.stream)
            self.synchronize()  # other streams may use it next
        with _lock:
            _tables[key] = table  # behind those that were used before
            while len(_tables) > MOST_KEPT:
                del _tables[next(iter(_tables))]
        return table

    def run(self, kernel: Any, n: int, *arguments: Any) -> None:
        """Launch a kernel with a thread for each of n values."""
        self.launch(kernel, (n + THREADS - 1) // THREADS, THREADS, *arguments)

    def launch(self, kernel: Any, grid: Any, block: Any, *arguments: Any) -> None:
        """Launch a kernel on a grid of blocks."""
        if all(grid) if isinstance(grid, tuple) else grid:
            kernel[grid, block, self.stream](*arguments)

    def result(self, array: DeviceArray) -> Any:
        """Return an array as its owner wants to have it."""
        return self.owner.finished(array.array, self.synchronize)

    def multiprocessors(self) -> int:
        """Return how many multiprocessors the GPU has (the simulator: one)."""
        return int(getattr(self.context.device, "MULTIPROCESSOR_COUNT", 1))

    def at_once(self, n: int, n_bytes: int) -> int:
        """Return how many of n items of `n_bytes` of scratch each go in half of what is free.

        Little memory is taken without asking the driver, which takes longer than a kernel.
        """
        if n * n_bytes <= LITTLE:
            return max(1, n)
        free, _ = self.context.get_memory_info()
        free += self.owner.unused(self.first)
        return int(max(1, min(n, free // 2 // max(1, n_bytes))))


@contextmanager
def on_device_of(*arrays: Any) -> Iterator[Job]:
    """Give a job on the GPU of the first of `arrays`; tell its failures as the library's errors."""
    with told():
        device = owner_of(arrays[0]).device(arrays[0])
        with nullcontext() if device is None else cuda.gpus[device]:
            yield Job(*[array for array in arrays if array is not None])


@contextmanager
def told() -> Iterator[None]:
    """Tell failures of a GPU as the library's errors."""
    try:
        yield
    except (CudaError, TypeError, ValueError):
        raise
    except Exception as error:
        meant = translated(error)
        if meant is error:
            raise
        raise meant from error


def translated(error: Exception) -> Exception:
    """Return a driver's or allocator's failure as an error of the library, others as they are."""
    code = getattr(error, "code", None)
    name = type(error).__name__
    if code == OUT_OF_MEMORY or name == "OutOfMemoryError" or isinstance(error, MemoryError):
        return CudaMemoryError(f"the GPU has not enough memory left: {error}")
    if code is not None or name.startswith(("Cuda", "Nvvm", "Nvrtc", "CUDA")):
        return CudaError(f"the GPU reports: {error}")
    return error

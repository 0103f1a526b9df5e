"""Views of a GPU's memory as kernels take them, made once for each place, shape and dtype.

What Numba works out for a new array, its type above all, takes longer than small kernels run. So
the first view of a place is kept, without what it holds in memory, and later ones are copies of it:
pools of memory give the same places again and again.
"""

from __future__ import annotations

import copy
from threading import Lock
from typing import TYPE_CHECKING, Any

from numba import cuda, typeof
from numba.core import config

if not config.ENABLE_CUDASIM:
    from numba.cuda.cudadrv.driver import MemoryPointer

if TYPE_CHECKING:
    from .._device_array import DeviceArray

MOST_KEPT = 4096
_kept: dict[tuple[Any, ...], Any] = {}
_lock = Lock()


def view_of(array: DeviceArray, shape: tuple[int, ...]) -> Any:
    """Return the values of an array, which stand in order, as an array of Numba's of `shape`.

    It keeps `array` alive, as Numba's own views do.
    """
    key = array.pointer, shape, array.dtype  # addresses of several GPUs differ
    kept = _kept.get(key)
    if kept is not None:
        return copy_for(kept, array)
    view = cuda.as_cuda_array(array.in_order(), sync=False).reshape(shape)
    keep(key, view)
    return view


def reshaped(view: Any, *shape: int) -> Any:
    """Return a view's values, which stand in order, as an array of another shape."""
    if config.ENABLE_CUDASIM:
        return view.reshape(shape)
    key = view.device_ctypes_pointer.value, shape, view.dtype
    kept = _kept.get(key)
    if kept is not None:
        return copy_for(kept, view)
    seen = view.reshape(shape)
    keep(key, seen)
    return seen


def part_of(view: Any, first: int, n: int) -> Any:
    """Return up to n of what stands along a view's first axis: without a slice if all."""
    return view if first == 0 and n >= view.shape[0] else view[first : first + n]


def copy_for(view: Any, owner: Any) -> Any:
    """Return a copy of a view that keeps `owner` alive instead of the view's."""
    memory, copied = view.gpu_data, copy.copy(view)
    pointer = memory.device_pointer
    copied.gpu_data = MemoryPointer(memory.context, pointer, memory.size, owner=owner)
    return copied


def keep(key: tuple[Any, ...], view: Any) -> None:
    if config.ENABLE_CUDASIM:  # whose arrays are NumPy's
        return
    kept = copy_for(view, None)
    typeof(kept)  # is worked out once, and copied with the rest; so is what a launch reads:
    getattr(kept, "_strided_memory_view_shim", None)
    with _lock:
        _kept[key] = kept
        while len(_kept) > MOST_KEPT:
            del _kept[next(iter(_kept))]

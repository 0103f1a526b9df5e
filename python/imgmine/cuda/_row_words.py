"""Loads of four bytes at once, and sums that stay 32 bits wide (Numba's own are of 64)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numba import config

if TYPE_CHECKING:
    from .._device_array import DeviceArray

if config.ENABLE_CUDASIM:
    import numpy as np

    def multiply_add(a, b, total):
        """A b + total of int32s."""
        return np.int64(int(a) * int(b) + int(total)).astype(np.int32)

    def word_at(values, place):
        """Four neighbors, the first in the lowest bits of a uint32, from a place on.

        It counts all values of the array (N, H, n), which stand in order; its address is a
        multiple of 4.
        """
        shape = tuple(values.shape)
        assert place % 4 == shape[-1] % 4 == 0
        image, y, x = (int(k) for k in np.unravel_index(int(place), shape))
        return np.asarray(values[image, y, x : x + 4]).view(np.uint32)[0]

else:
    from llvmlite import ir
    from numba import types
    from numba.cuda.extending import intrinsic

    @intrinsic
    def multiply_add(typingctx, a, b, total):
        def codegen(context, builder, signature, args):
            return builder.add(builder.mul(*args[:2]), args[2])

        return types.int32(*(types.int32,) * 3), codegen

    @intrinsic
    def word_at(typingctx, values, place):
        signature = types.uint32(values, types.uint64)

        def codegen(context, builder, signature, args):
            data = context.make_array(values)(context, builder, args[0]).data
            word = builder.bitcast(builder.gep(data, [args[1]]), ir.IntType(32).as_pointer())
            return builder.load(word, align=4)

        return signature, codegen


def has_words(array: DeviceArray, row_length: int) -> bool:
    """Tell whether rows of bytes begin at multiples of four; what is not in order is copied."""
    return row_length % 4 == 0 and (array.pointer % 4 == 0 or not array.is_contiguous)


def begins_at(array: Any, n_bytes: int) -> bool:
    """Tell whether an array begins at a multiple of `n_bytes`."""
    return bool(array.__cuda_array_interface__["data"][0] % n_bytes == 0)

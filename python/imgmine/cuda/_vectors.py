"""Loads and stores of two and four neighbors by one instruction, and of doubles in float32's place.

Arrays are flat; places are multiples of as many values as are moved, and so are their addresses.
"""

from __future__ import annotations

from numba import config

if config.ENABLE_CUDASIM:
    import numpy as np

    def two_at(flat, at):
        """Two values from a place on."""
        assert at % 2 == 0
        return flat[at], flat[at + 1]

    def four_at(flat, at):
        """Four values from a place on."""
        assert at % 4 == 0
        return flat[at], flat[at + 1], flat[at + 2], flat[at + 3]

    def put_two(flat, at, values):
        """Write two values from a place on, in the array's type."""
        assert at % 2 == 0
        flat[at : at + 2] = np.array(values).astype(flat.dtype)

    def put_four(flat, at, values):
        """Write four values from a place on, in the array's type."""
        assert at % 4 == 0
        flat[at : at + 4] = np.array(values).astype(flat.dtype)

    def double_at(flat, at):
        """The double that stands in the place of two values."""
        assert at % 2 == 0
        return np.asarray(flat[at : at + 2]).view(np.float64)[0]

    def put_double(flat, at, value):
        """Write a double in the place of two values."""
        put_two(flat, at, np.array([value], np.float64).view(np.float32))

else:
    from llvmlite import ir
    from numba import types
    from numba.core import cgutils
    from numba.cuda.extending import intrinsic

    I32 = ir.IntType(32)

    def pointer_to(context, builder, flat, values, at):
        return builder.gep(context.make_array(flat)(context, builder, values).data, [at])

    def seen_as(builder, kind, pointer):
        return builder.bitcast(pointer, kind.as_pointer())

    def loading(n, name):
        """An intrinsic for a load of n values."""

        def typed(typingctx, flat, at):
            signature = types.UniTuple(flat.dtype, n)(flat, types.int64)

            def codegen(context, builder, signature, args):
                pointer = pointer_to(context, builder, flat, *args)
                vector = ir.VectorType(pointer.type.pointee, n)
                n_bytes = flat.dtype.bitwidth // 8 * n
                loaded = builder.load(seen_as(builder, vector, pointer), align=n_bytes)
                items = [builder.extract_element(loaded, ir.Constant(I32, k)) for k in range(n)]
                return context.make_tuple(builder, signature.return_type, items)

            return signature, codegen

        typed.__name__ = name
        return intrinsic(typed)

    def storing(n, name):
        """An intrinsic for a store of n values."""

        def typed(typingctx, flat, at, values):
            signature = types.void(flat, types.int64, values)

            def codegen(context, builder, signature, args):
                pointer = pointer_to(context, builder, flat, *args[:2])
                vector = ir.Constant(ir.VectorType(pointer.type.pointee, n), ir.Undefined)
                items = zip(cgutils.unpack_tuple(builder, args[2]), values.types, strict=True)
                for k, (value, kind) in enumerate(items):
                    value = context.cast(builder, value, kind, flat.dtype)
                    vector = builder.insert_element(vector, value, ir.Constant(I32, k))
                n_bytes = flat.dtype.bitwidth // 8 * n
                builder.store(vector, seen_as(builder, vector.type, pointer), align=n_bytes)
                return context.get_dummy_value()

            return signature, codegen

        typed.__name__ = name
        return intrinsic(typed)

    two_at, four_at = loading(2, "two_at"), loading(4, "four_at")
    put_two, put_four = storing(2, "put_two"), storing(4, "put_four")

    @intrinsic
    def double_at(typingctx, flat, at):
        def codegen(context, builder, signature, args):
            pointer = pointer_to(context, builder, flat, *args)
            return builder.load(seen_as(builder, ir.DoubleType(), pointer), align=8)

        return types.float64(flat, types.int64), codegen

    @intrinsic
    def put_double(typingctx, flat, at, value):
        def codegen(context, builder, signature, args):
            pointer = pointer_to(context, builder, flat, *args[:2])
            builder.store(args[2], seen_as(builder, ir.DoubleType(), pointer), align=8)
            return context.get_dummy_value()

        return types.void(flat, types.int64, types.float64), codegen

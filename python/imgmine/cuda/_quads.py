"""Loads and stores of several neighbors of 32 bits at once, by one instruction each.

Arrays are flat; places are those of values and multiples of how many there are.
"""

from __future__ import annotations

from numba import config

if config.ENABLE_CUDASIM:
    import numpy as np

    def quad(flat, at):
        """Four neighbors."""
        return tuple(np.asarray(flat[at : at + 4]))

    def pair(flat, at):
        """Two neighbors."""
        return tuple(np.asarray(flat[at : at + 2]))

    def put_quad(flat, at, four):
        """Write four neighbors."""
        flat[at : at + 4] = four

else:
    from llvmlite import ir
    from numba import types
    from numba.core import cgutils
    from numba.cuda.extending import intrinsic

    def pointer_to(context, builder, flat, values, at, n):
        """A pointer to n values at once."""
        data = context.make_array(flat)(context, builder, values).data
        vector = ir.VectorType(data.type.pointee, n)
        return builder.bitcast(builder.gep(data, [at]), vector.as_pointer())

    def of_neighbors(n, name):
        def typed(typingctx, flat, at):
            signature = types.UniTuple(flat.dtype, n)(flat, types.int64)

            def codegen(context, builder, signature, args):
                pointer = pointer_to(context, builder, flat, args[0], args[1], n)
                loaded = builder.load(pointer, align=4 * n)
                places = [ir.Constant(ir.IntType(32), k) for k in range(n)]
                items = [builder.extract_element(loaded, place) for place in places]
                return context.make_tuple(builder, signature.return_type, items)

            return signature, codegen

        typed.__name__ = name
        return intrinsic(typed)

    quad, pair = of_neighbors(4, "quad"), of_neighbors(2, "pair")

    @intrinsic
    def put_quad(typingctx, flat, at, four):
        signature = types.void(flat, types.int64, types.UniTuple(flat.dtype, 4))

        def codegen(context, builder, signature, args):
            pointer = pointer_to(context, builder, flat, args[0], args[1], 4)
            vector = ir.Constant(pointer.type.pointee, ir.Undefined)
            for k, value in enumerate(cgutils.unpack_tuple(builder, args[2])):
                vector = builder.insert_element(vector, value, ir.Constant(ir.IntType(32), k))
            builder.store(vector, pointer, align=16)
            return context.get_dummy_value()

        return signature, codegen

"""16 sums of a thread, four rows of four neighbors: made values of the result, and written."""

from __future__ import annotations

from numba import config

if config.ENABLE_CUDASIM:
    import numpy as np

    def scaled(sums, factor):
        """Whole numbers times a factor."""
        return tuple(np.array(sums, np.int32) * np.int32(factor))

    def clamped(sums, low, high):
        """Whole numbers between two."""
        return tuple(np.clip(np.array(sums, np.int32), np.int32(low), np.int32(high)))

    def as_floats(sums):
        """Whole numbers as floats."""
        return tuple(np.array(sums, np.int32).astype(np.float32))

    def as_whole(values):
        """Floats that are whole as whole numbers."""
        return tuple(np.array(values, np.float32).astype(np.int32))

    def lengths_of(across, down):
        """Roots of squares' sums, which are below 2^31."""
        x, y = np.array(across, np.int32), np.array(down, np.int32)
        return tuple(np.sqrt((x * x + y * y).astype(np.float32)))

    def begins_four(dst, at):
        """Tell whether a value's address is a multiple of four values."""
        return at % 4 == 0

else:
    from llvmlite import ir
    from numba import types
    from numba.core import cgutils
    from numba.cuda.extending import intrinsic

    I32, I64, F32 = ir.IntType(32), ir.IntType(64), ir.FloatType()
    WHOLE, FLOATS = types.UniTuple(types.int32, 16), types.UniTuple(types.float32, 16)

    def of_sixteen(function, signature, name):
        """An intrinsic that does the same with each of 16."""

        def made(builder, args):
            return [function(builder, x, *args[1:]) for x in cgutils.unpack_tuple(builder, args[0])]

        def codegen(context, builder, signature, args):
            return context.make_tuple(builder, signature.return_type, made(builder, args))

        def one(typingctx, values):
            return signature, codegen

        def two(typingctx, values, a):
            return signature, codegen

        def three(typingctx, values, a, b):
            return signature, codegen

        typed = (one, two, three)[len(signature.args) - 1]
        typed.__name__ = name
        return intrinsic(typed)

    def times(builder, x, factor):
        return builder.mul(x, factor)

    def between(builder, x, low, high):
        kind = ir.FunctionType(I32, [I32, I32])
        for code, bound in (("max", low), ("min", high)):
            x = builder.asm(kind, f"{code}.s32 $0, $1, $2;", "=r,r,r", [x, bound], False)
        return x

    def floating(builder, x):
        return builder.sitofp(x, F32)

    def whole(builder, x):
        return builder.fptosi(x, I32)

    scaled = of_sixteen(times, WHOLE(WHOLE, types.int32), "scaled")
    clamped = of_sixteen(between, WHOLE(WHOLE, types.int32, types.int32), "clamped")
    as_floats = of_sixteen(floating, FLOATS(WHOLE), "as_floats")
    as_whole = of_sixteen(whole, WHOLE(FLOATS), "as_whole")

    def root(builder, x):
        kind = ir.FunctionType(F32, [F32])
        return builder.asm(kind, "sqrt.rn.f32 $0, $1;", "=f,f", [x], False)

    @intrinsic
    def lengths_of(typingctx, across, down):
        def codegen(context, builder, signature, args):
            both = zip(*(cgutils.unpack_tuple(builder, x) for x in args), strict=True)
            squares = [builder.add(builder.mul(x, x), builder.mul(y, y)) for x, y in both]
            items = [root(builder, builder.sitofp(square, F32)) for square in squares]
            return context.make_tuple(builder, signature.return_type, items)

        return FLOATS(WHOLE, WHOLE), codegen

    def pointer_to(context, builder, flat, values, at):
        return builder.gep(context.make_array(flat)(context, builder, values).data, [at])

    @intrinsic
    def begins_four(typingctx, dst, at):
        def codegen(context, builder, signature, args):
            address = builder.ptrtoint(pointer_to(context, builder, dst, *args), I64)
            last = ir.Constant(I32, dst.dtype.bitwidth // 2 - 1)
            rest = builder.and_(builder.trunc(address, I32), last)
            return builder.icmp_unsigned("==", rest, ir.Constant(I32, 0))

        return types.boolean(dst, types.int64), codegen

"""Products of two weights of 16 bits with two bytes, and what tiles of bytes take besides."""

from __future__ import annotations

from numba import config

from ._words import bytes_of

if config.ENABLE_CUDASIM:
    import numpy as np

    def word_at(flat, at):
        """Four bytes from byte `at` on, whose address is a multiple of 4."""
        return np.asarray(flat[at : at + 4]).view(np.int32)[0]

    def halves(weights, at):
        """The lower and the upper half of an int64."""
        return tuple(np.array([weights[at]], np.int64).view(np.int32))

    def shifted(value, n):
        """An int32 by n bits to the right."""
        return np.int32(value) >> np.int32(n)

    def quotient(a, inverse):
        """A // n of whole numbers a and n of less than 2^10, by n's inverse 2^20 // n + 1."""
        return np.uint32(int(a) * int(inverse) >> 20)

    def upper_product(a, b):
        """The upper 32 bits of a product of two uint32."""
        return np.uint32(int(a) * int(b) >> 32)

    def dot(weights, values, total):
        pair = np.array([weights], np.int32).view(np.int16).astype(np.int64)
        return (int(total) + pair @ np.asarray(values, np.int64)).astype(np.int32)

    def add_low(weights, word, total):
        """`total` and the products of two int16 with the lower bytes of a word."""
        return dot(weights, bytes_of(word)[:2], total)

    def add_high(weights, word, total):
        """The same with the upper bytes."""
        return dot(weights, bytes_of(word)[2:], total)

    def add_low_signed(weights, word, total):
        """The same of bytes with a sign."""
        return dot(weights, [np.uint8(x).astype(np.int8) for x in bytes_of(word)[:2]], total)

    def add_high_signed(weights, word, total):
        return dot(weights, [np.uint8(x).astype(np.int8) for x in bytes_of(word)[2:]], total)

else:
    from llvmlite import ir
    from numba import types
    from numba.cuda.extending import intrinsic

    from ._words import of_words

    I32 = ir.IntType(32)

    def place_at(context, builder, words, arguments, n=4):
        values, at = arguments
        pointer = builder.gep(context.make_array(words)(context, builder, values).data, [at])
        return builder.bitcast(pointer, ir.VectorType(I32, n).as_pointer())

    @intrinsic
    def word_at(typingctx, flat, at):
        def codegen(context, builder, signature, args):
            data = context.make_array(flat)(context, builder, args[0]).data
            word = builder.bitcast(builder.gep(data, [args[1]]), I32.as_pointer())
            return builder.load(word, align=4)

        return types.int32(flat, types.int64), codegen

    @intrinsic
    def halves(typingctx, weights, at):
        signature = types.UniTuple(types.int32, 2)(weights, types.int64)

        def codegen(context, builder, signature, args):
            loaded = builder.load(place_at(context, builder, weights, args, 2), align=8)
            items = [builder.extract_element(loaded, ir.Constant(I32, k)) for k in range(2)]
            return context.make_tuple(builder, signature.return_type, items)

        return signature, codegen

    @intrinsic
    def shifted(typingctx, value, n):
        def codegen(context, builder, signature, args):
            return builder.ashr(*args)

        return types.int32(types.int32, types.int32), codegen

    @intrinsic
    def quotient(typingctx, a, inverse):
        def codegen(context, builder, signature, args):
            return builder.lshr(builder.mul(*args), ir.Constant(I32, 20))

        return types.uint32(types.uint32, types.uint32), codegen

    @intrinsic
    def upper_product(typingctx, a, b):
        def codegen(context, builder, signature, args):
            kind = ir.FunctionType(I32, [I32, I32])
            return builder.asm(kind, "mul.hi.u32 $0, $1, $2;", "=r,r,r", args, False)

        return types.uint32(types.uint32, types.uint32), codegen

    add_low = of_words("dp2a.lo.s32.u32", "add_low")
    add_high = of_words("dp2a.hi.s32.u32", "add_high")
    add_low_signed = of_words("dp2a.lo.s32.s32", "add_low_signed")
    add_high_signed = of_words("dp2a.hi.s32.s32", "add_high_signed")

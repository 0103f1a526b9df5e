"""Pairs of 16-bit floats in a word: two sums or products by one instruction.

They hold 11 bits: of whole numbers what is below 2048, and so all sums of a few bytes.
"""

from __future__ import annotations

from numba import config, cuda, uint32

if config.ENABLE_CUDASIM:
    import numpy as np

    def halves_of(word):
        return np.array([word], np.int32).view(np.float16)

    def pair_plus(a, b):
        """A + b."""
        return (halves_of(a) + halves_of(b)).view(np.int32)[0]

    def pair_minus(a, b):
        """A - b."""
        return (halves_of(a) - halves_of(b)).view(np.int32)[0]

    def pair_times(a, b):
        """A b."""
        return (halves_of(a) * halves_of(b)).view(np.int32)[0]

    def pair_multiply_add(a, b, c):
        """A b + c, rounded once."""
        exact = halves_of(a).astype(np.float64) * halves_of(b) + halves_of(c)
        return exact.astype(np.float16).view(np.int32)[0]

else:
    from llvmlite import ir
    from numba import types
    from numba.cuda.extending import intrinsic

    I32 = ir.IntType(32)

    def assembled(code, builder, args):
        """A word that an instruction makes of words."""
        kind = ir.FunctionType(I32, [I32] * len(args))
        places = ", ".join(f"${k}" for k in range(len(args) + 1))
        return builder.asm(
            kind, f"{code} {places};", ",".join(["=r"] + ["r"] * len(args)), args, False
        )

    def of_two(code, name):
        def typed(typingctx, a, b):
            def codegen(context, builder, signature, args):
                return assembled(code, builder, args)

            return types.int32(types.int32, types.int32), codegen

        typed.__name__ = name
        return intrinsic(typed)

    pair_plus = of_two("add.rn.f16x2", "pair_plus")
    pair_minus = of_two("sub.rn.f16x2", "pair_minus")
    pair_times = of_two("mul.rn.f16x2", "pair_times")

    @intrinsic
    def pair_multiply_add(typingctx, a, b, c):
        def codegen(context, builder, signature, args):
            return assembled("fma.rn.f16x2", builder, args)

        return types.int32(*(types.int32,) * 3), codegen


@cuda.jit(device=True)
def not_zero(pair):
    """Bits of which the highest of each half is set where the half is not 0, of either sign."""
    return uint32(uint32(uint32(pair) & uint32(0x7FFF7FFF)) + uint32(0x7FFF7FFF))

"""Two bytes in the halves of a word: the least and the most of each half."""

from __future__ import annotations

from numba import config

if config.ENABLE_CUDASIM:

    def each(choose, a, b):
        low, high = (choose(a >> n & 0xFFFF, b >> n & 0xFFFF) for n in (0, 16))
        return low | high << 16

    def least(a, b):
        """The lower ones."""
        return each(min, a, b)

    def most(a, b):
        """The higher ones."""
        return each(max, a, b)

else:
    from llvmlite import ir
    from numba import types
    from numba.cuda.core import targetconfig
    from numba.cuda.extending import intrinsic

    I32 = ir.IntType(32)

    def instruction(name, capability):
        """One, from sm_80 on; there bytes are float16s below 2^-14, which order as they do."""
        if capability >= (9, 0):
            return f"{name}.u16x2 $0, $1, $2;"
        if capability >= (8, 0):
            return f"{name}.f16x2 $0, $1, $2;"
        return f"{{ .reg .u32 z; mov.u32 z, 0; v{name}2.u32.u32.u32 $0, $1, $2, z; }}"

    def of_halves(name, called):
        def typed(typingctx, a, b):
            def codegen(context, builder, signature, args):
                capability = targetconfig.ConfigStack().top().compute_capability
                kind = ir.FunctionType(I32, [I32, I32])
                return builder.asm(kind, instruction(name, capability), "=r,r,r", args, False)

            return types.int32(types.int32, types.int32), codegen

        typed.__name__ = called
        return intrinsic(typed)

    least, most = of_halves("min", "least"), of_halves("max", "most")

"""Functions that a GPU has instructions for, right to one or two units in the last place."""

from __future__ import annotations

from numba import config, cuda

if config.ENABLE_CUDASIM:
    import numpy as np

    @cuda.jit(device=True)
    def reciprocal(x):
        """1 / x, wrong by less than 2^-23 of itself."""
        return np.float32(1) / np.float32(x)

    @cuda.jit(device=True)
    def power(x, exponent):
        """x^exponent for positive x: 2^-22 (1 + |exponent log2 x|) of itself."""
        return np.float32(np.float64(x) ** np.float64(exponent))

else:
    from llvmlite import ir
    from numba import types
    from numba.cuda import libdevice
    from numba.cuda.extending import intrinsic

    @intrinsic
    def reciprocal(typingctx, x):
        def codegen(context, builder, signature, args):
            kind = ir.FunctionType(ir.FloatType(), [ir.FloatType()])
            return builder.asm(kind, "rcp.approx.ftz.f32 $0, $1;", "=f,f", args, False)

        return types.float32(types.float32), codegen

    @cuda.jit(device=True)
    def power(x, exponent):
        return libdevice.fast_powf(x, exponent)

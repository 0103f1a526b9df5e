"""Arithmetic that is rounded as the core rounds it: no product is fused into a sum."""

from __future__ import annotations

from numba import config, cuda

if config.ENABLE_CUDASIM:  # NumPy fuses nothing

    @cuda.jit(device=True)
    def product(a, b):
        return a * b

else:
    from numba.cuda import libdevice

    @cuda.jit(device=True)
    def product(a, b):
        return libdevice.fmul_rn(a, b)

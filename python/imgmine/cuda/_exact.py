"""Arithmetic that is rounded as the core rounds it: no product is fused into a sum."""

from __future__ import annotations

from numba import config, cuda

if config.ENABLE_CUDASIM:  # NumPy fuses nothing

    @cuda.jit(device=True)
    def product(a, b):
        return a * b

    product_of_doubles = product

else:
    from numba.cuda import libdevice

    @cuda.jit(device=True)
    def product(a, b):
        return libdevice.fmul_rn(a, b)

    @cuda.jit(device=True)
    def product_of_doubles(a, b):
        return libdevice.dmul_rn(a, b)

"""Arithmetic rounded as the core rounds it, or not at all: no product is fused into a sum."""

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


@cuda.jit(device=True)
def exact_sum(a, b):
    """The sum of two doubles, and what rounding has taken from it (Knuth)."""
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


@cuda.jit(device=True)
def halves_of(a):
    """A double as the sum of two of 26 bits (Veltkamp)."""
    moved = product_of_doubles(134217729.0, a)
    high = moved - (moved - a)
    return high, a - high


@cuda.jit(device=True)
def exact_product(a, b):
    """The product of two doubles, and what rounding has taken from it (Dekker)."""
    a_high, a_low = halves_of(a)
    b_high, b_low = halves_of(b)
    found = product_of_doubles(a, b)
    lost = product_of_doubles(a_high, b_high) - found
    lost += product_of_doubles(a_high, b_low)
    lost += product_of_doubles(a_low, b_high)
    return found, lost + product_of_doubles(a_low, b_low)

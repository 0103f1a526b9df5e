#pragma once

#include "kernels/simd_integers.hpp"

namespace imgmine {
namespace {

/// Two to the power of sixteen values in [-126, 0], to within 3e-7 of the result: 2^n 2^r with
/// |r| <= 1/2, the latter by a polynomial of degree 5 fitted for the smallest relative error.
IMGMINE_INLINE Floats exp2_not_positive(const Floats& x) {
    const Floats shift = broadcast(12582912.0f);  // 1.5 * 2^23: a sum with it is a whole number
    const Floats biased = x + shift;
    const Floats r = x - (biased - shift);
    Floats p = fma(r, broadcast(0x1.5c08dcp-10f), broadcast(0x1.3d0c52p-7f));
    p = fma(p, r, broadcast(0x1.c6b6e6p-5f));
    p = fma(p, r, broadcast(0x1.ebf918p-3f));
    p = fma(p, r, broadcast(0x1.62e428p-1f));
    p = fma(p, r, broadcast(1.0f));
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < parts; ++i)
        p.part[i] = (NativeFloats)((NativeInts)p.part[i] + ((NativeInts)biased.part[i] << 23));
    return p;
}

}  // namespace
}  // namespace imgmine

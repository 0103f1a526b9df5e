#pragma once

#include "kernels/simd.hpp"

// Powers of sixteen floats at once, from additions and multiplications alone: the same bits on
// every CPU level.
namespace imgmine {
namespace {

typedef std::int32_t IntsOfFloats __attribute__((vector_size(sizeof(NativeFloats))));

IMGMINE_INLINE NativeFloats native(float x) {
    return x - NativeFloats{};
}

/// 2^y for -150 <= y <= 129, within about 2e-7 of it.
IMGMINE_INLINE NativeFloats exp2_native(NativeFloats y) {
    const NativeFloats magic = native(12582912);  // 1.5 * 2^23: adding it rounds to whole numbers
    const NativeFloats shifted = y + magic;
    const IntsOfFloats n = (IntsOfFloats)shifted - (IntsOfFloats)magic;
    const NativeFloats r = y - (shifted - magic);
    // Taylor's series of e^(r ln 2), |r| <= 1/2.
    constexpr float terms[] = {1.5252734e-5f, 1.5403530e-4f, 1.3333558e-3f, 9.6181291e-3f,
                               5.5504109e-2f, 2.4022651e-1f, 6.9314718e-1f, 1.0f};
    NativeFloats power = native(terms[0]);
    IMGMINE_UNROLL
    for (std::size_t k = 1; k < 8; ++k) power = power * r + terms[k];
    // In two steps, since 2^n itself may be no normal float.
    const IntsOfFloats half = n >> 1;
    return power * (NativeFloats)((half + 127) << 23) * (NativeFloats)((n - half + 127) << 23);
}

/// The base-2 logarithm of positive, finite floats, as whole + rest.
IMGMINE_INLINE void log2_native(NativeFloats x, NativeFloats& whole, NativeFloats& rest) {
    const IntsOfFloats tiny = x < native(0x1p-126f);
    x = tiny ? x * 0x1p24f : x;
    const IntsOfFloats bits = (IntsOfFloats)x;
    const IntsOfFloats exponent = (bits - 0x3f3504f3) >> 23;  // of x / sqrt(1/2)
    const NativeFloats m = (NativeFloats)(bits - (exponent << 23));
    whole = __builtin_convertvector(exponent, NativeFloats) - (tiny ? native(24) : native(0));
    // 2 atanh(s) / ln 2, |s| <= 0.1716
    const NativeFloats s = (m - 1.0f) / (m + 1.0f), z = s * s;
    constexpr float terms[] = {0.26230818f, 0.32059889f, 0.41219858f,
                               0.57707802f, 0.96179669f, 2.88539008f};
    NativeFloats series = native(terms[0]);
    IMGMINE_UNROLL
    for (std::size_t k = 1; k < 6; ++k) series = series * z + terms[k];
    rest = s * series;
}

/// x^exponent, exponent >= 0: within 1e-5 of it while it is above 1e-9, and absolutely below; 0
/// where x < 0, NaN where it is NaN.
IMGMINE_INLINE NativeFloats power_native(NativeFloats x, float exponent) {
    const NativeFloats zero = native(0), one = native(1), infinity = native(__builtin_inff());
    const IntsOfFloats positive = x > zero, finite = x < infinity;
    NativeFloats whole, rest;
    log2_native((positive & finite) ? x : one, whole, rest);
    const NativeFloats y = whole * exponent + rest * exponent;
    const NativeFloats power = exp2_native(min(max(y, native(-150)), native(129)));
    const NativeFloats at_zero = exponent > 0 ? zero : one, at_end = exponent > 0 ? infinity : one;
    const NativeFloats not_inside = x <= zero ? at_zero : x == infinity ? at_end : x;
    return (positive & finite) ? power : not_inside;
}

IMGMINE_INLINE Floats power(Floats x, float exponent) {
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < parts; ++i) x.part[i] = power_native(x.part[i], exponent);
    return x;
}

}  // namespace
}  // namespace imgmine

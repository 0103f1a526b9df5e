#pragma once

#include <cstdint>
#include <cstring>

namespace imgmine {

/// A number of IEEE 754's binary16, as NumPy's float16 has it.
struct Half {
    std::uint16_t bits;
};

/// Exactly. Of internal linkage: no two levels may share one compiled copy.
static inline float to_float(Half value) {
    const std::uint32_t sign = (value.bits & 0x8000u) << 16;
    const std::uint32_t exponent = (value.bits >> 10) & 31, mantissa = value.bits & 0x3ffu;
    if (exponent == 0) {  // zero or subnormal: a multiple of 2^-24
        const float magnitude = static_cast<float>(mantissa) * 0x1p-24f;
        return sign ? -magnitude : magnitude;
    }
    const std::uint32_t bits =
        sign | (exponent == 31 ? 0x7f800000u : (exponent + 112) << 23) | mantissa << 13;
    float result;
    std::memcpy(&result, &bits, sizeof result);
    return result;
}

}  // namespace imgmine

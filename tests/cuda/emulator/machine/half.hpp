#pragma once
// The 16-bit float in software: not every compiler has the type.

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

namespace emulator {

/// Rounds to 11 significant bits as the current mode says: exact, since a double has 53.
inline double round_to_half(double x) {
    if (x == 0 || !std::isfinite(x)) return x;
    const int exponent = std::max(std::ilogb(x), -14);  // below 2^-14 the spacing stays
    const double spacing = std::ldexp(1.0, exponent - 10);
    const double rounded = std::nearbyint(x / spacing) * spacing;
    if (std::fabs(rounded) <= 65504) return std::copysign(rounded, x);
    // 65520 and above is infinite when rounding to nearest; nearbyint() has it at 65536 already.
    return std::copysign(HUGE_VAL, x);
}

struct Half {
    std::uint16_t bits = 0;

    Half() = default;
    explicit Half(double value) : bits(encode(round_to_half(value))) {}

    explicit operator double() const {
        const int exponent = bits >> 10 & 31, fraction = bits & 1023;
        double magnitude = std::ldexp(fraction + (exponent ? 1024 : 0), std::max(exponent, 1) - 25);
        if (exponent == 31) magnitude = fraction ? std::nan("") : HUGE_VAL;
        return bits >> 15 ? -magnitude : magnitude;
    }
    explicit operator float() const { return static_cast<float>(static_cast<double>(*this)); }

  private:
    static std::uint16_t encode(double x) {
        const auto sign = static_cast<std::uint16_t>(std::signbit(x) ? 0x8000 : 0);
        if (std::isnan(x)) return 0x7fff;
        if (std::isinf(x)) return sign | 0x7c00;
        if (x == 0) return sign;
        const int exponent = std::max(std::ilogb(x), -14);
        const auto scaled = static_cast<int>(std::ldexp(std::fabs(x), 10 - exponent));
        return static_cast<std::uint16_t>(sign | (((exponent + 14) << 10) + scaled));
    }
};

/// a * b + c rounded once: the sum's lost bits decide ties, so they are kept in its last bit.
inline Half fused(Half a, Half b, Half c) {
    const double product = static_cast<double>(a) * static_cast<double>(b);  // exact
    const double addend = static_cast<double>(c);
    double sum = product + addend;
    if (!std::isfinite(sum)) return Half(sum);
    const double back = sum - product;
    const double lost = (product - (sum - back)) + (addend - back);
    const auto bits = std::bit_cast<std::uint64_t>(sum);
    if (lost != 0 && !(bits & 1)) sum = std::nextafter(sum, lost > 0 ? HUGE_VAL : -HUGE_VAL);
    return Half(sum);
}

inline bool operator==(Half a, Half b) {
    return static_cast<double>(a) == static_cast<double>(b);
}
inline bool operator<(Half a, Half b) {
    return static_cast<double>(a) < static_cast<double>(b);
}
inline bool operator>(Half a, Half b) {
    return b < a;
}
inline bool operator<=(Half a, Half b) {
    return a < b || a == b;
}
inline bool operator>=(Half a, Half b) {
    return b <= a;
}
inline Half operator+(Half a, Half b) {
    return Half(static_cast<double>(a) + static_cast<double>(b));
}
inline Half operator-(Half a, Half b) {
    return Half(static_cast<double>(a) - static_cast<double>(b));
}
inline Half operator*(Half a, Half b) {
    return Half(static_cast<double>(a) * static_cast<double>(b));
}
inline Half operator-(Half a) {
    a.bits ^= 0x8000;
    return a;
}

/// Two in a register: f16x2.
struct HalfPair {
    Half low, high;
};

inline HalfPair operator+(HalfPair a, HalfPair b) {
    return {a.low + b.low, a.high + b.high};
}
inline HalfPair operator-(HalfPair a, HalfPair b) {
    return {a.low - b.low, a.high - b.high};
}
inline HalfPair operator*(HalfPair a, HalfPair b) {
    return {a.low * b.low, a.high * b.high};
}
inline HalfPair fused(HalfPair a, HalfPair b, HalfPair c) {
    return {fused(a.low, b.low, c.low), fused(a.high, b.high, c.high)};
}

}  // namespace emulator

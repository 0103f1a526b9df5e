#pragma once
// PTX's cvt, setp and selections.

#include <limits>

#include "machine/floats.hpp"
#include "machine/integers.hpp"

namespace emulator {

/// Rounding to integers, and of results; `none` where a conversion is exact.
enum class Rounding { none, rn, rz, rm, rp, rni, rzi, rmi, rpi };

constexpr int mode_of(Rounding rounding) {
    switch (rounding) {
        case Rounding::rz:
            return FE_TOWARDZERO;
        case Rounding::rm:
            return FE_DOWNWARD;
        case Rounding::rp:
            return FE_UPWARD;
        default:
            return FE_TONEAREST;
    }
}

template <Rounding rounding, class T>
T to_whole(T x) {
    if constexpr (rounding == Rounding::rni) return std::nearbyint(x);
    if constexpr (rounding == Rounding::rzi) return std::trunc(x);
    if constexpr (rounding == Rounding::rmi) return std::floor(x);
    if constexpr (rounding == Rounding::rpi) return std::ceil(x);
    return x;
}

/// Floats become the nearest integer in range. NaN becomes 0, but the highest bit alone where
/// either type has 64 bits.
template <class To, Rounding rounding, class From>
To float_to_int(From from) {
    using Limits = std::numeric_limits<To>;
    const double x = static_cast<double>(from);
    if (std::isnan(x)) {
        const bool is_long = sizeof(To) == 8 || sizeof(From) == 8;
        return is_long ? static_cast<To>(std::uint64_t{1} << (width<To> - 1)) : To{0};
    }
    const double whole = to_whole<rounding>(x);
    if (whole <= static_cast<double>(Limits::min())) return Limits::min();
    if (whole >= static_cast<double>(Limits::max())) return Limits::max();
    return static_cast<To>(whole);
}

template <class To, class From>
To clamp_int(From x) {
    using Limits = std::numeric_limits<To>;
    const __int128 value = x;
    if (value < Limits::min()) return Limits::min();
    if (value > Limits::max()) return Limits::max();
    return static_cast<To>(x);
}

/// Halves go through double, which holds them; so does a double that becomes one.
template <class To, class From>
To as_float(From x) {
    if constexpr (std::is_same_v<From, Half>)
        return To(static_cast<double>(x));
    else
        return To(x);
}

template <class To, Rounding rounding, class From>
To to_float(From x) {
    if constexpr (rounding >= Rounding::rni)
        return as_float<To>(to_whole<rounding>(as_float<double>(x)));
    else if constexpr (rounding <= Rounding::rn)
        return as_float<To>(x);
    else
        return rounded<mode_of(rounding), To>([](From value) { return as_float<To>(value); }, x);
}

template <class To, Rounding rounding, bool is_saturated, class From>
To cvt(From x) {
    if constexpr (is_float<To>) {
        const To result = to_float<To, rounding>(x);
        return is_saturated ? saturated(result) : result;
    } else if constexpr (is_float<From>) {
        return float_to_int<To, rounding>(x);
    } else if constexpr (is_saturated) {
        return clamp_int<To>(x);
    } else {
        return static_cast<To>(x);
    }
}

enum class Comparison { eq, ne, lt, le, gt, ge, equ, neu, ltu, leu, gtu, geu, num, nan };

/// Comparisons with NaN are false, those that end in u ("unordered") are true.
template <Comparison comparison, class T>
bool compare(T a, T b) {
    bool is_unordered = false;
    if constexpr (is_float<T>) is_unordered = is_nan(a) || is_nan(b);
    switch (comparison) {
        case Comparison::eq:
            return a == b;
        case Comparison::ne:
            return !is_unordered && !(a == b);
        case Comparison::lt:
            return a < b;
        case Comparison::le:
            return a <= b;
        case Comparison::gt:
            return a > b;
        case Comparison::ge:
            return a >= b;
        case Comparison::equ:
            return is_unordered || a == b;
        case Comparison::neu:
            return !(a == b);
        case Comparison::ltu:
            return is_unordered || a < b;
        case Comparison::leu:
            return is_unordered || a <= b;
        case Comparison::gtu:
            return is_unordered || a > b;
        case Comparison::geu:
            return is_unordered || a >= b;
        case Comparison::num:
            return !is_unordered;
        case Comparison::nan:
            return is_unordered;
    }
}

template <class T>
T selp(T a, T b, bool condition) {
    return condition ? a : b;
}

/// set: what setp gives, as all ones or 1.0.
template <class To>
To as_mask(bool condition) {
    if constexpr (is_float<To>)
        return To(condition ? 1.0 : 0.0);
    else
        return condition ? static_cast<To>(-1) : To{0};
}

}  // namespace emulator

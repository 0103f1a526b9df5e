#pragma once
// PTX's instructions on floats. The .approx ones are computed by the C library: nearer than on a
// GPU.

#include <cfenv>
#include <cmath>

#include "machine/registers.hpp"

namespace emulator {

/// To the compiler this changes `value`, here and now.
template <class T>
void pin(T& value) {
    asm volatile("" : "+m"(value) : : "memory");
}

/// Computes with another rounding. Operands and result are pinned between the changes of the mode,
/// since compilers take operations for independent of it.
template <int mode, class T, class Operation, class... Operands>
T rounded(Operation operation, Operands... operands) {
    const int before = std::fegetround();
    std::fesetround(mode);
    (pin(operands), ...);
    T result = operation(operands...);
    pin(result);
    std::fesetround(before);
    return result;
}

template <class T>
T float_add(T a, T b) {
    return a + b;
}
template <class T>
T float_sub(T a, T b) {
    return a - b;
}
template <class T>
T float_mul(T a, T b) {
    return a * b;
}
template <class T>
T float_div(T a, T b) {
    return a / b;
}
template <class T>
T fma(T a, T b, T c) {
    return std::fma(a, b, c);
}
inline Half fma(Half a, Half b, Half c) {
    return fused(a, b, c);
}
inline HalfPair fma(HalfPair a, HalfPair b, HalfPair c) {
    return fused(a, b, c);
}
template <class T>
T float_neg(T a) {
    return -a;
}
template <class T>
T float_abs(T a) {
    auto bits = std::bit_cast<Bits<T>>(a);
    bits &= static_cast<Bits<T>>(~(Bits<T>{1} << (8 * sizeof(T) - 1)));
    return std::bit_cast<T>(bits);
}

template <class T>
bool is_nan(T a) {
    return !(a == a);
}
template <class T>
bool is_negative(T a) {
    return std::bit_cast<Bits<T>>(a) >> (8 * sizeof(T) - 1);
}
/// The other operand if one is NaN; -0 is less than +0.
template <class T>
T float_min(T a, T b) {
    if (is_nan(a)) return b;
    if (is_nan(b)) return a;
    if (a == b) return is_negative(a) ? a : b;
    return a < b ? a : b;
}
template <class T>
T float_max(T a, T b) {
    if (is_nan(a)) return b;
    if (is_nan(b)) return a;
    if (a == b) return is_negative(a) ? b : a;
    return a > b ? a : b;
}
template <class T>
T min_nan(T a, T b) {
    return is_nan(a) ? a : is_nan(b) ? b : float_min(a, b);
}
template <class T>
T max_nan(T a, T b) {
    return is_nan(a) ? a : is_nan(b) ? b : float_max(a, b);
}

template <class T>
T sqrt(T a) {
    return std::sqrt(a);
}
template <class T>
T rsqrt(T a) {
    return 1 / std::sqrt(a);
}
template <class T>
T rcp(T a) {
    return 1 / a;
}
template <class T>
T ex2(T a) {
    return std::exp2(a);
}
template <class T>
T lg2(T a) {
    return std::log2(a);
}
template <class T>
T sin(T a) {
    return std::sin(a);
}
template <class T>
T cos(T a) {
    return std::cos(a);
}
template <class T>
T tanh(T a) {
    return std::tanh(a);
}
template <class T>
T copysign(T sign, T magnitude) {
    return std::copysign(magnitude, sign);
}

/// .sat: into [0, 1], NaN becomes 0.
template <class T>
T saturated(T a) {
    if (!(a > T(0))) return T(0);
    return a < T(1) ? a : T(1);
}
/// .ftz: what is below the normal numbers is zero.
template <class T>
T flushed(T a) {
    return std::fpclassify(a) == FP_SUBNORMAL ? std::copysign(T(0), a) : a;
}

enum class Test { finite, infinite, number, notanumber, normal, subnormal };

template <Test test, class T>
bool testp(T a) {
    switch (test) {
        case Test::finite:
            return std::isfinite(a);
        case Test::infinite:
            return std::isinf(a);
        case Test::number:
            return !std::isnan(a);
        case Test::notanumber:
            return std::isnan(a);
        case Test::normal:
            return std::isnormal(a);
        case Test::subnormal:
            return std::fpclassify(a) == FP_SUBNORMAL;
    }
}

}  // namespace emulator

#pragma once
// PTX's integer instructions, by their names.

#include <algorithm>
#include <limits>
#include <type_traits>

#include "machine/registers.hpp"

namespace emulator {

template <class T>
using Unsigned = std::make_unsigned_t<T>;
template <class T>
constexpr unsigned width = 8 * sizeof(T);

/// The type of twice the width, and of the same sign.
template <class T>
using Wide = std::conditional_t<
    sizeof(T) == 8, std::conditional_t<std::is_signed_v<T>, __int128, unsigned __int128>,
    std::conditional_t<sizeof(T) == 4,
                       std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>,
                       std::conditional_t<std::is_signed_v<T>, std::int32_t, std::uint32_t>>>;

// Sums and products wrap around: they are made of unsigned values.
template <class T>
T int_add(T a, T b) {
    return static_cast<T>(static_cast<Unsigned<T>>(a) + static_cast<Unsigned<T>>(b));
}
template <class T>
T int_sub(T a, T b) {
    return static_cast<T>(static_cast<Unsigned<T>>(a) - static_cast<Unsigned<T>>(b));
}
template <class T>
T mul_lo(T a, T b) {
    return static_cast<T>(std::uint64_t{static_cast<Unsigned<T>>(a)} * static_cast<Unsigned<T>>(b));
}
template <class T>
T mul_hi(T a, T b) {
    return static_cast<T>(static_cast<Wide<T>>(a) * static_cast<Wide<T>>(b) >> width<T>);
}
template <class T>
Wide<T> mul_wide(T a, T b) {
    return static_cast<Wide<T>>(a) * static_cast<Wide<T>>(b);
}
template <class T>
T mad_lo(T a, T b, T c) {
    return int_add(mul_lo(a, b), c);
}
template <class T>
T mad_hi(T a, T b, T c) {
    return int_add(mul_hi(a, b), c);
}
template <class T>
Wide<T> mad_wide(T a, T b, Wide<T> c) {
    return int_add(mul_wide(a, b), c);
}

/// Division by zero gives all ones, as GPUs do; PTX leaves it open.
template <class T>
T int_div(T a, T b) {
    if (b == 0) return static_cast<T>(-1);
    if (std::is_signed_v<T> && b == static_cast<T>(-1)) return int_sub(T{0}, a);
    return static_cast<T>(a / b);
}
template <class T>
T rem(T a, T b) {
    if (b == 0) return a;
    if (std::is_signed_v<T> && b == static_cast<T>(-1)) return 0;
    return static_cast<T>(a % b);
}
template <class T>
T int_neg(T a) {
    return int_sub(T{0}, a);
}
template <class T>
T int_abs(T a) {
    return a < 0 ? int_neg(a) : a;
}
template <class T>
T int_min(T a, T b) {
    return std::min(a, b);
}
template <class T>
T int_max(T a, T b) {
    return std::max(a, b);
}
template <class T>
std::uint32_t of_halves(T low, T high) {
    return static_cast<std::uint16_t>(low) | std::uint32_t{static_cast<std::uint16_t>(high)} << 16;
}
template <class T>
std::uint32_t min_of_halves(std::uint32_t a, std::uint32_t b) {
    return of_halves(std::min(static_cast<T>(a), static_cast<T>(b)),
                     std::min(static_cast<T>(a >> 16), static_cast<T>(b >> 16)));
}
template <class T>
std::uint32_t max_of_halves(std::uint32_t a, std::uint32_t b) {
    return of_halves(std::max(static_cast<T>(a), static_cast<T>(b)),
                     std::max(static_cast<T>(a >> 16), static_cast<T>(b >> 16)));
}
template <class T>
T sad(T a, T b, T c) {
    return int_add(a < b ? int_sub(b, a) : int_sub(a, b), c);
}

template <class T>
T bit_and(T a, T b) {
    return static_cast<T>(a & b);
}
template <class T>
T bit_or(T a, T b) {
    return static_cast<T>(a | b);
}
template <class T>
T bit_xor(T a, T b) {
    return static_cast<T>(a ^ b);
}
template <class T>
T bit_not(T a) {
    if constexpr (std::is_same_v<T, bool>)
        return !a;
    else
        return static_cast<T>(~a);
}

/// Shifts by the width or more leave nothing, or the sign.
template <class T>
T shl(T a, std::uint32_t n) {
    return n >= width<T> ? T{0} : static_cast<T>(static_cast<Unsigned<T>>(a) << n);
}
template <class T>
T shr(T a, std::uint32_t n) {
    return static_cast<T>(a >> std::min(n, width<T> - 1) >> (n >= width<T> ? 1 : 0));
}
inline std::uint32_t shf_l(std::uint32_t low, std::uint32_t high, std::uint32_t n) {
    return static_cast<std::uint32_t>(((std::uint64_t{high} << 32 | low) << n) >> 32);
}
inline std::uint32_t shf_r(std::uint32_t low, std::uint32_t high, std::uint32_t n) {
    return static_cast<std::uint32_t>((std::uint64_t{high} << 32 | low) >> n);
}
inline std::uint32_t wrapped(std::uint32_t n) {
    return n & 31;
}
inline std::uint32_t clamped(std::uint32_t n) {
    return std::min(n, 32u);
}

template <class T>
std::uint32_t popc(T a) {
    return static_cast<std::uint32_t>(std::popcount(a));
}
template <class T>
std::uint32_t clz(T a) {
    return static_cast<std::uint32_t>(std::countl_zero(a));
}
template <class T>
T brev(T a) {
    T reversed = 0;
    for (unsigned i = 0; i < width<T>; ++i) reversed |= (a >> i & T{1}) << (width<T> - 1 - i);
    return reversed;
}
/// The place of the highest bit that is not a copy of the sign, or all ones.
template <class T>
std::uint32_t bfind(T a) {
    const auto bits = static_cast<Unsigned<T>>(a < 0 ? ~a : a);
    return width<T> - 1 - static_cast<std::uint32_t>(std::countl_zero(bits));
}
/// A field of `n` bits from bit `begin` on; a signed one is extended by its highest bit.
template <class T>
T bfe(T a, std::uint32_t begin, std::uint32_t n) {
    begin &= 255;
    n &= 255;
    if (n == 0) return 0;
    const T field = shr(a, begin);
    if (n >= width<T>) return field;
    const auto mask = static_cast<T>((Unsigned<T>{1} << n) - 1);
    const T sign =
        std::is_signed_v<T> ? shr(a, std::min(begin + n - 1, width<T> - 1)) & T{1} : T{0};
    return static_cast<T>((field & mask) | (sign ? ~mask : T{0}));
}
template <class T>
T bfi(T field, T base, std::uint32_t begin, std::uint32_t n) {
    begin &= 255;
    n &= 255;
    const T ones = n >= width<T> ? static_cast<T>(-1) : static_cast<T>((T{1} << n) - 1);
    const T mask = shl(ones, begin);
    return static_cast<T>((base & ~mask) | (shl(field, begin) & mask));
}

/// Four bytes out of eight, each chosen by 4 bits of `selectors`, the highest of which asks for
/// copies of the byte's sign.
inline std::uint32_t prmt(std::uint32_t a, std::uint32_t b, std::uint32_t selectors) {
    const std::uint64_t bytes = std::uint64_t{b} << 32 | a;
    std::uint32_t chosen = 0;
    for (unsigned i = 0; i < 4; ++i) {
        const std::uint32_t selector = selectors >> 4 * i & 15;
        auto byte = static_cast<std::uint8_t>(bytes >> 8 * (selector & 7));
        if (selector & 8) byte = byte & 128 ? 255 : 0;
        chosen |= std::uint32_t{byte} << 8 * i;
    }
    return chosen;
}
/// Any function of three bits, given by its table.
inline std::uint32_t lop3(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t table) {
    std::uint32_t result = 0;
    for (unsigned i = 0; i < 8; ++i)
        if (table >> i & 1) result |= (i & 4 ? a : ~a) & (i & 2 ? b : ~b) & (i & 1 ? c : ~c);
    return result;
}

/// Products of four pairs of bytes, summed up. A and B: std::int8_t or std::uint8_t.
template <class A, class B>
std::uint32_t dp4a(std::uint32_t a, std::uint32_t b, std::uint32_t c) {
    for (unsigned i = 0; i < 4; ++i) {
        const int product = static_cast<A>(a >> 8 * i) * static_cast<B>(b >> 8 * i);
        c += static_cast<std::uint32_t>(product);
    }
    return c;
}
/// Products of two 16-bit values and the two lower (or higher) bytes, summed up.
template <class A, class B, bool is_high>
std::uint32_t dp2a(std::uint32_t a, std::uint32_t b, std::uint32_t c) {
    for (unsigned i = 0; i < 2; ++i) {
        const std::int64_t first = static_cast<A>(a >> 16 * i);
        const std::int64_t second = static_cast<B>(b >> 8 * (i + (is_high ? 2 : 0)));
        c += static_cast<std::uint32_t>(first * second);
    }
    return c;
}

}  // namespace emulator

#pragma once
// Registers hold bits; each instruction says what it takes them for.

#include <bit>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "machine/half.hpp"

namespace emulator {

template <std::size_t bytes>
struct BitsOfSize;
template <>
struct BitsOfSize<1> {
    using type = std::uint8_t;
};
template <>
struct BitsOfSize<2> {
    using type = std::uint16_t;
};
template <>
struct BitsOfSize<4> {
    using type = std::uint32_t;
};
template <>
struct BitsOfSize<8> {
    using type = std::uint64_t;
};

template <class T>
using Bits = typename BitsOfSize<sizeof(T)>::type;

template <class T>
constexpr bool is_float =
    std::is_floating_point_v<T> || std::is_same_v<T, Half> || std::is_same_v<T, HalfPair>;

/// The low bits of a register as a T.
template <class T, class Register>
T read(Register bits) {
    if constexpr (is_float<T>)
        return std::bit_cast<T>(static_cast<Bits<T>>(bits));
    else
        return static_cast<T>(bits);
}

/// Signed values are extended to the register's width by their sign, others by zeros.
template <class Register, class T>
void write(Register& target, T value) {
    if constexpr (is_float<T>)
        target = std::bit_cast<Bits<T>>(value);
    else if constexpr (std::is_signed_v<T>)
        target = static_cast<Register>(static_cast<std::int64_t>(value));
    else
        target = static_cast<Register>(value);
}

/// The i-th T in memory.
template <class T>
T load(const unsigned char* from, std::size_t i = 0) {
    T value;
    std::memcpy(&value, from + i * sizeof value, sizeof value);
    return value;
}

template <class T>
void store(unsigned char* to, T value, std::size_t i = 0) {
    std::memcpy(to + i * sizeof value, &value, sizeof value);
}

}  // namespace emulator

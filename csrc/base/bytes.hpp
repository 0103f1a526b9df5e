#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>

namespace imgmine {

static_assert(std::endian::native == std::endian::little,
              "files are little-endian and read in place: a big-endian port needs byte swaps here");

template <class T>
T load_bytes(const std::uint8_t* p) {
    T value;
    std::memcpy(&value, p, sizeof value);
    return value;
}

template <class T>
void store_bytes(std::uint8_t* p, T value) {
    std::memcpy(p, &value, sizeof value);
}

/// out = a * b; false where that does not fit.
inline bool multiply_fits(std::uint64_t a, std::uint64_t b, std::uint64_t& out) {
    if (b && a > std::numeric_limits<std::uint64_t>::max() / b) return false;
    out = a * b;
    return true;
}

}  // namespace imgmine

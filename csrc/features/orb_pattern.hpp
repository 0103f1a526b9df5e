#pragma once

#include <array>
#include <bit>

#include "base/random.hpp"

namespace imgmine {

/// 256 pairs of pixels within 15 of the center, drawn from a Gaussian of sigma 6.2 (Calonder,
/// Lepetit, Strecha, Fua 2010), in blocks of 16: x and y of the first ones, then of the second.
inline std::array<float, 1024> make_orb_pattern() {
    std::array<float, 1024> pattern{};
    Random random(20);
    const auto gaussian = [&] {
        const int ones = std::popcount(random.next()) + std::popcount(random.next()) +
                         std::popcount(random.next() & 0x3ffffff);
        return ones - 77;
    };
    for (std::size_t i = 0; i < 256;) {
        const int x = gaussian(), y = gaussian(), u = gaussian(), v = gaussian();
        if (x * x + y * y > 225 || u * u + v * v > 225 || (x == u && y == v)) continue;
        float* block = pattern.data() + i / 16 * 64 + i % 16;
        block[0] = static_cast<float>(x);
        block[16] = static_cast<float>(y);
        block[32] = static_cast<float>(u);
        block[48] = static_cast<float>(v);
        ++i;
    }
    return pattern;
}

}  // namespace imgmine

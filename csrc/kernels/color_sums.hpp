#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// Sums over pixels of three channels, channel after channel, of how far values are above 128, and
/// of the squares and cubes of that: in as many numbers as one register holds.
struct ColorSums {
    static constexpr std::size_t lanes = 16, powers = 3;
    /// How many blocks of up to 16 pixels may be added before a number overflows: 2^23 each at
    /// most.
    static constexpr std::size_t block = 16, most_blocks = 255;
    std::int32_t sums[3 * powers][lanes];
};

/// What each loop does is said where it stands, in color_sums.cpp.
struct ColorSumsKernels {
    void (*add_colors)(const std::uint8_t* pixels, std::size_t n, ColorSums& sums);
};
IMGMINE_KERNELS(ColorSumsKernels, color_sums_kernels)

}  // namespace imgmine

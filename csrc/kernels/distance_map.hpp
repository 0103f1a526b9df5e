#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// Longest side of an image whose squared distances these loops hold in 32 bits.
constexpr std::ptrdiff_t max_distance_side = 23170;
/// A vertical distance of this and above: there is no zero in the column.
constexpr std::uint16_t no_zero = 0x8000;
/// Pixels that search together.
constexpr std::size_t distance_block = 16;
/// Values that a row of n pixels needs room for.
constexpr std::size_t distance_scratch(std::size_t n) {
    return 3 * n + 2 * (n / distance_block + 2) + 6 * distance_block;
}

/// What each loop does is said where it stands, in distance_map.cpp.
struct DistanceMapKernels {
    void (*down)(const std::uint8_t* mask, const std::uint16_t* above, std::uint16_t* out,
                 std::size_t n);
    void (*up)(const std::uint16_t* below, std::uint16_t* row, std::size_t n);
    void (*across)(const std::uint16_t* vertical, std::int32_t* scratch, float* out, std::size_t n);
};
IMGMINE_KERNELS(DistanceMapKernels, distance_map_kernels)

}  // namespace imgmine

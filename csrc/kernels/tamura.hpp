#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// Rows of sums of square windows of 2, 4, 8, 16 and 32 pixels, whose upper left corners stand a
/// whole window above a row of pixels, half of one, and in it.
struct TamuraWindows {
    const std::uint16_t* small[4][3];
    const std::uint32_t* large[3];
};

/// What each loop does is said where it stands, in tamura.cpp.
struct TamuraKernels {
    void (*first_windows)(const std::uint8_t* upper, const std::uint8_t* lower, std::size_t n,
                          std::uint16_t* sums);
    void (*next_windows)(const std::uint16_t* upper, const std::uint16_t* lower, std::size_t half,
                         std::size_t n, std::uint16_t* sums);
    void (*last_windows)(const std::uint16_t* upper, const std::uint16_t* lower, std::size_t n,
                         std::uint32_t* sums);
    std::uint64_t (*best_sizes)(const TamuraWindows& windows, std::size_t n);
    void (*directions)(const std::uint8_t* up, const std::uint8_t* mid, const std::uint8_t* down,
                       std::size_t n, std::uint8_t* bins);
};
IMGMINE_KERNELS(TamuraKernels, tamura_kernels)

}  // namespace imgmine

#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// From a table of 256 colors to the next: not a multiple of 4 KiB from any to another, which the
/// processor takes for the same place at first.
constexpr std::size_t color_table = 264;

/// What each loop does is said where it stands, in correlogram.cpp.
struct CorrelogramKernels {
    void (*count_equal)(const std::uint8_t* colors, std::size_t n,
                        const std::uint8_t* const* others, std::size_t m, std::uint8_t* same);
    void (*add_by_color)(const std::uint8_t* colors, const std::uint8_t* first,
                         const std::uint8_t* second, std::size_t n, std::uint64_t* tables);
};
IMGMINE_KERNELS(CorrelogramKernels, correlogram_kernels)

}  // namespace imgmine

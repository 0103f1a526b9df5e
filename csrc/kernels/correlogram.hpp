#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// What each loop does is said where it stands, in correlogram.cpp.
struct CorrelogramKernels {
    void (*count_equal)(const std::uint8_t* colors, std::size_t n, const std::uint8_t* others,
                        std::size_t m, std::size_t step, std::uint8_t* same);
    void (*add_by_color)(const std::uint8_t* colors, const std::uint8_t* same, std::size_t n,
                         std::uint64_t* counts);
};
IMGMINE_KERNELS(CorrelogramKernels, correlogram_kernels)

}  // namespace imgmine

#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// What each loop does is said where it stands, in color.cpp.
struct ColorKernels {
    void (*rgb_to_gray_u8)(const std::uint8_t* rgb, std::uint8_t* gray, std::size_t n,
                           std::size_t channels);
    void (*rgb_to_gray_f32)(const float* rgb, float* gray, std::size_t n, std::size_t channels,
                            bool streams);
};
IMGMINE_KERNELS(ColorKernels, color_kernels)

}  // namespace imgmine
